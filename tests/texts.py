"""Texts made by a seed: of a pattern, of an identifier with its check character, of a moment.

Takes the patterns that contracts use (classes, groups, alternatives, counted repeats, anchors at both ends), gives
texts they match; check characters come from python-stdnum. Whoever appears carries the county part 0099.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from stdnum.cn import ric, uscc
from stdnum.iso7064 import mod_37_36

if TYPE_CHECKING:
    from random import Random

# A part of a pattern with its least and greatest number of repeats: characters to choose from, or alternatives.
_Part: TypeAlias = "tuple[str | list[list[_Part]], int, int]"

ALPHABET: Final = "aZ0 -_~'\"\\/<>&中文字符㐀ñé\u200d😀𠮷\t"
CERTIFICATE_ROOT: Final = "1.2.156.3005.2."
MOMENTS: Final = {
    "date-basic": "%Y%m%d",
    "datetime-basic": "%Y%m%dT%H%M%S",
    "datetime-colon": "%Y%m%d%H:%M:%S",
    "datetime-compact": "%Y%m%d%H%M%S",
}

_MOST_REPEATS = 12  # of what repeats without end
_PIECE = re.compile(r"\[(?:\\.|[^\]\\])+\]|\\.|.", re.DOTALL)
_COUNT = re.compile(r"\{(\d+)(,?)(\d*)\}|[?*+]")
_FIRST_DAY = datetime(1900, 1, 1)


def matching(pattern: str, random: Random) -> str:
    """Return a text that a pattern matches; what stands outside its anchors stays empty."""
    parser = _Parser(pattern)
    alternatives = parser.alternatives()
    if parser.rest:
        raise NotImplementedError(f"{pattern!r} ends in {parser.rest!r}")
    return _sample(alternatives, random)


def with_check_character(kind: str, text: str, random: Random) -> str:
    """Return an identifier whose last character is right; a citizen number of county 0099, born on a real day."""
    if kind == "citizen-number":
        text = f"{text[:2]}0099{moment('date-basic', random)}{text[14:17]}"
        return text + str(ric.calc_check_digit(text + "0"))
    if kind == "credit-code":
        return text[:17] + str(uscc.calc_check_digit(text[:17]))
    if kind == "certificate-identifier":
        body = text[:-1]
        return body + str(mod_37_36.calc_check_digit(body.removeprefix(CERTIFICATE_ROOT).replace(".", "")))
    raise NotImplementedError(kind)


def has_check_character(kind: str, text: str) -> bool:
    """Whether the last character of an identifier is right, by python-stdnum; what is no identifier has none."""
    body, last = text[:-1], text[-1:]
    try:
        if kind == "citizen-number":
            return len(text) == 18 and body.isascii() and body.isdigit() and bool(ric.calc_check_digit(text) == last)
        if kind == "credit-code":
            return len(text) == 18 and bool(uscc.calc_check_digit(body) == last)
        parts = text.removeprefix(CERTIFICATE_ROOT).split(".")
        whole = text.startswith(CERTIFICATE_ROOT) and len(parts) == 5 and all(parts) and len(parts[4]) == 1
        characters = "".join(parts)
        return whole and characters == characters.upper() and bool(mod_37_36.is_valid(characters))
    except ValueError:
        return False


def moment(form: str, random: Random) -> str:
    """Return a real date and time of 1900 to 2049 in a form of ``MOMENTS``."""
    return (_FIRST_DAY + timedelta(seconds=random.randrange(150 * 365 * 86_400))).strftime(MOMENTS[form])


def is_moment(form: str, text: str) -> bool:
    """Whether a text is a real date and time in a form, by the calendar of the standard library."""
    try:
        return datetime.strptime(text, MOMENTS[form]).strftime(MOMENTS[form]) == text
    except ValueError:
        return False


def any_text(length: int, random: Random) -> str:
    """Return a text of so many characters, of scripts and planes that lengths are miscounted in."""
    return "".join(random.choices(ALPHABET, k=length))


class _Parser:
    def __init__(self, pattern: str) -> None:
        self.rest = _PIECE.findall(pattern)

    def alternatives(self) -> list[list[_Part]]:
        found: list[list[_Part]] = [[]]
        while self.rest and self.rest[0] != ")":
            piece = self.rest.pop(0)
            if piece == "|":
                found.append([])
            elif piece not in ("^", "$"):
                what = self._group() if piece == "(" else _characters(piece)
                found[-1].append((what, *self._repeats()))
        return found

    def _group(self) -> list[list[_Part]]:
        inner = self.alternatives()
        self.rest.pop(0)
        return inner

    def _repeats(self) -> tuple[int, int]:
        match = _COUNT.match("".join(self.rest))
        if match is None:
            return 1, 1
        del self.rest[: len(match.group())]
        if match.group() in ("?", "*", "+"):
            return int(match.group() == "+"), 1 if match.group() == "?" else _MOST_REPEATS
        least = int(match.group(1))
        return least, int(match.group(3) or (_MOST_REPEATS if match.group(2) else least))


def _characters(piece: str) -> str:
    if (piece[0] == "\\" and piece[1].isalnum()) or piece in ("(", "*", "+", "?", "{", "."):
        raise NotImplementedError(piece)
    if piece[0] != "[":
        return piece[-1]
    allowed = re.compile(piece)
    return "".join(one for one in map(chr, range(0x20, 0x7F)) if allowed.match(one)) or "中"


def _sample(alternatives: list[list[_Part]], random: Random) -> str:
    return "".join(
        random.choice(what) if isinstance(what, str) else _sample(what, random)
        for what, least, most in random.choice(alternatives)
        for _ in range(random.choice((least, most, random.randint(least, most))))
    )
