"""Every session of a span as if it were an event: answers/scan.json. See README.md.

Shares no code with the engine, nor with single.py: one lstsq per session, loops for ranks and shifts, arch for the
conditional variance, statsmodels for the false-discovery rates.
"""

import json
from pathlib import Path

import numpy as np
from arch import arch_model
from scipy import stats
from statsmodels.stats.multitest import multipletests

HERE = Path(__file__).parent
FIRST, LAST, MIN_DAYS, TIE, ALPHA, WITHIN = -250, -11, 144, 1e-10, 0.05, (0, 1)
MIN_CONDITIONAL, MAX_CONDITIONAL, REFIT = 250, 500, 125
# data set: first session of the span, instruments, every n-th session to be stored
CASES = {
    "sample": (500, ["NVDA", "AMD", "ARM"], 7),
    "simulated": (260, ["S01", "S06"], 7),
    "hostile": (300, ["TICK", "ZERO", "STILL", "TWIN", "FLAT", "EXACT", "GAPS", "CRASH", "PLAIN"], 5),
}
MODELS = ["market", "mean-adjusted", "market-adjusted", "ff3"]


def column(values):
    return np.array([np.nan if v is None else v for v in values], dtype=float)


def design(data, model, n):
    """(offset, regressors, constant?) of a model."""
    market = column(data["instruments"][data["benchmark"]]["return"])
    if model == "market":
        return np.zeros(n), [market], True
    if model == "mean-adjusted":
        return np.zeros(n), [], True
    if model == "market-adjusted":
        return market, [], False
    f = {k: column(v) for k, v in data["factors"].items()}
    return f["rf"], [f["mkt_rf"], f.get("smb_3factor", f["smb"]), f["hml"]], True


def session(returns, offset, xs, constant, t):
    """The figures of one session, or the reason why there are none."""
    n = len(returns)
    y = returns - offset
    usable = np.isfinite(y) & np.all([np.isfinite(x) for x in xs] or [np.ones(n, bool)], axis=0)
    if not usable[t]:
        return "missing-return"
    days = [u for u in range(max(0, t + FIRST), t + LAST + 1) if u >= 0 and usable[u]]
    if len(days) < MIN_DAYS:
        return "short-estimation"
    columns = ([np.ones(n)] if constant else []) + xs
    k, m = len(columns), len(days)
    if k == 0:
        e, leverage, expected = y[days], 0.0, offset[t]
    else:
        z = np.column_stack([c[days] for c in columns])
        length = np.sqrt((z**2).sum(axis=0))
        if length.min() == 0:
            return "degenerate-fit"
        singular = np.linalg.svd(z / length, compute_uv=False)
        if singular[-1] / singular[0] < 1e-10:
            return "degenerate-fit"
        q, r = np.linalg.qr(z)
        b = np.linalg.solve(r, q.T @ y[days])
        e = y[days] - z @ b
        row = np.array([c[t] for c in columns])
        w = np.linalg.solve(r.T, row)
        leverage, expected = w @ w, offset[t] + row @ b
    size = np.sqrt((returns[days] ** 2).sum() + (offset[days] ** 2).sum())
    if np.sqrt((e**2).sum()) <= 1e-12 * size:
        return "degenerate-fit"
    s = np.sqrt((e**2).sum() / (m - k))
    ar = returns[t] - expected
    sd = s * np.sqrt(1.0 + leverage)
    below = sum(1 for v in e if v <= ar + TIE * s)
    above = sum(1 for v in e if v >= ar - TIE * s)
    return {
        "ar": ar, "ar_sd": sd, "ar_t": ar / sd, "ar_p": 2.0 * stats.t.sf(abs(ar / sd), m - k), "n": m,
        "residual_sd": s, "sq_p": min(1.0, 2.0 * (min(below, above) + 1) / (m + 1)),
    }


def q_values(p):
    known = [i for i, v in enumerate(p) if v is not None]
    out = [None] * len(p)
    if known:
        adjusted = multipletests([p[i] for i in known], method="fdr_bh")[1]
        for i, q in zip(known, adjusted):
            out[i] = float(q)
    return out


def conditional(ars, start):
    """GARCH(1,1)-t about a constant, fitted before the span and anew after every 125 abnormal returns, and stepped
    through it. A fit that drifts off is not used: the one before goes on. Session -> (t, sd)."""
    days = [t for t in range(len(ars)) if np.isfinite(ars[t])]
    n = max(sum(1 for t in days if t < start), MIN_CONDITIONAL)
    out = {"fits": [], "scaled": {}}
    state = None  # parameters, variance and error of the last day that was stepped over
    for first in range(n, len(days), REFIT):
        past = days[max(0, first - MAX_CONDITIONAL): first]
        y = 100.0 * ars[past]
        model = arch_model(y, mean="Constant", vol="GARCH", p=1, q=1, dist="t", rescale=False)
        best = max((model.fit(disp="off", starting_values=s, options={"maxiter": 2000, "ftol": 1e-12})
                    for s in starts(y)), key=lambda f: f.loglikelihood)
        mu, omega, alpha, beta, nu = best.params
        e = y - mu
        drift = np.sqrt(omega / (1 - alpha - beta) / ((e @ e) / (len(y) - 5)))
        if 0.5 <= drift <= 2.0:
            centred = y - y.mean()
            w = 0.94 ** np.arange(75)
            variance = omega + (alpha + beta) * (w / w.sum() * centred[:75] ** 2).sum()
            for shock in e[:-1]:
                variance = omega + alpha * shock**2 + beta * variance
            state = [(mu, omega, alpha, beta), variance, e[-1]]
            out["fits"].append({"n": len(past), "first": days[first], "loglik": float(best.loglikelihood)})
        for t in days[first: first + REFIT]:
            if state is None:
                continue
            (mu, omega, alpha, beta), variance, shock = state
            variance = omega + alpha * shock**2 + beta * variance
            shock = 100.0 * ars[t] - mu
            state = [(mu, omega, alpha, beta), variance, shock]
            out["scaled"][t] = [shock / np.sqrt(variance), np.sqrt(variance) / 100.0]
    return out


def starts(y):
    v = y.var()
    return [None] + [np.array([y.mean(), v * (1 - a - b), a, b, 6.0])
                     for a, b in [(0.05, 0.9), (0.1, 0.8), (0.15, 0.5), (0.02, 0.97)]]


def association(abnormal, reaction):
    """The table, its odds ratio, and p over all circular shifts; sessions without a figure count nowhere."""
    n = len(abnormal)

    def table(shift):
        cells = [0, 0, 0, 0]
        for t in range(n):
            if abnormal[t] is not None:
                cells[2 * (not reaction[(t - shift) % n]) + (not abnormal[t])] += 1
        return cells

    def odds(c, add):
        return (c[0] + add) * (c[3] + add) / ((c[1] + add) * (c[2] + add))

    own = table(0)
    a, b, c, d = own
    if 0 in (a + b, c + d, a + c, b + d):
        return {"cells": own, "undefined": "zero-variance"}
    high = sum(1 for s in range(n) if odds(table(s), 0.5) >= odds(own, 0.5))
    return {"cells": own, "odds_ratio": odds(own, 0.5 if 0 in own else 0.0), "p": high / n,
            "precision": a / (a + c)}


def volume_z(volume, t):
    log = np.log(np.where(volume > 0, volume, np.nan))
    past = log[max(0, t + FIRST): max(0, t + LAST + 1)]
    past = past[np.isfinite(past)]
    if not np.isfinite(log[t]) or len(past) < MIN_DAYS or past.std(ddof=1) == 0:
        return None
    return float((log[t] - past.mean()) / past.std(ddof=1))


def scan(data, name, model, instrument, start, step):
    returns = column(data["instruments"][instrument]["return"])
    n = len(returns)
    offset, xs, constant = design(data, model, n)
    figures = [session(returns, offset, xs, constant, t) for t in range(n)]
    known = [isinstance(f, dict) for f in figures]
    sq_p = [f["sq_p"] if ok else None for f, ok in zip(figures, known)][start:]
    q = q_values(sq_p)
    days = [e["day0"] for e in data["events"] if e["instrument"] == instrument]
    reaction = [any(WITHIN[0] <= t - d <= WITHIN[1] for d in days) for t in range(start, n)]
    abnormal = [None if p is None else p <= ALPHA for p in sq_p]
    stored = sorted(set(range(start, n, step)) | {d for d in days if d >= start})
    out = {"sessions": {}, "association": association(abnormal, reaction)}
    volume = data["instruments"][instrument].get("volume")
    for t in stored:
        f = figures[t]
        if known[t]:
            f = f | {"q_value": q[t - start]}
        row = f if known[t] else {"undefined": f}
        if volume is not None:
            row = row | {"volume_z": volume_z(column(volume), t)}
        out["sessions"][str(t)] = row
    if model == "market" and name != "hostile":
        ars = np.array([f["ar"] if ok else np.nan for f, ok in zip(figures, known)])
        found = conditional(ars, start)
        found["scaled"] = {str(t): v for t, v in found["scaled"].items() if t in stored}
        out["conditional"] = found
    return out


def answers():
    out = {}
    for name, (start, instruments, step) in CASES.items():
        data = json.loads((HERE / "datasets" / f"{name}.json").read_text())
        own = {"start": start, "models": {}}
        for model in MODELS:
            if model == "ff3" and name == "hostile":
                continue
            own["models"][model] = {i: scan(data, name, model, i, start, step) for i in instruments}
        out[name] = own
    return out


if __name__ == "__main__":
    from generate import write

    write(HERE / "answers" / "scan.json", answers(), 6)
