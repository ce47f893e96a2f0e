"""Tables of a result as frames: polars where it is there, else pandas, else a dict of lists."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, Optional

from ._errors import InputError
from ._frames import module

_LIBRARIES = ("polars", "pandas", "dict")
_EPOCH = datetime.date(1970, 1, 1)

#: A column: name, kind (text, number, count, date, flag) and values.
Column = tuple[str, str, Any]


def frame_of(columns: Sequence[Column], library: Optional[str] = None) -> Any:
    """A frame of the columns; missing is null, of pandas NaN, NaT or NA, of a dict None."""
    if library is None:
        library = next((name for name in _LIBRARIES[:2] if module(name) is not None), "dict")
    if library not in _LIBRARIES:
        raise InputError.at("not one of the choices", f"choose {', '.join(_LIBRARIES)}", "library", library)
    if library == "polars":
        return _polars(columns)
    if library == "pandas":
        return _pandas(columns)
    return {name: _plain(kind, values) for name, kind, values in columns}


def _polars(columns: Sequence[Column]) -> Any:
    import polars

    types = {
        "text": polars.String,
        "number": polars.Float64,
        "count": polars.Int64,
        "date": polars.Int32,
        "flag": polars.Boolean,
    }
    made = []
    for name, kind, values in columns:
        series = polars.Series(name, values, dtype=types[kind], nan_to_null=kind == "number")
        made.append(series.cast(polars.Date) if kind == "date" else series)
    return polars.DataFrame(made)


def _pandas(columns: Sequence[Column]) -> Any:
    import pandas  # type: ignore[import-untyped,unused-ignore]

    def series(kind: str, values: Any) -> Any:
        if kind == "date":
            return pandas.to_datetime(pandas.Series(_plain(kind, values), dtype="object"))
        if kind == "count":
            return pandas.array(values, dtype="Int64" if None in values else "int64")
        return values

    return pandas.DataFrame({name: series(kind, values) for name, kind, values in columns})


def _plain(kind: str, values: Any) -> list[Any]:
    if kind == "number":
        # NaN alone differs from itself.
        return [value if value == value else None for value in values.tolist()]
    if kind == "date":
        return [None if day is None else _EPOCH + datetime.timedelta(days=day) for day in values]
    return list(values)
