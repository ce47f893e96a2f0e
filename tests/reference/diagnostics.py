"""Are residuals independent and normal, and does the event raise the variance? statsmodels and scipy."""

import numpy as np
from scipy import stats
from statsmodels.stats.diagnostic import acorr_ljungbox, het_arch
from statsmodels.stats.stattools import jarque_bera

from sample_tests import MIN_SHARED, correlations, overlap, stat
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


def event_induced_variance(study, observed):
    """Var(SCAR) beside what its law says: 1 - rho of the mean of (M - k)/(M - k - 2), rho the mean correlation of CARs, as
    far as their windows overlap; its degrees of freedom by Satterthwaite, every row of the matrix as heavy as the mean one.
    """
    out, n = {}, len(observed)
    r, shared = correlations(observed) if n >= 2 else (None, None)
    for w in study.windows:
        if n < 2:
            out[window_key(w)] = undefined("too-few-events")
            continue
        q = np.mean([obs["fit"].df / (obs["fit"].df - 2) for obs in observed])
        c, others = overlap(observed, w), ~np.eye(n, dtype=bool)
        rho = (c * r)[others].mean()
        with np.errstate(divide="ignore", invalid="ignore"):
            squares = np.where(shared >= MIN_SHARED, r**2 - (1 - r**2) ** 2 / (shared - 1), 0.0)
        trace, row = (n - 1) * (1 - rho), 1 + (n - 1) * rho
        spread = n + (c**2 * squares)[others].sum() - row**2
        df = min(max(trace**2 / spread, 1.0), n - 1.0) if spread > 0 else n - 1.0
        ratio = float(np.var(stat(observed, "scar", w), ddof=1) / ((1 - rho) * q))
        out[window_key(w)] = {"value": ratio, "p": float(stats.chi2.sf(ratio * df, df)), "df": float(df)}
    return out
