"""p-values of the resampling tests: counted where there are few patterns, else from many draws of numpy's own
generator. The engine draws other numbers, so that both agree within Monte-Carlo errors only.
"""

from itertools import product

import numpy as np

from sample_tests import correlations, overlap, stat
from single import TIE, undefined, window_key

DRAWS = 200_000
COUNTED = 2_000  # patterns that the engine counts one by one (its default: 1999 draws)
FEWEST_CHAINS = 6
FEWEST_MEMBERS = 0.75  # share of a chain that a block needs, of the most that any of its blocks has


def chains(observed, w):
    """Events whose windows overlap, directly or through others, are one chain."""
    length, by_day = w[1] - w[0] + 1, sorted(range(len(observed)), key=lambda i: observed[i]["event"]["day0"])
    out, last = [], None
    for i in by_day:
        day0 = observed[i]["event"]["day0"]
        if last is None or day0 - last >= length:
            out.append([])
        out[-1].append(i)
        last = day0
    return out


def wild(observed, w, rng):
    """Signs of the chains' CARs at random: P(|sum| >= |seen|)."""
    cars, members = stat(observed, "car", w), chains(observed, w)
    if np.std(cars) == 0.0:
        return undefined("zero-variance")
    if len(members) < FEWEST_CHAINS:
        return undefined("too-few-clusters")
    sums = np.array([cars[m].sum() for m in members])
    bound = abs(sums.sum()) - TIE * np.abs(sums).sum()
    if 2 ** (len(sums) - 1) < COUNTED:
        patterns = (np.arange(2 ** (len(sums) - 1))[:, None] >> np.arange(len(sums))) & 1
        return {"p": float((np.abs((1 - 2 * patterns) @ sums) >= bound).mean()), "draws": None}
    signs = rng.integers(0, 2, (DRAWS, len(sums)))
    return {"p": float((np.abs((1 - 2 * signs) @ sums) >= bound).mean()), "draws": DRAWS}


def blocks(observed, members, w):
    """For every chain and place of a block: the pseudo-SCARs of its members that have a day there."""
    length = w[1] - w[0] + 1
    relative = [[t - obs["event"]["day0"] for t in obs["fit"].sessions] for obs in observed]
    first, last = min(map(min, relative)), max(map(max, relative))
    n_blocks = last - first + 2 - length
    out = np.zeros((len(members), n_blocks, 3))  # number, sum, sum of squares
    for c, chain in enumerate(members):
        for i in chain:
            f, day0 = observed[i]["fit"], observed[i]["event"]["day0"]
            e = {t - day0: value for t, value in f.resid.items()}
            for block in range(n_blocks):
                run = [e[tau] for tau in range(first + block, first + block + length) if tau in e]
                if run:
                    scar = sum(run) / (f.s * np.sqrt(len(run))) * np.sqrt(f.m / f.df)
                    out[c, block] += [1.0, scar, scar**2]
    return out


def factors(observed, members, w):
    """What gives the mean of a chain's pseudo-SCARs, and their deviations from it, the variance of SCARs: for independent
    errors about a fitted mean, Cov(SCAR) = r (o/L + L m/M^2)/(1 + L/M) and r (o/L - L m/M^2) M/(M - k) of pseudo-SCARs."""
    length, (r, shared), c, out = w[1] - w[0] + 1, correlations(observed), overlap(observed, w), []
    m, k = np.array([obs["fit"].m for obs in observed]), observed[0]["fit"].m - observed[0]["fit"].df
    for chain in members:
        of = np.ix_(chain, chain)
        mm = m[chain][:, None]
        fit = length * shared[of] / np.outer(m[chain], m[chain])
        actual = r[of] * (c[of] + fit) / (1 + length / mm)
        pseudo = r[of] * (c[of] - fit) * mm / (mm - k)
        n, plain = len(chain), np.trace(actual) / np.trace(pseudo)
        within = (n - actual.sum() / n, np.trace(pseudo) - pseudo.sum() / n)
        known = lambda a, b: a / b if a > 0 and b > 0.01 * np.trace(pseudo) else plain
        out.append(np.sqrt([known(actual.sum() / n, pseudo.sum() / n), known(*within)]))
    return out


def block(observed, w, rng):
    """BMP's t around blocks of estimation days; a draw without a t counts as extreme."""
    scar = stat(observed, "scar", w)
    if np.std(scar) == 0.0:
        return undefined("zero-variance")
    seen = abs(np.sqrt(len(scar)) * np.mean(scar) / np.std(scar, ddof=1))
    members, total = chains(observed, w), np.zeros((DRAWS, 3))
    moments = blocks(observed, members, w)
    for chain, (mean, deviation) in zip(moments, factors(observed, members, w)):
        n = np.maximum(chain[:, 0], 1)
        within = np.maximum(chain[:, 2] - chain[:, 1] ** 2 / n, 0)
        chain[:, 1] *= mean
        chain[:, 2] = deviation**2 * within + chain[:, 1] ** 2 / n
    moments = [chain[(chain[:, 0] > 0) & (chain[:, 0] >= FEWEST_MEMBERS * chain[:, 0].max())] for chain in moments]
    moments = [chain for chain in moments if len(chain)]
    if np.prod([float(len(chain)) for chain in moments]) < COUNTED:
        every = np.array([sum(parts) for parts in product(*moments)])
        return {"p": float((1 + beyond(every, seen).sum()) / (1 + len(every))), "draws": None}
    for chain in moments:
        total += chain[rng.integers(0, len(chain), DRAWS)]
    return {"p": float(beyond(total, seen).mean()), "draws": DRAWS}


def beyond(total, seen):
    """Whether sums of number, sum and sum of squares have a t of at least that seen, or none."""
    n, s, squares = total.T
    with np.errstate(all="ignore"):
        drawn = np.sqrt(n) * np.abs(s / n) / np.sqrt((squares - s**2 / n) / (n - 1))
    return ~(drawn < seen)


def johnson(rows, centre):
    n, mean = rows.shape[1], rows.mean(axis=1, keepdims=True)
    sd = rows.std(axis=1, ddof=1, keepdims=True)
    with np.errstate(all="ignore"):
        s, skew = (mean - centre) / sd, (((rows - mean) / sd) ** 3).sum(axis=1, keepdims=True) / n
        return (np.sqrt(n) * (s + skew * s**2 / 3 + skew / (6 * n)))[:, 0]


def skewness(observed, w, rng):
    """Johnson's t about the sample's mean, in resamples of a quarter of it (20 at least, the whole at most)."""
    x = stat(observed, "bhar", w)
    if np.std(x) == 0.0:
        return undefined("zero-variance")
    seen = johnson(x[None, :], 0.0)[0]
    size = min(len(x), max(20, len(x) // 4))
    drawn = johnson(x[rng.integers(0, len(x), (DRAWS, size))], x.mean())
    below, above = (~(drawn > seen)).mean(), (~(drawn < seen)).mean()
    return {"p": min(1.0, 2 * float(min(below, above))), "draws": DRAWS}


TESTS = {"wild_bootstrap_p": wild, "block_bootstrap_p": block, "skewness_adjusted_t": skewness}


def resampled(study, observed):
    rng, out = np.random.default_rng(1999), {}
    for w in study.windows:
        for name, test in TESTS.items():
            few = len(observed) < 2
            out.setdefault(name, {})[window_key(w)] = undefined("too-few-events") if few else test(observed, w, rng)
    return out
