"""Comparing editions: nothing differs from itself, no edit is missed, and no verdict contradicts the validator."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from sim.catalog import Catalog
from sim.contract import compare_contracts, load_contract, violations_of_value
from sim.errors import DocumentError
from tests.unit.contract.diff.editions import DESK, EDITS, Edit, changes, edition

if TYPE_CHECKING:
    from sim.contract import Contract, Schema

BUNDLED = Catalog.bundled()


@pytest.mark.parametrize("name", BUNDLED.names("contract"))
def test_nothing_differs_from_itself(name: str) -> None:
    assert compare_contracts(load_contract(BUNDLED, name), load_contract(BUNDLED, name)) == ()


@settings(deadline=None, max_examples=25)
@given(st.lists(st.sampled_from(EDITS), min_size=2, max_size=4, unique=True))
def test_an_edit_among_others_is_never_missed(edits: list[Edit]) -> None:
    """Edits at places of their own; each is found beside the others under its own rule."""
    text = DESK
    for edit in edits:
        assume(text.count(edit.old) == 1)
        text = text.replace(edit.old, edit.new)
    assume(all(_stands(edit, text) for edit in edits))
    with TemporaryDirectory() as folder:
        alone = [{(change.rule, change.field) for change in _alone(Path(folder), edit)} for edit in edits]
        found = {(change.rule, change.field) for change in changes(Path(folder), DESK, text)}
    # What an edit takes away, or says cannot be compared, no longer shows the edits within it.
    gone = {
        "operation-removed",
        "operation-moved",
        "callback-removed",
        "media-type-removed",
        "type-changed",
        "not-compared",
    }
    assume(not any(gone & {rule for rule, _ in rules} for rules in alone))
    for edit, rules in zip(edits, alone, strict=True):
        assert rules & found, edit.name


def _stands(edit: Edit, text: str) -> bool:
    return edit.new in text


def _alone(folder: Path, edit: Edit) -> tuple[Any, ...]:
    return changes(folder, DESK, DESK.replace(edit.old, edit.new))


TEXTS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", ["string", "null"], ["string", "integer"]]),
        "minLength": st.integers(0, 3),
        "maxLength": st.integers(2, 4),
        "enum": st.lists(st.sampled_from(["a", "ab", "12", None]), min_size=1, max_size=3, unique=True),
        "pattern": st.sampled_from(["^[a-z]*$", "^[0-9]{2}$", "^[0-9]{1,3}$", "^(a|12)$", "a"]),
    },
)
NUMBERS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["integer", "number", ["number", "null"]]),
        "minimum": st.integers(-1, 2),
        "exclusiveMaximum": st.integers(1, 4),
        "multipleOf": st.sampled_from([1, 2, 0.5]),
    },
)
LEAVES = TEXTS | NUMBERS


def _grown(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    objects = st.fixed_dictionaries(
        {"properties": st.fixed_dictionaries({"a": children, "b": children})},
        optional={
            "type": st.just("object"),
            "required": st.lists(st.sampled_from(["a", "b"]), max_size=2, unique=True),
            "additionalProperties": st.booleans(),
            "dependentRequired": st.just({"a": ["b"]}),
        },
    )
    lists = st.fixed_dictionaries(
        {"items": children},
        optional={"type": st.just("array"), "minItems": st.integers(0, 2), "uniqueItems": st.booleans()},
    )
    choices = st.fixed_dictionaries({"anyOf": st.lists(children, min_size=2, max_size=3)})
    both = st.fixed_dictionaries({"allOf": st.lists(children, min_size=1, max_size=2)})
    conditions = st.fixed_dictionaries({"if": children, "then": children})
    return objects | lists | choices | both | conditions


SCHEMAS = st.recursive(LEAVES, _grown, max_leaves=4)
SCALARS = [None, "", "a", "ab", "abc", "12", "1", "A", 0, 1, 2, 0.5, -1, 3, True]
VALUES: list[Any] = [
    *SCALARS,
    *([value] for value in SCALARS),
    [],
    ["a", "a"],
    [1, 2],
    {},
    *({"a": value} for value in SCALARS),
    *({"b": value} for value in SCALARS),
    *({"a": one, "b": other} for one in ("a", "12", 1, None) for other in ("ab", 0, 2, None)),
    {"c": 1},
    {"a": "a", "b": "a", "c": 1},
]


def _contract(folder: Path, schema: Any) -> tuple[Contract, Schema]:  # a schema is any JSON
    document = {
        "openapi": "3.1.1",
        "info": {"title": "One", "version": "1"},
        "paths": {
            "/one": {
                "post": {
                    "operationId": "one",
                    "requestBody": {"content": {"application/json": {"schema": schema}}},
                    "responses": {"204": {"description": "ok"}},
                }
            }
        },
    }
    contract = edition(folder, json.dumps(document))
    body = contract.operations["one"].request_body
    assert body is not None
    found = body.content["application/json"].schema
    assert found is not None
    return contract, found


def _paths(schema: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a schema that can be cut out or replaced."""
    children = schema.items() if isinstance(schema, dict) else enumerate(schema) if isinstance(schema, list) else ()
    return [found for key, child in children for found in ((*path, key), *_paths(child, (*path, key)))]


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Any, Any]:
    """A schema and the same with one place changed: cut out, or taken from another schema."""
    old, donor = draw(SCHEMAS), draw(SCHEMAS)
    new = json.loads(json.dumps(old))
    places = _paths(new)
    assume(places)
    *above, key = draw(st.sampled_from(places))
    holder = new
    for token in above:
        holder = holder[token]
    if isinstance(holder, dict) and isinstance(donor, dict) and draw(st.booleans()):
        holder.update(donor)
    elif isinstance(holder, dict) or (len(holder) > 1 and draw(st.booleans())):
        del holder[key]
    return (old, new) if draw(st.booleans()) else (new, old)


@settings(deadline=None, max_examples=80)
@given(pairs())
def test_no_verdict_contradicts_the_validator(pair: tuple[Any, Any]) -> None:
    """Where the sender of a request is told to be safe, no old value is refused; where the receiver is, no new one."""
    with TemporaryDirectory() as folder:
        try:
            contracts = [_contract(Path(folder) / name, schema) for name, schema in zip("ab", pair, strict=True)]
        except DocumentError:
            reject()
        found = compare_contracts(contracts[0][0], contracts[1][0])
    old, new = ([not violations_of_value(schema, value) for value in VALUES] for _, schema in contracts)
    rules = {change.rule for change in found}
    # An open object may be given a member, or lose one: that someone uses its very name for something else is not
    # held against it.
    if any(before and not after for before, after in zip(old, new, strict=True)) and "property-added" not in rules:
        assert any(change.consumer != "harmless" for change in found), pair
    if any(after and not before for before, after in zip(old, new, strict=True)) and "property-removed" not in rules:
        assert any(change.provider != "harmless" for change in found), pair
