"""Frames of any library as arrays of numpy, without a copy where their memory allows it.

The extension holds no library of frames: what it needs is a column of days and columns of
numbers, and numpy is what all of these libraries hand their memory over as. Objects that only
have the Arrow PyCapsule interface go through polars or pyarrow, whichever is there.
"""

from __future__ import annotations

import datetime
import hashlib
import importlib
from collections.abc import Mapping
from typing import Any, Optional

import numpy as np

from ._errors import InputError

#: The figures of a session, in the order of the extension.
FIELDS = ("open", "high", "low", "close", "adj_close", "volume")
_CLOSE = FIELDS.index("close")
_DATES = ("date", "session", "day", "datetime", "timestamp", "time")
_SYMBOLS = ("symbol", "ticker", "instrument")
_OTHER_NAMES = {
    "adjclose": "adj_close",
    "adjusted_close": "adj_close",
    "price": "close",
}
#: Headings of returns; among prices they are other columns, not figures to be taken for prices.
_RETURNS = ("return", "returns", "ret")

Columns = dict[str, Any]


def module(name: str) -> Any:
    """An optional library, or nothing."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def kind_of(frame: object) -> str:
    """What a frame is called in the provenance of a result."""
    library = type(frame).__module__.split(".")[0]
    return type(frame).__name__ if library == "builtins" else f"{library}.{type(frame).__name__}"


def columns(frame: Any, role: str) -> Columns:
    """The columns of a frame by name, as arrays."""
    library = type(frame).__module__.split(".")[0]
    if isinstance(frame, Mapping):
        return {str(name): np.asarray(values) for name, values in frame.items()}
    if isinstance(frame, np.ndarray) and frame.dtype.names:
        return {name: np.ascontiguousarray(frame[name]) for name in frame.dtype.names}
    if library == "polars" and hasattr(frame, "get_columns"):
        return {series.name: _polars_array(series) for series in frame.get_columns()}
    if library == "pandas" and hasattr(frame, "columns"):
        return _pandas_columns(frame, role)
    if hasattr(frame, "__arrow_c_stream__"):
        polars, pyarrow = module("polars"), module("pyarrow")
        try:
            if polars is not None:
                return columns(polars.DataFrame(frame), role)
            if pyarrow is not None:
                return _pandas_columns(pyarrow.table(frame).to_pandas(), role)
        except InputError:
            raise
        except Exception as error:
            raise InputError.at(f"{kind_of(frame)} is no stream of a frame: {error}", "give a frame", role) from error
        raise InputError.at("an Arrow stream needs a library to read it", "install polars or pyarrow", role)
    cure = "give a frame of polars or pandas, an Arrow table, or a dict of arrays"
    if isinstance(frame, str) or hasattr(frame, "__fspath__"):
        cure = "read the file first, for instance with polars.read_csv"
    raise InputError.at(f"{kind_of(frame)} is no frame", cure, role)


def _polars_array(series: Any) -> Any:
    if getattr(series.dtype, "time_zone", None):
        series = series.dt.replace_time_zone(None)
    polars, kind = module("polars"), str(series.dtype)
    if kind.startswith("Decimal"):
        series = series.cast(polars.Float64)
    elif kind.startswith(("Categorical", "Enum")):
        series = series.cast(polars.String)
    return series.to_numpy()


def _pandas_columns(frame: Any, role: str) -> Columns:
    repeated = frame.columns[frame.columns.duplicated()]
    if len(repeated):
        raise InputError.at("two columns have this name", "leave one of them out", role, str(repeated[0]))
    if frame.columns.nlevels > 1:
        return _two_levels(frame, role)
    index = frame.index
    named = [name is not None for name in index.names]
    dated = {_plain_name(str(name)) for name in frame.columns}.intersection(_DATES)
    # Of figures, an index of text, dates or periods has the dates where no column has; numbers count rows.
    of_dates = not dated and (index.dtype.kind == "M" or (role != "events" and index.dtype.kind not in "iufb"))
    if index.nlevels > 1 or any(named) or of_dates:
        frame = frame.reset_index()
        if not any(named):
            # An index without a name is called `index` by pandas.
            frame = frame.rename(columns={frame.columns[0]: "date"})
    return {str(name): _pandas_array(frame[name]) for name in frame.columns}


def _pandas_array(series: Any) -> Any:
    if str(series.dtype).startswith("period"):
        series = series.dt.to_timestamp()
    return series.to_numpy()


def _two_levels(frame: Any, role: str) -> Columns:
    """The long form of a frame with figures and symbols in two levels of its columns, in either order."""
    levels = range(frame.columns.nlevels)
    fields = [i for i in levels if any(_field(name, role) in FIELDS for name in frame.columns.levels[i])]
    if len(fields) != 1 or len(levels) != 2:
        problem = "the columns of the frame have several levels, of which not one has figures and one symbols"
        raise InputError.at(problem, "name figures `close`, `adj_close` and so on, or give a long frame", role)
    symbols = frame.columns.get_level_values(1 - fields[0])
    table: dict[str, list[Any]] = {}
    parts = [frame.loc[:, symbols == symbol].droplevel(1 - fields[0], axis=1) for symbol in symbols.unique()]
    names = list(dict.fromkeys(name for part in parts for name in part.columns))
    days = _pandas_array(frame.index.to_series())
    for symbol, part in zip(symbols.unique(), parts):
        table.setdefault("date", []).append(days)
        table.setdefault("symbol", []).append(np.full(len(frame), str(symbol), dtype=object))
        for name in names:
            there = part[name].to_numpy() if name in part else np.full(len(frame), np.nan)
            table.setdefault(str(name), []).append(there)
    return {name: np.concatenate(values) for name, values in table.items()}


def _field(name: Any, role: str) -> str:
    """A heading as the name of a figure, where it is one."""
    plain = _plain_name(str(name))
    return "close" if role == "returns" and plain in _RETURNS else _OTHER_NAMES.get(plain, plain)


def days_of(values: Any, role: str) -> Any:
    """Dates as days since 1970-01-01; of a timestamp, the day in its own zone."""
    array = np.asarray(values)
    if not array.size:
        return np.empty(0, dtype=np.int64)
    if array.dtype.kind == "O":
        plain = [v.date() if isinstance(v, datetime.datetime) else v for v in array.tolist()]
        # A missing timestamp of pandas has no date either.
        plain = [None if v is None or v != v else _day_of(v) for v in plain]
    elif array.dtype.kind in "US":
        plain = [_day_of(v) for v in array.tolist()]
    elif array.dtype.kind == "M":
        plain = None
    else:
        problem = f"the dates are of type {array.dtype}"
        raise InputError.at(problem, "give dates, timestamps, or text YYYY-MM-DD", role)
    if plain is not None:
        try:
            array = np.array(plain, dtype="datetime64[D]")
        except (TypeError, ValueError) as error:
            raise InputError.at(f"a date cannot be read: {error}", "write YYYY-MM-DD", role) from None
    if np.isnat(array).any():
        row = int(np.flatnonzero(np.isnat(array))[0])
        raise InputError.at(f"row {row} has no date", "give it one, or leave the row out", role)
    return np.ascontiguousarray(array.astype("datetime64[D]").astype(np.int64))


def _day_of(value: Any) -> Any:
    """The day of a timestamp that is text, as it is written: numpy would turn it into Greenwich's."""
    return value[:10] if isinstance(value, str) and value[10:11] in ("T", " ") else value


def numbers_of(name: str, values: Any, role: str) -> Any:
    """Numbers as contiguous float64, missing ones as NaN; memory that is so already is not copied."""
    array = np.asarray(values)
    try:
        if array.dtype.kind == "O":
            array = np.array([_number(value) for value in array.tolist()], dtype=np.float64)
        if array.dtype.kind in "bcmM":
            raise TypeError
        return np.ascontiguousarray(array, dtype=np.float64)
    except (TypeError, ValueError):
        problem = f"the column is of type {array.dtype}, not of numbers"
        raise InputError.at(problem, "convert it, or leave it out", role, name) from None


def price_columns(frame: Any, role: str) -> tuple[list[dict[str, Any]], str]:
    """The figures of each symbol, and the shape that was recognised: long or wide."""
    table = columns(frame, role)
    known = {_plain_name(name): name for name in table}
    date = next((known[name] for name in _DATES if name in known), None)
    if date is None:
        problem = f"there is no column of dates among {_shown(table)}"
        raise InputError.at(problem, "name it `date`", role)
    days = days_of(table.pop(date), role)
    lengths = {name: len(values) for name, values in table.items() if len(values) != len(days)}
    for name, length in lengths.items():
        problem = f"the column has {length} rows, the dates {len(days)}"
        raise InputError.at(problem, "give columns of the same length", role, name)
    if not len(days):
        raise InputError.at("the frame has no rows", "give at least a year of sessions", role)
    symbol = next((known[name] for name in _SYMBOLS if name in known), None)
    if symbol is not None:
        return _long(table, symbol, days, role), "long frame"
    fields = [name for name in known if _field(name, role) in FIELDS]
    if fields:
        problem = f"the frame has a column `{known[fields[0]]}` and none of symbols"
        raise InputError.at(problem, "add a column `symbol`, or name the columns after symbols", role)
    return [
        {
            "symbol": name,
            "days": days,
            "fields": [numbers_of(name, values, role) if i == _CLOSE else None for i in range(len(FIELDS))],
        }
        for name, values in table.items()
    ], "wide frame"


def _long(table: Columns, symbol: str, days: Any, role: str) -> list[dict[str, Any]]:
    written = table.pop(symbol)
    if any(name is None or name != name for name in written.tolist()):
        raise InputError.at("a row has no symbol", "give it one, or leave the row out", role)
    names, codes = np.unique(written.astype(str), return_inverse=True)
    fields: list[Optional[Any]] = [None] * len(FIELDS)
    for name, values in table.items():
        plain = _field(name, role)
        if plain in FIELDS:
            if fields[FIELDS.index(plain)] is not None:
                raise InputError.at(f"two columns are `{plain}`", "leave one of them out", role, name)
            fields[FIELDS.index(plain)] = numbers_of(name, values, role)
    if all(values is None for values in fields):
        problem = f"there is no column of prices among {_shown(table)}"
        cure = "name it `close` or `adj_close`"
        if any(_plain_name(name) in _RETURNS for name in table):
            cure += "; returns go in as run(returns=frame, …)"
        raise InputError.at(problem, cure, role)
    if (np.diff(codes) < 0).any():
        order = np.argsort(codes, kind="stable")
        codes, days = codes[order], days[order]
        fields = [None if values is None else values[order] for values in fields]
    # Rows of a symbol stand together now: each is a view of the columns.
    bounds = np.searchsorted(codes, np.arange(len(names) + 1))
    return [
        {
            "symbol": str(name),
            "days": days[start:end],
            "fields": [None if values is None else values[start:end] for values in fields],
        }
        for name, start, end in zip(names, bounds, bounds[1:])
    ]


def fingerprint(symbols: list[dict[str, Any]]) -> str:
    """SHA-256 of names, days and figures, so that a result says which figures it is of."""
    digest = hashlib.sha256()
    for one in symbols:
        digest.update(one["symbol"].encode() + b"\0")
        for values in (one["days"], *one["fields"]):
            digest.update(b"\0" if values is None else memoryview(values).cast("B"))
    return digest.hexdigest()


def _number(value: Any) -> float:
    """A number of an object column; the missing values of all libraries are NaN."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return float("nan")
    return float(value)


def _plain_name(name: str) -> str:
    return name.strip().lower().replace(" ", "_")


def _shown(table: Columns) -> str:
    return ", ".join(list(table)[:12]) or "none"
