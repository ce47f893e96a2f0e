"""The package and the program: the same numbers, to the last bit."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from against_program import assert_same_table

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
        assert_same_table(folder / f"{name}.csv", default.table(name, "dict"))


def test_the_document_differs_only_in_where_figures_came_from(folder: Path, default: shockwave.Result) -> None:
    theirs = json.loads((folder / "study.json").read_text())
    ours = json.loads(default.to_json())
    for document in (theirs, ours):
        assert document.pop("inputs")
    assert theirs == ours
