"""Which operations stand at a path."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sim.contract import match_operation
from sim.contract.template import parse_template

if TYPE_CHECKING:
    from tests.unit.contract.conftest import Loader

WHOLE = ["/aaa/{x}", "/b/{x}", "/b/c", "/{y}/c", "/{y}/{z}", "/", "/b/{x}/d/{z}", "/b/{x}/{w}/e"]


def document(paths: list[str]) -> str:
    def get(path: str) -> dict[str, object]:
        names = parse_template(path).names
        parameters = [{"name": name, "in": "path", "required": True, "schema": {}} for name in names]
        return {"operationId": path, "parameters": parameters, "responses": {"200": {"description": "ok"}}}

    described = {path: {"get": get(path)} for path in paths}
    return json.dumps({"openapi": "3.1.1", "info": {"title": "Desk", "version": "1"}, "paths": described})


@pytest.mark.parametrize("more", [[], ["/b/{x}.pdf", "/b/{x}/d-{z}/f"]])  # a literal beside a name: each is tried
@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/aaa/1", ("/aaa/{x}", {"x": "1"})),
        ("/b/c", ("/b/c", {})),
        ("/b/%63", ("/b/c", {})),
        ("/b/1", ("/b/{x}", {"x": "1"})),
        ("/b/1%2F2", ("/b/{x}", {"x": "1/2"})),
        ("/e/c", ("/{y}/c", {"y": "e"})),
        ("/e/f", ("/{y}/{z}", {"y": "e", "z": "f"})),
        ("/", ("/", {})),
        ("/b/1/d/2", ("/b/{x}/d/{z}", {"x": "1", "z": "2"})),
        ("/b/1/d/e", ("/b/{x}/d/{z}", {"x": "1", "z": "e"})),
        ("/b/1/g/e", ("/b/{x}/{w}/e", {"x": "1", "w": "g"})),
        ("/b/", None),
        ("//c", None),
        ("/b/1/g/h", None),
        ("/b", None),
        ("", None),
    ],
)
def test_from_the_left_a_literal_wins_over_a_parameter(
    load: Loader, more: list[str], path: str, found: tuple[str, dict[str, str]] | None
) -> None:
    matched = match_operation(load(document(WHOLE + more)), "GET", path)
    assert (matched and (matched[0].path, dict(matched[1]))) == found
