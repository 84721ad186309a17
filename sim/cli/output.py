"""What the command line prints: results on stdout, everything else on stderr.

Takes results and errors, prints them as text or JSON, promises that with ``--format json`` stdout holds one JSON value
whatever happens.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.document import JsonValue

_STEERING: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


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
            print(harmless(text))

    def note(self, text: str, *, level: int = 0) -> None:
        """Tell people something on stderr."""
        if self.verbosity >= level:
            print(harmless(text), file=sys.stderr)

    @property
    def is_live(self) -> bool:
        """Whether a progress bar may move on stderr."""
        return self.verbosity >= 0 and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def print_json(value: JsonValue) -> None:
    """Print a value as JSON on one line, with escapes where stdout takes no Unicode."""
    import json  # noqa: PLC0415 - asking for help prints none

    is_unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(value, ensure_ascii=not is_unicode, allow_nan=False))


def harmless(text: str) -> str:
    """Return a text that steers no terminal: control characters, and those that turn the direction, are written out.

    Documents and names of files may hold them (Unicode Technical Report 36, section 2.4; CWE-150).
    """
    return _STEERING.sub(lambda found: ascii(found[0])[1:-1], text)


def wants_json(arguments: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Return whether JSON was asked for, for errors that come before the options are read."""
    pairs = pairwise(arguments)
    asked = ("--format", "json") in pairs or "--format=json" in arguments
    return asked or environment.get("TONGBAN_FORMAT") == "json"
