"""What the command line prints: results on stdout, everything else on stderr.

Takes results and errors, prints them as text or JSON, promises that with ``--format json`` stdout holds one JSON value
whatever happens.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from sim.steering import harmless

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.document import JsonValue


_LETTERS: Final = {"├": "|", "└": "`", "─": "-", "✓": "+", "✗": "x", "±": "+-", "≤": "<=", "≥": ">=", "…": "..."}
"""What signs are written as where stdout does not take them."""


@dataclass(slots=True)
class Output:
    """How to print; filled in while options are read.

    Parameters
    ----------
    json : bool
        JSON on stdout instead of text.
    verbosity : int
        -1 errors alone, 0 the result, 1 also what happens on the way and tracebacks.
    language : str
        ``en`` or ``zh``: of reports.
    """

    json: bool = False
    verbosity: int = 0
    language: str = "en"

    def result(self, value: JsonValue, text: str) -> None:
        """Print a result in the asked form."""
        if self.json:
            print_json(value)
        elif self.verbosity >= 0 and text:
            print(_drawn(harmless(text)))

    def note(self, text: str, *, level: int = 0) -> None:
        """Tell people something on stderr."""
        if self.verbosity >= level:
            print(harmless(text), file=sys.stderr)

    @property
    def is_live(self) -> bool:
        """Whether a progress bar may move on stderr."""
        return self.verbosity >= 0 and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def _drawn(text: str) -> str:
    """Return a text whose signs stand in letters where stdout does not take them; what people wrote stays as it is."""
    missing: dict[str, str | int | None] = {
        sign: letters for sign, letters in _LETTERS.items() if sign in text and not _is_taken(sign)
    }
    return text.translate(str.maketrans(missing))


def _is_taken(sign: str) -> bool:
    try:
        sign.encode(sys.stdout.encoding or "utf-8")  # what has no encoding takes text as it is
    except UnicodeEncodeError:
        return False
    return True


def print_json(value: JsonValue) -> None:
    """Print a value as JSON on one line, with escapes where stdout takes no Unicode."""
    import json  # noqa: PLC0415 - asking for help prints none

    is_unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(value, ensure_ascii=not is_unicode, allow_nan=False))


def wants_json(arguments: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Return whether JSON was asked for, for errors that come before the options are read."""
    pairs = pairwise(arguments)
    asked = ("--format", "json") in pairs or "--format=json" in arguments
    return asked or environment.get("TONGBAN_FORMAT") == "json"
