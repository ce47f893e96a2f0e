#!/usr/bin/env python3
"""500 event observations with the whole analytic battery over six windows, three ways.

    python3 benches/numpy_battery.py

Runs one after the other on the same simulated returns (1 % missing): the crate, by way of
`cargo bench --bench battery`; numpy with every loop over events vectorised; and the package
`eventstudy` where it is installed, which knows the t of the CAR only. Prints best times and ratios,
and stops if a statistic or p of numpy differs from the crate's by more than 1e-8.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from scipy import stats

N_EVENTS, N_INSTRUMENTS, N_SESSIONS, REPEATS = 500, 200, 1500, 5
FIRST, LAST = -250, -11
WINDOWS = [(0, 0), (-1, 1), (0, 1), (0, 5), (-5, 5), (-10, 10)]
RUST = ["cargo", "bench", "--quiet", "--no-default-features", "--bench", "battery", "--"]


def simulate():
    random = np.random.default_rng(1)
    market = 0.0004 + 0.01 * random.standard_normal(N_SESSIONS)
    beta = random.uniform(0.5, 1.5, (N_INSTRUMENTS, 1))
    returns = beta * market + 0.02 * random.standard_t(5, (N_INSTRUMENTS, N_SESSIONS))
    returns[random.random(returns.shape) < 0.01] = np.nan
    # Places drawn without replacement, on days with a return: no event twice, no ties.
    places = np.argwhere(np.isfinite(returns[:, 260 : N_SESSIONS - 20]))
    chosen = np.sort(random.choice(len(places), N_EVENTS, replace=False))
    instrument, day = places[chosen].T
    return market, returns, instrument, day + 260


def mean_correlation(e, present, sessions, n_sessions):
    """Mean pairwise correlation on the calendar over the sessions that each pair shares."""
    n = len(e)
    values, flags = np.zeros((n, n_sessions)), np.zeros((n, n_sessions))
    rows = np.arange(n)[:, None]
    values[rows, sessions], flags[rows, sessions] = np.where(present, e, 0.0), present
    shared, sums = flags @ flags.T, values @ flags.T
    squares, products = (values * values) @ flags.T, values @ values.T
    enough = shared >= 10
    m = np.where(enough, shared, 1.0)
    covariance = products - sums * sums.T / m
    variance = squares - sums**2 / m
    with np.errstate(invalid="ignore", divide="ignore"):
        r = np.where(enough, covariance / np.sqrt(variance * variance.T), 0.0)
    return (r.sum() - np.trace(r)) / (n * (n - 1))


def ranks(values):
    """Ranks over 1 + n less one half along rows; NaN last (simulated figures have no ties)."""
    order = np.argsort(values, axis=1)
    rank = np.empty(values.shape)
    np.put_along_axis(rank, order, np.arange(1.0, values.shape[1] + 1)[None, :], axis=1)
    present = np.isfinite(values)
    return np.where(present, rank / (1 + present.sum(1, keepdims=True)) - 0.5, np.nan)


def calendar_time(returns, market, instrument, sessions, present):
    held = np.zeros(returns.shape, bool)
    held[np.repeat(instrument, sessions.shape[1]).reshape(sessions.shape)[present], sessions[present]] = True
    days = np.flatnonzero(held.any(0))
    y = np.where(held, np.nan_to_num(returns), 0.0)[:, days].sum(0) / held[:, days].sum(0)
    x = np.column_stack([np.ones(len(days)), market[days]])
    inverse = np.linalg.inv(x.T @ x)
    b = inverse @ x.T @ y
    scores = x * (y - x @ b)[:, None]
    lags = int(np.floor(4 * (len(days) / 100) ** (2 / 9)))
    s = scores.T @ scores
    for lag in range(1, lags + 1):
        gamma = scores[lag:].T @ scores[:-lag]
        s += (1 - lag / (lags + 1)) * (gamma + gamma.T)
    t = b[0] / np.sqrt((inverse @ s @ inverse)[0, 0])
    return t, 2 * stats.t.sf(abs(t), len(days) - 2)


def battery(market, returns, instrument, day):
    estimation = day[:, None] + np.arange(FIRST, LAST + 1)
    y, x = returns[instrument[:, None], estimation], market[estimation]
    present = np.isfinite(y)
    m = present.sum(1)
    x_mean = np.where(present, x, 0).sum(1) / m
    y_mean = np.where(present, y, 0).sum(1) / m
    dx = np.where(present, x - x_mean[:, None], 0)
    dy = np.where(present, y - y_mean[:, None], 0)
    ss = (dx * dx).sum(1)
    beta = (dx * dy).sum(1) / ss
    e = dy - beta[:, None] * dx
    s = np.sqrt((e * e).sum(1) / (m - 2))
    e = np.where(present, e, np.nan)
    averages = np.nanmean(e, axis=0)
    r = mean_correlation(e, present, estimation, len(market))
    share = ((e > 0).sum(1) / m).mean()
    q = (m - 2) / (m - 4)
    out = {}
    for first, last in WINDOWS:
        t = day[:, None] + np.arange(first, last + 1)
        actual, dz = returns[instrument[:, None], t], market[t] - x_mean[:, None]
        ar = actual - y_mean[:, None] - beta[:, None] * dz
        here = np.isfinite(ar)
        length = here.sum(1)
        used = length > 0
        n = used.sum()
        dz = np.where(here, dz, 0)
        car = np.where(here, ar, 0).sum(1)
        sd = s * np.sqrt(length + length**2 / m + dz.sum(1) ** 2 / ss)
        sar = ar / (s[:, None] * np.sqrt(1 + 1 / m[:, None] + dz**2 / ss[:, None]))
        csar = np.where(here, sar, 0).sum(1)[used]
        scar, car_used = car[used] / sd[used], car[used]
        root = np.sqrt(n)
        tests = {}

        def put(name, value, df=None):
            law = stats.norm if df is None else stats.t(df)
            tests[name] = (value, 2 * law.sf(abs(value)))

        put("cross_section_t", root * car_used.mean() / car_used.std(ddof=1), n - 1)
        crude = car_used.mean() / (averages.std(ddof=1) * np.sqrt(here.any(0).sum()))
        put("crude_dependence_t", crude, len(averages) - 1)
        patell = csar.sum() / np.sqrt((length * q)[used].sum())
        bmp = root * scar.mean() / scar.std(ddof=1)
        put("patell_z", patell)
        put("bmp_t", bmp, n - 1)
        inflation = 1 + (n - 1) * r
        put("kp_patell_z", patell / np.sqrt(inflation))
        put("kp_bmp_t", bmp * np.sqrt((1 - r) / inflation), n - 1)
        tests["calendar_time_alpha"] = calendar_time(returns, market, instrument, t, here)
        u = ranks(np.hstack([e, ar]))
        mean_u = np.nanmean(u, axis=0)
        tested = mean_u[e.shape[1] :]
        put("corrado_rank_z", tested.sum() / np.sqrt(len(tested)) / np.sqrt((mean_u**2).mean()))
        star = (scar / scar.std(ddof=1))[:, None]
        u = ranks(np.hstack([(e / s[:, None])[used], star]))
        mean_u, counts = np.nanmean(u, axis=0), np.isfinite(u).sum(0)
        z = mean_u[-1] / np.sqrt((counts / n * mean_u**2).mean())
        days = u.shape[1]
        put("grank_t", z * np.sqrt((days - 2) / (days - 1 - z * z)), days - 2)
        put("grank_z", z)
        positive = (car_used > 0).sum()
        put("sign_z", (positive - n / 2) / np.sqrt(n / 4))
        put("generalized_sign_z", (positive - n * share) / np.sqrt(n * share * (1 - share)))
        rank = np.argsort(np.argsort(np.abs(car_used))) + 1.0
        w = rank[car_used > 0].sum()
        z = (w - n * (n + 1) / 4) / np.sqrt(n * (n + 1) * (2 * n + 1) / 24)
        tests["wilcoxon_w"] = (w, 2 * stats.norm.sf(abs(z)))
        out[f"{first}:{last}"] = tests
    return out


def best_time(function, repeats=REPEATS):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def crate(market, returns, instrument, day):
    """Best time and statistics of the crate."""
    with tempfile.TemporaryDirectory() as folder:
        events = np.column_stack([instrument, day])
        for name, array in [("market", market), ("returns", returns), ("events", events)]:
            np.ascontiguousarray(array, "<f8").tofile(Path(folder) / f"{name}.bin")
        command = RUST + ["--data", folder]
        root = Path(__file__).parents[1]
        run = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(run.stderr)
    seconds, tests = None, {}
    for words in map(str.split, run.stdout.splitlines()):
        if words[0] == "seconds":
            seconds = float(words[1])
        elif words[0] == "test":
            tests.setdefault(words[1], {})[words[2]] = (float(words[3]), float(words[4]))
    return seconds, tests


def package(market, returns, instrument, day):
    """Best time of `eventstudy` for the t of every event's CAR; None without the package."""
    try:
        from eventstudy import Single
    except ImportError:
        return None
    dates = np.datetime64("2018-01-01") + np.arange(len(market))
    columns = {f"i{i}": row for i, row in enumerate(returns)}
    Single._save_parameter("returns", {"date": dates, "market": market, **columns})
    Single._save_parameter("max_iteration", 0)

    def run():
        for i, t in zip(instrument, day):
            Single.market_model(
                security_ticker=f"i{i}",
                market_ticker="market",
                event_date=dates[t],
                event_window=(-10, 10),
                estimation_size=LAST - FIRST + 1,
                buffer_size=0,
            )

    return best_time(run, 1)


def largest_difference(ours, theirs):
    worst = 0.0
    for window, tests in theirs.items():
        if set(tests) != set(ours[window]):
            sys.exit(f"{window}: the tests differ")
        for name, pair in tests.items():
            for a, b in zip(ours[window][name], pair):
                worst = max(worst, abs(a - b) / max(abs(b), 1e-3))
    return worst


def main():
    data = simulate()
    ours, our_tests = crate(*data)
    theirs = best_time(lambda: battery(*data))
    difference = largest_difference(our_tests, battery(*data))
    print(f"{len(data[2])} event observations, 13 analytic tests, {len(WINDOWS)} windows")
    print(f"shockwave   {1e3 * ours:9.1f} ms")
    print(f"numpy       {1e3 * theirs:9.1f} ms  {theirs / ours:6.1f} x")
    other = package(*data)
    if other is None:
        print("eventstudy  not installed")
    else:
        print(f"eventstudy  {1e3 * other:9.1f} ms  {other / ours:6.1f} x  (t of the CAR only)")
    print(f"largest relative difference from numpy: {difference:.1e}")
    if difference > 1e-8:
        sys.exit(1)


if __name__ == "__main__":
    main()
