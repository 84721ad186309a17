"""Catalogs: documents by name, references that stay inside."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sim.catalog import Catalog, find_scenario
from sim.errors import UsageError


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    root = tmp_path / "house"
    for name in ("contracts/desk.openapi.yaml", "contracts/schemas/a.json", "scenarios/day.yaml", "scenarios/a b.yaml"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a: 1\n")
    (tmp_path / "outside.json").write_text("{}")
    return Catalog(root.resolve())


def test_documents_are_found_by_kind_and_name(catalog: Catalog) -> None:
    assert catalog.names("scenario") == ("a b", "day")
    assert catalog.names("journey") == ()
    assert catalog.path("contract", "desk") == catalog.root / "contracts/desk.openapi.yaml"
    assert catalog.read("scenario", "day").value == {"a": 1}


@pytest.mark.parametrize("name", ["nosuch", "../contracts/desk", "", "schemas/a"])
def test_an_unknown_name_is_answered_with_the_known_ones(name: str, catalog: Catalog) -> None:
    with pytest.raises(UsageError) as caught:
        catalog.path("contract", name)

    assert str(caught.value) == f"there is no contract {name!r}; known: desk"


def test_a_kind_without_documents_says_where_it_looked(catalog: Catalog) -> None:
    with pytest.raises(UsageError, match=r"known: none, as mocks/ holds no \*\.py"):
        catalog.path("mock", "bank")


def test_a_named_document_that_is_a_link_out_of_the_catalog_is_refused(catalog: Catalog) -> None:
    (catalog.root / "scenarios/stolen.yaml").symlink_to(catalog.root.parent / "outside.json")

    with pytest.raises(UsageError, match="the scenario 'stolen' is a link that leaves the catalog"):
        catalog.read("scenario", "stolen")


def test_a_reference_is_relative_to_its_document(catalog: Catalog) -> None:
    base = catalog.root / "contracts/desk.openapi.yaml"

    assert catalog.resolve("schemas/a.json", base=base) == catalog.root / "contracts/schemas/a.json"
    assert catalog.resolve("../scenarios/day.yaml", base=base) == catalog.root / "scenarios/day.yaml"


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("https://example.org/a", "is an address; nothing is fetched; copy the document into the catalog"),
        ("file:a.json", "is an address"),
        ("//example.org/a", "is an address"),
        ("C:/a.json", "is an address"),
        ("/etc/passwd", "is not a relative path"),
        ("..\\a.json", "is not a relative path"),
        ("schemas/a.json\0", "is not a relative path"),
        ("../../outside.json", "leaves the catalog"),
        ("schemas/../../../outside.json", "leaves the catalog"),
        ("../../nosuch.json", "leaves the catalog"),
        ("schemas", "names no file"),
        ("nosuch.json", "names no file"),
        ("link.json", "leaves the catalog"),
        ("folder/outside.json", "leaves the catalog"),
        ("circle.json", "is not a path"),
        ("a" * 5000, "is not a path"),
    ],
)
def test_a_reference_that_leaves_the_catalog_or_names_no_file_is_refused(
    reference: str, message: str, catalog: Catalog
) -> None:
    (catalog.root / "contracts/link.json").symlink_to(catalog.root.parent / "outside.json")
    (catalog.root / "contracts/folder").symlink_to(catalog.root.parent)
    (catalog.root / "contracts/circle.json").symlink_to("circle.json")

    with pytest.raises(UsageError) as caught:
        catalog.resolve(reference, base=catalog.root / "contracts/desk.openapi.yaml")

    assert message in str(caught.value)


def test_a_folder_whose_name_begins_like_the_catalog_is_outside(catalog: Catalog) -> None:
    neighbour = catalog.root.parent / "house-next"
    neighbour.mkdir()
    (neighbour / "a.json").write_text("{}")

    with pytest.raises(UsageError, match="leaves the catalog"):
        catalog.resolve("../../house-next/a.json", base=catalog.root / "contracts/desk.openapi.yaml")


def test_the_bundled_catalog_is_trusted_and_no_other_is(catalog: Catalog) -> None:
    assert Catalog.bundled().trusted
    assert not catalog.trusted
    assert not Catalog.around(catalog.root / "scenarios/day.yaml").trusted


def test_the_catalog_around_a_file_is_the_nearest_folder_that_looks_like_one(catalog: Catalog) -> None:
    assert Catalog.around(catalog.root / "scenarios/day.yaml").root == catalog.root
    assert Catalog.around(catalog.root.parent / "outside.json").root == catalog.root.parent.resolve()


def test_a_scenario_is_found_by_path_or_by_name(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(catalog.root)

    assert find_scenario("day") == (catalog, catalog.root / "scenarios/day.yaml")
    assert find_scenario("scenarios/day.yaml") == (catalog, catalog.root / "scenarios/day.yaml")


@pytest.mark.parametrize("name", ["scenarios/nosuch.yaml", "a" * 5000 + ".yaml", "x\0.yaml"])
def test_a_path_to_no_scenario_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="there is no file"):
        find_scenario(name)


def test_an_unknown_scenario_is_answered_with_the_known_ones(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(catalog.root)

    with pytest.raises(UsageError, match=r"there is no scenario 'nosuch'; use a path to a file, or one of: a b, .*day"):
        find_scenario("nosuch")


STEERING = [b"a\nb", b"\x1b[31mred", b"\xff", "a\u202eb".encode(), "a\u2028b".encode(), "a\x85b".encode()]


@pytest.mark.parametrize("name", STEERING)
def test_a_document_whose_name_steers_is_no_document(name: bytes, catalog: Catalog) -> None:
    path = os.fsencode(catalog.root) + b"/contracts/" + name + b".openapi.yaml"
    Path(os.fsdecode(path)).write_text("a: 1\n")

    with pytest.raises(UsageError, match="is no name of a document; rename it") as caught:
        catalog.names("contract")

    assert str(caught.value).isascii()


@pytest.mark.parametrize("name", STEERING)
def test_a_reference_to_a_name_that_steers_is_refused(name: bytes, catalog: Catalog) -> None:
    path = os.fsencode(catalog.root) + b"/contracts/" + name
    Path(os.fsdecode(path)).write_text("a: 1\n")

    with pytest.raises(UsageError, match="is no name of a document; rename it"):
        catalog.resolve(os.fsdecode(name), base=catalog.root / "contracts/desk.openapi.yaml")


@pytest.mark.parametrize("name", ["名称", "a b", 'it\'s "quoted"', "=1+1", "n" * 240, "..", "%2e%2e"])
def test_any_line_of_plain_text_names_a_document(name: str, catalog: Catalog) -> None:
    (catalog.root / f"contracts/{name}.openapi.yaml").write_text("a: 1\n")

    assert name in catalog.names("contract")
    assert catalog.read("contract", name).value == {"a": 1}
