"""Characters that steer: refused where they may not stand, written out where they must be shown."""

from __future__ import annotations

import pytest

from sim.steering import harmless, is_plain

STEERING = ["\x00", "\x1b", "\r", "\x7f", "\x9b", "\u061c", "\u200f", "\u2028", "\u202e", "\u2069", "\udc80"]


@pytest.mark.parametrize("character", STEERING, ids=ascii)
def test_a_character_that_steers_is_not_plain_and_is_written_out(character: str) -> None:
    assert not is_plain(f"a{character}b")
    assert harmless(f"a{character}b") == f"a{ascii(character)[1:-1]}b"


def test_text_in_any_script_is_plain_and_stays() -> None:
    text = "居民身份证 café العربية 🚓"
    assert is_plain(text, one_line=True)
    assert harmless(text) == text


@pytest.mark.parametrize("character", ["\n", "\t"])
def test_line_feeds_and_tabs_are_plain_but_not_on_one_line(character: str) -> None:
    assert is_plain(character)
    assert not is_plain(character, one_line=True)
    assert harmless(character) == character
