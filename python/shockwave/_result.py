"""What a study found: tables as frames, charts, words, and the files of a report."""

from __future__ import annotations

import html
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn, Optional, TypeVar, Union

from ._errors import InputError, keywords
from ._native import NativeResult, NativeScan
from ._tables import Column, frame_of


_Self = TypeVar("_Self", bound="Tables")


class Chart:
    """A figure, shown inline by notebooks."""

    def __init__(self, name: str, title: str, description: str, svg: str) -> None:
        #: The kind of figure, then what it is of: ``ar-bars-nvda``.
        self.name = name
        #: The title above the figure.
        self.title = title
        #: What it shows, with its numbers, as alternative text.
        self.description = description
        #: The figure, 800 pixels wide.
        self.svg = svg

    def __repr__(self) -> str:
        return f"<shockwave.Chart {self.name}: {self.title}>"

    def _repr_svg_(self) -> str:
        return self.svg

    def png(self) -> bytes:
        """The figure as PNG, 1400 pixels wide."""
        return bytes(NativeResult.png(self.svg))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the figure; the ending says whether as ``.svg`` or ``.png``."""
        ending = os.path.splitext(os.fspath(path))[1].lower()
        if ending not in (".svg", ".png"):
            raise InputError.at("not a format of charts", "choose .svg or .png", value=os.fspath(path))
        with open(path, "wb") as file:
            file.write(self.png() if ending == ".png" else self.svg.encode())


class Tables:
    """Tables by name: frames of polars, without it of pandas, without both dicts of lists."""

    def __init__(self, native: Union[NativeResult, NativeScan]) -> None:
        self._columns_of = native.tables
        self._columns: Optional[dict[str, list[Column]]] = None

    # What was computed does not change, and stays in the memory of the process that computed it.
    def __copy__(self: _Self) -> _Self:
        return self

    def __deepcopy__(self: _Self, memo: object) -> _Self:
        return self

    def __reduce__(self) -> NoReturn:
        name = type(self).__name__
        raise TypeError(f"a shockwave.{name} cannot be pickled; keep its frames, or to_json()")

    @property
    def tables(self) -> list[str]:
        """The names of all tables."""
        return list(self._tables())

    def table(self, name: str, library: Optional[str] = None) -> Any:
        """A table as a frame of ``library``: ``"polars"``, ``"pandas"`` or ``"dict"``."""
        tables = self._tables()
        if name not in tables:
            raise InputError.at("no table has this name", f"choose {', '.join(tables)}", value=name)
        return frame_of(tables[name], library)

    def _tables(self) -> dict[str, list[Column]]:
        if self._columns is None:
            self._columns = dict(self._columns_of())
        return self._columns


class Result(Tables):
    """The result of :meth:`Study.run`.

    Tables are frames of polars, without it of pandas, without both dicts of lists; their columns
    and numbers are those of the files that ``shockwave study`` writes. Returns are fractions.
    """

    def __init__(self, native: NativeResult) -> None:
        super().__init__(native)
        self._native = native
        self._charts: dict[str, list[Chart]] = {}

    @property
    def name(self) -> str:
        """The study's name."""
        return self._native.name

    @property
    def title(self) -> str:
        """The study's title."""
        return self._native.title

    @property
    def warnings(self) -> list[str]:
        """What a reader of the numbers should know."""
        return [keywords(warning) for warning in self._native.warnings]

    @property
    def ledger(self) -> Any:
        """What became of each event and instrument: used, provisional or excluded, and why."""
        return self.table("ledger")

    @property
    def fits(self) -> Any:
        """The normal-return model of each observation."""
        return self.table("fits")

    @property
    def abnormal_returns(self) -> Any:
        """Abnormal returns by day, with their forecast sd, t and p."""
        return self.table("abnormal_returns")

    @property
    def cars(self) -> Any:
        """Cumulative abnormal returns by window, with interval, t, p and the tests that assume less."""
        return self.table("cars")

    def car(self, event_id: str, instrument: str, window: tuple[int, int] = (0, 0)) -> dict[str, Any]:
        """The row of :attr:`cars` for one event, instrument and window, by column.

        >>> result.car("deepseek", "NVDA")["car_t"]  # doctest: +SKIP
        -5.0615...
        """
        cars = self.table("cars", "dict")
        rows = list(zip(cars["event_id"], cars["instrument"], cars["window_start"], cars["window_end"]))
        wanted = (event_id, instrument, *window)
        if wanted in rows:
            at = rows.index(wanted)
            return {name: values[at] for name, values in cars.items()}
        near = [f"{e}, {i}, ({start}, {end})" for e, i, start, end in rows if e == event_id and i == instrument]
        known = "; ".join(near) or "events: " + (", ".join(dict.fromkeys(cars["event_id"])) or "none with a result")
        given = f"{event_id}, {instrument}, {window}"
        raise InputError.at("no row of cars is of this event, instrument and window", f"there are {known}", value=given)

    @property
    def aar(self) -> Any:
        """Average abnormal returns of each sample by day."""
        return self.table("aar")

    @property
    def tests(self) -> Any:
        """Every sample test, with its null, law and p, plain and corrected for many looks."""
        return self.table("tests")

    @property
    def recommendations(self) -> Any:
        """Which test to trust for each sample, and why."""
        return self.table("recommendations")

    @property
    def groups(self) -> Any:
        """Differences between groups of instruments."""
        return self.table("groups")

    @property
    def claims(self) -> Any:
        """Claims and their verdicts."""
        return self.table("claims")

    @property
    def diagnostics(self) -> Any:
        """Whether the residuals are what the tests assume."""
        return self.table("diagnostics")

    def summary(self, language: str = "en") -> str:
        """The answer in words; ``language`` is ``"en"`` or ``"de"``."""
        return "\n\n".join(map(keywords, self._native.summary(language)))

    def charts(self, language: str = "en") -> list[Chart]:
        """Every chart that there are figures for, in reading order."""
        if language not in self._charts:
            self._charts[language] = [Chart(*parts) for parts in self._native.charts(language)]
        return self._charts[language]

    def plot(self, name: Optional[str] = None, language: str = "en") -> Chart:
        """A chart by its name, or by its kind, such as ``"car-path"``; without a name, that of
        abnormal returns around the first event."""
        charts = self.charts(language)
        wanted = "ar-bars" if name is None else name
        for chart in charts:
            if chart.name == wanted:
                return chart
        for chart in charts:
            if chart.name.startswith(wanted + "-"):
                return chart
        if name is None and charts:
            return charts[0]
        known = ", ".join(chart.name for chart in charts) or "none: no event has a result"
        raise InputError.at("no chart has this name", f"there are {known}", value=name)

    def to_json(self) -> str:
        """The whole result as ``study.json`` has it."""
        return self._native.json()

    def to_html(self, language: str = "en") -> str:
        """The report as one page that needs nothing else."""
        return dict(self._native.report("html", language))["report.html"].decode()

    def write(self, folder: str | os.PathLike[str], language: str = "en") -> list[str]:
        """Writes tables, ``study.json``, charts and report into a folder; returns their names."""
        files = dict(self._native.csv())
        files["study.json"] = self.to_json().encode()
        for kind in ("html", "md"):
            files.update(self._native.report(kind, language))
        for chart in self.charts(language):
            files[f"charts/{chart.name}.png"] = chart.png()
        return written(folder, files)

    def __repr__(self) -> str:
        events, observations = self._native.counts
        return (
            f"<shockwave.Result {self.name}: {events[0]} events, {observations[0]} observations, "
            f"{observations[1]} used, {observations[2]} provisional, {observations[3]} excluded>"
        )

    def _repr_html_(self) -> str:
        return "".join(self._page())

    def _page(self) -> Iterator[str]:
        """Title, answer in words, the first cumulative abnormal returns and the leading chart."""
        yield f"<h3>{html.escape(self.title)}</h3>"
        for paragraph in self._native.summary("en"):
            yield f"<p style='white-space:pre-line'>{html.escape(keywords(paragraph))}</p>"
        names = ["event_id", "instrument", "window_start", "window_end", "car", "car_t", "car_p", "sq_p"]
        yield html_table("cars", self.table("cars", "dict"), names)
        if self.charts():
            yield self.plot().svg


#: Rows of the table that a notebook shows.
_ROWS_SHOWN = 12


def html_table(name: str, table: Mapping[str, Sequence[Any]], columns: Sequence[str]) -> str:
    """The first rows of a table, for a notebook."""
    rows = list(zip(*(table[column] for column in columns)))
    head = "".join(f"<th>{column}</th>" for column in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{_shown(value)}</td>" for value in row) + "</tr>" for row in rows[:_ROWS_SHOWN]
    )
    more = f"<p>{_ROWS_SHOWN} of {len(rows)} rows of <code>{name}</code>.</p>" if len(rows) > _ROWS_SHOWN else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def written(folder: str | os.PathLike[str], files: Mapping[str, bytes]) -> list[str]:
    """Writes files by their names, which may be in folders; returns the names."""
    os.makedirs(os.path.join(folder, "charts"), exist_ok=True)
    for name, content in files.items():
        with open(os.path.join(folder, *name.split("/")), "wb") as file:
            file.write(content)
    return sorted(files)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.5f}"
    return html.escape(str(value))
