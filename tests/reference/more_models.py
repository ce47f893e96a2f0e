"""The other normal-return models on one benchmark: Scholes-Williams, Dimson and Huber ("robust").
AR and CAR then follow as for the market model.
"""

import numpy as np
import statsmodels.api as sm
from scipy import stats

from models import Degenerate, Fit, abnormal_return, check_design, check_variance
from single import Excluded, consecutive_sums, day_stats, placebo, put_days, sample_quantile, window_key, window_stats

THIN_MODELS = ["scholes-williams", "dimson"]


def slope(x, y):
    return stats.linregress(x, y).slope


def thin_fit(study, d, day0, model, masked=frozenset()):
    """Betas with one lag and one lead. A day counts when it and the benchmark on both neighbours are usable,
    and the neighbours lie inside the estimation window."""
    a, b = study.settings["estimation"]
    market = d.x[:, 1]
    days = [
        t for t in range(day0 + a + 1, day0 + b)
        if study.present(d, t) and t not in masked and t >= 1 and np.isfinite(market[t - 1]) and np.isfinite(market[t + 1])
    ]
    if len(days) < study.settings["min_estimation"]:
        raise Excluded("short-estimation")
    days = np.array(days)
    y, lag, now, lead = d.ret[days], market[days - 1], market[days], market[days + 1]
    try:
        check_design(np.column_stack([np.ones(len(days)), lag, now, lead]))
        if model == "scholes-williams":
            rho = np.corrcoef(now, lag)[0, 1]
            parts = {"beta_lag": slope(lag, y), "beta_0": slope(now, y), "beta_lead": slope(lead, y), "rho": rho}
            beta = (parts["beta_lag"] + parts["beta_0"] + parts["beta_lead"]) / (1 + 2 * rho)
            k = 2
        else:
            ols = sm.OLS(y, np.column_stack([np.ones(len(days)), lag, now, lead])).fit(method="qr")
            parts = dict(zip(["beta_lag", "beta_0", "beta_lead"], ols.params[1:]))
            beta = sum(parts.values())
            k = 4
        coef = np.array([y.mean() - beta * now.mean(), beta])
        return finish(d, days, coef, k), parts
    except Degenerate:
        raise Excluded("degenerate-fit") from None


def thin_placebo(study, ev, model, days, car, s):
    """The placebo test of a thin-trading model: its pseudo-events are fitted once, where `placebo` looks them up."""
    key = (ev["instrument"], model)
    if key not in study._placebos:
        d, real, rows = study.design(ev["instrument"], "market"), study.reaction_sessions(ev["instrument"]), {}
        for day0 in range(study.data["sessions"]):
            try:
                f, _ = thin_fit(study, d, day0, model, real)
            except Excluded:
                continue
            days_there = [tau for tau in study.event_days if study.present(d, day0 + tau)]
            rows[day0] = {tau: abnormal_return(d, f, day0 + tau) for tau in days_there}
        study._placebos[key] = rows
    return placebo(study, ev, model, days, car, s)


def finish(d, days, coef, k):
    x = d.x[days]
    e = d.ret[days] - x @ coef
    check_variance(e, d.ret[days], d.offset[days])
    days = [int(t) for t in days]
    return Fit(days, k, coef, float((e**2).sum() / (len(days) - k)), np.nan, np.linalg.inv(x.T @ x), dict(zip(days, e)))


def robust_fit(study, d, day0):
    """Huber M-estimator, statsmodels defaults (t = 1.345, MAD scale about 0) run to full convergence.
    The return is divided by s and the market by its sd, because RLM's stopping rule is absolute."""
    plain = study.fit_at(d, day0)  # raises Excluded where least squares has no answer
    y, market = d.ret[plain.sessions] / plain.s, d.x[plain.sessions, 1]
    size = np.std(market)
    rlm = sm.RLM(y, np.column_stack([np.ones(len(y)), market / size]), M=sm.robust.norms.HuberT())
    res = rlm.fit(maxiter=500, tol=1e-13, conv="coefs")
    if res.scale < 1e-6:  # more than half of the residuals are equal: their MAD is nothing
        raise Excluded("degenerate-fit")
    again = rlm.fit(maxiter=1000, tol=0.0, conv="coefs")
    if np.abs(res.params - again.params).max() > 1e-11:
        raise AssertionError("the M-estimator has not converged")
    coef = again.params * plain.s / np.array([1.0, size])
    return finish(d, np.array(plain.sessions), coef, 2), {"robust_scale": float(again.scale * plain.s)}


def observe_more(study, ev, model):
    """The statistics of one event observation under one of these models."""
    d = study.design(ev["instrument"], "market")
    if not study.present(d, ev["day0"]):
        raise Excluded("missing-event-day")
    f, parts = robust_fit(study, d, ev["day0"]) if model == "robust" else thin_fit(study, d, ev["day0"], model)
    out = {
        "n_estimation": f.m, "df": f.df, "residual_sd": float(f.s),
        "coefficients": {"alpha": float(f.coef[0]), "beta": float(f.coef[1])} | {k: float(v) for k, v in parts.items()},
    }
    ars, sds = day_stats(study, d, f, ev)
    put_days(study, out, "", ev, f, ars, sds)
    for w in study.windows:
        days = [tau for tau in range(w[0], w[1] + 1) if tau in ars]
        res = window_stats(study, d, f, ev, days, ars, sds)
        res["sq_p"], res["sq_n"] = sample_quantile(consecutive_sums(f, len(days)), res["car"], f.s)
        if model in THIN_MODELS:
            res["placebo_p"], res["placebo_n"] = thin_placebo(study, ev, model, days, res["car"], f.s)
        for name, value in res.items():
            out.setdefault(name, {})[window_key(w)] = value
    return out
