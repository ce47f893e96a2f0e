"""Ten thousand event observations from Python, beside the same by a loop of statsmodels OLS.

    python python/benches/observations.py

Both compute, per observation, the market model over 240 days and the abnormal returns of 21 days
with their forecast sd; the study also tests six windows. The figures must agree.
"""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import statsmodels.api as sm

import shockwave

N_INSTRUMENTS, N_EVENTS = 200, 50


def simulated() -> tuple[pd.DataFrame, list[dict[str, str]]]:
    """Prices of 200 instruments over twelve years, and 50 events that concern all of them."""
    random = np.random.default_rng(1)
    days = pd.bdate_range("2010-01-04", "2021-12-31")
    market = 0.01 * random.standard_normal(len(days))
    noise = 0.015 * random.standard_normal((len(days), N_INSTRUMENTS))
    beta = random.uniform(0.5, 1.5, N_INSTRUMENTS)
    prices = 100 * np.exp(np.cumsum(market[:, None] * beta + noise, axis=0))
    frame = pd.DataFrame(prices, index=days, columns=[f"S{i:03}" for i in range(N_INSTRUMENTS)])
    frame["MKT"] = 100 * np.exp(np.cumsum(market))
    at = days[np.linspace(400, len(days) - 100, N_EVENTS).astype(int)]
    return frame.rename_axis("date"), [{"id": f"e{i}", "at": str(day.date())} for i, day in enumerate(at)]


def loop(returns: pd.DataFrame, events: list[dict[str, str]]) -> np.ndarray:
    market, found = returns["MKT"].to_numpy(), []
    design = sm.add_constant(market)
    for event in events:
        day_0 = returns.index.get_loc(pd.Timestamp(event["at"]))
        for symbol in returns.columns.drop("MKT"):
            own = returns[symbol].to_numpy()
            fit = sm.OLS(own[day_0 - 250 : day_0 - 10], design[day_0 - 250 : day_0 - 10]).fit()
            window = slice(day_0 - 10, day_0 + 11)
            forecast = fit.get_prediction(design[window])
            found.append([own[window] - forecast.predicted_mean, forecast.se_obs])
    return np.array(found)


def main() -> None:
    frame, events = simulated()
    study = shockwave.Study(benchmark="MKT", calendar="weekdays", placebo=False, tests="patell_z,bmp_t")
    start = time.perf_counter()
    result = study.run(frame, events)
    table = result.abnormal_returns
    ours = time.perf_counter() - start

    start = time.perf_counter()
    theirs = loop(frame.pct_change(fill_method=None), events)
    other = time.perf_counter() - start

    n = N_INSTRUMENTS * N_EVENTS
    own = np.array([table["ar"].to_numpy(), table["ar_sd"].to_numpy()]).reshape(2, n, 21).transpose(1, 0, 2)
    print(f"{n} observations: shockwave {ours:.2f} s, statsmodels {other:.2f} s, {other / ours:.0f} times")
    print(f"largest difference: {np.abs(own - theirs).max():.1e}")


if __name__ == "__main__":
    main()
