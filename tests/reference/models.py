"""Normal-return models: the regression design of each, and the fit on a given set of sessions.

A design holds, for every session of the data set, the left side y, the regressor row and the
"offset" (the part of the normal return that is not estimated: the risk-free rate of an
excess-return model, the benchmark of the market-adjusted model). NaN marks a missing number.
The fits are statsmodels' OLS; nothing here knows events.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import statsmodels.api as sm

# A fit is degenerate where one of these ratios falls below the threshold. watch() makes sure that
# no data set comes near them, so that any sane threshold classifies every fit in the same way.
SINGULAR = 1e-10  # smallest / largest singular value of X, columns scaled to unit length
NO_VARIANCE = 1e-12  # sqrt(sum e^2) / sqrt(sum R^2 + sum offset^2)

FACTOR_MODELS = {
    "capm": ["mkt_rf"],
    "ff3": ["mkt_rf", "smb_3factor", "hml"],
    "carhart": ["mkt_rf", "smb_3factor", "hml", "mom"],
    "ff5": ["mkt_rf", "smb", "hml", "rmw", "cma"],
    "ff6": ["mkt_rf", "smb", "hml", "rmw", "cma", "mom"],
}

MODELS = [
    "mean-adjusted", "market-adjusted", "market", "market-ex", "factors",
    "capm", "ff3", "carhart", "ff5", "ff6",
]


@dataclass
class Design:
    """One instrument under one model, over all sessions."""

    ret: np.ndarray  # simple returns of the instrument
    offset: np.ndarray  # normal return that is not estimated
    x: np.ndarray  # sessions x k
    names: list  # coefficient names, as in the answers

    @cached_property
    def y(self):
        return self.ret - self.offset

    @cached_property
    def usable(self):
        return np.isfinite(self.ret) & np.isfinite(self.offset) & np.isfinite(self.x).all(axis=1)


@dataclass
class Fit:
    """Estimates on M sessions. xtx_inv is (X'X)^-1."""

    sessions: list
    k: int
    coef: np.ndarray
    s2: float
    r_squared: float
    xtx_inv: np.ndarray
    resid: dict  # session -> e

    @property
    def m(self):
        return len(self.sessions)

    @property
    def df(self):
        return self.m - self.k

    @property
    def s(self):
        return np.sqrt(self.s2)


class Degenerate(Exception):
    """Singular design, or no residual variance."""


def column(values):
    """JSON list with null -> float array with NaN."""
    return np.array([np.nan if v is None else v for v in values], dtype=float)


def returns(data, instrument):
    return column(data["instruments"][instrument]["return"])


def design(data, instrument, model):
    n = data["sessions"]
    ret = returns(data, instrument)
    market = returns(data, data["benchmark"])
    const, zero = np.ones(n), np.zeros(n)
    if model == "mean-adjusted":
        return Design(ret, zero, np.column_stack([const]), ["alpha"])
    if model == "market-adjusted":
        return Design(ret, market, np.empty((n, 0)), [])
    if model == "market":
        return Design(ret, zero, np.column_stack([const, market]), ["alpha", "beta"])
    if model == "market-ex":
        w = data["settings"]["benchmark_weight"]
        rest = (market - w * ret) / (1.0 - w)
        return Design(ret, zero, np.column_stack([const, rest]), ["alpha", "beta"])
    if model == "factors":
        extra = data["settings"]["factor_columns"]
        cols = [const, market] + [returns(data, c) for c in extra]
        return Design(ret, zero, np.column_stack(cols), ["alpha", "beta"] + [f"beta_{c}" for c in extra])
    factors = data["factors"]
    wanted = list(FACTOR_MODELS[model])
    if "smb_3factor" in wanted and "smb_3factor" not in factors:
        wanted[wanted.index("smb_3factor")] = "smb"
    cols = [const] + [column(factors[c]) for c in wanted]
    names = ["alpha"] + ["beta_smb" if c == "smb_3factor" else f"beta_{c}" for c in wanted]
    return Design(ret, column(factors["rf"]), np.column_stack(cols), names)


def watch(ratio, threshold, what):
    """Refuse a data set in which a yes/no decision hangs on rounding."""
    if threshold * 1e-2 < ratio < threshold * 1e2:
        raise AssertionError(f"{what}: {ratio} is too near its threshold {threshold}")


def check_design(x):
    length = np.sqrt((x**2).sum(axis=0))
    if (length == 0.0).any():
        raise Degenerate("singular")
    sv = np.linalg.svd(x / length, compute_uv=False)
    watch(sv[-1] / sv[0], SINGULAR, "singular design")
    if sv[-1] / sv[0] < SINGULAR:
        raise Degenerate("singular")


def check_variance(e, ret, offset):
    size, total = np.sqrt((e**2).sum()), np.sqrt((ret**2).sum() + (offset**2).sum())
    if total == 0.0:
        raise Degenerate("no variance")
    watch(size / total, NO_VARIANCE, "residual variance")
    if size / total < NO_VARIANCE:
        raise Degenerate("no variance")


def fit(d, sessions):
    """Fit on exactly these sessions (all usable)."""
    sessions = [int(t) for t in sessions]
    y, x = d.y[sessions], d.x[sessions]
    k = x.shape[1]
    if k == 0:  # market-adjusted: nothing estimated, raw differences, not demeaned
        check_variance(y, d.ret[sessions], d.offset[sessions])
        s2 = float((y**2).sum() / len(y))
        return Fit(sessions, 0, np.empty(0), s2, np.nan, np.empty((0, 0)), dict(zip(sessions, y)))
    check_design(x)
    ols = sm.OLS(y, x).fit(method="qr")
    e = y - x @ ols.params
    check_variance(e, d.ret[sessions], d.offset[sessions])
    r2 = 0.0 if k == 1 else float(ols.rsquared)
    s2 = float(ols.mse_resid)
    return Fit(sessions, k, ols.params, s2, r2, ols.normalized_cov_params, dict(zip(sessions, e)))


def normal_return(d, f, t):
    return d.offset[t] + d.x[t] @ f.coef


def abnormal_return(d, f, t):
    return d.y[t] - d.x[t] @ f.coef
