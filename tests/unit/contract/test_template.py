"""Path templates and media types: which entry of a contract a message belongs to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sim.contract import match_operation
from sim.contract.media_type import covering, is_json, is_media_range
from sim.contract.template import parse_template

if TYPE_CHECKING:
    from tests.unit.contract.conftest import Loader


@pytest.mark.parametrize(
    ("template", "path", "values"),
    [
        ("/cases", "/cases", {}),
        ("/cases", "/cases/", None),
        ("/cases/", "/cases/", {}),
        ("/cases/{no}", "/cases/7", {"no": "7"}),
        ("/cases/{no}", "/cases/", None),
        ("/cases/{no}", "/cases/7/files", None),
        ("/cases/{no}", "/cases/a%2Fb", {"no": "a%2Fb"}),
        ("/cases/{no}.pdf", "/cases/a.b.pdf", {"no": "a.b"}),
        ("/cases/{no}.pdf", "/cases/.pdf", None),
        ("/{a}-{b}", "/x-y-z", {"a": "x", "b": "y-z"}),
        ("/{a}-{b}", "/x-", None),
        ("/v{a}", "/v", None),
        ("/案件", "/%E6%A1%88%E4%BB%B6", {}),
    ],
)
def test_a_template_matches_paths_of_its_form(template: str, path: str, values: dict[str, str] | None) -> None:
    assert parse_template(template).match(path) == values


@pytest.mark.parametrize("text", ["cases", "/{a", "/a}", "/{}", "/{a}{b}", "/{a{b}}", "/{a}/{a}"])
def test_a_template_that_cannot_be_matched_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"path begins|braces|follow each other|stands twice"):
        parse_template(text)


def get(path: str) -> dict[str, object]:
    names = parse_template(path).names
    return {
        "operationId": path,
        "parameters": [{"name": name, "in": "path", "required": True, "schema": {}} for name in names],
        "responses": {"200": {"description": "ok"}},
    }


def test_concrete_paths_win_over_templated_ones(load: Loader) -> None:
    paths = ["/{kind}/{no}", "/cases/{no}", "/{kind}/mine", "/cases/mine", "/cases/c-{no}"]
    document = {
        "openapi": "3.1.1",
        "info": {"title": "Desk", "version": "1"},
        "paths": {path: {"get": get(path)} for path in paths},
    }
    contract = load(json.dumps(document))

    found = {
        path: match_operation(contract, "get", path)
        for path in ("/cases/mine", "/cases/7", "/cases/c-7", "/x/mine", "/x/y%20z")
    }

    assert {path: match[0].path for path, match in found.items() if match} == {
        "/cases/mine": "/cases/mine",
        "/cases/7": "/cases/{no}",
        "/cases/c-7": "/cases/c-{no}",
        "/x/mine": "/{kind}/mine",
        "/x/y%20z": "/{kind}/{no}",
    }
    last = found["/x/y%20z"]
    assert last is not None
    assert last[1] == {"kind": "x", "no": "y z"}
    assert match_operation(contract, "POST", "/cases/mine") is None
    assert match_operation(contract, "GET", "/cases") is None


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json", "exact"),
        ("Application/JSON; charset=utf-8", "exact"),
        ("application/json;v=2", "version"),
        ("application/problem+json", "application"),
        ("text/plain", "any"),
        ("json", None),
        ("", None),
    ],
)
def test_the_most_specific_media_range_covers(content_type: str, expected: str | None) -> None:
    content = {
        "*/*": "any",
        "application/*": "application",
        "application/json": "exact",
        "application/json;v=2": "version",
    }

    assert covering(content, content_type) == expected


def test_a_media_type_that_nothing_covers_has_no_entry() -> None:
    assert covering({"text/*": 1}, "application/json") is None


@pytest.mark.parametrize("text", ["application/problem+json", "text/json", "APPLICATION/JSON; charset=utf-8"])
def test_json_is_known_by_its_media_type(text: str) -> None:
    assert is_json(text)


@pytest.mark.parametrize("text", ["application/xml", "json", "application/jsonx"])
def test_other_media_types_are_not_json(text: str) -> None:
    assert not is_json(text)


@pytest.mark.parametrize(("text", "expected"), [("*/*", True), ("a/b;c=d", True), ("a", False), ("a/b/c", False)])
def test_media_ranges_are_told_from_other_texts(text: str, *, expected: bool) -> None:
    assert is_media_range(text) is expected
