"""What the data sets need beside returns, from seeds of their own, so that the returns stay as they are:
bars, volumes, attributes, portfolios and donors for the statistics of methods.md section 7 and synthetic control.
"""

from datetime import date

import numpy as np

from models import column

# instruments that get a bar (open, high, low, close), and those that get a volume
BARS = {"simulated": ["S01", "S02", "S03"], "hostile": ["CRASH", "FLAT", "GAPS", "TICK"]}
VOLUMES = {"hostile": ["EXACT", "GAPS", "MKT", "OTHER", "TICK", "CRASH"]}
# FLAT and STILL differ by 1e-9, and beside HUGE the others are rounding: which of them a mixture takes is a toss
NO_DONORS = {"sample": ["SPY"], "simulated": ["MKT"], "hostile": ["MKT", "FLAT", "HUGE"]}
N_DONORS = 8  # made for `simulated`, whose other instruments miss a day in every window


def to_list(values):
    return [None if not np.isfinite(v) else float(v) for v in values]


def bars(rng, ret):
    """Prices from a return series; a missing return leaves no bar."""
    close = 100.0 * np.cumprod(1.0 + np.nan_to_num(ret))
    before = np.concatenate([[100.0], close[:-1]])
    opened = before * (1.0 + 0.003 * rng.standard_normal(len(ret)))
    high = np.maximum(opened, close) * (1.0 + 0.004 * np.abs(rng.standard_normal(len(ret))))
    low = np.minimum(opened, close) * (1.0 - 0.004 * np.abs(rng.standard_normal(len(ret))))
    out = {"open": opened, "high": high, "low": low, "close": close}
    for values in out.values():
        values[1:][~np.isfinite(ret[1:])] = np.nan
    return out


def spoil(rng, series):
    """Bars that are none: a high below the low, a price of zero, a session that stands still (which is one)."""
    at = rng.permutation(np.arange(480, 660))
    for t in at[:6]:
        series["high"][t], series["low"][t] = series["low"][t], series["high"][t]
    series["low"][at[6:9]] = 0.0
    for values in series.values():
        values[at[9:12]] = 50.0


def volumes(rng, ret):
    out = np.exp(12.0 + 0.4 * rng.standard_normal(len(ret)) + 5.0 * np.minimum(np.abs(np.nan_to_num(ret)), 1.0))
    out[rng.random(len(ret)) < 0.01] = np.nan
    out[rng.random(len(ret)) < 0.01] = 0.0  # nothing was traded: no logarithm
    return out


def donor(rng, data, number):
    """The market with a load of its own, and noise; the last two miss a day."""
    n = data["sessions"]
    market = np.nan_to_num(column(data["instruments"]["MKT"]["return"]))
    out = (0.5 + 0.15 * number) * market + 0.006 * rng.standard_normal(n)
    if number > N_DONORS - 2:
        out[rng.integers(350, 380)] = np.nan
    return {"return": [None] + to_list(out[1:])}


def attributes(rng, data, ev):
    if "dates" in data:  # real events: facts, not random numbers
        on = date.fromisoformat(ev["date"])
        return {"monday": int(on.weekday() == 0), "years": (on - date(2022, 1, 1)).days / 365.25}
    return {"size": float(rng.normal(10.0, 1.5)), "tightening": int(rng.random() < 0.4)}


def extend(data):
    """Adds what is not there yet; a second call changes nothing."""
    name, series = data["name"], data["instruments"]
    rng = np.random.default_rng([2003, len(name)])
    if name == "simulated" and "D01" not in series:
        for number in range(1, N_DONORS + 1):
            series[f"D{number:02d}"] = donor(rng, data, number)
    for symbol in BARS.get(name, []):
        if "high" not in series[symbol]:
            made = bars(rng, column(series[symbol]["return"]))
            if name == "hostile":
                spoil(rng, made)
            series[symbol] |= {field: to_list(values) for field, values in made.items()}
    for symbol in VOLUMES.get(name, []):
        if "volume" not in series[symbol]:
            series[symbol]["volume"] = to_list(volumes(rng, column(series[symbol]["return"])))
    for ev in data["events"]:
        if "attributes" not in ev:
            ev["attributes"] = attributes(rng, data, ev)
    if name == "hostile" and not data["portfolios"]:
        data["portfolios"] = [{"id": "odd", "day0": 545, "winners": ["PLAIN", "OTHER", "GAPS"], "losers": ["FAT", "CRASH", "TICK"]}]
    data["donors"] = sorted(set(series) - set(NO_DONORS[name]))
    return data
