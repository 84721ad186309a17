"""Overlays: the examples of the specification, what merging keeps, and every fault at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import pytest
import yaml

from sim.catalog import Catalog
from sim.contract import apply_overlay, load_contract, load_overlay
from sim.contract.overlay import _overlaid
from sim.contract.query import MAX_STEPS
from sim.document import Document, parse_document
from sim.errors import DocumentError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "overlay: 1.0.0\ninfo: {title: Change, version: 1.0.0}\nactions:\n"
DESK = """\
openapi: 3.1.0
info: {title: Desk, version: 2.0.0}
paths:
  /tickets:
    get:
      operationId: listTickets
      parameters:
        - {name: filter, in: query, schema: {type: string}}
        - {name: dummy, in: query, schema: {type: string}}
      responses:
        "200":
          description: Tickets.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Ticket"}
              example: {number: A1}
components:
  schemas:
    Ticket:
      type: object
      required: [number]
      properties:
        number: {type: string}
"""


class Apply(Protocol):
    """Applies an overlay to a document, both given as text; returns the changed document."""

    def __call__(self, actions: str, text: str = DESK) -> Document: ...


@pytest.fixture
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    (tmp_path / "contracts" / "overlays").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "contracts" / "desk.openapi.yaml").write_text(DESK, encoding="utf-8")
    return Catalog(tmp_path.resolve())


def write(catalog: Catalog, text: str) -> None:
    (catalog.root / "contracts" / "overlays" / "change.overlay.yaml").write_text(text, encoding="utf-8")


@pytest.fixture
def apply(catalog: Catalog) -> Apply:
    def applied(actions: str, text: str = DESK) -> Document:
        write(catalog, HEAD + actions)
        path = catalog.root / "contracts" / "desk.openapi.yaml"
        base = parse_document(text.encode(), path=path, file="contracts/desk.openapi.yaml")
        return _overlaid(base, load_overlay(catalog, "change"))

    return applied


def told(catalog: Catalog, text: str) -> list[str]:
    """The faults of an overlay, loaded and applied to the desk."""
    write(catalog, text)
    with pytest.raises(DocumentError) as caught:
        apply_overlay(catalog, "desk", load_overlay(catalog, "change"))
    return [str(fault) for fault in caught.value.faults]


def after_head(*faults: str) -> list[str]:
    """Faults of actions: lines are counted from the first action."""
    lines = HEAD.count("\n")
    parted = [fault.partition(":") for fault in faults]
    return [f"contracts/overlays/change.overlay.yaml:{int(line) + lines}:{rest}" for line, _, rest in parted]


def value(document: Document) -> Any:  # JSON of any shape
    return document.value


# The examples of Overlay 1.0.0, section 4.5, each with a document it fits and what comes of it.
EXAMPLES = {
    "structured": (
        "info: {title: T, version: '1'}\npaths: {/: {get: {}}, /pets: {get: {summary: old}}}\ntags: []\n",
        """\
- target: '$'
  update:
    info: {x-overlay-applied: structured-overlay}
    paths:
      '/':
        summary: The root resource
        get: {summary: Retrieve the root resource, x-rate-limit: 100}
      '/pets':
        get: {summary: Retrieve a list of pets, x-rate-limit: 100}
    components:
""",
        """\
info: {title: T, version: '1', x-overlay-applied: structured-overlay}
paths:
  /: {get: {summary: Retrieve the root resource, x-rate-limit: 100}, summary: The root resource}
  /pets: {get: {summary: Retrieve a list of pets, x-rate-limit: 100}}
tags: []
components:
""",
    ),
    "targeted": (
        "paths: {/foo: {get: {description: old}}, /bar: {get: {description: old, x-kept: 1}}}\n",
        """\
- target: $.paths['/foo'].get
  update: {description: This is the new description}
- target: $.paths['/bar'].get
  update: {description: This is the updated description}
- target: $.paths['/bar']
  update:
    post: {description: This is an updated description of a child object, x-safe: false}
""",
        """\
paths:
  /foo: {get: {description: This is the new description}}
  /bar:
    get: {description: This is the updated description, x-kept: 1}
    post: {description: This is an updated description of a child object, x-safe: false}
""",
    ),
    "wildcard": (
        """\
paths:
  /a: {get: {parameters: [{name: filter, in: query}, {name: filter, in: header}]}, post: {}}
  /b: {get: {}}
""",
        """\
- target: $.paths.*.get
  update: {x-safe: true}
- target: $.paths.*.get.parameters[?@.name=='filter' && @.in=='query']
  update:
    schema: {$ref: '/components/schemas/filterSchema'}
""",
        """\
paths:
  /a:
    get:
      parameters:
        - {name: filter, in: query, schema: {$ref: '/components/schemas/filterSchema'}}
        - {name: filter, in: header}
      x-safe: true
    post: {}
  /b: {get: {x-safe: true}}
""",
    ),
    "an element added": (
        "paths: {/a: {get: {parameters: [{name: one}]}}, /b: {get: {parameters: []}}}\n",
        "- target: $.paths.*.get.parameters\n  update: {name: newParam, in: query}\n",
        """\
paths:
  /a: {get: {parameters: [{name: one}, {name: newParam, in: query}]}}
  /b: {get: {parameters: [{name: newParam, in: query}]}}
""",
    ),
    "elements removed": (
        "paths: {/a: {get: {parameters: [{name: dummy}, {name: x}, {name: dummy}]}}}\n",
        "- target: $.paths.*.get.parameters[?@.name == 'dummy']\n  remove: true\n",
        "paths: {/a: {get: {parameters: [{name: x}]}}}\n",
    ),
    "traits": (
        "paths: {/items: {get: {x-oai-traits: {paged: true}, parameters: [{name: sort}]}}, /other: {get: {}}}\n",
        """\
- target: $.paths.*[?@['x-oai-traits'].paged]
  update:
    parameters: [{name: top, in: query}, {name: skip, in: query}]
""",
        """\
paths:
  /items:
    get:
      x-oai-traits: {paged: true}
      parameters: [{name: sort}, {name: top, in: query}, {name: skip, in: query}]
  /other: {get: {}}
""",
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_of_the_specification_comes_out(name: str, apply: Apply) -> None:
    text, actions, expected = EXAMPLES[name]
    assert value(apply(actions, text)) == yaml.safe_load(expected)


def test_actions_are_applied_to_what_the_one_before_left(apply: Apply) -> None:
    changed = apply("- {target: $.info, remove: true}\n- {target: $, update: {info: {title: New}}}\n")
    assert value(changed)["info"] == {"title": "New"}


def test_a_single_value_is_replaced_by_any_other(apply: Apply) -> None:
    actions = "- {target: $, update: {a: {x: 1}, b: [1], c: 2, d: null}}\n"
    assert value(apply(actions, "a: 1\nb: null\nc: text\nd: 4\n")) == {"a": {"x": 1}, "b": [1], "c": 2, "d": None}


def test_a_list_that_is_an_entry_is_appended_as_one(apply: Apply) -> None:
    assert value(apply("- {target: $.a, update: [2, 3]}\n", "a: [1]\n")) == {"a": [1, [2, 3]]}


def test_remove_goes_before_update(apply: Apply) -> None:
    assert value(apply("- {target: $.a, update: {x: 1}, remove: true}\n", "a: {}\nb: {}\n")) == {"b": {}}


def test_a_member_that_is_no_mapping_can_be_removed(apply: Apply) -> None:
    assert value(apply("- {target: $.a.b, remove: true}\n", "a: {b: 1, c: 2}\n")) == {"a": {"c": 2}}


@pytest.mark.parametrize("target", ["$.a[0, 2]", "$.a[2, 0]", "$.a[0, 0, 2]", "$.a[::2]", "$.a[-3, -1]"])
def test_several_elements_are_removed_as_they_were_found(target: str, apply: Apply) -> None:
    changed = apply(f"- {{target: '{target}', remove: true}}\n", "a: [{n: 0}, {n: 1}, {n: 2}]\n")
    assert value(changed) == {"a": [{"n": 1}]}


def test_what_lies_in_something_removed_may_be_selected_too(apply: Apply) -> None:
    assert value(apply("- {target: '$..a', remove: true}\n", "a: {a: {b: 1}, c: 2}\nd: {a: {}}\n")) == {"d": {}}


def test_each_target_gets_a_copy_of_its_own(apply: Apply) -> None:
    actions = "- {target: '$.*', update: {x: {list: [1]}}}\n- {target: $.a.x.list, update: 2}\n"
    assert value(apply(actions, "a: {}\nb: {}\n")) == {"a": {"x": {"list": [1, 2]}}, "b": {"x": {"list": [1]}}}


def test_aliased_parts_change_apart(apply: Apply) -> None:
    assert value(apply("- {target: $.a, update: {x: 1}}\n", "a: &same {}\nb: *same\n")) == {"a": {"x": 1}, "b": {}}


def test_match_and_search_select_by_pattern(apply: Apply) -> None:
    text = "a: {n: AB1}\nb: {n: XAB1}\nc: {n: B}\n"
    changed = apply("- {target: \"$[?match(@.n, 'A?B[0-9]?')]\", update: {x: 1}}\n", text)
    assert [one.get("x") for one in value(changed).values()] == [1, None, 1]
    changed = apply("- {target: \"$[?search(@.n, 'A')]\", update: {x: 1}}\n", text)
    assert [one.get("x") for one in value(changed).values()] == [1, 1, None]


def test_a_changed_value_points_to_the_overlay_and_the_others_stay(apply: Apply) -> None:
    changed = apply("- target: $.components.schemas.Ticket.properties\n  update: {desk: {type: string}}\n")
    here, there = "contracts/overlays/change.overlay.yaml", "contracts/desk.openapi.yaml"
    assert changed.place("/components/schemas/Ticket/properties/desk/type") == (here, 5, 25)
    assert changed.place("/components/schemas/Ticket/properties/desk", of_key=True) == (here, 5, 12)
    assert changed.place("/components/schemas/Ticket/properties/number/type") == (there, 23, 24)


def test_places_move_up_with_the_elements_after_one_that_is_removed(apply: Apply) -> None:
    changed = apply("- {target: \"$.paths.*.get.parameters[?@.name == 'filter']\", remove: true}\n")
    assert changed.place("/paths/~1tickets/get/parameters/0/name").line == 9


def test_the_document_that_was_read_stays_as_it_is(catalog: Catalog) -> None:
    write(catalog, HEAD + "- {target: $.info, update: {version: 1.0.0}}\n")
    base = catalog.read("contract", "desk")
    before = yaml.safe_load(DESK)
    apply_overlay(catalog, base, load_overlay(catalog, "change"))
    assert base.value == before


def test_an_edition_is_a_contract_of_the_same_name(catalog: Catalog) -> None:
    write(catalog, HEAD + "- {target: $.info, update: {version: 1.0.0}}\n")
    edition = apply_overlay(catalog, "desk", load_overlay(catalog, "change"))
    national = load_contract(catalog, "desk")
    assert (edition.name, edition.version, list(edition.operations)) == ("desk", "1.0.0", ["listTickets"])
    assert edition.digest != national.digest


def test_an_overlay_says_what_it_is(catalog: Catalog) -> None:
    write(
        catalog,
        "overlay: 1.0.3\nextends: ../desk.openapi.yaml\nx-a: 1\n"
        + HEAD.partition("\n")[2]
        + "- {target: $, update: {}}\n",
    )
    overlay = load_overlay(catalog, "change")
    assert (overlay.name, overlay.title, overlay.version) == ("change", "Change", "1.0.0")
    assert overlay.extends == catalog.root / "contracts" / "desk.openapi.yaml"
    assert [(action.target, action.remove) for action in overlay.actions] == [("$", False)]


FAULTS = {
    "a document without a version": ("info: {}\n", ["1:1: is no overlay; begin it with 'overlay: 1.0.0'"]),
    "another version": (
        HEAD.replace("1.0.0\n", "1.1.0\n", 1) + "- {target: $, update: {}}\n",
        ["1:10: overlay: Overlay '1.1.0' is not read; write 1.0.0"],
    ),
    "no actions and half an info": (
        "overlay: 1.0.0\ninfo: {title: 5}\n",
        [
            "1:1: an overlay object needs 'actions'; add 'actions'",
            "2:7: info: an overlay info object needs 'version'; add 'version'",
            "2:15: info.title: must be text; write text",
        ],
    ),
    "an empty list of actions": (
        "overlay: 1.0.0\ninfo: {title: T, version: v}\nactions: []\n",
        ["3:10: actions: holds no action; write at least one"],
    ),
    "keys that no object knows": (
        "overlay: 1.0.0\ninfo: {title: T, version: v}\naction: []\nactions:\n- {target: $, updates: {}}\n",
        [
            "3:1: action: an overlay object knows no 'action'; did you mean 'actions'?",
            "5:3: actions.0: does nothing; give it an update, or 'remove: true'",
            "5:15: actions.0.updates: an action object knows no 'updates'; did you mean 'update'?",
        ],
    ),
    "a contract on the net": (
        HEAD.replace("actions", "extends: https://example.org/a.yaml\nactions") + "- {target: $, update: {}}\n",
        [
            "3:10: extends: 'https://example.org/a.yaml' is an address; nothing is fetched; copy the document into the "
            "catalog"
        ],
    ),
    "a contract outside the catalog": (
        HEAD.replace("actions", "extends: ../../../a.yaml\nactions") + "- {target: $, update: {}}\n",
        ["3:10: extends: '../../../a.yaml' leaves the catalog; keep referenced documents inside the catalog"],
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_of_the_overlay_is_told_at_its_place(case: str, catalog: Catalog) -> None:
    text, expected = FAULTS[case]
    assert told(catalog, text) == [f"contracts/overlays/change.overlay.yaml:{one}" for one in expected]


ACTION_FAULTS = {
    "no JSONPath": (
        "- {target: paths.get, update: {}}\n- {target: '$.a~', update: {}}\n- {target: '$.keys(@)', remove: true}\n",
        [
            "1:12: actions.0.target: 'paths.get' is no JSONPath query",
            "2:12: actions.1.target",
            "3:12: actions.2.target",
        ],
    ),
    "a query that is no single one": (
        "- {target: '$.info | $.paths', update: {}}\n",
        ["1:12: actions.0.target: '$.info | $.paths' is "],
    ),
    "a long query": (
        f"- {{target: $.{'a' * 1100}, update: {{}}}}\n",
        ["1:12: actions.0.target: '$.aaaaa"],
    ),
    "nothing selected": (
        "- {target: $.info, update: {x-a: 1}}\n- {target: $.nowhere, remove: true}\n"
        "- {target: '$.paths[?@.no]', update: {}}\n",
        [
            "2:12: actions.1.target: '$.nowhere' selects nothing; correct the path, or leave the action out: an "
            "edition that differs in nothing needs no overlay",
            "3:12: actions.2.target: '$.paths[?@.no]' selects nothing",
        ],
    ),
    "a single value": (
        "- {target: $.info.title, update: New}\n",
        ["1:12: actions.0.target: '$.info.title' selects a single value; an update needs a mapping or a list"],
    ),
    "a mapping to be made a list": (
        "- {target: $.info, update: [1]}\n- {target: $, update: {info: [1]}}\n- {target: $, update: {paths: null}}\n",
        [
            "1:12: actions.0.target: '$.info' selects a mapping, and the update is a list",
            "2:12: actions.1.target: '$' puts a list in the place of a mapping at /info; remove that first",
            "3:12: actions.2.target: '$' puts nothing in the place of a mapping at /paths; remove that first",
        ],
    ),
    "the whole document": (
        "- {target: $, remove: true}\n",
        ["1:12: actions.0.target: '$' selects the whole document, which cannot be removed"],
    ),
    "one word of a list": (
        "- {target: '$.components.schemas.Ticket.required[0]', remove: true}\n",
        [
            "1:12: actions.0.target: '$.components.schemas.Ticket.required[0]' selects a single value of a list; "
            "remove the list and write it anew"
        ],
    ),
}


@pytest.mark.parametrize("case", ACTION_FAULTS)
def test_every_action_that_cannot_be_applied_is_told(case: str, catalog: Catalog) -> None:
    actions, expected = ACTION_FAULTS[case]
    found = told(catalog, HEAD + actions)
    assert len(found) == len(expected)
    for fault, beginning in zip(found, after_head(*expected), strict=True):
        assert fault.startswith(beginning)


def test_a_fault_that_the_overlay_brings_in_stands_in_the_overlay(catalog: Catalog) -> None:
    actions = "- target: $.components.schemas.Ticket.properties\n  update: {desk: {type: strin}}\n"
    (fault, *_) = told(catalog, HEAD + actions)
    assert fault.startswith("contracts/overlays/change.overlay.yaml:5:25: ")


def test_an_example_that_the_edition_breaks_says_by_what(catalog: Catalog) -> None:
    actions = "- target: $.components.schemas.Ticket.properties.number\n  update: {pattern: '^[0-9]$'}\n"
    assert told(catalog, HEAD + actions) == [
        "contracts/desk.openapi.yaml:16:33: paths./tickets.get.responses.200.content.application/json.example.number: "
        "with contracts/overlays/change.overlay.yaml applied: the example breaks pattern of "
        'contracts/desk.openapi.yaml#/components/schemas/Ticket/properties/number/pattern: expected "^[0-9]$", '
        'found "A1"; correct the example or the schema'
    ]


def test_an_overlay_of_another_contract_is_refused(catalog: Catalog) -> None:
    (catalog.root / "contracts" / "other.openapi.yaml").write_text(DESK, encoding="utf-8")
    text = HEAD.replace("actions", "extends: ../other.openapi.yaml\nactions") + "- {target: $, update: {}}\n"
    assert told(catalog, text) == [
        "contracts/overlays/change.overlay.yaml:3:10: extends: is of contracts/other.openapi.yaml and cannot be "
        "applied to contracts/desk.openapi.yaml; name the contract that it is applied to"
    ]


def test_an_unknown_overlay_is_answered_with_the_known_ones(catalog: Catalog) -> None:
    write(catalog, HEAD)
    with pytest.raises(UsageError, match="there is no overlay 'chance'; known: change"):
        load_overlay(catalog, "chance")


def test_a_query_that_looks_at_everything_again_and_again_is_refused(apply: Apply) -> None:
    text = f"a: {'[' * 150}{']' * 150}\n"
    with pytest.raises(DocumentError, match=f"looks at more than {MAX_STEPS} values; write a narrower query"):
        apply("- {target: '$..[?@..[?@..[?@..none]]]', remove: true}\n", text)


def test_a_document_cannot_grow_without_bound(apply: Apply, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.contract.graft.MAX_NODES", 1000)
    wide = "{" + ", ".join(f"k{number}: []" for number in range(30)) + "}"
    actions = f"- {{target: $.a, update: {wide}}}\n" + f"- {{target: '$.a.*', update: {wide}}}\n" * 2
    with pytest.raises(DocumentError, match="makes the document grow beyond 1000 values") as caught:
        apply(actions, "a: {}\n")
    assert [fault.pointer for fault in caught.value.faults] == ["/actions/2/target"]


def test_a_document_cannot_be_nested_without_bound(apply: Apply) -> None:
    deep = "[" * 200 + "]" * 200
    with pytest.raises(DocumentError, match="nests the document deeper than 256 levels"):
        apply(f"- {{target: $.a, update: {deep}}}\n- {{target: '$..[?length(@) == 0]', update: {deep}}}\n", "a: []\n")


def test_patterns_do_not_backtrack(apply: Apply) -> None:
    text = f"a: {{n: {'a' * 60}}}\nb: {{}}\n"
    with pytest.raises(DocumentError, match="selects nothing"):
        apply("- {target: \"$[?match(@.n, '(a+)+b')]\", remove: true}\n", text)
