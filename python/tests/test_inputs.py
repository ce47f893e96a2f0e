"""Whatever the frame, the figures are the same."""

from __future__ import annotations

import datetime
import threading
import time
from typing import Any, Callable

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import shockwave


def numpy_wide() -> dict[str, Any]:
    wide = shockwave.sample_prices("polars").pivot("symbol", index="date", values="adj_close").sort("date")
    return {name: wide[name].to_numpy() for name in wide.columns}


def with_index(make: Callable[[Any], Any]) -> pd.DataFrame:
    wide = pd.DataFrame(numpy_wide()).set_index("date").rename_axis(None)
    wide.index = make(wide.index)
    return wide


def two_levels() -> pd.DataFrame:
    """Columns as yfinance has them: a level of figures and one of symbols."""
    wide = pd.DataFrame(numpy_wide()).set_index("date")
    return pd.concat({"Adj Close": wide, "Close": 2 * wide}, axis=1, names=["Price", "Ticker"])


class OnlyArrow:
    """A frame of which nothing is known but the Arrow PyCapsule interface."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)


LONG: dict[str, Callable[[], Any]] = {
    "polars": lambda: shockwave.sample_prices("polars"),
    "pandas": lambda: shockwave.sample_prices("pandas"),
    "pandas, shuffled": lambda: shockwave.sample_prices("pandas").sample(frac=1, random_state=1),
    "pandas, two indexes": lambda: shockwave.sample_prices("pandas").set_index(["date", "symbol"]),
    "pandas, text": lambda: shockwave.sample_prices("pandas").astype({"date": str, "symbol": "category"}),
    "pyarrow": lambda: shockwave.sample_prices("polars").to_arrow(),
    "arrow stream": lambda: OnlyArrow(shockwave.sample_prices("polars").to_arrow()),
    "polars, categories": lambda: shockwave.sample_prices("polars").cast({"symbol": pl.Categorical}),
    "arrays": lambda: {n: np.array(v) for n, v in shockwave.sample_prices("dict").items() if n != "volume"},
    "lists": lambda: shockwave.sample_prices("dict"),
}
WIDE: dict[str, Callable[[], Any]] = {
    "polars": lambda: pl.DataFrame(numpy_wide()),
    "pandas, index of dates": lambda: pd.DataFrame(numpy_wide()).set_index("date"),
    "pandas, nameless index": lambda: pd.DataFrame(numpy_wide()).set_index("date").rename_axis(None),
    "pandas, index of text": lambda: with_index(lambda days: days.strftime("%Y-%m-%d")),
    "pandas, nameless dates": lambda: with_index(lambda days: [day.date() for day in days]),
    "pandas, periods": lambda: with_index(lambda days: days.to_period("D")),
    "pandas, Price above Ticker": lambda: two_levels(),
    "pandas, Ticker above Price": lambda: two_levels().swaplevel(axis=1).sort_index(axis=1),
    "pandas, New York": lambda: pd.DataFrame(numpy_wide()).set_index("date").tz_localize("America/New_York"),
    "polars, Tokyo": lambda: pl.DataFrame(numpy_wide()).with_columns(
        pl.col("date").cast(pl.Datetime).dt.replace_time_zone("Asia/Tokyo")
    ),
    "pyarrow": lambda: pl.DataFrame(numpy_wide()).to_arrow(),
    "arrays": numpy_wide,
}


@pytest.mark.parametrize("shape", [LONG, WIDE], ids=["long", "wide"])
def test_all_frames_give_the_same_numbers(quick: shockwave.Study, selloff: dict[str, str], shape: Any) -> None:
    results = {kind: quick.run(make(), [selloff]).table("cars", "dict") for kind, make in shape.items()}
    first = next(iter(results.values()))
    assert first["car"][0] == pytest.approx(-0.13328, abs=5e-6)
    for kind, cars in results.items():
        assert cars == first, kind


def test_events_of_all_kinds_are_the_same(quick: shockwave.Study, selloff: dict[str, str], tmp_path: Any) -> None:
    prices = shockwave.sample_prices("polars")
    path = tmp_path / "events.csv"
    path.write_text("id,at,instruments,category\nsell-off,2025-01-27,NVDA,ai-chip\n")
    day = datetime.date(2025, 1, 27)
    kinds = {
        "dict": selloff,
        "dicts": [selloff],
        "a date, a list": [{**selloff, "at": day, "instruments": ["NVDA"]}],
        "polars": pl.DataFrame([{**selloff, "at": day}]),
        "pandas": pd.DataFrame([{**selloff, "at": pd.Timestamp(day)}]),
        "a path": path,
        "paths": [str(path)],
    }
    for kind, events in kinds.items():
        ledger = quick.run(prices, events).table("ledger", "dict")
        assert ledger["event_id"] == ["sell-off"], kind
        assert (ledger["given_at"], ledger["status"]) == (["2025-01-27"], ["used"]), kind


def test_a_catalogue_goes_in_as_it_came_out(quick: shockwave.Study) -> None:
    prices = shockwave.sample_prices("polars")
    rows = quick.run(prices, shockwave.sample_events()).table("cars", "dict")
    assert rows == quick.run(prices, "ai-chip-policy").table("cars", "dict")


def test_returns_are_taken_as_they_are(quick: shockwave.Study, selloff: dict[str, str]) -> None:
    wide = pd.DataFrame(numpy_wide()).set_index("date")
    returns = wide / wide.shift(1) - 1
    cars = quick.run(returns=returns.iloc[1:], events=[selloff]).table("cars", "dict")
    assert cars["car"][0] == pytest.approx(-0.1332756, abs=1e-6)


def test_factors_go_in_as_a_frame(selloff: dict[str, str]) -> None:
    study = shockwave.Study(model="ff3", placebo=False, bootstrap=99)
    prices = shockwave.sample_prices("polars")
    embedded = study.run(prices, [selloff]).table("cars", "dict")
    for library in ("polars", "pandas", "dict"):
        given = study.run(prices, [selloff], factors=shockwave.sample_factors(library)).table("cars", "dict")
        assert given["car"] == pytest.approx(embedded["car"], rel=1e-12), library


def prices_of(**columns: Any) -> pd.DataFrame:
    days = pd.bdate_range("2024-01-01", periods=3)
    return pd.DataFrame({"date": days, **columns})


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (prices_of(symbol="A", ret=0.1), "returns go in as"),
        (prices_of(A=True), "not of numbers"),
        (prices_of(A=pd.Timestamp("2024-01-01")), "not of numbers"),
        (pd.concat([prices_of(A=1.0), prices_of(A=2.0)[["A"]]], axis=1), "two columns have this name"),
        (pd.concat({"x": prices_of(A=1.0)}, axis=1), "several levels"),
        (prices_of(A=1.0)["A"], "no stream of a frame"),
        (pd.DataFrame({"A": [1.0]}), "no column of dates"),
        ([1.0, 2.0], "is no frame"),
    ],
)
def test_what_is_no_frame_of_prices_is_refused(quick: shockwave.Study, selloff: Any, frame: Any, said: str) -> None:
    with pytest.raises(shockwave.InputError, match=said):
        quick.run(frame, [selloff])


def test_the_day_of_a_timestamp_is_that_of_its_own_zone(quick: shockwave.Study, selloff: dict[str, str]) -> None:
    wide = pd.DataFrame(numpy_wide())
    late = wide.assign(date=wide["date"].dt.strftime("%Y-%m-%d 23:00:00-05:00"))
    assert quick.run(late, [selloff]).table("cars", "dict") == quick.run(wide, [selloff]).table("cars", "dict")


def test_columns_are_not_copied_before_the_extension() -> None:
    from shockwave import _frames

    prices = shockwave.sample_prices("polars")
    close = prices["close"].to_numpy()
    symbols, _ = _frames.price_columns(prices, "prices")
    assert all(np.shares_memory(one["fields"][3], close) for one in symbols)


def test_other_threads_go_on_while_a_study_runs(selloff: dict[str, str]) -> None:
    study = shockwave.Study(benchmark="SPY", bootstrap=20_000, instruments="NVDA,AMD,AVGO")
    events = shockwave.sample_events()
    done, ticks = threading.Event(), 0

    def run() -> None:
        study.run(shockwave.sample_prices("dict"), events)
        done.set()

    thread = threading.Thread(target=run)
    thread.start()
    longest, last = 0.0, time.monotonic()
    while not done.is_set():
        time.sleep(0.002)
        now = time.monotonic()
        longest, last, ticks = max(longest, now - last), now, ticks + 1
    thread.join()
    assert ticks > 5
