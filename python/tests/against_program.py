"""Comparison of a table with the CSV file that the program wrote of it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any


def assert_same_table(path: Path, own: dict[str, Any]) -> None:
    """Numbers are equal to the last bit: the decimals of the file read back as the same double."""
    with open(path, newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    assert list(own) == reader.fieldnames
    for column, values in own.items():
        cells = [row[column] for row in rows]
        assert len(values) == len(cells)
        for value, cell in zip(values, cells):
            if isinstance(value, float):
                assert float(cell) == value, (path.stem, column)
            elif value is None:
                assert cell == "", (path.stem, column)
            elif isinstance(value, bool):
                assert cell == str(value).lower()
            else:
                assert cell.lstrip("'") == str(value).lstrip("'"), (path.stem, column)
