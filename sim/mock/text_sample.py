"""Texts that match a pattern, for values made from schemas.

Reads the part of ECMA-262's patterns that contracts use: literals, escapes, classes, groups, alternatives, quantifiers
and anchors. Each choice takes its first alternative and each quantifier its least count, so the text is short and
always the same; whether it matches is the caller's to check.
"""

from __future__ import annotations

import re
import warnings
from typing import Final

MAX_LENGTH: Final = 4096

_CLASSES: Final[dict[str, str]] = {"d": "0", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a"}
_CONTROLS: Final[dict[str, str]] = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v", "0": "\0"}
_LIKELY: Final = "a0A一1 -_."
_COUNT: Final = re.compile(r"\{(\d{1,4})(,(\d{0,4}))?\}")


def matching_text(pattern: str, least: int = 0) -> str | None:
    """Return a text made after a pattern; None for a pattern that is not read.

    Parameters
    ----------
    least : int
        Characters that the text should have at least, where a quantifier leaves room.
    """
    texts = [_written(pattern, extra) for extra in (0, least)]
    return next((text for text in texts if text is not None and len(text) >= least), texts[0])


def _written(pattern: str, extra: int) -> str | None:
    reader = _Reader(pattern, extra)
    try:
        text = reader.alternatives()
    except (ValueError, IndexError, RecursionError, StopIteration, re.error):
        return None
    return text if reader.is_done and len(text) <= MAX_LENGTH else None


class _Reader:
    """Goes through a pattern once and writes what it asks for."""

    def __init__(self, pattern: str, extra: int) -> None:
        self._pattern = pattern
        self._extra = extra
        self._at = 0

    @property
    def is_done(self) -> bool:
        return self._at >= len(self._pattern)

    def alternatives(self) -> str:
        first = self._sequence()
        while not self.is_done and self._pattern[self._at] == "|":
            self._at += 1
            self._sequence()
        return first

    def _sequence(self) -> str:
        text = ""
        while not self.is_done and self._pattern[self._at] not in "|)":
            piece = self._piece()
            text += piece * self._times() if piece else ""
            if len(text) > MAX_LENGTH:
                raise ValueError(self._pattern)
        return text

    def _piece(self) -> str:
        letter = self._take()
        if letter in "^$":
            return ""
        if letter == ".":
            return "a"
        if letter == "(":
            return self._group()
        if letter == "[":
            return self._class()
        if letter == "\\":
            return self._escape()
        if letter in "*+?{":
            raise ValueError(letter)
        return letter

    def _take(self) -> str:
        letter = self._pattern[self._at]
        self._at += 1
        return letter

    def _group(self) -> str:
        if self._pattern.startswith("?:", self._at):
            self._at += 2
        elif self._pattern.startswith("?", self._at):
            raise ValueError(self._pattern)  # looks around, or has a name
        text = self.alternatives()
        if self._take() != ")":
            raise ValueError(self._pattern)
        return text

    def _escape(self) -> str:
        letter = self._take()
        if letter in "bBpPkux123456789":
            raise ValueError(letter)
        known = _CLASSES.get(letter, letter)
        return known if letter in _CLASSES else _CONTROLS.get(letter, letter)

    def _class(self) -> str:
        """Return a letter of a class: its first, or for a negated one a letter that it does not exclude."""
        end = self._at + (self._pattern[self._at] == "^")
        while self._pattern[end] != "]":
            end += 2 if self._pattern[end] == "\\" else 1
        with warnings.catch_warnings(action="ignore"):  # "[[" will mean something else one day
            whole = re.compile(self._pattern[self._at - 1 : end + 1])
        first = self._pattern[self._at].replace("^", "")
        self._at = end + 1
        letters = first + _LIKELY + "".join(map(chr, range(33, 127)))
        return next(letter for letter in letters if whole.fullmatch(letter))

    def _times(self) -> int:
        """Read a quantifier and return how often to repeat; 1 where there is none."""
        counted = _COUNT.match(self._pattern, self._at)
        if counted is not None:
            self._at = counted.end()
            low = int(counted[1])
            high = low if counted[2] is None else int(counted[3] or low + self._extra)
        elif not self.is_done and self._pattern[self._at] in "*+?":
            mark = self._take()
            low, high = (1 if mark == "+" else 0), (1 if mark == "?" else 1 + self._extra)
        else:
            return 1
        if not self.is_done and self._pattern[self._at] in "?+":  # lazy: the same texts
            self._at += 1
        return min(high, max(low, self._extra))
