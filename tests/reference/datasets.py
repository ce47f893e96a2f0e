"""The three inputs. `sample` is made from the project's figures (a folder with closes.csv,
factors_percent.csv and nvda_ohlcv.csv); `simulated` and `hostile` from fixed seeds.
"""

import csv
from pathlib import Path

import numpy as np

SETTINGS = {
    "estimation": [-250, -11],
    "event_window": [-10, 10],
    "windows": [[0, 0], [-1, 1], [0, 1], [0, 5], [-5, 5], [-10, 10]],
    "min_estimation": 144,
    "benchmark_weight": 0.065,
}
FACTORS = ["mkt_rf", "smb", "hml", "rmw", "cma", "mom", "rf", "smb_3factor"]

SAMPLE_SYMBOLS = ["NVDA", "AMD", "AVGO", "MSFT", "GOOGL", "TSM", "ARM", "VST", "CRM", "QQQ", "SPY"]
# id, instrument, date, rule, group. Rules: "date" = that session, else the next one; "amc" = the session after it.
SAMPLE_EVENTS = [
    ("bis-2022", "NVDA", "2022-10-07", "date", "export-control"),
    ("bis-2023", "NVDA", "2023-10-17", "date", "export-control"),
    ("bis-2024", "NVDA", "2024-12-02", "date", "export-control"),
    ("diffusion-rule", "NVDA", "2025-01-13", "date", "export-control"),
    ("h20-licence", "NVDA", "2025-04-15", "amc", "export-control"),
    ("diffusion-rescinded", "NVDA", "2025-05-13", "date", "export-control"),
    ("h20-resume", "NVDA", "2025-07-14", "amc", "export-control"),
    ("revenue-deal", "NVDA", "2025-08-10", "date", "export-control"),
    ("h200-allowed", "NVDA", "2026-01-13", "amc", "export-control"),
    ("deepseek-v3", "NVDA", "2024-12-26", "date", "deepseek"),
    ("deepseek-r1", "NVDA", "2025-01-20", "date", "deepseek"),
    ("deepseek-app", "NVDA", "2025-01-26", "date", "deepseek"),
    ("deepseek-monday", "NVDA", "2025-01-27", "date", "deepseek"),
    ("meeting", "NVDA", "2025-01-31", "date", "meeting"),
    ("meeting-article-date", "NVDA", "2025-02-01", "date", "meeting"),
    ("tariffs-signed", "NVDA", "2025-02-01", "date", "tariffs"),
    ("liberation-day", "NVDA", "2025-04-02", "amc", "tariffs"),
    ("tariff-pause", "NVDA", "2025-04-09", "date", "tariffs"),
    ("section-232", "NVDA", "2026-01-14", "date", "tariffs"),
    ("results-2023-05", "NVDA", "2023-05-24", "amc", "results"),
    ("results-2024-02", "NVDA", "2024-02-21", "amc", "results"),
    ("results-2024-05", "NVDA", "2024-05-22", "amc", "results"),
    ("results-2024-08", "NVDA", "2024-08-28", "amc", "results"),
    ("results-2025-02", "NVDA", "2025-02-26", "amc", "results"),
    ("results-2025-05", "NVDA", "2025-05-28", "amc", "results"),
    ("results-2025-08", "NVDA", "2025-08-27", "amc", "results"),
    ("results-2025-11", "NVDA", "2025-11-19", "amc", "results"),
    ("monday-avgo", "AVGO", "2025-01-27", "date", "hardware-monday"),
    ("monday-amd", "AMD", "2025-01-27", "date", "hardware-monday"),
    ("monday-tsm", "TSM", "2025-01-27", "date", "hardware-monday"),
    ("monday-arm", "ARM", "2025-01-27", "date", "hardware-monday"),
    ("monday-vst", "VST", "2025-01-27", "date", "hardware-monday"),
    ("monday-msft", "MSFT", "2025-01-27", "date", "software-monday"),
    ("monday-googl", "GOOGL", "2025-01-27", "date", "software-monday"),
    ("monday-crm", "CRM", "2025-01-27", "date", "software-monday"),
    ("monday-qqq", "QQQ", "2025-01-27", "date", "index"),
    ("arm-too-young", "ARM", "2024-03-18", "amc", "index"),
]


def read_columns(path):
    with open(path, newline="") as handle:
        return list(csv.DictReader(handle))


def simple_returns(prices):
    """R_t = P_t / P_{t-1} - 1; missing where either price is."""
    out = [None]
    for before, now in zip(prices, prices[1:]):
        out.append(None if before is None or now is None else now / before - 1.0)
    return out


def session_of(dates, date, rule):
    first = next(t for t, d in enumerate(dates) if d >= date)
    return first + 1 if rule == "amc" and dates[first] == date else first


def sample(figures):
    closes = {}
    for row in read_columns(Path(figures) / "closes.csv"):
        closes.setdefault(row["symbol"], {})[row["date"]] = row
    dates = sorted(closes["SPY"])
    instruments = {}
    for symbol in SAMPLE_SYMBOLS:
        rows = [closes[symbol].get(d) for d in dates]
        instruments[symbol] = {"return": simple_returns([r and float(r["adj_close"]) for r in rows])}
        if symbol in ("NVDA", "AMD", "SPY"):
            instruments[symbol]["volume"] = [r and float(r["volume"]) for r in rows]
    bars = {r["date"]: r for r in read_columns(Path(figures) / "nvda_ohlcv.csv")}
    for name in ["open", "high", "low", "close"]:
        instruments["NVDA"][name] = [float(bars[d][name]) for d in dates]
    rows = {r["date"]: r for r in read_columns(Path(figures) / "factors_percent.csv")}
    factors = {f: [float(rows[d][f]) / 100.0 if d in rows else None for d in dates] for f in FACTORS}
    events = [
        {"id": i, "instrument": s, "date": date, "rule": rule, "day0": session_of(dates, date, rule), "group": g}
        for i, s, date, rule, g in SAMPLE_EVENTS
    ]
    return {
        "name": "sample", "sessions": len(dates), "dates": dates, "instruments": instruments,
        "benchmark": "SPY", "factors": factors, "events": events,
        "settings": SETTINGS | {"factor_columns": ["QQQ"]},
        "portfolios": [{
            "id": "monday", "day0": session_of(dates, "2025-01-27", "date"),
            "winners": ["MSFT", "GOOGL", "CRM"], "losers": ["AVGO", "AMD", "TSM", "ARM", "VST"],
        }],
    }


def to_list(values):
    return [None if not np.isfinite(v) else float(v) for v in values]


def random_factors(rng, n):
    """Daily factor returns of a plausible size; smb_3factor is another series than smb."""
    out = {name: 0.006 * rng.standard_normal(n) for name in ["smb", "hml", "rmw", "cma", "mom"]}
    out["mkt_rf"] = 0.0004 + 0.011 * rng.standard_normal(n)
    out["smb_3factor"] = 0.9 * out["smb"] + 0.002 * rng.standard_normal(n)
    out["rf"] = 0.0001 + 0.00005 * (np.arange(n) // 60 % 3)
    return out


def simulated():
    """Twelve stocks with factor structure; a cluster of events, repeated instruments, missing days."""
    rng = np.random.default_rng(20250127)
    n = 600
    factors = random_factors(rng, n)
    market = factors["mkt_rf"] + factors["rf"] + 0.0015 * rng.standard_normal(n)
    industry = 1.1 * market + 0.008 * rng.standard_normal(n)
    names = [f"S{i:02d}" for i in range(1, 13)]
    series = {"MKT": market.copy(), "IND": industry.copy()}
    for i, name in enumerate(names):
        noise = rng.standard_t(3 if i % 3 == 0 else 30, n) * 0.012
        loads = rng.normal(0.0, 0.5, 3)
        series[name] = (
            0.0002 + (0.6 + 0.08 * i) * market + 0.4 * (industry - 1.1 * market)
            + loads[0] * factors["smb"] + loads[1] * factors["hml"] + loads[2] * factors["mom"] + noise
        )
    events = [("cluster-a", name, 400, "cluster") for name in names[:8]]
    events += [("cluster-b", name, 402, "cluster") for name in names[8:11]]
    events += [("single", name, 290 + 23 * i, "scattered") for i, name in enumerate(names)]
    events += [("again", names[0], 420, "scattered"), ("again", names[3], 405, "scattered"),
               ("twice", names[3], 405, "scattered"), ("late", names[5], 595, "scattered")]
    rows = []
    for n_event, (kind, name, day0, group) in enumerate(events):
        jump = (-0.03 if group == "cluster" else 0.02) + 0.02 * rng.standard_normal()
        if kind != "twice":
            series[name][day0] += jump
            series[name][day0 + 1] += 0.3 * jump
        rows.append({
            "id": f"{kind}-{name}-{day0}", "instrument": name, "day0": day0, "group": group,
            "attributes": {"size": float(rng.normal(10.0, 1.5)), "tightening": int(n_event % 3 == 0)},
        })
    volume = {}
    for name in ["S01", "S02", "S05", "MKT"]:
        volume[name] = np.exp(15.0 + 0.3 * rng.standard_normal(n) + 20.0 * np.abs(series[name]))
        volume[name][rng.random(n) < 0.004] = np.nan
    day0s = {(r["instrument"], r["day0"]) for r in rows}
    for name in names:
        for t in np.flatnonzero(rng.random(n) < 0.012):
            if (name, int(t)) not in day0s:
                series[name][t] = np.nan
    for t in [57, 203, 398, 471]:  # near and inside windows, never a day 0
        series["MKT"][t] = np.nan
    factors["hml"][[120, 404]] = np.nan
    return assemble("simulated", n, series, factors, rows, ["IND"], volume, [
        {"id": "cluster", "day0": 400, "winners": names[8:], "losers": names[:8]},
    ])


def assemble(name, n, series, factors, events, factor_columns, volume=None, portfolios=()):
    instruments = {}
    for key, values in series.items():
        instruments[key] = {"return": [None] + to_list(values[1:])}
        if volume and key in volume:
            instruments[key]["volume"] = to_list(volume[key])
    return {
        "name": name, "sessions": n, "instruments": instruments, "benchmark": "MKT",
        "factors": {k: to_list(v) for k, v in factors.items()}, "events": events,
        "settings": SETTINGS | {"factor_columns": factor_columns}, "portfolios": list(portfolios),
    }


def antithetic(rng, series, n):
    """Three series of which any two share 80 estimation days, on which they mirror each other: r-bar near -1."""
    parts = np.array_split(np.arange(290, 530), 3)
    noise = [0.02 * rng.standard_normal(n) for _ in range(3)]
    for i in range(3):
        other, shared = (i + 1) % 3, parts[(i + 2) % 3]  # the part that only i and the next one have
        noise[other][shared] = -noise[i][shared]
    for i in range(3):
        noise[i][parts[i]] = np.nan
        series[f"ANTI{i + 1}"] = noise[i]


def hostile():
    """Each instrument is one trap; the id of an event names it. The benchmark stands still until session 262."""
    rng = np.random.default_rng(13)
    n = 700
    factors = random_factors(rng, n)
    market = factors["mkt_rf"] + factors["rf"]
    market[:262] = 0.0005
    beta_plus = lambda beta, sd: beta * market + sd * rng.standard_normal(n)  # noqa: E731
    series = {
        "MKT": market, "IND": beta_plus(1.2, 0.009),
        "FLAT": 1e-9 * rng.standard_normal(n),  # a price that hardly moves
        "HUGE": np.exp(1.5 * rng.standard_normal(n)) * 50.0 - 0.9,  # returns of thousands of percent
        "TICK": np.round(beta_plus(0.8, 0.01) * 50) / 50,  # 2 % ticks: zeros and ties
        "ZERO": np.where(rng.random(n) < 0.7, 0.0, 0.01 * rng.standard_normal(n)),
        "STILL": np.zeros(n),  # never trades
        "TWIN": 2.0 * market,  # no residual variance
        "EXACT": beta_plus(1.0, 0.012), "SHORT": beta_plus(1.0, 0.012), "GAPS": beta_plus(0.9, 0.015),
        "FAT": beta_plus(1.1, 0.01) + 0.01 * rng.standard_t(2, n), "CRASH": beta_plus(1.0, 0.01),
        "PLAIN": beta_plus(1.3, 0.008), "OTHER": beta_plus(0.7, 0.011),
    }
    series["CRASH"][560] = -0.99
    series["CRASH"][561] = 4.0
    # Estimation window of day 540 is 290..529, 240 sessions: leave exactly 144 and 143 of them.
    for name, keep in [("EXACT", 144), ("SHORT", 143)]:
        gone = rng.permutation(np.arange(290, 530))[: 240 - keep]
        series[name][gone] = np.nan
    # An event on a day that this estimation window needs: with it masked, 143 or 142 are left.
    needed = 480 + int(np.flatnonzero(np.isfinite(series["EXACT"][480:]))[0])
    antithetic(rng, series, n)
    series["GAPS"][[538, 541, 543, 545, 572, 580, 590]] = np.nan  # inside windows; 572 is a day 0
    market[[566, 620, 634]] = np.nan  # 620 is a day 0
    at = [
        ("flat", "FLAT", 540), ("huge", "HUGE", 540), ("tick", "TICK", 545), ("zero", "ZERO", 545),
        ("still", "STILL", 545), ("twin", "TWIN", 545), ("exact", "EXACT", 540), ("short", "SHORT", 540),
        ("gaps-in-windows", "GAPS", 540), ("gap-on-day-0", "GAPS", 572), ("benchmark-gap-on-day-0", "PLAIN", 620),
        ("fat", "FAT", 550), ("crash", "CRASH", 560), ("two-in-a-row", "CRASH", 561),
        ("benchmark-stands-still", "PLAIN", 257), ("near-the-start", "PLAIN", 8), ("barely-enough", "OTHER", 280),
        ("near-the-end", "OTHER", 694), ("last-session", "PLAIN", 699), ("benchmark-itself", "MKT", 550),
        ("own-regressor", "IND", 550), ("benchmark-gap-in-window", "OTHER", 636), ("masks-a-needed-day", "EXACT", needed),
    ]
    events = [{"id": i, "instrument": s, "day0": t, "group": "odd" if k % 2 else "even"}
              for k, (i, s, t) in enumerate(at)]
    events += [{"id": f"antithetic-{i}", "instrument": f"ANTI{i}", "day0": 540, "group": "antithetic"} for i in (1, 2, 3)]
    return assemble("hostile", n, series, factors, events, ["IND"])
