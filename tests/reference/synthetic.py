"""Synthetic control: weights >= 0 that sum to one over the other instruments, by trying supports.

A support whose equality-constrained least squares has positive weights, and towards whose complement no
direction descends, is the optimum (Karush, Kuhn and Tucker; the problem is convex). All supports are tried, so
that nothing is shared with a solver that walks from one to the next.
"""

from itertools import combinations

import numpy as np
from scipy.linalg import null_space

from models import Design, Fit, returns
from single import Excluded, consecutive_sums, day_stats, put_days, sample_quantile, window_key, window_stats

EXACT = 1e-20  # squared residuals beside the squared returns: an exact fit


def on_support(gram, cross, support):
    """Least squares on these columns with weights that sum to one: the weights and the multiplier."""
    n = len(support)
    system = np.zeros((n + 1, n + 1))
    system[:n, :n] = gram[np.ix_(support, support)]
    system[:n, n] = system[n, :n] = 1.0
    found = np.linalg.solve(system, np.append(cross[list(support)], 1.0))
    return found[:n], found[n]


def weights(y, x):
    """The support and its weights; refused where a weight or a slope is so near the bound that rounding decides."""
    scale = np.sqrt((x**2).sum() / x.shape[1])
    gram, cross = x.T @ x / scale**2, x.T @ y / scale**2
    for size in range(1, x.shape[1] + 1):
        for support in combinations(range(x.shape[1]), size):
            try:
                w, multiplier = on_support(gram, cross, support)
            except np.linalg.LinAlgError:
                continue
            if (w <= 0.0).any():
                continue
            slope = gram[:, list(support)] @ w - cross + multiplier  # of the others: >= 0 at the optimum
            others = [j for j in range(x.shape[1]) if j not in support]
            if (slope[others] >= 0.0).all():
                own = polished(y, x[:, list(support)])
                if ((y - x[:, list(support)] @ own) ** 2).sum() <= EXACT * (y**2).sum():
                    raise Excluded("degenerate-fit")
                if (w < 1e-6).any() or (slope[others] < 1e-8).any():
                    raise Excluded("hangs-on-rounding")
                return list(support), own
    raise AssertionError("no support is optimal")


def polished(y, x):
    """The weights again, by QR on the directions that keep their sum: normal equations lose digits."""
    if x.shape[1] == 1:
        return np.ones(1)
    start, free = np.full(x.shape[1], 1.0 / x.shape[1]), null_space(np.ones((1, x.shape[1])))
    return start + free @ np.linalg.lstsq(x @ free, y - x @ start, rcond=None)[0]


def synthetic_fit(study, ev):
    data = study.data
    ret = returns(data, ev["instrument"])
    names = [name for name in data["donors"] if name != ev["instrument"]]
    donors = np.column_stack([returns(data, name) for name in names])
    some = np.isfinite(ret) & np.isfinite(donors).any(axis=1)
    if not some[ev["day0"]]:
        raise Excluded("missing-event-day")
    a, b = study.settings["estimation"]
    days = [t for t in range(ev["day0"] + a, ev["day0"] + b + 1) if 0 <= t < len(ret) and some[t]]
    if len(days) < study.settings["min_estimation"]:
        raise Excluded("short-estimation")
    complete = np.flatnonzero(np.isfinite(donors[days]).all(axis=0))
    y, x = ret[days], donors[np.ix_(days, complete)]
    support, w = weights(y, x)
    e = y - x[:, support] @ w
    chosen = complete[support]
    columns = donors[:, chosen]
    free = null_space(np.ones((1, len(w)))) if len(w) > 1 else np.zeros((1, 0))
    inverse = free @ np.linalg.inv(free.T @ columns[days].T @ columns[days] @ free) @ free.T
    k = len(w) - 1
    d = Design(ret, np.zeros(len(ret)), columns, [names[j] for j in chosen])
    f = Fit(days, k, w, float((e**2).sum() / (len(days) - k)), np.nan, inverse, dict(zip(days, e)))
    counts = {"n_donors": len(complete), "n_donors_left_out": len(names) - len(complete), "n_positive_weights": len(w)}
    return d, f, counts


def observe_synthetic(study, ev):
    d, f, counts = synthetic_fit(study, ev)
    out = {"n_estimation": f.m, "df": f.df, "residual_sd": float(f.s), "synthetic_counts": counts,
           "coefficients": {f"weight_{name}": float(w) for name, w in zip(d.names, f.coef)}}
    ars, sds = day_stats(study, d, f, ev)
    put_days(study, out, "", ev, f, ars, sds)
    for w in study.windows:
        days = [tau for tau in range(w[0], w[1] + 1) if tau in ars]
        if not days:
            continue
        res = window_stats(study, d, f, ev, days, ars, sds)
        res["sq_p"], res["sq_n"] = sample_quantile(consecutive_sums(f, len(days)), res["car"], f.s)
        for name, value in res.items():
            out.setdefault(name, {})[window_key(w)] = value
    return out
