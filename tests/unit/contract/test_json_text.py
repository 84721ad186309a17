"""Bodies in JSON: what is read, what is refused, and what is beyond the bounds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.contract.json_text import MAX_BYTES, JsonBoundError, JsonTextError, _object, is_deeper, parse_json

if TYPE_CHECKING:
    from sim.document import JsonValue

BOUNDS = settings(max_examples=40, deadline=None, derandomize=True)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@BOUNDS
@given(VALUES)
def test_what_the_standard_library_writes_is_read_back(value: object) -> None:
    assert parse_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "line 1, column 1: Expecting value"),
        (b'{"a": 1,}', "line 1, column"),
        (b'{"a": 1} x', "line 1, column 10: Extra data"),
        (b"NaN", "NaN is not a number that JSON knows"),
        (b"-Infinity", "-Infinity is not a number that JSON knows"),
        (b"1e999", "the number 1e999 is too large"),
        (b'{"a": 1, "b": 2, "a": 3}', "the key 'a' stands twice"),
        (b"1" * 5000, "holds a number of too many digits"),
        (b'"\xff"', "is not UTF-8 text"),
        (rb'"\ud800"', "is not UTF-8 text"),
        (b"\xef\xbb\xbf1", "line 1, column 1"),
    ],
)
def test_what_is_not_strict_json_is_refused(text: bytes, message: str) -> None:
    with pytest.raises(JsonTextError) as caught:
        parse_json(text)

    assert message in str(caught.value)


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert parse_json(rb'"\ud83d\ude00"') == "\N{GRINNING FACE}"


def test_brackets_in_strings_do_not_count_as_depth() -> None:
    text = json.dumps("[" * 1000 + '"\\')

    assert parse_json(text.encode()) == "[" * 1000 + '"\\'


@pytest.mark.parametrize("text", [b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000, b"[" * 257 + b"]" * 257])
def test_deep_texts_are_beyond_the_bound(text: bytes) -> None:
    with pytest.raises(JsonBoundError, match="nested deeper than 256 levels"):
        parse_json(text)


def test_a_text_of_exactly_the_depth_is_read() -> None:
    assert is_deeper(parse_json(b"[" * 256 + b"]" * 256), 255)


def test_many_brackets_side_by_side_are_not_deep() -> None:
    assert parse_json(b"[" + b"[]," * 1000 + b"[]]") == [[]] * 1001


def test_a_large_text_is_beyond_the_bound() -> None:
    with pytest.raises(JsonBoundError, match="larger than"):
        parse_json(b" " * (MAX_BYTES + 1))


@pytest.mark.parametrize(("value", "depth"), [(1, 0), ([], 1), ({"a": [1]}, 2), ([[[]]], 3)])
def test_depth_counts_mappings_and_lists(value: object, depth: int) -> None:
    assert not is_deeper(value, depth)  # type: ignore[arg-type]  # a JSON value
    assert depth == 0 or is_deeper(value, depth - 1)  # type: ignore[arg-type]  # a JSON value


class Compared(str):
    """A text that counts how often it is compared."""

    __slots__ = ()
    seen = 0

    def __eq__(self, other: object) -> bool:
        Compared.seen += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def test_a_key_that_stands_twice_is_found_by_as_many_steps_as_there_are_keys() -> None:
    many = 20_000
    pairs: list[tuple[str, JsonValue]] = [(Compared(min(number, many - 2)), 0) for number in range(many)]
    Compared.seen = 0
    with pytest.raises(JsonTextError, match="the key '19998' stands twice"):
        _object(pairs)
    assert Compared.seen < 4 * many


def test_a_large_object_whose_last_key_stands_twice_is_refused() -> None:
    keys = ",".join(f'"{number}":0' for number in range(400_000))
    with pytest.raises(JsonTextError, match="the key '399999' stands twice"):
        parse_json(f'{{{keys},"399999":0}}'.encode())
