"""The request for a study: settings, kept as they were stated until there are figures to run on."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import os
from collections.abc import Mapping, Sequence
from typing import Any, Optional, Union

import numpy as np

from . import _frames, _native
from ._errors import InputError
from ._events import event_files
from ._result import Result
from ._samples import sample_prices
from ._scan import Scan
from ._settings import Window, day_of, kept, listed, real, switch, whole, window_of, windows_of

#: Members, or a dict with ``members``, ``weights`` and ``weighting``.
Group = Union[Sequence[str], Mapping[str, Any]]


class Study:
    """An event study: what to compute, with the defaults of ``shockwave study``.

    Keywords are the flags of the command line, which win over the study file.

    :param study: a study file (TOML), or the name of an embedded study: ``"nvda-ai-shock"``.
    :param model: ``mean-adjusted``, ``market-adjusted``, ``market`` (default), ``capm``, ``ff3``,
        ``carhart``, ``ff5``, ``ff6``, ``factors``, ``scholes-williams``, ``dimson``, ``garch``,
        ``egarch``, ``gjr``, ``synthetic-control``, ``robust``.
    :param benchmark: the market; ``SPY`` where a model needs one and none is stated.
    :param benchmark_weight: the instrument's share of the benchmark, to take it out.
    :param instruments: only these.
    :param focus: the instrument that samples are formed from and that the report leads with.
    :param lead_event: the event that the report leads with.
    :param estimation: sessions from the event, both ends included; ``(-250, -11)``.
    :param min_estimation: fewest usable estimation days; 60 % of the window.
    :param event_window: ``(-10, 10)``.
    :param windows: CAR windows; ``[(0, 0), (-1, 1), (0, 1), (0, 5), (-5, 5), (-10, 10)]``.
    :param returns: ``simple`` (default) or ``log``.
    :param price_column: ``close`` or ``adj_close``; the latter where every instrument has it.
    :param factor_columns: columns of the factors, or symbols, for the model ``factors``.
    :param factor_unit: ``percent`` or ``decimal``; detected where not stated.
    :param garch_distribution: the law of errors of the garch models.
    :param calendar: ``XNYS`` (default), other MICs, ``24-7``, ``weekdays``, ``from-data``.
    :param anchor: where an event goes whose day does not trade: ``next`` (default),
        ``previous``, ``nearest``, ``drop``, ``error``.
    :param max_shift: the farthest that ``anchor`` may move it, in calendar days; 5.
    :param quality: what findings of the quality gate lead to: ``warn`` (default), ``exclude``, ``off``.
    :param mask_events: leave reaction sessions of other events out of estimation windows.
    :param mask_window: those sessions; ``(0, 1)``.
    :param joint: the joint regression with a dummy for every event day.
    :param group_by: a column of the events, ``instrument-group`` or ``none``.
    :param tests: names of the sample tests; all.
    :param placebo: tests that refit the model at many dates; on.
    :param seed: of the tests that draw random numbers; 1.
    :param bootstrap: resamples of those; 1999.
    :param event_zone: the zone of timestamps that have none, such as ``America/New_York``.
    :param date_format: order of day and month in text that has two readings: ``dmy``, ``mdy``.
    :param groups: named lists of instruments, or dicts with ``members`` and ``weights``, as the tables
        ``[groups]`` of a study file.
    :param claims: statements to be checked: dicts as the tables ``[[claim]]`` of a study file.
    :param shares: shares outstanding: dicts as the tables ``[[shares]]``.
    :param regressions: of CARs on attributes: dicts as the tables ``[[regression]]``.
    :param name: of the study, letters, digits and hyphens.
    :param title: of its report.
    :param question: that it answers.
    :raises InputError: for a study file that cannot be read; what settings mean is checked by
        :meth:`run`.
    """

    def __init__(
        self,
        study: Union[str, os.PathLike[str], None] = None,
        *,
        model: Optional[str] = None,
        benchmark: Optional[str] = None,
        benchmark_weight: Optional[float] = None,
        instruments: Union[str, Sequence[str], None] = None,
        focus: Optional[str] = None,
        lead_event: Optional[str] = None,
        estimation: Optional[Window] = None,
        min_estimation: Optional[int] = None,
        event_window: Optional[Window] = None,
        windows: Union[str, Sequence[Window], None] = None,
        returns: Optional[str] = None,
        price_column: Optional[str] = None,
        factor_columns: Union[str, Sequence[str], None] = None,
        factor_unit: Optional[str] = None,
        garch_distribution: Optional[str] = None,
        calendar: Optional[str] = None,
        anchor: Optional[str] = None,
        max_shift: Optional[int] = None,
        quality: Optional[str] = None,
        mask_events: Union[bool, str, None] = None,
        mask_window: Optional[Window] = None,
        joint: Union[bool, str, None] = None,
        group_by: Optional[str] = None,
        tests: Union[str, Sequence[str], None] = None,
        placebo: Union[bool, str, None] = None,
        seed: Optional[int] = None,
        bootstrap: Optional[int] = None,
        event_zone: Optional[str] = None,
        date_format: Optional[str] = None,
        groups: Optional[Mapping[str, Group]] = None,
        claims: Optional[Sequence[Mapping[str, Any]]] = None,
        shares: Optional[Sequence[Mapping[str, Any]]] = None,
        regressions: Optional[Sequence[Mapping[str, Any]]] = None,
        name: Optional[str] = None,
        title: Optional[str] = None,
        question: Optional[str] = None,
    ) -> None:
        self._stated: dict[str, Any] = {
            "model": model,
            "benchmark": benchmark,
            "benchmark_weight": benchmark_weight,
            "instruments": listed(instruments),
            "focus": focus,
            "lead_event": lead_event,
            "estimation": window_of(estimation),
            "min_estimation": min_estimation,
            "event_window": window_of(event_window),
            "windows": windows_of(windows),
            "returns": returns,
            "price_column": price_column,
            "factor_columns": listed(factor_columns),
            "factor_unit": factor_unit,
            "garch_distribution": garch_distribution,
            "calendar": calendar,
            "anchor": anchor,
            "max_shift": max_shift,
            "quality": quality,
            "mask_events": switch(mask_events),
            "mask_window": window_of(mask_window),
            "joint": switch(joint),
            "group_by": group_by,
            "tests": listed(tests),
            "placebo": switch(placebo),
            "seed": seed,
            "bootstrap": bootstrap,
            "event_zone": event_zone,
            "date_format": date_format,
        }
        for keyword, value in self._stated.items():
            self._stated[keyword] = kept(keyword, value)
        words = {"name": name, "title": title, "question": question}
        tables = {"shares": shares or (), "claim": claims or (), "regression": regressions or ()}
        entries = _document(words, groups or {}, tables)
        if study is not None and entries:
            problem = "a study file and keywords that belong into one were given"
            raise InputError.at(problem, "write groups, claims, shares, regressions, name, title, question into the file")
        self._folder = ""
        self._file: Optional[dict[str, Any]] = None
        if study is not None:
            self._file = self._read(os.fspath(study))
        elif entries:
            self._file = {"name": "Study", "bytes": entries.encode()}
        self._events = [] if self._file is None else _native.study_events(self._file)

    def _read(self, path: str) -> dict[str, Any]:
        _, studies = _native.names()
        if not os.path.exists(path):
            if path in studies:
                return {"name": path, "bytes": b""}
            cure = f"check the path; embedded are {', '.join(studies)}"
            raise InputError.at("there is no such file", cure, path)
        if os.path.isdir(path):
            raise InputError.at("this is a folder, not a file", "name a file", path)
        self._folder = os.path.dirname(path)
        with open(path, "rb") as file:
            return {"name": path, "bytes": file.read()}

    def run(self, prices: Any = None, events: Any = None, *, returns: Any = None, factors: Any = None) -> Result:
        """Runs the study.

        :param prices: a long frame (``date, symbol``, and ``close`` or ``adj_close``, perhaps
            ``open, high, low, volume``), or a wide one (``date`` or an index of dates, and a column
            of closes per symbol): polars, pandas, pyarrow, anything with ``__arrow_c_stream__``, or
            a dict of arrays. ``"sample"``, or nothing for an embedded study: the embedded figures.
        :param events: dicts or a frame with at least ``id`` and ``at``, perhaps ``title``,
            ``category``, ``instruments``, ``when``, ``direction`` and others; or the path of a
            file (CSV, TOML, .ics), or the name of an embedded catalogue. Without it, the events
            that the study file names.
        :param returns: returns instead of prices, as fractions, in the same shapes.
        :param factors: factor returns, ``date`` and a column per factor; the embedded ones where a
            model needs some and none are given.
        :raises InputError: for what cannot be used, with the place, the fault and the cure.
        """
        return Result(_native.run(*self._request(prices, events, returns, factors)))

    def scan(
        self,
        prices: Any = None,
        symbols: Union[str, Sequence[str], None] = None,
        events: Any = None,
        *,
        start: Union[str, datetime.date, None] = None,
        end: Union[str, datetime.date, None] = None,
        top: int = 20,
        alpha: float = 0.05,
        within: Window = (0, 1),
        peers: Union[str, Sequence[str], None] = None,
        not_causes: Union[str, Sequence[str]] = "market-reaction",
        returns: Any = None,
        factors: Any = None,
    ) -> Scan:
        """The inverse question: which sessions were abnormal, and does a known event stand beside each?

        The settings are those of the study; its event and CAR windows, claims, ``focus`` and
        ``joint`` play no part.

        :param prices: as in :meth:`run`.
        :param symbols: the instruments to scan; those of the study, else all but the benchmark.
        :param events: as in :meth:`run`; without it, those of the study file, else the embedded
            catalogue ``"ai-chip-policy"``.
        :param start: the first date; the first session of the data.
        :param end: the last date; the last session of the data.
        :param top: how many of the most abnormal sessions :attr:`Scan.top` holds.
        :param alpha: a session is abnormal where its sample-quantile p is at most this.
        :param within: sessions from an event's day 0 on which an abnormal return is laid to it.
        :param peers: instruments that tell an industry's move from the instrument's own; the other
            members of its first group, else all others.
        :param not_causes: categories of events that the association leaves out.
        :param returns: as in :meth:`run`.
        :param factors: as in :meth:`run`.
        :raises InputError: for what cannot be used, with the place, the fault and the cure.

        >>> study = shockwave.Study("nvda-ai-shock")  # doctest: +SKIP
        >>> study.scan(symbols="NVDA", start="2024-01-01").top["session"][0]  # doctest: +SKIP
        datetime.date(2025, 1, 27)
        """
        first, last = day_of("start", start), day_of("end", end)
        if first and last and last < first:
            raise InputError.at(f"lies after end {last}", "give the earlier date to start", "start", first)
        asked = {
            "symbols": self._stated["instruments"] if symbols is None else listed(symbols),
            "start": first,
            "end": last,
            "top": whole("top", top),
            "alpha": real("alpha", alpha),
            "within": window_of(within),
            "peers": listed(peers),
            "not_causes": listed(not_causes),
        }
        if events is None and not self._events:
            events = "ai-chip-policy"
        request, figures = self._request(prices, events, returns, factors)
        return Scan(_native.scan(request, asked, figures))

    def _request(
        self, prices: Any, events: Any, returns: Any, factors: Any
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """What the extension is asked, and the figures."""
        if (prices is None) == (returns is None):
            embedded = self._file is not None and not self._file["bytes"]
            if returns is not None or not embedded:
                raise InputError.at("a study needs either prices or returns", "give one of them")
            prices = "sample"
        role, figures = ("prices", prices) if returns is None else ("returns", returns)
        name = _frames.kind_of(figures)
        if isinstance(figures, str) and figures == "sample":
            name, figures = figures, sample_prices("dict")
        symbols, shape = _frames.price_columns(figures, role)
        record = {
            "role": role,
            "name": name,
            "format": shape,
            "n_rows": sum(len(one["days"]) for one in symbols),
            "sha256": _frames.fingerprint(symbols),
        }
        files, records = event_files(self._listed() if events is None else events)
        factor_file, factor_records = _factors(factors)
        request: dict[str, Any] = {
            "stated": self._stated,
            "study": self._file,
            "events": files,
            "price_kind": role,
            "factors": factor_file,
            "records": [*records, record, *factor_records],
        }
        return request, symbols

    def _listed(self) -> list[str]:
        """The events of the study file; embedded catalogues, or paths relative to it."""
        if not self._events:
            raise InputError.at("the study names no events", "give them to run(prices, events)")
        catalogues, _ = _native.names()
        return [name if name in catalogues else os.path.join(self._folder, name) for name in self._events]

    def __repr__(self) -> str:
        stated = {name: value for name, value in self._stated.items() if value not in (None, [])}
        return f"shockwave.Study({', '.join(f'{name}={value!r}' for name, value in stated.items())})"


def _factors(factors: Any) -> tuple[Optional[dict[str, Any]], list[dict[str, Any]]]:
    """Factors as a file: numbers as the shortest decimals that read back as the same."""
    if factors is None:
        return None, []
    if isinstance(factors, (str, os.PathLike)):
        name, kind, n_rows = os.fspath(factors), "file", 0
        if not os.path.exists(name):
            raise InputError.at("there is no such file", "check the path", name)
        with open(name, "rb") as file:
            content = file.read()
    else:
        table = _frames.columns(factors, "factors")
        date = next(iter(table), None)
        dates = [name for name in table if name.strip().lower() in ("date", "session", "day")]
        date = dates[0] if dates else date
        if date is None:
            raise InputError.at("the frame has no columns", "give `date` and a column per factor", "factors")
        days = _frames.days_of(table.pop(date), "factors").astype("datetime64[D]").astype(str)
        figures = [_frames.numbers_of(column, values, "factors") for column, values in table.items()]
        text = io.StringIO()
        text.write(",".join(["date", *table]) + "\n")
        for day, *row in zip(days, *figures):
            text.write(",".join([str(day), *("" if np.isnan(x) else repr(float(x)) for x in row)]) + "\n")
        name, kind, n_rows, content = "factors", _frames.kind_of(factors), len(days), text.getvalue().encode()
    record = {
        "role": "factors",
        "name": name,
        "format": kind,
        "n_rows": n_rows,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    return {"name": name, "bytes": content}, [record]


def _document(
    words: Mapping[str, Optional[str]],
    groups: Mapping[str, Group],
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
) -> str:
    """What only a study file can say, as one."""
    lines = [f"{name} = {_toml(text)}" for name, text in words.items() if text is not None]
    if groups:
        lines += ["[groups]", *(f"{_toml(name)} = {_toml(group)}" for name, group in groups.items())]
    for table, entries in tables.items():
        for entry in entries:
            lines.append(f"[[{table}]]")
            lines += [f"{_toml(str(key))} = {_toml(value)}" for key, value in entry.items() if value is not None]
    return "\n".join(lines)


def _toml(value: Any) -> str:
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(end, int) for end in value):
        return _toml(window_of(value))
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_toml(str(key))} = {_toml(part)}" for key, part in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(part) for part in value) + "]"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return repr(value)
    # Strings of JSON are strings of TOML, but for one character.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
