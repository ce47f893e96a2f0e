"""The tests of methods.md section 6 on the events of one group, one CAR window at a time.

Each returns {"value", "law", "df", "p", "n"} or {"undefined": reason}. `observed` is the list of
used and provisional observations (see generate.observations); each has day 0, so each has a CAR.
"""

import numpy as np
import statsmodels.api as sm
from scipy import stats

from models import Degenerate, check_design
from single import TIE, undefined, window_key

MIN_SHARED = 10  # sessions two events must share for their residual correlation to count


class Undefined(Exception):
    """Carries the reason code."""


def t_law(value, df, n):
    return {"value": float(value), "law": "t", "df": df, "p": float(2 * stats.t.sf(abs(value), df)), "n": n}


def normal_law(value, n):
    return {"value": float(value), "law": "normal", "p": float(2 * stats.norm.sf(abs(value))), "n": n}


def days_in(obs, w):
    return [tau for tau in range(w[0], w[1] + 1) if tau in obs["ars"]]


def stat(observed, name, w):
    return np.array([obs["stats"][name][window_key(w)] for obs in observed])


def sd_or_undefined(values):
    sd = float(np.std(values, ddof=1))
    if sd == 0.0:
        raise Undefined("zero-variance")
    return sd


def estimation_by_relative_day(observed, standardized=False):
    """Relative day -> {event number: e or e/s} over all estimation windows."""
    out = {}
    for i, obs in enumerate(observed):
        scale = obs["fit"].s if standardized else 1.0
        for t, e in obs["fit"].resid.items():
            out.setdefault(t - obs["event"]["day0"], {})[i] = e / scale
    return out


def any_present(observed, w):
    """L of a sample: relative days of the window on which at least one event is present."""
    return [tau for tau in range(w[0], w[1] + 1) if any(tau in obs["ars"] for obs in observed)]


def crude_dependence_t(observed, w):
    aars = [np.mean(list(day.values())) for _, day in sorted(estimation_by_relative_day(observed).items())]
    sd = sd_or_undefined(aars)
    length = len(any_present(observed, w))
    return t_law(np.mean(stat(observed, "car", w)) / (sd * np.sqrt(length)), len(aars) - 1, len(observed))


def patell_z(observed, w):
    total, variance = 0.0, 0.0
    for obs in observed:
        df = obs["fit"].df
        if df <= 2:
            raise Undefined("too-few-degrees-of-freedom")
        total += obs["stats"]["csar"][window_key(w)]
        variance += len(days_in(obs, w)) * df / (df - 2)
    return normal_law(total / np.sqrt(variance), len(observed))


def bmp_t(observed, w):
    scar = stat(observed, "scar", w)
    return t_law(np.sqrt(len(scar)) * np.mean(scar) / sd_or_undefined(scar), len(scar) - 1, len(scar))


def correlations(observed):
    """The matrix of correlations of residuals at the sessions that two events share, and of the number of these."""
    n = len(observed)
    r, shared = np.eye(n), np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            a, b = observed[i]["fit"].resid, observed[j]["fit"].resid
            both = sorted(set(a) & set(b))
            shared[i, j] = len(both)
            if i == j or len(both) < MIN_SHARED:
                continue
            x, y = np.array([a[t] for t in both]), np.array([b[t] for t in both])
            if np.ptp(x) > 0 and np.ptp(y) > 0:
                r[i, j] = np.corrcoef(x, y)[0, 1]
    return r, shared


def overlap(observed, w):
    """The matrix of the shares of its sessions that a window has in common with another."""
    day0, length = np.array([obs["event"]["day0"] for obs in observed]), w[1] - w[0] + 1
    return np.maximum(0, length - np.abs(day0[:, None] - day0[None, :])) / length


def mean_correlation(observed):
    """r-bar: mean over all pairs i != j of the correlation of residuals at the sessions they share."""
    n = len(observed)
    return (correlations(observed)[0].sum() - n) / (n * (n - 1))


def inflation(n, r):
    if 1 + (n - 1) * r <= 0:
        raise Undefined("negative-correlation")
    return 1 + (n - 1) * r


def kp_patell_z(observed, w, r):
    return normal_law(patell_z(observed, w)["value"] * np.sqrt(1 / inflation(len(observed), r)), len(observed))


def kp_bmp_t(observed, w, r):
    n = len(observed)
    return t_law(bmp_t(observed, w)["value"] * np.sqrt(max(0.0, 1 - r) / inflation(n, r)), n - 1, n)


def snap(values, tolerance):
    """Values nearer than the tolerance to their lower neighbour become equal to it."""
    order = np.argsort(values, kind="stable")
    out = np.array(values, dtype=float)
    for before, now in zip(order, order[1:]):
        if values[now] - values[before] <= tolerance(values[now]):
            out[now] = out[before]
    return out


def centred_ranks(values, s):
    """rank / (1 + number) - 1/2, ties averaged."""
    ranks = stats.rankdata(snap(values, lambda _: TIE * s), method="average")
    return ranks / (1 + len(values)) - 0.5


def corrado_rank_z(observed, w):
    by_day = {}
    for obs in observed:
        day0 = obs["event"]["day0"]
        series = {t - day0: e for t, e in obs["fit"].resid.items()}
        series.update({tau: obs["ars"][tau] for tau in days_in(obs, w)})
        days = sorted(series)
        for tau, u in zip(days, centred_ranks([series[tau] for tau in days], obs["fit"].s)):
            by_day.setdefault(tau, []).append(u)
    mean = {tau: np.mean(us) for tau, us in by_day.items()}
    s = np.sqrt(sum(u**2 for u in mean.values()) / len(mean))
    if s == 0.0:
        raise Undefined("zero-variance")
    tested = any_present(observed, w)
    value = np.sqrt(len(tested)) * np.mean([mean[tau] for tau in tested]) / s
    return normal_law(value, len(observed))


def grank(observed, w):
    """Z and T of the generalized rank test; day "event" is the extra day."""
    scar = stat(observed, "scar", w)
    star = scar / sd_or_undefined(scar)
    by_day = {}
    for obs, extra in zip(observed, star):
        days = ["event"] + [t - obs["event"]["day0"] for t in obs["fit"].sessions]
        values = [extra] + [e / obs["fit"].s for e in obs["fit"].resid.values()]
        for tau, u in zip(days, centred_ranks(values, 1.0)):
            by_day.setdefault(tau, []).append(u)
    n, length = len(observed), len(by_day)
    s = np.sqrt(sum(len(us) / n * np.mean(us) ** 2 for us in by_day.values()) / length)
    if s == 0.0:
        raise Undefined("zero-variance")
    return np.mean(by_day["event"]) / s, length


def grank_z(observed, w):
    return normal_law(grank(observed, w)[0], len(observed))


def grank_t(observed, w):
    z, length = grank(observed, w)
    if z**2 >= length - 1:
        raise Undefined("statistic-out-of-range")
    return t_law(z * np.sqrt((length - 2) / (length - 1 - z**2)), length - 2, len(observed))


def sign(observed, w, share):
    cars = stat(observed, "car", w)
    n, positive = len(cars), int((cars > 0).sum())
    if not 0 < share < 1:
        raise Undefined("degenerate-share")
    return normal_law((positive - n * share) / np.sqrt(n * share * (1 - share)), n)


def sign_z(observed, w):
    return sign(observed, w, 0.5)


def generalized_sign_z(observed, w):
    shares = []
    for obs in observed:
        e = np.array(list(obs["fit"].resid.values()))
        near = np.abs(e) / obs["fit"].s
        if ((near > 1e-14) & (near < 1e-8)).any():
            raise AssertionError("a sign hangs on rounding")
        shares.append(float((e > 0).mean()))
    return sign(observed, w, float(np.mean(shares)))


def wilcoxon_w(observed, w):
    cars = stat(observed, "car", w)
    cars = cars[cars != 0.0]
    n = len(cars)
    if n == 0:
        raise Undefined("all-zero")
    sizes = snap(np.abs(cars), lambda v: TIE * v)
    ties = len(set(sizes)) < n
    exact = n <= 50 and not ties
    res = stats.wilcoxon(np.sign(cars) * sizes, correction=False, method="exact" if exact else "asymptotic")
    ranks = stats.rankdata(sizes)
    return {"value": float(ranks[cars > 0].sum()), "law": "exact" if exact else "normal",
            "p": float(res.pvalue), "n": n}


def skewness_adjusted_t(observed, w):
    x = stat(observed, "bhar", w)
    n, sd = len(x), sd_or_undefined(x)
    s = np.mean(x) / sd
    gamma = float(((x - np.mean(x)) ** 3).sum() / (n * sd**3))
    value = np.sqrt(n) * (s + gamma * s**2 / 3 + gamma / (6 * n))
    return {"value": float(value), "law": "bootstrap", "p": undefined("bootstrap-only"), "n": n}


def calendar_time_alpha(observed, w, study, model):
    """Alpha of the equal-weighted portfolio of instruments that are inside a window."""
    if model == "mean-adjusted":
        raise Undefined("no-factor-model")
    if model == "market-ex":
        raise Undefined("instrument-specific-regressor")
    held = {}  # session -> instruments
    for obs in observed:
        for tau in days_in(obs, w):
            held.setdefault(obs["event"]["day0"] + tau, set()).add(obs["event"]["instrument"])
    sessions = sorted(held)
    designs = {i: study.design(i, model) for names in held.values() for i in names}
    y = np.array([np.mean([designs[i].y[t] for i in sorted(held[t])]) for t in sessions])
    some = observed[0]["design"]
    x = np.column_stack([np.ones(len(sessions)), some.x[sessions][:, 1:]])
    n, k = x.shape
    if n <= k + 1:
        raise Undefined("too-few-sessions")
    try:
        check_design(x)
    except Degenerate:
        raise Undefined("degenerate-fit") from None
    lags = int(np.floor(4 * (n / 100) ** (2 / 9)))
    ols = sm.OLS(y, x).fit(method="qr", cov_type="HAC", cov_kwds={"maxlags": lags}, use_t=True)
    out = t_law(ols.tvalues[0], n - k, n)
    return out | {"alpha": float(ols.params[0]), "sd": float(ols.bse[0]), "lags": lags}


PLAIN_TESTS = {
    f.__name__: f
    for f in [crude_dependence_t, patell_z, bmp_t, corrado_rank_z, grank_z, grank_t, sign_z,
              generalized_sign_z, wilcoxon_w, skewness_adjusted_t]
}


def guarded(n, test, *args):
    """Every test of a sample needs two events."""
    if n < 2:
        return undefined("too-few-events")
    try:
        return test(*args)
    except Undefined as reason:
        return undefined(str(reason))


def sample_tests(study, observed, model):
    """{test: {window: result}} and r-bar, which is one number per group."""
    n = len(observed)
    r = mean_correlation(observed) if n >= 2 else None
    out = {"mean_residual_correlation": undefined("too-few-events") if r is None else float(r)}
    for w in study.windows:
        key = window_key(w)
        for name, test in PLAIN_TESTS.items():
            out.setdefault(name, {})[key] = guarded(n, test, observed, w)
        out.setdefault("kp_patell_z", {})[key] = guarded(n, kp_patell_z, observed, w, r)
        out.setdefault("kp_bmp_t", {})[key] = guarded(n, kp_bmp_t, observed, w, r)
        out.setdefault("calendar_time_alpha", {})[key] = guarded(n, calendar_time_alpha, observed, w, study, model)
    return out
