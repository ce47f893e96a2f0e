"""One event observation under one model: the fit, AR, CAR, BHAR with the forecast-error variance
of methods.md section 4, and the N = 1 tests of section 5. Written naively, window by window.
"""

import numpy as np
from scipy import stats

from models import Degenerate, abnormal_return, design, fit, normal_return

REACTION = (0, 1)  # sessions of an event that count as its reaction
TIE = 1e-10  # two statistics closer than TIE * residual_sd count as equal


class Excluded(Exception):
    """Carries the reason code."""


class Study:
    """A data set with its designs and placebo runs computed once."""

    def __init__(self, data):
        self.data = data
        self.settings = data["settings"]
        self.windows = [tuple(w) for w in self.settings["windows"]]
        self.event_days = range(self.settings["event_window"][0], self.settings["event_window"][1] + 1)
        self._designs, self._placebos = {}, {}

    def design(self, instrument, model):
        key = (instrument, model)
        if key not in self._designs:
            self._designs[key] = design(self.data, instrument, model)
        return self._designs[key]

    def present(self, d, t):
        return 0 <= t < self.data["sessions"] and bool(d.usable[t])

    def reaction_sessions(self, instrument, but=None):
        """Sessions day 0 + [0, 1] of the instrument's events (except the event `but`)."""
        out = set()
        for ev in self.data["events"]:
            if ev["instrument"] == instrument and (but is None or ev["id"] != but["id"]):
                out.update(ev["day0"] + r for r in range(REACTION[0], REACTION[1] + 1))
        return out

    def fit_at(self, d, day0, masked=frozenset()):
        """Fit on the estimation window of day0 without the masked sessions."""
        a, b = self.settings["estimation"]
        days = [t for t in range(day0 + a, day0 + b + 1) if self.present(d, t) and t not in masked]
        if len(days) < self.settings["min_estimation"]:
            raise Excluded("short-estimation")
        try:
            return fit(d, days)
        except Degenerate:
            raise Excluded("degenerate-fit") from None

    def placebo_ars(self, instrument, model):
        """Per pseudo day 0: its AR at every relative day of the event window, NaN where missing."""
        key = (instrument, model)
        if key not in self._placebos:
            d, real, rows = self.design(instrument, model), self.reaction_sessions(instrument), {}
            for day0 in range(self.data["sessions"]):
                try:
                    f = self.fit_at(d, day0, real)
                except Excluded:
                    continue
                rows[day0] = {
                    tau: abnormal_return(d, f, day0 + tau)
                    for tau in self.event_days
                    if self.present(d, day0 + tau)
                }
            self._placebos[key] = rows
        return self._placebos[key]


def undefined(reason):
    return {"undefined": reason}


def two_sided(t, df):
    return float(2.0 * stats.t.sf(abs(t), df))


def compare(values, v, s):
    """(#{values <= v}, #{values >= v}) where differences below TIE*s are ties."""
    gap = (np.asarray(values) - v) / s
    near = np.abs(gap)
    if ((near > 1e-12) & (near < 1e-8)).any():
        raise AssertionError("a comparison hangs on rounding")
    return int((gap <= TIE).sum()), int((gap >= -TIE).sum())


def sample_quantile(values, v, s):
    n = len(values)
    if n == 0:
        return undefined("no-comparison"), 0
    below, above = compare(values, v, s)
    return min(1.0, 2.0 * min(below + 1, above + 1) / (n + 1)), n


def consecutive_sums(f, length):
    """Sums of `length` residuals at consecutive sessions, all of them estimation days."""
    out = []
    for t in f.sessions:
        run = [f.resid.get(t + j) for j in range(length)]
        if all(e is not None for e in run):
            out.append(sum(run))
    return out


def placebo(study, ev, model, present_days, car, s):
    rows = study.placebo_ars(ev["instrument"], model)
    real = study.reaction_sessions(ev["instrument"])
    values = []
    for day0, ars in rows.items():
        if all(tau in ars for tau in present_days) and not any(day0 + tau in real for tau in present_days):
            values.append(abs(sum(ars[tau] for tau in present_days)))
    if not values:
        return undefined("no-placebo"), 0
    at_least = compare(values, abs(car), s)[1]
    return (1 + at_least) / (1 + len(values)), len(values)


def window_stats(study, d, f, ev, days, ars, ar_sds):
    """CAR and its exact error over the days present."""
    t0 = ev["day0"]
    car = float(sum(ars[tau] for tau in days))
    length = len(days)
    z = d.x[[t0 + tau for tau in days]].sum(axis=0)
    sd = float(np.sqrt(f.s2 * (length + z @ f.xtx_inv @ z)))
    half = stats.t.ppf(0.975, f.df) * sd
    power = (stats.t.ppf(0.975, f.df) + stats.t.ppf(0.80, f.df)) * sd
    grown = np.prod([1.0 + d.ret[t0 + tau] for tau in days])
    expected = np.prod([1.0 + normal_return(d, f, t0 + tau) for tau in days])
    return {
        "n_days": length, "car": car, "car_sd": sd, "car_t": car / sd, "car_p": two_sided(car / sd, f.df),
        "car_low": car - half, "car_high": car + half, "scar": car / sd,
        "csar": sum(ars[tau] / ar_sds[tau] for tau in days), "bhar": grown - expected, "mde": power,
    }


def day_stats(study, d, f, ev):
    """AR and forecast sd at each relative day that is present."""
    ars, sds = {}, {}
    for tau in study.event_days:
        t = ev["day0"] + tau
        if study.present(d, t):
            z = d.x[t]
            ars[tau] = float(abnormal_return(d, f, t))
            sds[tau] = float(np.sqrt(f.s2 * (1.0 + z @ f.xtx_inv @ z)))
    return ars, sds


def window_key(w):
    return f"{w[0]}:{w[1]}"


def missing_reason(study, ev, tau):
    return "outside-data" if not 0 <= ev["day0"] + tau < study.data["sessions"] else "missing-day"


def observe(study, ev, model):
    """Everything of one event observation: {statistic: number, or {day or window: number}}."""
    d = study.design(ev["instrument"], model)
    if not study.present(d, ev["day0"]):
        raise Excluded("missing-event-day")
    f = study.fit_at(d, ev["day0"])
    late = ev["day0"] + study.event_days[-1] >= study.data["sessions"]
    out = {
        "status": {"status": "provisional" if late else "used"},
        "n_estimation": f.m, "df": f.df, "residual_sd": float(f.s),
        "coefficients": dict(zip(d.names, map(float, f.coef))),
        "r_squared": f.r_squared if f.k else undefined("no-regression"),
        "first_session": f.sessions[0], "last_session": f.sessions[-1],
    }
    ars, sds = day_stats(study, d, f, ev)
    put_days(study, out, "", ev, f, ars, sds)
    residuals = list(f.resid.values())
    for tau, ar in ars.items():
        out.setdefault("ar_sq_p", {})[str(tau)] = sample_quantile(residuals, ar, f.s)[0]
    for w in study.windows:
        days = [tau for tau in range(w[0], w[1] + 1) if tau in ars]
        res = window_stats(study, d, f, ev, days, ars, sds)
        res["sq_p"], res["sq_n"] = sample_quantile(consecutive_sums(f, len(days)), res["car"], f.s)
        res["placebo_p"], res["placebo_n"] = placebo(study, ev, model, days, res["car"], f.s)
        for name, value in res.items():
            out.setdefault(name, {})[window_key(w)] = value
    out.update(masked(study, d, ev))
    return out, (d, f, ars, sds)


def put_days(study, out, prefix, ev, f, ars, sds):
    for tau in study.event_days:
        if tau in ars:
            t = ars[tau] / sds[tau]
            res = {"ar": ars[tau], "ar_t": t}
            if not prefix:
                res |= {"ar_sd": sds[tau], "sar": t, "ar_p": two_sided(t, f.df)}
        else:
            res = {"ar": undefined(missing_reason(study, ev, tau))}
        for name, value in res.items():
            out.setdefault(prefix + name, {})[str(tau)] = value


def masked(study, d, ev):
    """The same AR and CAR with the other events' reaction sessions out of the estimation window."""
    names = ["masked_n_estimation", "masked_ar", "masked_car"]
    try:
        f = study.fit_at(d, ev["day0"], study.reaction_sessions(ev["instrument"], but=ev))
    except Excluded as reason:
        return {name: undefined(str(reason)) for name in names}
    out = {"masked_n_estimation": f.m}
    ars, sds = day_stats(study, d, f, ev)
    put_days(study, out, "masked_", ev, f, ars, sds)
    for w in study.windows:
        days = [tau for tau in range(w[0], w[1] + 1) if tau in ars]
        res = window_stats(study, d, f, ev, days, ars, sds)
        for name in ["car", "car_sd", "car_t", "car_p"]:
            out.setdefault("masked_" + name, {})[window_key(w)] = res[name]
    return out
