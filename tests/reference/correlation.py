"""r-bar of large samples: made-up markets of more than 2,000 events, the same from integers here and in Rust.

`exact` counts all pairs; `closed` is the sum over event sessions that the engine uses for so many events.
"""

import numpy as np

MIN_SHARED = 10
ESTIMATION = (-130, -11)
DESIGNS = {  # events, sessions of day 0: first, step, how many of them; share of missing returns
    "one-session": {"n": 2100, "first": 200, "step": 0, "sessions": 1, "missing": 0.0},
    "scattered": {"n": 2200, "first": 150, "step": 13, "sessions": 40, "missing": 0.0},
    "scattered-gaps": {"n": 2050, "first": 140, "step": 7, "sessions": 60, "missing": 0.02},
}
SESSIONS = 700


def uniform(seed, n):
    """SplitMix64 from a seed: n numbers in [0, 1)."""
    golden, mask = 0x9E3779B97F4A7C15, (1 << 64) - 1
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, n + 1, dtype=np.uint64) * np.uint64(golden & mask)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return (z >> np.uint64(11)).astype(float) / 2.0**53


def market(design):
    """Returns by event (an instrument of its own each), the market's, and day 0 of each event."""
    n = design["n"]
    factor, common = uniform(1, SESSIONS) - 0.5, uniform(2, SESSIONS) - 0.5
    own, gone = uniform(3, n * SESSIONS).reshape(n, SESSIONS), uniform(4, n * SESSIONS).reshape(n, SESSIONS)
    returns = 0.02 * (factor + 0.5 * common + (own - 0.5))
    day0 = design["first"] + design["step"] * (np.arange(n) % design["sessions"])
    missing = gone < design["missing"]
    missing[np.arange(n), day0] = False
    returns[missing] = np.nan
    return returns, 0.02 * factor, day0


def residuals(returns, factor, day0):
    """Market-model residuals on the calendar, NaN elsewhere."""
    out = np.full(returns.shape, np.nan)
    for i, (r, day) in enumerate(zip(returns, day0)):
        days = np.arange(day + ESTIMATION[0], day + ESTIMATION[1] + 1)
        days = days[(days >= 0) & np.isfinite(r[np.maximum(days, 0)])]
        x = np.column_stack([np.ones(len(days)), factor[days]])
        out[i, days] = r[days] - x @ np.linalg.lstsq(x, r[days], rcond=None)[0]
    return out


def exact(e):
    """Sums over shared sessions of all pairs at once, as matrix products."""
    here = np.isfinite(e).astype(float)
    v = np.nan_to_num(e)
    n, s, q, cross = here @ here.T, v @ here.T, v**2 @ here.T, v @ v.T
    with np.errstate(all="ignore"):
        covariance = cross - s * s.T / n
        r = covariance / np.sqrt((q - s**2 / n) * (q - s**2 / n).T)
    r[n < MIN_SHARED] = 0.0
    np.fill_diagonal(r, 0.0)
    pairs = int((np.triu(n, 1) >= MIN_SHARED).sum())
    return float(r.sum() / (len(e) * (len(e) - 1))), pairs


def closed(e, day0):
    """Standardised residuals summed by event session; products of the sums over the mean number of shared days."""
    here = np.isfinite(e)
    z = (e - np.nanmean(e, axis=1, keepdims=True)) / np.nanstd(e, axis=1, keepdims=True)
    z = np.nan_to_num(z)
    sessions = sorted(set(day0.tolist()))
    sums = np.array([z[day0 == d].sum(axis=0) for d in sessions])
    counts = np.array([here[day0 == d].sum(axis=0) for d in sessions], dtype=float)
    sizes = np.array([(day0 == d).sum() for d in sessions], dtype=float)
    total = 0.0
    for a in range(len(sessions)):
        pairs = sizes[a] * (sizes[a] - 1) / 2
        shared = (counts[a] * (counts[a] - 1) / 2).sum() / pairs if pairs else 0.0
        if shared >= MIN_SHARED:
            total += (sums[a] @ sums[a] - counts[a].sum()) / 2 / shared
        for b in range(a + 1, len(sessions)):
            shared = counts[a] @ counts[b] / (sizes[a] * sizes[b])
            if shared >= MIN_SHARED:
                total += sums[a] @ sums[b] / shared
    return float(total / (len(e) * (len(e) - 1) / 2))


def answers():
    out = {}
    for name, design in DESIGNS.items():
        returns, factor, day0 = market(design)
        e = residuals(returns, factor, day0)
        value, pairs = exact(e)
        out[name] = design | {"sessions_in_all": SESSIONS, "estimation": list(ESTIMATION),
                              "exact": value, "closed": closed(e, day0), "pairs": pairs}
    return out
