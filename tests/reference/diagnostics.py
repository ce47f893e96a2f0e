"""Are residuals independent and normal, and does the event raise the variance? statsmodels and scipy."""

from itertools import combinations

import numpy as np
from scipy import stats
from statsmodels.stats.diagnostic import acorr_ljungbox, het_arch
from statsmodels.stats.stattools import jarque_bera

from sample_tests import stat
from single import undefined, window_key

BOX_LAGS, ARCH_LAGS = 10, 5  # two weeks of sessions, and one


def diagnostics(observed):
    """Of the estimation residuals, taken as consecutive; over s, for statsmodels drops columns of squares of 1e-18."""
    e = np.array(list(observed["fit"].resid.values())) / observed["fit"].s
    box, (jb, jb_p, skew, kurtosis), arch = acorr_ljungbox(e, lags=[BOX_LAGS]), jarque_bera(e), het_arch(e, nlags=ARCH_LAGS)
    return {
        "ljung_box": {"value": float(box["lb_stat"].iloc[0]), "p": float(box["lb_pvalue"].iloc[0])},
        "jarque_bera": {"value": float(jb), "p": float(jb_p)},
        "skewness": float(skew), "excess_kurtosis": float(kurtosis - 3.0),
        "arch_lm": {"value": float(arch[0]), "p": float(arch[1])},
    }


def event_induced_variance(study, observed, r):
    """Var(SCAR) beside what its law says: 1 - c r-bar of the mean of (M - k)/(M - k - 2), c the mean overlap of windows."""
    out, n = {}, len(observed)
    for w in study.windows:
        if n < 2:
            out[window_key(w)] = undefined("too-few-events")
            continue
        q = np.mean([obs["fit"].df / (obs["fit"].df - 2) for obs in observed])
        days = [set(range(obs["event"]["day0"] + w[0], obs["event"]["day0"] + w[1] + 1)) for obs in observed]
        shared = np.mean([len(a & b) / len(a) for a, b in combinations(days, 2)])
        ratio = float(np.var(stat(observed, "scar", w), ddof=1) / ((1 - shared * r) * q))
        out[window_key(w)] = {"value": ratio, "p": float(stats.chi2.sf(ratio * (n - 1), n - 1)), "df": n - 1}
    return out
