"""Events as files have them: text and its name, so that one reader knows all their rules."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from . import _native
from ._errors import InputError
from ._frames import columns, kind_of


def event_files(events: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The events as files' names and bytes, and the records of where they came from."""
    if isinstance(events, (str, os.PathLike)):
        sources: list[Any] = [events]
    elif isinstance(events, Sequence) and events and all(isinstance(e, (str, os.PathLike)) for e in events):
        sources = list(events)
    else:
        sources = [events]
    files = [_file(source) for source in sources]
    return [file for file, _ in files], [record for _, record in files]


def _file(source: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    if isinstance(source, (str, os.PathLike)):
        name, content = _read(os.fspath(source))
        extension, n_rows = os.path.splitext(name)[1].lstrip(".").lower(), 0
    else:
        rows = _rows(source)
        name, content = "events", _csv(rows)
        extension, n_rows = kind_of(source), len(rows)
    record = {
        "role": "events",
        "name": name,
        "format": extension,
        "n_rows": n_rows,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    return {"name": name, "bytes": content}, record


def _read(path: str) -> tuple[str, bytes]:
    if not os.path.exists(path):
        catalogues, _ = _native.names()
        if path in catalogues:
            found = _native.embedded(path)
            assert found is not None
            return found
        cure = f"check the path; embedded are {', '.join(catalogues)}"
        raise InputError.at("there is no such file", cure, path)
    if os.path.isdir(path):
        raise InputError.at("this is a folder, not a file", "name a file", path)
    with open(path, "rb") as file:
        return path, file.read()


def _rows(source: Any) -> list[dict[str, str]]:
    """Rows of text from dicts or from a frame."""
    if isinstance(source, Sequence) and all(isinstance(row, Mapping) for row in source):
        table = [{str(name): value for name, value in row.items()} for row in source]
    elif isinstance(source, Mapping) and all(np.ndim(value) == 0 for value in source.values()):
        table = [{str(name): value for name, value in source.items()}]
    else:
        frame = columns(source, "events")
        cells = {name: _values(values) for name, values in frame.items()}
        table = [dict(zip(cells, row)) for row in zip(*cells.values())]
    return [{name: _cell(value) for name, value in row.items()} for row in table]


def _values(values: Any) -> list[Any]:
    """A column as Python's own values; timestamps that are all at midnight are dates, for
    libraries that have no type for dates."""
    if values.dtype.kind != "M":
        return list(values.tolist())
    days = values.astype("datetime64[D]")
    at_midnight = (np.isnat(values) | (values == days)).all()
    return list((days if at_midnight else values.astype("datetime64[us]")).tolist())


def _cell(value: Any) -> str:
    if value is None or (not isinstance(value, (list, tuple, np.ndarray)) and value != value):
        return ""
    if type(value).__name__ in ("NAType", "NaTType"):
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        midnight = value.tzinfo is None and value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (list, tuple, set, np.ndarray)):
        return ";".join(str(part) for part in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _csv(rows: list[dict[str, str]]) -> bytes:
    if not rows:
        raise InputError.at("there are no events", "give each at least an `id` and an `at`", "events")
    header = list(dict.fromkeys(name for row in rows for name in row))
    if len(header) < 2:
        problem = f"the events have no columns but `{', '.join(header)}`"
        raise InputError.at(problem, "give each at least an `id` and an `at`", "events")
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, restval="", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
