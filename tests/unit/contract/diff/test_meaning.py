"""What a comparison understands: references, recursion, null, conditions, codes, directions, places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sim.contract import Change, compare_contracts
from sim.contract.dialect import KEYWORDS
from sim.contract.diff.flat import SILENT
from sim.contract.diff.pattern import relate
from sim.contract.diff.rule import SCHEMA_FAMILIES
from tests.unit.contract.diff.editions import CODES, DESK, changes, edition

if TYPE_CHECKING:
    from pathlib import Path

ONE = """\
openapi: {openapi}
info: {{title: One, version: '1'}}
paths:
  /one:
    post:
      operationId: one
      {part}
components:
  schemas:
    Value: {schema}
    Node: {{type: object, properties: {{name: {{type: string}}, next: {{$ref: '#/components/schemas/Node'}}}}}}
"""
SENT = (
    "requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Value'}}}}\n"
    "      responses: {'204': {description: ok}}"
)
ANSWERED = (
    "responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Value'}}}}}"
)


def one(schema: str, part: str, openapi: str = "3.1.1") -> str:
    return ONE.format(openapi=openapi, part=part, schema=schema)


def told(folder: Path, old: str, new: str, part: str = SENT) -> list[tuple[str, str, str, str]]:
    """Return rule, what it does to consumer and provider, and field of what changed between two schemas."""
    found = changes(folder, one(old, part), one(new, part))
    return [(change.rule, change.consumer, change.provider, change.field) for change in found]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{type: string, nullable: true}", "{type: [string, 'null']}"),
        ("{type: integer, minimum: 1, exclusiveMinimum: true}", "{type: integer, exclusiveMinimum: 1}"),
        ("{type: object, properties: {a: {type: string}}}", "{type: object, properties: {a: {type: [string]}}}"),
    ],
)
def test_openapi_30_and_31_may_say_the_same(old: str, new: str, tmp_path: Path) -> None:
    for part in (SENT, ANSWERED):
        assert changes(tmp_path, one(old, part, "3.0.4"), one(new, part)) == ()
        assert changes(tmp_path, one(new, part), one(old, part, "3.0.4")) == ()


def test_nullable_of_30_that_31_lost_is_found(tmp_path: Path) -> None:
    found = changes(tmp_path, one("{type: string, nullable: true}", SENT, "3.0.4"), one("{type: string}", SENT))
    assert [(change.rule, change.consumer) for change in found] == [("null-removed", "breaking")]


def test_schemas_that_refer_to_themselves_end(tmp_path: Path) -> None:
    old = one("{$ref: '#/components/schemas/Node'}", SENT)
    assert changes(tmp_path, old, old) == ()
    found = changes(tmp_path, old, old.replace("name: {type: string}", "name: {type: string, maxLength: 3}"))
    assert [(change.rule, change.field) for change in found] == [("length-narrowed", "/name")]


def test_a_schema_that_unrolls_its_recursion_is_the_same(tmp_path: Path) -> None:
    old = one("{$ref: '#/components/schemas/Node'}", SENT)
    unrolled = "{type: object, properties: {name: {type: string}, next: {$ref: '#/components/schemas/Node'}}}"
    assert changes(tmp_path, old, one(unrolled, SENT)) == ()


@pytest.mark.parametrize(
    ("old", "new", "sent", "answered"),
    [
        ("{type: integer}", "{type: number}", ("type-widened", "harmless", "risky"), ("breaking", "harmless")),
        ("{minLength: 2}", "{minLength: 1}", ("length-widened", "harmless", "risky"), ("risky", "harmless")),
        ("{minLength: 1}", "{minLength: 2}", ("length-narrowed", "breaking", "harmless"), ("harmless", "breaking")),
        ("{minimum: 0}", "{exclusiveMinimum: 0}", ("range-narrowed", "breaking", "harmless"), ("harmless", "breaking")),
        ("{maximum: 9}", "{}", ("range-widened", "harmless", "risky"), ("risky", "harmless")),
        ("{format: int32}", "{format: int64}", ("format-widened", "harmless", "risky"), ("risky", "harmless")),
        ("{format: int64}", "{format: int32}", ("format-narrowed", "breaking", "harmless"), ("harmless", "breaking")),
        ("{enum: [1]}", "{}", ("enum-dropped", "harmless", "risky"), ("risky", "harmless")),
        ("{contentEncoding: base64}", "{}", ("encoding-changed", "breaking", "breaking"), ("breaking", "breaking")),
    ],
)
def test_requests_and_responses_are_judged_the_other_way_round(
    old: str, new: str, sent: tuple[str, str, str], answered: tuple[str, str], tmp_path: Path
) -> None:
    assert told(tmp_path, old, new) == [(*sent, "")]
    assert told(tmp_path, old, new, ANSWERED) == [(sent[0], *answered, "")]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{items: {maxLength: 3}}", "{items: {maxLength: 2}}", [("length-narrowed", "/*")]),
        ("{prefixItems: [{type: string}]}", "{prefixItems: [{type: integer}]}", [("type-changed", "/0")]),
        ("{items: {type: string}}", "{prefixItems: [{enum: [a]}], items: {type: string}}",
         [("type-narrowed", "/0"), ("enum-introduced", "/0")][1:]),
        ("{contains: {const: a}}", "{contains: {const: a}, minContains: 2}", [("contains-narrowed", "")]),
        ("{additionalProperties: {maxLength: 3}}", "{additionalProperties: {maxLength: 2}}",
         [("length-narrowed", "/*")]),
        ("{patternProperties: {'^a': {maxLength: 3}}}", "{patternProperties: {'^a': {maxLength: 2}}}",
         [("length-narrowed", "/*")]),
        ("{propertyNames: {maxLength: 3}}", "{propertyNames: {maxLength: 2}}", [("length-narrowed", "/*")]),
        ("{properties: {'a/b': {type: string}}}", "{properties: {'a/b': {type: boolean}}}",
         [("type-changed", "/a~1b")]),
        ("{properties: {a: true}}", "{properties: {a: false}}", [("value-forbidden", "/a")]),
        ("{not: {const: a}}", "{not: {const: b}}", [("not-compared", "")]),
        ("{contentSchema: {type: string}}", "{contentSchema: {type: integer}}", [("not-compared", "")]),
        ("{minProperties: 1}", "{minProperties: 2}", [("size-narrowed", "")]),
        ("{multipleOf: 4}", "{multipleOf: 6}", [("range-narrowed", "")]),
    ],
)  # fmt: skip
def test_every_corner_of_a_schema_is_looked_at(
    old: str, new: str, expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    assert [(rule, field) for rule, _, _, field in told(tmp_path, old, new)] == expected


def test_one_form_among_several_is_still_the_old_form(tmp_path: Path) -> None:
    old = "{type: object, required: [a], properties: {a: {type: string}}}"
    new = f"{{oneOf: [{old}, {{type: object, required: [b], properties: {{b: {{type: string}}}}}}]}}"
    assert told(tmp_path, old, new) == [("alternative-added", "harmless", "risky", "")]
    assert told(tmp_path, new, old) == [("alternative-removed", "breaking", "harmless", "")]


def test_branches_are_matched_by_what_tells_them_apart_not_by_order(tmp_path: Path) -> None:
    post = "{properties: {by: {const: post}, street: {type: string}}}"
    mail = "{properties: {by: {const: mail}, address: {type: string}}}"
    assert told(tmp_path, f"{{oneOf: [{post}, {mail}]}}", f"{{oneOf: [{mail}, {post}]}}") == []
    longer = mail.replace("address: {type: string}", "address: {type: string, minLength: 1}")
    expected = [("length-narrowed", "breaking", "harmless", "/address")]
    assert told(tmp_path, f"{{oneOf: [{post}, {mail}]}}", f"{{oneOf: [{longer}, {post}]}}") == expected


def test_codes_that_the_list_itself_gives_another_meaning_are_found(tmp_path: Path) -> None:
    swapped = CODES.replace("mood,a,1,good,好", "mood,a,1,X,好x").replace("mood,a,2,bad,坏", "mood,a,2,Y,坏y")
    found = compare_contracts(edition(tmp_path / "a", DESK), edition(tmp_path / "b", DESK, swapped))
    assert {change.rule for change in found} == {"code-meaning-changed"}
    assert {change.operation for change in found} == {"openCase", "readCase"}
    assert all(change.consumer == change.provider == "breaking" for change in found)
    assert "1 was 'good' and is 'X'" in found[0].message


def test_a_label_reworded_in_one_language_means_the_same(tmp_path: Path) -> None:
    reworded = CODES.replace("mood,a,1,good,好", "mood,a,1,fine,好")
    assert compare_contracts(edition(tmp_path / "a", DESK), edition(tmp_path / "b", DESK, reworded)) == ()


def test_a_change_knows_its_place_in_both_editions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    new = DESK.replace("maxLength: 30", "maxLength: 20")
    (change,) = changes(tmp_path, DESK, new)
    line = DESK[: DESK.index("maxLength: 30")].count("\n") + 1
    pointer = "/components/schemas/Application/properties/name/maxLength"
    assert (str(change.old), change.old.pointer) == (f"old/contracts/desk.openapi.yaml:{line}:44", pointer)
    assert (change.new.file, change.new.pointer) == ("new/contracts/desk.openapi.yaml", pointer)
    assert change.message == "maxLength was 30 and is 20"
    assert change.subject == "openCase: request body /name"


def test_an_operation_is_found_again_under_another_name_of_its_path_parameter(tmp_path: Path) -> None:
    new = DESK.replace("{no}:", "{number}:").replace("name: no, in: path", "name: number, in: path")
    found = changes(tmp_path, DESK, new)
    assert [change.rule for change in found] == ["path-parameter-renamed"]


def test_callbacks_and_webhooks_change_the_parts_of_the_two(tmp_path: Path) -> None:
    new = DESK.replace("enum: [granted, refused]", "enum: [granted]").replace(
        "at: {type: string}", "at: {maxLength: 3}"
    )
    found = changes(tmp_path, DESK, new)
    assert {(change.within, change.rule, change.consumer, change.provider) for change in found} == {
        ("callback decided", "enum-value-removed", "harmless", "breaking"),
        ("webhook closing", "type-widened", "breaking", "harmless"),
        ("webhook closing", "length-narrowed", "harmless", "breaking"),
    }


def test_a_member_that_is_read_only_is_no_part_of_requests(tmp_path: Path) -> None:
    old = "{properties: {a: {type: string, readOnly: true}}}"
    assert told(tmp_path, old, "{properties: {a: {type: integer, readOnly: true}}}") == []
    assert told(tmp_path, old, "{properties: {}}") == []
    assert told(tmp_path, old, "{properties: {}}", ANSWERED) == [("property-removed", "breaking", "harmless", "/a")]
    freed = "{required: [a], properties: {a: {type: string}}}"
    expected = [("required-property-added", "breaking", "harmless", "/a")]
    assert told(tmp_path, "{required: [a], properties: {a: {type: string, readOnly: true}}}", freed) == expected


def test_a_member_that_is_asked_for_and_no_longer_declared_is_told_as_both(tmp_path: Path) -> None:
    declared, asked = "{properties: {a: {type: string}}}", "{required: [a]}"
    assert set(told(tmp_path, declared, asked)) == {
        ("property-removed", "risky", "harmless", "/a"),
        ("property-made-required", "breaking", "harmless", "/a"),
    }
    assert set(told(tmp_path, asked, declared)) == {
        ("property-added", "risky", "harmless", "/a"),
        ("property-made-optional", "harmless", "risky", "/a"),
    }


def test_too_many_ways_through_schemas_are_told_not_walked_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"L{level}" for level in range(16)]
    levels = "".join(
        f"    {name}: {{properties: {{a: {{$ref: '#/components/schemas/{below}'}}, "
        f"b: {{$ref: '#/components/schemas/{below}'}}}}}}\n"
        for name, below in zip(names, [*names[1:], "Leaf"], strict=True)
    )
    old = one("{$ref: '#/components/schemas/L0'}", SENT) + levels + "    Leaf: {maxLength: 3}\n"
    monkeypatch.setattr("sim.contract.diff.site.MAX_PAIRS", 500)
    found = changes(tmp_path, old, old.replace("Leaf: {maxLength: 3}", "Leaf: {maxLength: 2}"))
    assert "not-compared" in {change.rule for change in found}
    assert len(found) < 600
    assert sum("too many ways" in change.message for change in found) == 1


@pytest.mark.parametrize(
    "link", ["properties: {{a: {{$ref: '{}'}}}}", "$ref: '{}'", "oneOf: [{{$ref: '{}'}}, {{type: object}}]"]
)
def test_schemas_may_refer_to_each_other_in_a_long_row(link: str, tmp_path: Path) -> None:
    rows = [f"    L{level}: {{{link.format(f'#/components/schemas/L{level + 1}')}}}\n" for level in range(600)]
    old = one("{$ref: '#/components/schemas/L0'}", SENT) + "".join(rows) + "    L600: {maxLength: 3}\n"
    found = changes(tmp_path, old, old.replace("maxLength: 3", "maxLength: 2"))
    assert {change.rule for change in found} <= {"not-compared", "length-narrowed"}
    assert found


def test_every_keyword_has_a_family_that_answers_for_it() -> None:
    answered = {keyword for _, family in SCHEMA_FAMILIES for keyword in family.keywords}
    laid_flat = {"nullable", "x-code-list", "x-format", "x-checksum"}
    assert answered | SILENT == KEYWORDS | laid_flat
    assert not answered & SILENT


@pytest.mark.parametrize(
    ("old", "new", "old_in_new", "new_in_old"),
    [
        ("^[0-9]{3}$", "^[0-9]{3,5}$", True, False),
        ("^[0-9a-f]+$", "^\\d+$", False, True),
        ("^a[0-9]*$", "^a[0-9]?$", False, True),
        ("^[^0-9]{1,30}$", "^[^0-9]{1,20}$", False, True),
        ("^[A-Z]$", "^[B-Z]$", False, True),
        ("^[0-9][0-9]$", "^[0-9]{2}$", True, True),
        ("^(a|b)$", "^[ab]$", None, None),
        ("^[a-z]$", "^[0-9]$", False, False),
    ],
)
def test_patterns_are_related_as_far_as_that_can_be_proven(
    old: str, new: str, *, old_in_new: bool | None, new_in_old: bool | None
) -> None:
    relation = relate(old, new, [], [])
    assert (relation.old_in_new, relation.new_in_old) == (old_in_new, new_in_old)


def test_examples_are_witnesses_where_patterns_cannot_be_read() -> None:
    assert relate("^(a|b)+$", "^(a|c)+$", ["ab"], ["ac"]).old_in_new is False
    assert relate("^(a|b)+$", "^(a|c)+$", ["aa"], ["aa"]).old_in_new is None


def test_changes_are_sorted_with_the_worst_first(tmp_path: Path) -> None:
    new = DESK.replace("enum: [open, closed]", "enum: [open, closed, lost]").replace(
        "{name: no,", "{description: d, name: no,"
    )
    new = new.replace("secret: {type: string}", "secret: {type: string, deprecated: true}").replace(
        "[name, kind]", "[kind, mail]"
    )
    found: tuple[Change, ...] = changes(tmp_path, DESK, new)
    assert [change.severity for change in found] == ["breaking", "risky", "risky", "harmless"]
