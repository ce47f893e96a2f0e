"""Ten thousand event observations from Python, from the program, and by a loop of statsmodels OLS.

    SHOCKWAVE_BIN=target/release/shockwave python python/benches/observations.py

All compute, per observation, the market model over 240 days and the abnormal returns of 21 days
with their forecast sd; the study also tests six windows. The program reads its prices from a CSV file
and writes its tables as such, which is what a user of it waits for. The figures must agree. Without
`SHOCKWAVE_BIN` the program is left out. Processor seconds, of all threads together, can be compared
also where other work runs beside it.
"""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
import time
from pathlib import Path

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


class Watch:
    """Seconds on the wall and of processors since it was made."""

    def __init__(self, who: int = resource.RUSAGE_SELF) -> None:
        self.who = who
        self.wall, self.processor = time.perf_counter(), self.used()

    def used(self) -> float:
        used = resource.getrusage(self.who)
        return used.ru_utime + used.ru_stime

    def __str__(self) -> str:
        return f"{time.perf_counter() - self.wall:.2f} s ({self.used() - self.processor:.2f} processor seconds)"


def program(binary: str, frame: pd.DataFrame, events: list[dict[str, str]]) -> tuple[str, pd.DataFrame]:
    """What `shockwave study` takes on the same prices, files included, and its abnormal returns."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        frame.to_csv(folder / "prices.csv")
        pd.DataFrame(events).to_csv(folder / "events.csv", index=False)
        settings = ["--benchmark", "MKT", "--calendar", "weekdays", "--placebo", "off", "--tests", "patell_z,bmp_t"]
        files = ["--prices", "prices.csv", "--events", "events.csv", "--out", "out", "--format", "csv", "--quiet"]
        command = [os.path.abspath(binary), "study", *files, *settings, "--store", str(folder / "store")]
        watch = Watch(resource.RUSAGE_CHILDREN)
        subprocess.run(command, cwd=folder, check=True)
        return str(watch), pd.read_csv(folder / "out/abnormal_returns.csv")


def main() -> None:
    frame, events = simulated()
    study = shockwave.Study(benchmark="MKT", calendar="weekdays", placebo=False, tests="patell_z,bmp_t")
    watch = Watch()
    result = study.run(frame, events)
    table = result.abnormal_returns
    ours = str(watch)

    watch = Watch()
    theirs = loop(frame.pct_change(fill_method=None), events)
    other = str(watch)

    n = N_INSTRUMENTS * N_EVENTS
    own = np.array([table["ar"].to_numpy(), table["ar_sd"].to_numpy()]).reshape(2, n, 21).transpose(1, 0, 2)
    print(f"{n} observations, from frame to frame: {ours}")
    difference = np.abs(own - theirs).max()
    print(f"loop of statsmodels OLS: {other}; largest difference {difference:.1e}")
    if binary := os.environ.get("SHOCKWAVE_BIN"):
        took, written = program(binary, frame, events)
        same = table["ar"].to_list() == written["ar"].to_list() and table["ar_sd"].to_list() == written["ar_sd"].to_list()
        print(f"shockwave study, from file to file: {took}; figures the same to the last bit: {same}")


if __name__ == "__main__":
    main()
