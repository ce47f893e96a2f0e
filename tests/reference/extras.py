"""Conformal p, the joint dummy regression, group differences and winners minus losers."""

from itertools import combinations

import numpy as np
import statsmodels.api as sm
from scipy import stats

from models import Degenerate, Design, check_design, fit, returns
from single import Excluded, compare, day_stats, put_days, undefined, window_key, window_stats

JOINT_MODELS = ["market", "ff3"]


def hac_lags(n):
    return int(np.floor(4 * (n / 100) ** (2 / 9)))


def conformal(study, d, f, ev, days):
    """Refit with the window inside, then all cyclic shifts of the residuals (the identity is one of them).
    Statistic: |sum of the last L residuals|."""
    window = [ev["day0"] + tau for tau in days]
    try:
        null = fit(d, f.sessions + window)
    except Degenerate:
        return undefined("degenerate-fit"), 0
    u = [null.resid[t] for t in f.sessions + window]
    sums = [abs(sum(np.roll(u, shift)[-len(days):])) for shift in range(len(u))]
    return compare(sums, sums[0], null.s)[1] / len(u), len(u)


def conformal_all(study, d, f, ev, ars):
    out = {}
    for w in study.windows:
        days = [tau for tau in range(w[0], w[1] + 1) if tau in ars]
        p, n = conformal(study, d, f, ev, days)
        out.setdefault("conformal_p", {})[window_key(w)] = p
        out.setdefault("conformal_n", {})[window_key(w)] = n
    return out


def joint(study, d, ev):
    """One regression over estimation and event window; a dummy for every event-window session and for every
    reaction session of another event of the instrument. A window's sum leaves out the days that belong to
    another event's reaction, unless they are this event's own reaction days."""
    day0, own = ev["day0"], {ev["day0"], ev["day0"] + 1}
    others = study.reaction_sessions(ev["instrument"], but=ev)
    first, last = day0 + study.settings["estimation"][0], day0 + study.event_days[-1]
    rows = [t for t in range(first, last + 1) if study.present(d, t)]
    dummies = [t for t in rows if t >= day0 + study.event_days[0] or t in others]
    clean = [t for t in rows if t not in dummies]
    if len(clean) < study.settings["min_estimation"]:
        return {"car_joint": undefined("short-estimation")}
    try:
        check_design(d.x[clean])
    except Degenerate:
        return {"car_joint": undefined("degenerate-fit")}
    x = np.column_stack([d.x[rows]] + [[float(t == s) for t in rows] for s in dummies])
    ols = sm.OLS(d.y[rows], x).fit(method="qr")
    lags = hac_lags(len(rows))
    hac = ols.get_robustcov_results("HAC", maxlags=lags, use_t=True)
    where = {t: d.x.shape[1] + i for i, t in enumerate(dummies)}
    out = {"joint_n": len(rows), "joint_df": int(ols.df_resid), "joint_lags": lags}
    for tau in study.event_days:
        i = where.get(day0 + tau)
        if i is not None:
            for name, value in [("joint_ar", ols.params[i]), ("joint_ar_sd", ols.bse[i]), ("joint_ar_hac_sd", hac.bse[i])]:
                out.setdefault(name, {})[str(tau)] = float(value)
    for w in study.windows:
        days = [day0 + tau for tau in range(w[0], w[1] + 1) if day0 + tau in where]
        pick = np.zeros(x.shape[1])
        pick[[where[t] for t in days if t in own or t not in others]] = 1.0
        values = {
            "joint_n_days": int(pick.sum()), "car_joint": float(pick @ ols.params),
            "car_joint_sd": float(np.sqrt(pick @ ols.cov_params() @ pick)),
            "car_joint_hac_sd": float(np.sqrt(pick @ hac.cov_params() @ pick)),
        }
        for name, value in values.items():
            out.setdefault(name, {})[window_key(w)] = value
    return out


def welch(cars):
    """Group name -> CARs of one window; every pair in alphabetical order, a minus b."""
    out = {}
    for a, b in combinations(sorted(cars), 2):
        x, y = cars[a], cars[b]
        if len(x) < 2 or len(y) < 2:
            out[f"{a}|{b}"] = undefined("too-few-events")
            continue
        res = stats.ttest_ind(x, y, equal_var=False)
        out[f"{a}|{b}"] = {
            "difference": float(np.mean(x) - np.mean(y)), "statistic": float(res.statistic), "df": float(res.df),
            "sd": float(np.sqrt(np.var(x, ddof=1) / len(x) + np.var(y, ddof=1) / len(y))),
            "p": float(res.pvalue), "n_a": len(x), "n_b": len(y),
        }
    return out


def portfolio_return(data, members):
    """Equal-weighted mean of the members present; missing where none is."""
    rows = np.array([returns(data, m) for m in members])
    return np.array([np.mean(col[np.isfinite(col)]) if np.isfinite(col).any() else np.nan for col in rows.T])


def value_weights(data, members):
    """Made-up values: 1, 2, 3, … shares at a price that starts at 1 and moves with the returns (not on missing days).

    The weight of session t is the value at the close before."""
    rows = []
    for i, m in enumerate(members):
        value = (i + 1.0) * np.cumprod(1.0 + np.nan_to_num(returns(data, m)))
        rows.append(np.concatenate([[np.nan], value[:-1]]))
    return np.array(rows)


def value_weighted_return(data, members):
    """Sum of weight times return over the members present, over the sum of their weights."""
    ret, weights = np.array([returns(data, m) for m in members]), value_weights(data, members)
    out = []
    for r, w in zip(ret.T, weights.T):
        there = np.isfinite(r) & np.isfinite(w)
        out.append(np.dot(r[there], w[there]) / np.sum(w[there]) if 2 * there.sum() >= len(members) else np.nan)
    return np.array(out)


def winners_minus_losers(study, portfolio, model, weighted=portfolio_return):
    """The difference portfolio as one series with its own time-series error. Needs no rf: it costs nothing."""
    data = study.data
    ret = weighted(data, portfolio["winners"]) - weighted(data, portfolio["losers"])
    template = study.design(data["benchmark"], model)
    d = Design(ret, template.offset, template.x, template.names)
    ev = {"id": portfolio["id"], "day0": portfolio["day0"], "instrument": ""}
    if not study.present(d, ev["day0"]):
        raise Excluded("missing-event-day")
    f = study.fit_at(d, ev["day0"])
    out = {"n_estimation": f.m, "df": f.df, "residual_sd": float(f.s), "coefficients": dict(zip(d.names, map(float, f.coef)))}
    ars, sds = day_stats(study, d, f, ev)
    put_days(study, out, "", ev, f, ars, sds)
    for w in study.windows:
        res = window_stats(study, d, f, ev, [tau for tau in range(w[0], w[1] + 1) if tau in ars], ars, sds)
        for name in ["n_days", "car", "car_sd", "car_t", "car_p", "car_low", "car_high"]:
            out.setdefault(name, {})[window_key(w)] = res[name]
    return out
