"""Loading mocks: by path, of trusted catalogs alone."""

from pathlib import Path

import pytest

from sim.catalog import Catalog
from sim.errors import DocumentError
from sim.mock import function_name, load_mock

OPERATIONS = ("verifyIdentity", "openSession")


def catalog(folder: Path, code: str, *, trusted: bool = True) -> Catalog:
    (folder / "mocks").mkdir()
    (folder / "mocks" / "my-system.py").write_text(code, encoding="utf-8")
    return Catalog(folder, trusted=trusted)


@pytest.mark.parametrize(
    ("operation_id", "name"),
    [
        ("verifyIdentity", "verify_identity"),
        ("listXMLFiles", "list_xml_files"),
        ("item.get", "item_get"),
        ("get-2-things", "get_2_things"),
    ],
)
def test_a_function_is_named_after_its_operation(operation_id: str, name: str) -> None:
    assert function_name(operation_id) == name


def test_functions_are_found_by_operation(tmp_path: Path) -> None:
    code = "PARTNERS = ('other',)\ndef verify_identity(call): ...\ndef _inner(): ...\ndef enrol(world, citizen): ...\n"
    mock = load_mock(catalog(tmp_path, code), "my-system", OPERATIONS)
    assert list(mock.operations) == ["verifyIdentity"]
    assert mock.partners == ("other",)
    assert mock.enrol is not None


def test_a_mock_of_an_untrusted_catalog_is_not_executed(tmp_path: Path) -> None:
    trace = tmp_path / "executed"
    code = f"import pathlib\npathlib.Path({str(trace)!r}).touch()\ndef verify_identity(call): ...\n"
    mock = load_mock(catalog(tmp_path, code, trusted=False), "my-system", OPERATIONS)
    assert mock.path is None
    assert mock.operations == {}
    assert not trace.exists()
    load_mock(Catalog(tmp_path, trusted=True), "my-system", OPERATIONS)
    assert trace.exists()


def test_a_catalog_without_the_mock_gives_none(tmp_path: Path) -> None:
    assert load_mock(Catalog(tmp_path, trusted=True), "my-system", OPERATIONS).path is None


def test_a_function_that_is_no_operation_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="the function 'verify_identiti' is no operation"):
        load_mock(catalog(tmp_path, "def verify_identiti(call): ...\n"), "my-system", OPERATIONS)


def test_an_error_while_loading_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"my-system\.py:2: loading it raised ZeroDivisionError"):
        load_mock(catalog(tmp_path, "x = 1\ny = x / 0\n"), "my-system", OPERATIONS)


def test_a_file_that_wants_to_exit_is_told(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="loading it raised SystemExit: 3"):
        load_mock(catalog(tmp_path, "raise SystemExit(3)\n"), "my-system", OPERATIONS)


@pytest.mark.parametrize("partners", ["5", "'other'", "(1,)"])
def test_partners_are_a_tuple_of_texts(tmp_path: Path, partners: str) -> None:
    with pytest.raises(DocumentError, match="PARTNERS is not a tuple of texts"):
        load_mock(catalog(tmp_path, f"PARTNERS = {partners}\n"), "my-system", OPERATIONS)
