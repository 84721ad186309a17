"""Personal values in other clothes: other digits, other gaps, in numbers, in texts that were cut."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from sim.contract import Schema, violations_of_value
from sim.mock.redact import REDACTED, Redactor, personal_values, redact_value

if TYPE_CHECKING:
    from sim.document import JsonValue

NUMBER = "640099198001010012"
MOBILE = "13900991234"


@pytest.mark.parametrize(
    "text",
    [
        NUMBER,
        "64009919800101001x",
        "640099 19800101 0012",
        "6400 9919 8001 0100 12",
        "640099-19800101-0012",
        "640099\u00a019800101\u20130012",
        "\uff16\uff14\uff10\uff10\uff19\uff19\uff11\uff19\uff18\uff10\uff10\uff11\uff10\uff11\uff10\uff10\uff11\uff12",
        "640099800101001",
        MOBILE,
        "139 0099 1234",
        "139-0099-1234",
        "8613900991234",
        "+86 139-0099-1234",
        "008613900991234",
        "Bearer c3ludGhldGlj",
        "Basic c3ludGhldGlj",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
        "token=c3ludGhldGlj",
        'password: "hunter2"',
        "API-Key=c3ludGhldGlj",
        "密码:hunter2",
    ],
)
def test_what_has_a_personal_form_is_taken_out_however_it_is_written(text: str) -> None:
    found = Redactor(()).scrub(f"of {text} it is said")
    assert found.startswith(f"of {REDACTED}")
    assert "c3lu" not in found
    assert "hunter2" not in found
    assert not any(character.isdigit() for character in found)


@pytest.mark.parametrize(
    "text",
    [
        "20220726101500",
        "2022-07-26T10:15:00",
        "1.2.156.3005.2.11110099MB0009929B001.640099.201507260001.001.2",
        "11640099MB0009902H4640709900001",
        "a token of thanks, a secret",
        "basic research",
        "between 0 and 500...",
        "page 12 of 40",
    ],
)
def test_other_texts_stay(text: str) -> None:
    assert Redactor(["马晓芳"]).scrub(text) == text


@pytest.mark.parametrize("length", range(170, 200))
def test_a_text_that_was_cut_holds_no_piece_of_a_value(length: int) -> None:
    """The contract's violations show 200 characters: a value may be cut anywhere."""
    redactor = Redactor([NUMBER, "马晓芳"])
    for value in (NUMBER, MOBILE, "马晓芳"):
        (broken,) = violations_of_value(Schema("catalog:/a", "", {"type": "null"}), "x" * length + value + "y" * 200)
        text = redactor.scrub(broken.received)
        assert value[:6] not in text  # five digits tell nothing
        assert "马" not in text


def test_numbers_in_a_value_are_redacted_like_texts() -> None:
    value: dict[str, JsonValue] = {
        "no": int(NUMBER),
        "rows": [int(MOBILE), 12, 0.5, True, None],
        "note": f"of {NUMBER}",
        NUMBER: 1,
    }
    found = redact_value(Redactor(()), value)
    assert found == {
        "no": REDACTED, "rows": [REDACTED, 12, 0.5, True, None], "note": f"of {REDACTED}", REDACTED: 1,
    }  # fmt: skip


@pytest.mark.parametrize("piece", ["eyJ", "1", "12345678 ", "token ", "basic ", "bearer ", "password=", "86-1", " \t"])
def test_a_long_text_is_read_in_linear_time(piece: str) -> None:
    text = piece * (400_000 // len(piece)) + "x..."
    begin = time.process_time()
    Redactor([NUMBER]).scrub(text)
    assert time.process_time() - begin < 5  # some milliseconds; quadratic time would be minutes


@pytest.mark.parametrize("value", ["a", "X", "Li", "李"])
def test_a_value_of_a_letter_or_two_is_taken_out_where_it_is_all_there_is(value: str) -> None:
    redactor = Redactor((value,))
    assert redactor.scrub(value) == REDACTED
    assert redact_value(redactor, {"note": value}) == {"note": REDACTED}
    text = f"a status that X, Li and {value}. declare..."
    assert redactor.scrub(text) == text


def test_a_name_of_two_characters_is_taken_out_of_any_text() -> None:
    assert Redactor(("李明",)).scrub("to 李明, and %E6%9D%8E%E6%98%8E") == f"to {REDACTED}, and {REDACTED}"


def test_values_below_a_personal_place_are_known_however_deep_they_stand() -> None:
    value: JsonValue = {
        "mobile": ["13900991234", {"second": 13900991235}],
        "note": "free",
        "list": [{"name": ["张三", None, True]}],
    }
    assert list(personal_values(value)) == ["13900991234", "13900991235", "张三"]
