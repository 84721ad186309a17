"""The gate for YAML and JSON: types, places, and everything that is refused."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.document import MAX_DEPTH, Document, parse_document, read_document, read_start
from sim.errors import DocumentError

BOUNDS = settings(max_examples=50, deadline=None, derandomize=True)
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), max_codepoint=0xFFFD), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


def parse(text: str | bytes) -> Document:
    data = text.encode() if isinstance(text, str) else text
    return parse_document(data, path=Path("/x.yaml"), file="x.yaml")


def refusal(text: str | bytes) -> str:
    with pytest.raises(DocumentError) as caught:
        parse(text)
    return str(caught.value)


@BOUNDS
@given(VALUES)
def test_json_is_read_as_the_standard_library_reads_it(value: object) -> None:
    assert parse(json.dumps(value, ensure_ascii=False)).value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("~", None), ("null", None), ("Null", None), ("", None), ("a:", {"a": None}),
        ("true", True), ("FALSE", False),
        ("yes", "yes"), ("on", "on"), ("NO", "NO"), ("y", "y"), ("nUll", "nUll"),
        ("12", 12), ("-3", -3), ("+7", 7), ("007", 7), ("0o17", 15), ("0xfF", 255), ("0b1", "0b1"), ("1_000", "1_000"),
        ("1.5", 1.5), (".5", 0.5), ("1.", 1.0), ("-1e3", -1000.0), ("1:30", "1:30"), ("12e", "12e"),
        ("2022-07-26", "2022-07-26"), ("2022-07-26T00:00:00+08:00", "2022-07-26T00:00:00+08:00"),
        ("'12'", "12"), ('"true"', "true"), ("!!str 12", "12"), ("! 12", "12"), ("|\n  12\n", "12\n"),
        ("=", "="), ("[]", []), ("{}", {}), ("'<<': 1", {"<<": 1}), ("200: x", {"200": "x"}), ("true: 1", {"true": 1}),
        ("é: 中", {"é": "中"}), ("\ufeffa: 1", {"a": 1}),
    ],
)  # fmt: skip
def test_plain_scalars_have_the_types_of_yaml_1_2(text: str, value: object) -> None:
    found = parse(text).value

    assert found == value
    assert type(found) is type(value)


def test_a_version_1_1_directive_does_not_change_the_types() -> None:
    assert parse("%YAML 1.1\n---\na: yes\n").value == {"a": "yes"}


def test_every_value_and_key_has_its_place() -> None:
    document = parse("a:\n  b/c: [1, {d~: x}]\n")

    assert document.place("") == ("x.yaml", 1, 1)
    assert document.place("/a/b~1c/0") == ("x.yaml", 2, 9)
    assert document.place("/a/b~1c/1/d~0") == ("x.yaml", 2, 17)
    assert document.place("/a/b~1c", of_key=True) == ("x.yaml", 2, 3)


def test_a_place_that_is_missing_is_that_of_the_nearest_parent() -> None:
    document = parse("a:\n  b: 1\n")

    assert document.place("/a/c/d") == ("x.yaml", 2, 3)
    assert document.place("/z") == ("x.yaml", 1, 1)


def test_a_fault_names_file_line_column_and_keys() -> None:
    fault = parse("paths:\n  /a: 1\n").fault("/paths/~1a", "is wrong", "correct it")

    assert str(fault) == "x.yaml:2:7: paths./a: is wrong; correct it"


def test_columns_count_characters_not_bytes() -> None:
    assert parse("{中文: 案, b: 1}").place("/b") == ("x.yaml", 1, 12)


def test_an_alias_is_the_same_value_with_the_place_of_its_anchor() -> None:
    document = parse("a: &x {k: [1]}\nb: *x\n")

    assert document.value == {"a": {"k": [1]}, "b": {"k": [1]}}
    assert document.place("/b/k/0") == ("x.yaml", 1, 12)
    assert document.place("/b") == ("x.yaml", 2, 4)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3", "x.yaml:3:1: a: the key 'a' stands twice, first on line 1; remove one of them"),
        ("{a: 1, 'a': 2}", "x.yaml:1:8: a: the key 'a' stands twice, first on line 1; remove one of them"),
        (
            "a: &a {x: 1}\nb:\n  <<: *a",
            "x.yaml:3:3: b: merge keys are not part of YAML 1.2; repeat the keys or use extends",
        ),
        ("a: 1\n---\nb: 2", "x.yaml:2:1: holds more than one YAML document; keep one document in a file"),
        ("a: .nan", "x.yaml:1:4: .nan is not a number that JSON knows; write a finite number"),
        ("[-.INF]", "x.yaml:1:2: -.INF is not a number that JSON knows; write a finite number"),
        ("a: 1e999", "x.yaml:1:4: the number 1e999 is too large; write a number below 1e308"),
        ("a: " + "9" * 301, "x.yaml:1:4: a number of 301 characters is too long; write it as text, in quotes"),
        ("a: 0." + "1" * 300, "x.yaml:1:4: a number of 302 characters is too long; write it as text, in quotes"),
        ("a: *b", "x.yaml:1:4: the alias *b names nothing above it; define the anchor first"),
        ("&a [*a]", "x.yaml:1:5: the alias *a names nothing above it; define the anchor first"),
        ("a: &x k\n*x : 1", "x.yaml:2:1: a key must be text, not an alias; write the key out"),
        ("? [a]\n: 1", "x.yaml:1:3: a key must be text; use text as key"),
        ("!!int 3", "x.yaml:1:1: the tag 'tag:yaml.org,2002:int' is not accepted; write the value without a tag"),
        ("!!set {a}", "x.yaml:1:1: the tag 'tag:yaml.org,2002:set' is not accepted; write the value without a tag"),
        (
            "a: !!python/object/apply:os.system [true]",
            "x.yaml:1:4: the tag 'tag:yaml.org,2002:python/object/apply:os.system' is not accepted; "
            "write the value without a tag",
        ),
        (b"a: b\nc: \xff", "x.yaml:2:1: is not UTF-8 text; save the file as UTF-8"),
        ("a: \x00", "x.yaml:1:1: holds a character that YAML forbids; remove it"),
        ("a: [1", "x.yaml:2:1: is not YAML: did not find expected ',' or ']'; correct the syntax"),
        ('"\\ud800"', "x.yaml:1:4: is not YAML: found invalid Unicode character escape code; correct the syntax"),
    ],
)  # fmt: skip
def test_a_text_that_is_not_accepted_is_refused_with_its_place(text: str | bytes, message: str) -> None:
    assert refusal(text) == message


def test_all_duplicate_keys_are_told_together() -> None:
    assert [line.split(": ")[0] for line in refusal("a: 1\na: 2\nb: {c: 1, c: 2}").splitlines()] == [
        "x.yaml:2:1",
        "x.yaml:3:11",
    ]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "[{a: ", "[a: "])
def test_deep_nesting_is_refused_before_anything_is_built(opening: str) -> None:
    assert f"is nested deeper than {MAX_DEPTH} levels" in refusal(opening * 100_000)


def test_the_greatest_depth_is_accepted() -> None:
    assert parse("[" * MAX_DEPTH + "]" * MAX_DEPTH).value


def test_depth_behind_aliases_counts() -> None:
    lines = ["a0: &a0 [" + "[" * 100 + "]" * 100 + "]"]
    lines += [f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, 200)]

    assert "is nested deeper than" in refusal("\n".join(lines))


def test_a_bomb_of_aliases_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]

    assert "grows beyond 500000 values; use fewer aliases or a smaller document" in refusal("\n".join(lines))


def test_long_keys_above_many_values_are_refused() -> None:
    text = "".join(f"{{{'k' * 1000}{i}: " for i in range(200)) + "[" + "1," * 50_000 + "]" + "}" * 200

    assert "has keys too long for the number of values under them" in refusal(text)


def test_a_message_stays_short_however_deep_its_place() -> None:
    assert len(refusal("{" + "k" * 1000 + ": [" * 200)) < 500


def test_a_text_larger_than_the_bound_is_refused() -> None:
    with pytest.raises(DocumentError, match="x: is larger than 3 bytes; split the document"):
        parse_document(b"abcd", path=Path("/x"), file="x", max_bytes=3)


def test_a_file_is_read_with_its_digest_and_shown_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text("a: 1\n")

    document = read_document(tmp_path / "a.yaml")

    assert (document.file, document.path, document.value) == ("a.yaml", tmp_path / "a.yaml", {"a": 1})
    assert document.digest == hashlib.sha256(b"a: 1\n").hexdigest()


def test_a_file_that_is_not_there_too_large_or_no_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text("a: 1\n")

    for path, size, message in (
        ("b.yaml", 100, "b.yaml: there is no such file; check the path"),
        ("a.yaml", 3, "a.yaml: is larger than 3 bytes; split the document"),
        (".", 100, ".: there is no such file; check the path"),
        ("a" * 5000, 100, "cannot be read: File name too long; check path and permissions"),
    ):
        with pytest.raises(DocumentError) as caught:
            read_document(Path(path), max_bytes=size)
        assert str(caught.value).endswith(message)


def test_a_file_that_has_nothing_to_give_yet_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = os.open(pipe, os.O_RDWR)
    try:
        with pytest.raises(BlockingIOError):
            read_start(pipe, 10)
    finally:
        os.close(writer)


@pytest.mark.skipif(not Path("/proc/self/maps").is_file(), reason="only Linux has files that say they are empty")
def test_a_file_is_not_believed_about_its_size() -> None:
    assert Path("/proc/self/maps").stat().st_size == 0
    assert len(read_start(Path("/proc/self/maps"), 10)) == 10
