"""Scans: the same numbers as the program, to the last bit, and what is said of them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from against_program import assert_same_table

import shockwave

PROGRAM = os.environ.get("SHOCKWAVE_BIN")
ASKED: dict[str, Any] = {"symbols": "NVDA", "start": "2024-06-01", "end": "2025-06-30", "top": 7}


@pytest.fixture(scope="module")
def scan() -> shockwave.Scan:
    """A year of the embedded figures, with the groups of the embedded study."""
    return shockwave.Study("nvda-ai-shock").scan(**ASKED)


@pytest.mark.skipif(not PROGRAM, reason="SHOCKWAVE_BIN names no program to compare with")
def test_every_table_is_that_of_the_program(scan: shockwave.Scan, tmp_path: Path) -> None:
    command = [str(PROGRAM), "scan", "NVDA", "--from", "2024-06-01", "--to", "2025-06-30", "--top", "7"]
    command += ["--out", str(tmp_path / "out"), "--store", str(tmp_path / "store"), "--offline"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode in (0, 1), ended.stderr
    for name in scan.tables:
        assert_same_table(tmp_path / "out" / f"{name}.csv", scan.table(name, "dict"))
    theirs, ours = (json.loads(text) for text in ((tmp_path / "out" / "scan.json").read_text(), scan.to_json()))
    for document in (theirs, ours):
        assert document.pop("inputs")
    assert theirs == ours
    assert set(scan.write(tmp_path / "own")) >= {"scan.csv", "sessions.csv", "scan.html", "scan.json"}
    assert (tmp_path / "own" / "scan.csv").read_bytes() == (tmp_path / "out" / "scan.csv").read_bytes()


def test_a_scan_shows_itself(scan: shockwave.Scan) -> None:
    top = scan.table("scan", "dict")
    assert len(top["rank"]) == 7 and str(top["session"][0]) == "2025-01-27"
    assert "deepseek-selloff" in top["events"][0].split(";")
    assert scan.sessions.height > 250 and scan.association.height > 0 and scan.top.height == 7
    assert scan.instruments == ["NVDA"] and "NVDA" in repr(scan) and "abnormal" in repr(scan)
    assert "no known event" in scan.summary() and "--" not in scan.summary()
    page = scan._repr_html_()
    assert "<svg" in page and "<table>" in page and scan.to_html().startswith("<!doctype html>")


def test_a_scan_of_figures_and_events_of_ones_own() -> None:
    wide = shockwave.sample_prices("pandas").pivot(index="date", columns="symbol", values="adj_close")
    study = shockwave.Study(benchmark="SPY", instruments="NVDA", estimation=(-30, -5))
    events = [{"id": "mine", "at": "2025-01-27"}]
    scan = study.scan(wide[["NVDA", "AMD", "SPY"]], None, events, start=pd.Timestamp("2025-01-01"), peers=["AMD"])
    top = scan.table("scan", "dict")
    assert set(top["instrument"]) == {"NVDA"} and "mine" in top["events"][top["session"].index(_day("2025-01-27"))]


def _day(text: str) -> Any:
    return pd.Timestamp(text).date()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"start": "27 January"}, 'start: "27 January": not a date'),
        ({"start": "2025-02-01", "end": "2025-01-01"}, "lies after end 2025-01-01"),
        ({"top": 0}, "top: "),
        ({"top": -1}, "top: "),
        ({"alpha": 2.0}, "alpha: "),
        ({"within": (3, 1)}, "within: "),
        ({"symbols": "NOBODY"}, "NOBODY"),
    ],
)
def test_faults_name_the_keyword(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(shockwave.InputError) as caught:
        shockwave.Study("nvda-ai-shock").scan(**{**ASKED, **wrong})
    assert said in str(caught.value) and "--" not in str(caught.value)
