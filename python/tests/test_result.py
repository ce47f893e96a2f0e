"""What comes out, and what is said when nothing can."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import shockwave


def test_tables_are_frames_with_types(default: shockwave.Result) -> None:
    cars = default.cars
    assert isinstance(cars, pl.DataFrame)
    assert cars.schema["car"] == pl.Float64 and cars.schema["window_start"] == pl.Int64
    assert default.ledger.schema["session"] == pl.Date
    assert not cars["car"].is_nan().any(), "missing is null, never NaN"
    excluded = default.ledger.filter(pl.col("status") == "excluded")
    assert excluded.height > 0 and excluded["n_estimation"].null_count() > 0
    pandas = default.table("cars", "pandas")
    assert isinstance(pandas, pd.DataFrame) and pandas["car"].dtype == np.float64
    assert cars["car"].to_list() == default.table("cars", "dict")["car"]
    for name in default.tables:
        assert default.table(name).height == len(default.table(name, "pandas"))


def test_the_embedded_study_is_complete(default: shockwave.Result) -> None:
    assert default.name == "nvda-ai-shock"
    assert default.claims.height > 0 and default.groups.height > 0 and default.tests.height > 0
    assert "Nvidia" in default.title and "excluded" in repr(default)
    assert default.summary() and default.summary("de") != default.summary()
    document = json.loads(default.to_json())
    assert document["schema"].startswith("shockwave.study/")
    assert len(document["cars"]) == default.cars.height
    roles = {entry["role"]: entry for entry in document["inputs"]}
    assert roles["prices"]["name"] == "sample" and len(roles["prices"]["sha256"]) == 64


def test_charts_are_shown_inline(default: shockwave.Result) -> None:
    chart = default.plot("car-path")
    assert chart.name.startswith("car-path") and chart._repr_svg_().startswith("<svg")
    assert default.plot().name.startswith("ar-bars")
    assert chart.png().startswith(b"\x89PNG")
    page = default._repr_html_()
    assert "<svg" in page and "<table>" in page and default.title in page
    with pytest.raises(shockwave.InputError, match="no chart has this name; there are price"):
        default.plot("pie")


def test_reports_are_written(default: shockwave.Result, tmp_path: Path) -> None:
    names = default.write(tmp_path / "out")
    assert {"cars.csv", "study.json", "report.html", "report.md"} <= set(names)
    assert all((tmp_path / "out" / name).stat().st_size > 0 for name in names)
    default.plot().save(tmp_path / "chart.svg")
    assert (tmp_path / "chart.svg").read_text().startswith("<svg")


def test_markup_of_users_stays_text(quick: shockwave.Study) -> None:
    study = shockwave.Study(benchmark="SPY", title="<script>alert(1)</script>", placebo=False, bootstrap=99)
    event = {"id": "<b>x</b>", "at": "2025-01-27", "instruments": "NVDA"}
    page = study.run(shockwave.sample_prices(), [event])._repr_html_()
    assert "<script" not in page and "<b>x" not in page


def test_groups_and_claims_are_keywords(selloff: dict[str, str]) -> None:
    study = shockwave.Study(
        benchmark="SPY",
        placebo=False,
        bootstrap=99,
        groups={"chips": ["NVDA", "AMD"], "software": ["CRM", "NOW"]},
        claims=[
            {
                "id": "hit",
                "text": "the sell-off hit Nvidia",
                "events": ["sell-off"],
                "instrument": "NVDA",
                "window": (0, 0),
                "direction": "down",
            }
        ],
    )
    result = study.run(shockwave.sample_prices(), [{**selloff, "instruments": ""}])
    assert result.claims["verdict"].to_list() == ["supported"]
    assert set(result.groups["group_a"]) | set(result.groups["group_b"]) >= {"chips", "software"}


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"model": "magic"}, r'model: "magic": not one of the choices; choose mean-adjusted'),
    ({"benchmark_weight": 1.5}, r'benchmark_weight: "1.5": the share of the benchmark must be at least 0'),
    ({"model": 3}, r'model: "3": of type int, not text'),
    ({"benchmark": "QQQQ"}, r'benchmark: "QQQQ": the prices hold no QQQQ; name one that they hold: AAPL'),
    ({"windows": [(0, 0), (3, 1)]}, r'windows: "3:1": .*write A:B, such as -1:1'),
    ({"event_window": (-20, 10)}, r"give estimation and event_window that do not meet"),
    ({"tests": ["t"]}, r'tests: "t": no test has this name; choose all'),
    ({"calendar": "XMAS"}, r'calendar: "XMAS"'),
    ({"seed": -1}, r'seed: "-1": not a count; write a whole number'),
    ({"min_estimation": "100"}, r'min_estimation: "100": not a count'),
    ({"bootstrap": 3}, r"the number of resamples must lie between 99 and 1000000"),
]


@pytest.mark.parametrize(("settings", "text"), FAULTS, ids=[str(f[0]) for f in FAULTS])
def test_settings_that_cannot_be(settings: dict[str, Any], text: str, selloff: dict[str, str]) -> None:
    with pytest.raises(shockwave.InputError, match=text) as caught:
        shockwave.Study(**settings).run(shockwave.sample_prices("dict"), [selloff])
    assert isinstance(caught.value, ValueError) and caught.value.cure
    assert "--" not in str(caught.value)


def test_a_result_is_copied_but_not_pickled(default: shockwave.Result) -> None:
    assert copy.deepcopy(default) is default and copy.copy(default) is default
    with pytest.raises(TypeError, match="Result cannot be pickled; keep its frames"):
        pickle.dumps(default)
    study = pickle.loads(pickle.dumps(shockwave.Study(benchmark="SPY")))
    assert repr(study) == "shockwave.Study(benchmark='SPY')"


def test_events_that_cannot_be(quick: shockwave.Study) -> None:
    prices = shockwave.sample_prices("dict")
    for none in ([], pd.DataFrame({"id": [], "at": []})):
        with pytest.raises(shockwave.InputError, match="events: there are no events; give each at least"):
            quick.run(prices, none)
    with pytest.raises(shockwave.InputError, match=r"events:3: column `at`: ") as caught:
        quick.run(prices, [{"id": "a", "at": "2025-01-27"}, {"id": "b", "at": "soon"}])
    assert (caught.value.line, caught.value.column, caught.value.value) == (3, "at", "soon")
    with pytest.raises(shockwave.InputError, match="there is no column `at` in `id,title`"):
        quick.run(prices, [{"id": "a", "title": "A"}])
    with pytest.raises(shockwave.InputError, match="the events have no columns but `id`; give each at least"):
        quick.run(prices, [{"id": "a"}])
    with pytest.raises(shockwave.InputError, match="no-such.csv: there is no such file; check the path; embedded are"):
        quick.run(prices, "no-such.csv")


def test_prices_that_cannot_be(quick: shockwave.Study, selloff: dict[str, str]) -> None:
    cases: list[tuple[Any, str]] = [
        (pd.DataFrame({"date": [], "NVDA": []}), "the frame has no rows"),
        (42, "prices: int is no frame; give a frame of polars or pandas"),
        ("prices.csv", "read the file first"),
        ({"close": [1.0]}, "there is no column of dates among close"),
        ({"date": ["2025-01-27"], "close": [1.0]}, "none of symbols; add a column `symbol`"),
        ({"date": ["2025-01-27"], "NVDA": ["x"]}, "not of numbers"),
        ({"date": ["soon"], "NVDA": [1.0]}, "a date cannot be read"),
        ({"date": ["2025-01-27", "2025-01-28"], "NVDA": [1.0]}, "the column has 1 rows, the dates 2"),
        ({"date": [1, 2], "NVDA": [1.0, 2.0]}, "the dates are of type int64"),
        ({"date": [None, "2025-01-28"], "NVDA": [1.0, 2.0]}, "row 0 has no date"),
    ]
    for prices, text in cases:
        with pytest.raises(shockwave.InputError, match=text):
            quick.run(prices, [selloff])
    with pytest.raises(shockwave.InputError, match="either prices or returns"):
        quick.run(events=[selloff])
    with pytest.raises(shockwave.CalendarError, match="outside the XNYS calendar"):
        quick.run({"date": ["1900-01-02", "2025-01-28"], "NVDA": [1.0, 2.0], "SPY": [1.0, 2.0]}, [selloff])


def test_impossible_prices_are_missing_and_named(quick: shockwave.Study, selloff: dict[str, str]) -> None:
    prices = shockwave.sample_prices("pandas")
    at = prices.index[(prices.symbol == "NVDA") & (prices.date == "2024-06-03")]
    prices.loc[at, ["close", "adj_close"]] = -1.0
    document = json.loads(quick.run(prices, [selloff]).to_json())
    kinds = {(f["symbol"], f["kind"]) for f in document["findings"]}
    assert ("NVDA", "non-positive-price") in kinds


def test_stubs_say_what_the_extension_has() -> None:
    stubtest = pytest.importorskip("mypy.stubtest")
    arguments = ["shockwave._native", "--ignore-missing-stub"]
    assert stubtest.test_stubs(stubtest.parse_options(arguments)) == 0


def test_a_car_is_found_by_its_event(default: shockwave.Result) -> None:
    row = default.car("deepseek-selloff", "NVDA")
    assert round(row["car"], 5) == -0.13328 and round(row["car_t"], 3) == -5.062
    assert default.car("deepseek-selloff", "NVDA", (-1, 1))["n_days"] == 3
    with pytest.raises(shockwave.InputError, match=r"there are deepseek-selloff, NVDA, \(0, 0\); "):
        default.car("deepseek-selloff", "NVDA", (7, 8))
    with pytest.raises(shockwave.InputError, match="there are events: "):
        default.car("none", "NVDA")


def test_weights_and_regressions_are_keywords() -> None:
    events = [e for e in shockwave.sample_events() if e["category"].startswith("export-control")]
    study = shockwave.Study(
        benchmark="SPY",
        instruments=["NVDA", "AMD", "AVGO"],
        windows=[(0, 1)],
        groups={"chips": {"members": ["NVDA", "AMD"], "weights": [3, 1]}, "other": ["AVGO"]},
        regressions=[{"name": "tight", "window": (0, 1), "attributes": ["category"], "errors": "hc3"}],
        placebo=False,
        bootstrap=99,
    )
    result = study.run(shockwave.sample_prices(), events)
    terms = result.table("regression", "dict")
    assert terms["term"] == ["constant", "category=export-control-tightening"]
    assert terms["coefficient"][1] < 0 and terms["errors"] == ["hc3", "hc3"]
    assert set(result.table("portfolios", "dict")["weighting"]) == {"equal", "value"}
