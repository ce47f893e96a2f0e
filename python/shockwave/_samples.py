"""The embedded figures and events: what the first lines of a program can work with, offline."""

from __future__ import annotations

import csv
from typing import Any, Optional

import numpy as np

from . import _native
from ._errors import InputError
from ._tables import Column, frame_of

_FIELDS = ("open", "high", "low", "close", "adj_close", "volume")
_EPOCH = np.datetime64("1970-01-01", "D")


def _text(name: str) -> str:
    found = _native.embedded(name)
    if found is None:
        raise InputError.at("nothing embedded has this name", "see shockwave.sample_events.__doc__", value=name)
    return found[1].decode()


def _wide(name: str) -> tuple[list[str], Any, Any]:
    """Symbols, days and figures of a wide file, empty cells as NaN."""
    header, *rows = csv.reader(_text(name).splitlines())
    days = (np.array([row[0] for row in rows], dtype="datetime64[D]") - _EPOCH).astype(int)
    figures = np.array([[float(cell) if cell else np.nan for cell in row[1:]] for row in rows])
    return header[1:], days, figures


def sample_columns() -> list[Column]:
    """The sample in the long form, by symbol and day; sessions without any figure are left out."""
    symbols, days, closes = _wide("close")
    fields = [*_nvda_bars(symbols, days), closes, *(_wide(name)[2] for name in _FIELDS[4:])]
    there = ~np.isnan(np.stack(fields)).all(axis=0).T
    at = np.broadcast_to(days, there.shape)[there]
    names = np.broadcast_to(np.array(symbols)[:, None], there.shape)[there]
    columns: list[Column] = [("date", "date", at.tolist()), ("symbol", "text", names.tolist())]
    return columns + [(name, "number", values.T[there]) for name, values in zip(_FIELDS, fields)]


def _nvda_bars(symbols: list[str], days: Any) -> list[Any]:
    """Opens, highs and lows, which only NVDA has."""
    names, own_days, figures = _wide("nvda_ohlc")
    rows = np.searchsorted(days, own_days)
    bars = []
    for name in _FIELDS[:3]:
        bar = np.full((len(days), len(symbols)), np.nan)
        bar[rows, symbols.index("NVDA")] = figures[:, names.index(name)]
        bars.append(bar)
    return bars


def sample_prices(library: Optional[str] = None) -> Any:
    """Daily closes, adjusted closes and volumes of 31 symbols, with the benchmark SPY among them.

    A long frame: ``date, symbol, open, high, low, close, adj_close, volume``; opens, highs and lows
    are those of NVDA alone. ``library`` is ``"polars"``,
    ``"pandas"`` or ``"dict"``; without it, the first of them that is installed.
    """
    return frame_of(sample_columns(), library)


def sample_factors(library: Optional[str] = None) -> Any:
    """Daily factor returns of the Kenneth French library, in percent: ``date``, ``Mkt-RF`` and others."""
    header, *rows = csv.reader(_text("factors").splitlines())
    days = (np.array([row[0] for row in rows], dtype="datetime64[D]") - _EPOCH).astype(int)
    columns: list[Column] = [("date", "date", days.tolist())]
    for i, name in enumerate(header[1:], start=1):
        figures = np.array([float(row[i]) if row[i] else np.nan for row in rows])
        columns.append((name, "number", figures))
    return frame_of(columns, library)


def sample_events(name: str = "ai-chip-policy") -> list[dict[str, str]]:
    """The events of an embedded catalogue, ``ai-chip-policy`` or ``fomc``, as dicts.

    Each has at least ``id`` and ``at``, and goes into :meth:`Study.run` as it is, or changed.
    """
    found = _native.embedded(name)
    catalogues, _ = _native.names()
    if found is None or name not in catalogues:
        raise InputError.at("no catalogue has this name", f"choose {', '.join(catalogues)}", value=name)
    return [dict(row) for row in _native.event_rows(*found)]
