"""Exceptions, with the text of the library: what is wrong, where, and what to do about it."""

from __future__ import annotations

import re
from typing import Optional, TypeVar

_Self = TypeVar("_Self", bound="ShockwaveError")
_FLAG = re.compile(r"(?<![\w-])--([a-z][a-z0-9-]*)")


def keywords(text: str) -> str:
    """Flags as the keywords that they are here: ``--event-window`` is ``event_window``."""
    return _FLAG.sub(lambda flag: flag[1].replace("-", "_"), text)


class ShockwaveError(Exception):
    """Any failure of the package."""

    @classmethod
    def said(cls: type[_Self], text: str) -> _Self:
        """The exception for a message of the library."""
        return cls(keywords(text))


class InputError(ShockwaveError, ValueError):
    """Something that was handed in cannot be used: a setting, an event, a column."""

    #: The file, frame or keyword that holds the fault.
    file: Optional[str] = None
    #: The line in it, counted from 1; of a frame of events, its header is line 1.
    line: Optional[int] = None
    #: The column.
    column: Optional[str] = None
    #: The value as it was found.
    value: Optional[str] = None
    #: What is wrong.
    problem: str = ""
    #: What can be done.
    cure: str = ""

    @classmethod
    def at(cls, problem: str, cure: str, file: Optional[str] = None, value: Optional[str] = None) -> InputError:
        """A fault that the package itself has found."""
        place = "" if file is None else f"{file}: "
        shown = "" if value is None else f'"{value}": '
        error = cls(f"{place}{shown}{problem}; {cure}")
        error.placed(file, None, None, value, problem, cure)
        return error

    def placed(
        self,
        file: Optional[str],
        line: Optional[int],
        column: Optional[str],
        value: Optional[str],
        problem: str,
        cure: str,
    ) -> None:
        """Says for programs what the message says for people."""
        self.file = None if file is None else keywords(file)
        self.line, self.column, self.value = line, column, value
        self.problem, self.cure = keywords(problem), keywords(cure)


class CalendarError(InputError):
    """A date outside the years for which a calendar holds facts."""


class RenderError(ShockwaveError, RuntimeError):
    """A chart or a page that could not be drawn."""
