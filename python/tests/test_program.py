"""The package and the program: the same numbers, to the last bit."""

from __future__ import annotations

import csv
import json
import os
import subprocess
from pathlib import Path

import pytest

import shockwave

PROGRAM = os.environ.get("SHOCKWAVE_BIN")
pytestmark = pytest.mark.skipif(not PROGRAM, reason="SHOCKWAVE_BIN names no program to compare with")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``shockwave study`` writes without arguments."""
    home = tmp_path_factory.mktemp("program")
    out, store = home / "out", home / "store"
    command = [str(PROGRAM), "study", "--out", str(out), "--store", str(store), "--offline"]
    ended = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False)
    assert ended.returncode in (0, 1), ended.stderr
    return out


def test_every_table_is_that_of_the_program(folder: Path, default: shockwave.Result) -> None:
    written = {path.stem for path in folder.glob("*.csv")}
    assert written == set(default.tables)
    for name in default.tables:
        with open(folder / f"{name}.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        own = default.table(name, "dict")
        for column, values in own.items():
            cells = [row[column] for row in rows]
            assert len(values) == len(cells)
            for value, cell in zip(values, cells):
                if isinstance(value, float):
                    # Equal to the last bit: the decimals of the file read back as the same double.
                    assert float(cell) == value, (name, column)
                elif value is None:
                    assert cell == "", (name, column)
                elif isinstance(value, bool):
                    assert cell == str(value).lower()
                else:
                    assert cell.lstrip("'") == str(value).lstrip("'"), (name, column)


def test_the_document_differs_only_in_where_figures_came_from(folder: Path, default: shockwave.Result) -> None:
    theirs = json.loads((folder / "study.json").read_text())
    ours = json.loads(default.to_json())
    for document in (theirs, ours):
        assert document.pop("inputs")
    assert theirs == ours
