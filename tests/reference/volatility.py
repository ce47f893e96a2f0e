"""GARCH(1,1), GJR-GARCH and EGARCH errors round a market model: maximum likelihood by PyPI arch.

arch's optimiser stops at local optima, so it is started from several points and polished; an answer is kept
only where two starts agree on an interior optimum. The likelihood is also written out here, by hand.
"""

import json
import warnings
from pathlib import Path

import numpy as np
from arch.univariate import EGARCH, GARCH, LS, Normal, StudentsT
from scipy import integrate, optimize, stats

from single import Excluded, undefined

SCALE = 100.0  # percent returns
KINDS, LAWS = ["garch", "gjr", "egarch"], ["normal", "t"]
FIXED = {  # parameters at which the likelihood itself is compared: const, beta, omega, alpha, (gamma,) beta_h, (nu)
    "garch": [0.02, 1.1, 0.08, 0.07, 0.88],
    "gjr": [0.02, 1.1, 0.08, 0.03, 0.08, 0.86],
    "egarch": [0.02, 1.1, 0.03, 0.12, -0.06, 0.95],
}


def build(y, x, kind, law):
    process = {"garch": GARCH(1, 0, 1), "gjr": GARCH(1, 1, 1), "egarch": EGARCH(1, 1, 1)}[kind]
    dist = Normal() if law == "normal" else StudentsT()
    return LS(y, x.reshape(-1, 1), constant=True, volatility=process, distribution=dist)


def named(kind, law, params):
    names = ["const", "beta_market", "omega", "alpha"] + (["gamma"] if kind != "garch" else []) + ["beta"]
    return dict(zip(names + (["nu"] if law == "t" else []), map(float, params)))


def backcast(y, x):
    """Variance before the first day: the first 75 OLS residuals squared, weights 0.94^i."""
    design = np.column_stack([np.ones(len(y)), x])
    e = (y - design @ np.linalg.lstsq(design, y, rcond=None)[0])[:75]
    w = 0.94 ** np.arange(len(e))
    return float((w / w.sum() * e**2).sum())


def next_variance(kind, p, variance, e):
    if kind == "egarch":
        u = e / np.sqrt(variance)
        log = p["omega"] + p["alpha"] * (abs(u) - np.sqrt(2 / np.pi)) + p["gamma"] * u + p["beta"] * np.log(variance)
        return float(np.exp(log))
    down = p.get("gamma", 0.0) * (e < 0)
    return float(p["omega"] + (p["alpha"] + down) * e**2 + p["beta"] * variance)


def first_variance(kind, p, start):
    """The recursion with every lagged term at the backcast: e^2 is the backcast, half of it counts as negative,
    and both shocks of EGARCH are at their mean."""
    if kind == "egarch":
        return float(np.exp(p["omega"] + p["beta"] * np.log(start)))
    return float(p["omega"] + (p["alpha"] + 0.5 * p.get("gamma", 0.0) + p["beta"]) * start)


def likelihood(y, x, kind, law, p):
    """Log-likelihood and the conditional variances, by hand."""
    e = y - p["const"] - p["beta_market"] * x
    variances = [first_variance(kind, p, backcast(y, x))]
    for shock in e[:-1]:
        variances.append(next_variance(kind, p, variances[-1], shock))
    sd = np.sqrt(variances)
    if law == "normal":
        total = stats.norm.logpdf(e / sd).sum() - np.log(sd).sum()
    else:  # Student t scaled to unit variance
        unit = np.sqrt((p["nu"] - 2) / p["nu"])
        total = stats.t.logpdf(e / sd / unit, p["nu"]).sum() - np.log(sd * unit).sum()
    return float(total), np.array(variances), e


def starts(y, x, kind, law):
    design = np.column_stack([np.ones(len(y)), x])
    mean = np.linalg.lstsq(design, y, rcond=None)[0]
    var = float(np.var(y - design @ mean))
    yield None
    for a, g, b in [(0.05, 0.05, 0.9), (0.1, 0.1, 0.6), (0.2, 0.1, 0.3), (0.02, 0.02, 0.95), (0.05, 0.3, 0.1), (0.6, -0.5, 0.02)]:
        tail = [8.0] if law == "t" else []
        if kind == "garch":
            yield np.array([*mean, var * (1 - a - b), a, b, *tail])
        elif kind == "gjr":
            yield np.array([*mean, var * max(0.02, 1 - a - g / 2 - b), a, g, b, *tail])
        else:
            yield np.array([*mean, np.log(var) * (1 - b), a + 0.05, -g, b, *tail])


def polish(model, params):
    """From arch's answer to the top, by simplex on arch's own likelihood."""
    resids = model.resids(model.starting_values())
    start = model.volatility.backcast(resids)
    bounds = model.volatility.variance_bounds(resids)
    sigma2 = np.empty(len(resids))

    def minus(p):
        value = model._loglikelihood(p, sigma2, start, bounds)  # noqa: SLF001
        return value if np.isfinite(value) else 1e12

    for _ in range(3):
        res = optimize.minimize(minus, params, method="Nelder-Mead",
                                options={"xatol": 1e-10, "fatol": 1e-13, "maxiter": 20000, "maxfev": 20000, "adaptive": True})
        params = res.x
    return -float(res.fun), params


def interior(kind, law, p):
    if kind != "egarch":
        gamma = p.get("gamma", 0.0)
        ok = p["omega"] > 1e-4 and p["alpha"] > 1e-3 and p["alpha"] + gamma > 1e-3 and p["beta"] > 1e-3
        ok &= p["alpha"] + gamma / 2 + p["beta"] < 0.999
    else:
        ok = 1e-3 < abs(p["beta"]) < 0.999
    return ok and (law == "normal" or 2.1 < p["nu"] < 100)


def best(y, x, kind, law):
    """(log-likelihood, parameters). Parameters are None where no two starts end at the same interior top: there
    the log-likelihood is the highest one seen, which a better optimiser may exceed."""
    model, found, highest = build(y, x, kind, law), [], -np.inf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for start in starts(y, x, kind, law):
            res = model.fit(starting_values=start, disp="off", show_warning=False, tol=1e-12, options={"maxiter": 3000})
            if not np.isfinite(res.loglikelihood):
                continue
            highest = max(highest, float(res.loglikelihood))
            if res.convergence_flag == 0:
                found.append((float(res.loglikelihood), np.asarray(res.params)))
        found.sort(key=lambda pair: -pair[0])
        agree = sum(abs(value - highest) < 1e-5 for value, _ in found)
        if agree < 2 or not interior(kind, law, named(kind, law, found[0][1])):
            return highest, None
        value, params = polish(model, found[0][1])
    p = named(kind, law, params)
    by_hand = likelihood(y, x, kind, law, p)[0]
    if not interior(kind, law, p) or value < highest - 1e-7:
        return highest, None
    if abs(by_hand - value) > 1e-8 * abs(value):
        raise AssertionError(f"{kind}-{law}: arch says {value}, by hand {by_hand}")
    return value, p


def forecast(y, x, kind, law, p, variances, e, n):
    """Expected variances 1 to n sessions after the last one: arch's, in closed form. EGARCH has none there: by
    quadrature under the normal law, over the shocks seen under Student's (whose exponential moments are infinite),
    each compared with arch's own simulation, whose shocks are of the law or drawn from those seen."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fixed = build(y, x, kind, law).fix(list(p.values()))
        path = {"horizon": n, "x": np.zeros((1, 1, n))}
        if kind != "egarch":
            return fixed.forecast(**path).variance.to_numpy()[-1].tolist()
        method = {"normal": "simulation", "t": "bootstrap"}[law]
        rng = np.random.default_rng(1991)
        draw = {"normal": lambda size: rng.standard_normal(size), "t": None}[law]
        found = fixed.forecast(**path, method=method, simulations=20000, rng=draw, random_state=np.random.RandomState(1991))
    z = e / np.sqrt(variances)
    out, log, factor, power = [], np.log(next_variance(kind, p, float(variances[-1]), float(e[-1]))), 1.0, 1.0
    for _ in range(n):
        out.append(float(np.exp(log) * factor))
        log = p["omega"] + p["beta"] * log
        factor *= mean_of_news(p, power, z, law)
        power *= p["beta"]
    simulated = found.simulations.variances[-1]
    error = simulated.std(axis=0) / np.sqrt(len(simulated))
    if (np.abs(simulated.mean(axis=0) - out) > 5 * error + 1e-9 * np.array(out)).any():
        raise AssertionError(f"egarch-{law}: arch simulates {simulated.mean(axis=0)}, expected {out}")
    return out


def mean_of_news(p, power, z, law):
    """E exp(power g(z)) of EGARCH's news g."""
    def grown(u):
        return np.exp(power * (p["alpha"] * (np.abs(u) - np.sqrt(2 / np.pi)) + p["gamma"] * u))

    if law == "t":
        return float(np.mean([grown(u) for u in z]))
    sides = [integrate.quad(lambda u: grown(u) * stats.norm.pdf(u), *side, epsabs=0, epsrel=1e-12)[0] for side in [(-30, 0), (0, 30)]]
    return float(sum(sides))


def conditional(study, ev, kind, law):
    """One event: parameters from its estimation days taken as consecutive; the variance then steps through
    the days of the event window that are present, one session ahead each."""
    d = study.design(ev["instrument"], "market")
    if not study.present(d, ev["day0"]):
        raise Excluded("missing-event-day")
    f = study.fit_at(d, ev["day0"])
    y, x = SCALE * d.ret[f.sessions], SCALE * d.x[f.sessions, 1]
    value, p = best(y, x, kind, law)
    if p is None:
        return undefined("no-interior-optimum") | {"loglik_seen": value, "scale": SCALE, "n": len(y)}
    _, variances, e = likelihood(y, x, kind, law, p)
    out = {"params": p, "loglik": value, "n": len(y), "backcast": backcast(y, x), "scale": SCALE,
           "last_variance": float(variances[-1]), "variance": {}, "ar": {}, "ar_t": {}}
    out["forecast_variance"] = forecast(y, x, kind, law, p, variances, e, len(study.event_days))
    variance, shock = float(variances[-1]), float(e[-1])
    for tau in study.event_days:
        t = ev["day0"] + tau
        if study.present(d, t):
            variance = next_variance(kind, p, variance, shock)
            shock = float(SCALE * d.ret[t] - p["const"] - p["beta_market"] * SCALE * d.x[t, 1])
            out["variance"][str(tau)] = variance / SCALE**2
            out["ar"][str(tau)] = shock / SCALE
            out["ar_t"][str(tau)] = shock / np.sqrt(variance)
    return out


def series():
    """Long series in percent whose truth is known, so that the optimum is well determined."""
    rng, n, out = np.random.default_rng(1986), 1500, {}
    for name, kind, law, tail in [("garch", "garch", "normal", []), ("gjr", "gjr", "t", [6.0]), ("egarch", "egarch", "normal", []),
                                   ("garch-t", "garch", "t", [5.0])]:
        p = named(kind, law, FIXED[kind] + tail)
        x, variance, shock, y = rng.standard_normal(n), 1.0, 0.0, []
        for t in range(n):
            variance = next_variance(kind, p, variance, shock)
            u = rng.standard_normal() if law == "normal" else rng.standard_t(p["nu"]) * np.sqrt((p["nu"] - 2) / p["nu"])
            shock = float(np.sqrt(variance) * u)
            y.append(p["const"] + p["beta_market"] * x[t] + shock)
        out[name] = {"x": x.tolist(), "y": y}
    return out | {name: real(*of) for name, of in REAL.items()}


# Real returns on SPY, 240 sessions of the sample each. `kink`: an EGARCH likelihood with two tops and a kink between them,
# the higher one hard to reach. `bound`: a GJR likelihood with a top at the bound of beta that a search
# from the bound of the fall misses.
REAL = {"kink": ("GOOGL", 457), "bound": ("AMD", 575)}


def real(symbol, first):
    sample = json.loads((Path(__file__).parent / "datasets" / "sample.json").read_text())
    column = {name: sample["instruments"][name]["return"][first:first + 240] for name in [symbol, "SPY"]}
    return {"x": [SCALE * r for r in column["SPY"]], "y": [SCALE * r for r in column[symbol]]}


def answers(data):
    """Series -> model -> the optimum, and the likelihood at fixed parameters."""
    out = {}
    for name, one in data.items():
        y, x = np.array(one["y"]), np.array(one["x"])
        for kind in KINDS:
            for law in LAWS:
                p = named(kind, law, FIXED[kind] + ([7.0] if law == "t" else []))
                value, variances, _ = likelihood(y, x, kind, law, p)
                top, best_p = best(y, x, kind, law)
                fixed = {"params": p, "loglik": value, "variance": variances[[0, 1, 2, -1]].tolist(), "variance_sum": float(variances.sum())}
                optimum = {"loglik": top, "params": best_p}
                if best_p is None:
                    optimum = undefined("no-interior-optimum") | {"loglik_seen": top}
                out.setdefault(name, {})[f"{kind}-{law}"] = {"backcast": backcast(y, x), "fixed": fixed, "optimum": optimum}
    return out
