"""Methods.md section 7: volume, volatility, correlation, and the cross-section regression of CARs."""

import numpy as np
import statsmodels.api as sm
from scipy import stats

from models import Design, column, returns
from single import Excluded, day_stats, put_days, undefined, window_key, window_stats

PRE, POST = (-60, -1), (1, 60)
MIN_SIDE = 30  # sessions needed on either side of the event


def log_volume(data, instrument):
    v = column(data["instruments"][instrument]["volume"])
    return np.array([np.log(a) if np.isfinite(a) and a > 0 else np.nan for a in v])


def abnormal_volume(study, ev, kind, masked=frozenset()):
    """Log volume minus its estimation mean; market-adjusted: the same of log volume minus the benchmark's. The masked
    sessions are no estimation days."""
    data = study.data
    v = log_volume(data, ev["instrument"])
    if kind == "market-adjusted":
        v = v - log_volume(data, data["benchmark"])
    n = len(v)
    d = Design(v, np.zeros(n), np.ones((n, 1)), ["mean"])
    if not study.present(d, ev["day0"]):
        raise Excluded("missing-event-day")
    f = study.fit_at(d, ev["day0"], masked)
    days, out = {}, {"n_estimation": f.m, "mean": float(f.coef[0]), "residual_sd": float(f.s)}
    ars, sds = day_stats(study, d, f, ev)
    put_days(study, days, "", ev, f, ars, sds)
    for old, new in [("ar", "av"), ("ar_sd", "av_sd"), ("ar_t", "av_t"), ("ar_p", "av_p")]:
        out[new] = days[old]
    for w in study.windows:
        present = [tau for tau in range(w[0], w[1] + 1) if tau in ars]
        res = window_stats(study, d, f, ev, present, ars, sds)
        for old, new in [("car", "cav"), ("car_sd", "cav_sd"), ("car_t", "cav_t"), ("car_p", "cav_p")]:
            out.setdefault(new, {})[window_key(w)] = res[old]
    return out


def event_variance_ratio(study, obs):
    """F = mean of SAR^2 over the days of the window, on (n_days, df) degrees of freedom; one-sided (more)."""
    out = {}
    for w in study.windows:
        sars = [obs["ars"][tau] / obs["sds"][tau] for tau in range(w[0], w[1] + 1) if tau in obs["ars"]]
        value = float(np.mean(np.square(sars)))
        df = [len(sars), obs["fit"].df]
        out[window_key(w)] = {"value": value, "law": "F", "df": df, "p": float(stats.f.sf(value, *df)), "n": len(sars)}
    return out


def span(study, day0, window):
    return [t for t in range(day0 + window[0], day0 + window[1] + 1) if 0 <= t < study.data["sessions"]]


def pre_post(study, ev):
    """Variance, correlation and beta against the benchmark, 60 sessions before and after day 0."""
    ret, market = returns(study.data, ev["instrument"]), returns(study.data, study.data["benchmark"])
    sides = []
    for window in [PRE, POST]:
        days = [t for t in span(study, ev["day0"], window) if np.isfinite(ret[t]) and np.isfinite(market[t])]
        if len(days) < MIN_SIDE:
            return undefined("too-few-sessions")
        x, y = market[days], ret[days]
        if np.ptp(x) == 0 or np.ptp(y) == 0:
            return undefined("zero-variance")
        ols = sm.OLS(y, sm.add_constant(x)).fit(method="qr")
        sides.append({"n": len(days), "variance": np.var(y, ddof=1), "market": np.var(x, ddof=1),
                      "correlation": np.corrcoef(x, y)[0, 1], "beta": ols.params[1], "beta_sd": ols.bse[1]})
    a, b = sides
    if 1 - max(abs(a["correlation"]), abs(b["correlation"])) < 1e-10:
        return undefined("perfect-correlation")
    return variance_pre_post(a, b) | forbes_rigobon(a, b)


def variance_pre_post(a, b):
    ratio = b["variance"] / a["variance"]
    up, down = stats.f.sf(ratio, b["n"] - 1, a["n"] - 1), stats.f.sf(1 / ratio, a["n"] - 1, b["n"] - 1)
    return {"variance_ratio": ratio, "variance_ratio_df": [b["n"] - 1, a["n"] - 1],
            "variance_ratio_p": min(1.0, 2 * min(up, down)), "n_pre": a["n"], "n_post": b["n"]}


def forbes_rigobon(a, b):
    """The later correlation corrected for the change in the benchmark's variance; Fisher z of the difference."""
    delta = b["market"] / a["market"] - 1
    rho = b["correlation"]
    adjusted = rho / np.sqrt(1 + delta * (1 - rho**2))
    se = np.sqrt(1 / (a["n"] - 3) + 1 / (b["n"] - 3))
    out = {"correlation_pre": a["correlation"], "correlation_post": rho, "delta": delta, "correlation_post_adjusted": adjusted}
    for name, later in [("raw", rho), ("adjusted", adjusted)]:
        z = (np.arctanh(later) - np.arctanh(a["correlation"])) / se
        out[f"fisher_z_{name}"], out[f"fisher_p_{name}"] = z, 2 * stats.norm.sf(abs(z))
    z = (b["beta"] - a["beta"]) / np.sqrt(a["beta_sd"] ** 2 + b["beta_sd"] ** 2)
    return out | {"beta_pre": a["beta"], "beta_post": b["beta"], "beta_pre_sd": a["beta_sd"], "beta_post_sd": b["beta_sd"],
                  "beta_change_z": z, "beta_change_p": 2 * stats.norm.sf(abs(z))}


def daily_ranges(study, ev):
    series = study.data["instruments"][ev["instrument"]]
    o, h, low, c = (column(series[name]) for name in ["open", "high", "low", "close"])
    with np.errstate(all="ignore"):
        parkinson = np.log(h / low) ** 2 / (4 * np.log(2))
        garman_klass = 0.5 * np.log(h / low) ** 2 - (2 * np.log(2) - 1) * np.log(c / o) ** 2
        bar = (np.minimum(o, c) > 0) & (low > 0) & np.isfinite(o + c + h) & (h >= low)
    return [("parkinson", np.where(bar, parkinson, np.nan)), ("garman_klass", np.where(bar, garman_klass, np.nan))]


def range_test(study, ev, masked=frozenset()):
    """Mean daily range variance of the event window over that of the estimation window; p from the rank of its sum
    among all sums of as many consecutive estimation days, two-sided as in the sample-quantile test."""
    before = span(study, ev["day0"], study.settings["estimation"])
    after = span(study, ev["day0"], (study.event_days[0], study.event_days[-1]))
    out = {}
    for name, daily in daily_ranges(study, ev):
        days = [t for t in before if np.isfinite(daily[t]) and t not in masked]
        event = [daily[t] for t in after if np.isfinite(daily[t])]
        if not event:
            raise Excluded("no-bar")
        if not np.isfinite(daily[ev["day0"]]):
            raise Excluded("missing-event-day")
        if len(days) < study.settings["min_estimation"]:
            raise Excluded("short-estimation")
        runs = [days[i : i + len(event)] for i in range(len(days) - len(event) + 1)]
        sums = [sum(daily[t] for t in run) for run in runs if run[-1] - run[0] == len(event) - 1]
        total = sum(event)
        below, above = sum(s <= total for s in sums), sum(s >= total for s in sums)
        rank = {"n": len(sums), "p": min(1.0, 2.0 * min(below + 1, above + 1) / (len(sums) + 1))}
        if not sums:
            rank = {"n": undefined("no-run"), "p": undefined("no-run")}
        out[name] = rank | {"variance": total / len(event), "usual": float(np.mean(daily[days])), "n_days": len(event),
                     "ratio": total / len(event) / float(np.mean(daily[days]))}
    return out


def range_variance(study, ev):
    """Mean daily variance from the range, before the event and in each window."""
    out = {}
    for name, daily in daily_ranges(study, ev):
        for key, w in [("pre", PRE)] + [(window_key(w), w) for w in study.windows]:
            days = [t for t in span(study, ev["day0"], w) if np.isfinite(daily[t])]
            value = float(np.mean(daily[days])) if days else undefined("no-bar")
            out.setdefault(name, {})[key] = value
    return out


def cross_section(study, observed):
    """CAR on a constant and the events' attributes; clusters are the sessions of day 0."""
    names = sorted(observed[0]["event"]["attributes"])
    x = np.array([[1.0] + [obs["event"]["attributes"][a] for a in names] for obs in observed])
    clusters = [obs["event"]["day0"] for obs in observed]
    kinds = {"nonrobust": {}, "HC1": {}, "HC3": {}, "cluster": {"groups": np.array(clusters)}}
    out = {}
    for w in study.windows:
        y = np.array([obs["stats"]["car"][window_key(w)] for obs in observed])
        res = {"names": ["constant"] + names, "n": len(y), "n_clusters": len(set(clusters))}
        for kind, options in kinds.items():
            ols = sm.OLS(y, x).fit(cov_type=kind, cov_kwds=options or None, use_t=True)
            res["coefficients"], res["r_squared"] = ols.params.tolist(), float(ols.rsquared)
            df = res["n_clusters"] - 1 if kind == "cluster" else len(y) - x.shape[1]
            res[kind] = {"sd": ols.bse.tolist(), "t": ols.tvalues.tolist(), "p": ols.pvalues.tolist(), "df": df}
        out[window_key(w)] = res
    return out
