"""Single changes of the bundled contracts, made in a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from sim.catalog import Catalog
from sim.contract import apply_overlay, compare_contracts, load_contract, load_overlay
from sim.document import read_document

if TYPE_CHECKING:
    from pathlib import Path


class Edit(NamedTuple):
    """An edit of one file and what it is called in one operation: rule, consumer, provider, field."""

    contract: str
    file: str
    old: str
    new: str
    operation: str
    called: tuple[str, str, str, str]


IDENTITY, PLATFORM = "identity.openapi.yaml", "provincial-platform.openapi.yaml"
EDITS = {
    "a face is asked for": Edit(
        "identity", IDENTITY, "required: [name, id_no]", "required: [name, id_no, face_evidence]", "verifyIdentity",
        ("property-made-required", "breaking", "harmless", "/face_evidence"),
    ),
    "another status": Edit(
        "identity", IDENTITY, '"204": {description: The session is over.}', '"200": {description: Over.}',
        "revokeSession", ("success-status-changed", "breaking", "breaking", ""),
    ),
    "a shared schema": Edit(
        "identity", "schemas/citizen-number.schema.json", '"x-checksum": "citizen-number"',
        '"x-checksum": "citizen-number", "minLength": 18, "maxLength": 18, "not": {"const": ""}', "verifyIdentity",
        ("exclusion-added", "breaking", "harmless", "/id_no"),
    ),
    "the codes of satisfaction": Edit(
        "provincial-platform", "schemas/gbt39046.schema.json", "satisfaction@gbt39046-2020",
        "satisfaction@zhejiang-review", "submitReview",
        ("code-meaning-changed", "breaking", "breaking", "/satisfaction"),
    ),
    "a dependency": Edit(
        "provincial-platform", PLATFORM, "agent_name: [agent_id_no]", "agent_name: [agent_id_no, mobile]",
        "submitApplication", ("dependency-added", "breaking", "harmless", "/agent_name"),
    ),
    "a condition of an answer": Edit(
        "payment", "payment.openapi.yaml", "then: {required: [paid_at]}", "then: {}", "getPayment",
        ("property-made-optional", "breaking", "harmless", "/paid_at"),
    ),
    "a callback is not made": Edit(
        "logistics", "logistics.openapi.yaml", "        parcelEvent:", "        parcelStep:", "createDeliveryOrder",
        ("callback-removed", "breaking", "harmless", ""),
    ),
    "an idempotency key": Edit(
        "identity", "components.yaml", "name: Idempotency-Key", "name: Request-Key", "createSession",
        ("required-parameter-added", "breaking", "harmless", "/Request-Key"),
    ),
    "a longer reference": Edit(
        "identity", IDENTITY, '"^[0-9A-Za-z-]{1,64}$"', '"^[0-9A-Za-z-]{1,80}$"', "verifyIdentity",
        ("pattern-widened", "harmless", "risky", "/face_evidence"),
    ),
}  # fmt: skip


@pytest.fixture
def copied(tmp_path: Path) -> Catalog:
    source = Catalog.bundled().root / "contracts"
    for path in source.rglob("*"):
        if path.is_file():
            target = tmp_path / "contracts" / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return Catalog(tmp_path.resolve())


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_a_change_of_a_bundled_contract_is_called_what_it_is(edit: Edit, copied: Catalog) -> None:
    old = load_contract(Catalog.bundled(), edit.contract)
    path = copied.root / "contracts" / edit.file
    text = path.read_text(encoding="utf-8")
    assert edit.old in text
    path.write_text(text.replace(edit.old, edit.new), encoding="utf-8")
    new = load_contract(copied, edit.contract)
    found = [change for change in compare_contracts(old, new) if change.operation == edit.operation]
    assert edit.called in {(change.rule, change.consumer, change.provider, change.field) for change in found}


def test_the_older_edition_differs_as_it_was_written_to() -> None:
    """The overlay's own descriptions say what each action does; each is found as that."""
    catalog = Catalog.bundled()
    overlay = load_overlay(catalog, "older-edition")
    assert overlay.extends is not None
    old = apply_overlay(catalog, read_document(overlay.extends), overlay)
    found = compare_contracts(old, load_contract(catalog, "provincial-platform"))
    told = {(change.operation, change.direction, change.rule, change.field) for change in found}
    assert told >= {
        ("captureAtKiosk", "request", "required-property-added", "/accepting_division"),
        ("registerResidence", "request", "enum-value-added", "/entry_point"),
        ("queryDuplicateName", "response", "required-property-added", "/count"),
        ("queryDuplicateName", "response", "property-removed", "/taken"),
        ("getCase", "response", "required-property-added", "/step_status"),
        ("getCase", "response", "format-changed", "/applied_at"),
        ("acceptCase", "response", "pattern-replaced", "/basic_code"),
        ("submitReview", "request", "code-meaning-changed", "/satisfaction"),
        ("submitReview", "response", "code-meaning-changed", "/satisfaction"),
    }
