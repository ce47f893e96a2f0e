"""Settings as the extension takes them: text like that of the flags, and numbers."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, Optional, Union

import numpy as np

from ._errors import InputError

Window = Union[str, tuple[int, int]]


def listed(value: Union[str, Sequence[str], None]) -> list[str]:
    if value is None:
        return []
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else [str(part) for part in value]


def window_of(value: Optional[Window]) -> Optional[str]:
    if value is None or isinstance(value, str):
        return value
    try:
        return ":".join(str(end) for end in value)
    except TypeError:
        raise InputError.at("not a window", "write (first, last), such as (-1, 1)", value=str(value)) from None


def windows_of(value: Union[str, Sequence[Window], None]) -> Optional[str]:
    if value is None or isinstance(value, str):
        return value
    try:
        return ",".join(window_of(window) or "" for window in value)
    except TypeError:
        raise InputError.at("no windows", "write [(0, 0), (-1, 1)]", "windows", str(value)) from None


def day_of(name: str, value: Union[str, datetime.date, None]) -> Optional[str]:
    """A date as text; of a timestamp, its day."""
    if value is None:
        return None
    try:
        day = value if isinstance(value, datetime.date) else datetime.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise InputError.at("not a date", "write YYYY-MM-DD", name, str(value)) from None
    return day.strftime("%Y-%m-%d")


#: Keywords that are not text.
_COUNTS = ("min_estimation", "max_shift", "seed", "bootstrap")
_NUMBERS = ("benchmark_weight",)


def kept(keyword: str, value: Any) -> Any:
    """A setting as the extension takes it; of a wrong type, it is named."""
    if value is None or isinstance(value, list):
        return value
    if keyword in _COUNTS:
        return whole(keyword, value)
    if keyword in _NUMBERS:
        return real(keyword, value)
    if isinstance(value, str):
        return value
    raise InputError.at(f"of type {type(value).__name__}, not text", "write it in quotes", keyword, str(value))


def real(name: str, value: Any) -> float:
    """A number."""
    if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool):
        return float(value)
    raise InputError.at("not a number", "write one without quotes", name, str(value))


def whole(name: str, value: Any) -> int:
    """A count that is not negative."""
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool) and value >= 0:
        return int(value)
    raise InputError.at("not a count", "write a whole number, at least 0", name, str(value))


def switch(value: Union[bool, str, None]) -> Optional[str]:
    if isinstance(value, (bool, np.bool_)):
        return "on" if value else "off"
    return value
