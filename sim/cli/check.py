"""``tongban check``: every fault of contracts, overlays, journeys, scenarios and requirements."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from sim.catalog import KINDS, Catalog
from sim.cli.failure import fault_document, fault_lines
from sim.cli.group import format_option, output_of, voice_options
from sim.conformance.requirement_file import FILE, TRACES, load_requirements
from sim.contract import apply_overlay, load_contract_file, load_overlay_file
from sim.document import display_name, read_document
from sim.errors import DocumentError, Fault, UsageError
from sim.experiment import compile_documents, journey_loader, load_documents

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.document import JsonValue

    Check = Callable[[Catalog, Path, "Loaders"], object]

GOOD, FAULTS = 0, 1
MARKS: Final = {"openapi": "contract", "overlay": "overlay", "arazzo": "journey", "tongban": "scenario"}
REQUIREMENTS: Final = frozenset(Path(name).name for name in (FILE, TRACES))


@dataclass(frozen=True, slots=True)
class Checked:
    """A file and what is wrong with it."""

    file: str
    kind: str
    faults: tuple[Fault, ...]


class Loaders:
    """What loads the contracts and journeys of one command: each once, as the documents of a catalog share them."""

    def __init__(self) -> None:
        self.contract = cache(load_contract_file)
        self.journey = journey_loader(self.contract)


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@format_option
@voice_options
@click.pass_context
def command(ctx: click.Context, /, files: tuple[Path, ...]) -> int:
    """Check FILES, contracts, overlays, journeys, scenarios and requirements alike; without any, the whole catalog.

    Every fault is told as file:line:column: message, remedy. Nothing is run, no mock is loaded.
    """
    output = output_of(ctx)
    missing = [str(path) for path in files if not _is_file(path)]
    if missing:
        raise UsageError(f"there is no file {', '.join(missing)}", "check the path")
    loaders = Loaders()
    found = [check_file(path, loaders) for path in files or _whole_catalog()]
    faults = sorted({fault for one in found for fault in one.faults})
    if faults and not output.json:
        print(fault_lines(faults))
    output.result(_document(found, faults), _summary(found, faults))
    return FAULTS if faults else GOOD


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name too long, a folder that may not be entered
        return False


def check_file(path: Path, loaders: Loaders) -> Checked:
    """Return what is wrong with a document; its kind is known by its first key, that of requirements by its name."""
    file = display_name(path.absolute())
    if path.name in REQUIREMENTS:
        return Checked(file, "requirements", _faults(path, file, loaders, _check_requirements))
    try:
        document = read_document(path)
        value = document.value if isinstance(document.value, dict) else {}
        kind = next((kind for mark, kind in MARKS.items() if mark in value), "scenario" if "extends" in value else "")
        if not kind:
            message = "is neither a contract, an overlay, a journey nor a scenario"
            fault = document.fault("", message, f"begin it with {', '.join(f'{mark}:' for mark in MARKS)}")
            return Checked(file, "unknown", (fault,))
    except DocumentError as error:
        return Checked(file, "unknown", error.faults)
    return Checked(file, kind, _faults(path, file, loaders, _CHECKS[kind]))


def _faults(path: Path, file: str, loaders: Loaders, check: Check) -> tuple[Fault, ...]:
    try:
        check(Catalog.around(path), path.absolute(), loaders)
    except DocumentError as error:
        return error.faults
    except UsageError as error:
        return (Fault(file, 1, 1, "", error.message, error.remedy),)
    return ()


def _check_contract(catalog: Catalog, path: Path, loaders: Loaders) -> None:
    loaders.contract(catalog, path)


def _check_journey(catalog: Catalog, path: Path, loaders: Loaders) -> None:
    loaders.journey(catalog, path)


def _check_overlay(catalog: Catalog, path: Path, _: Loaders) -> None:
    overlay = load_overlay_file(catalog, path)
    if overlay.extends is not None:  # else it may be of any contract, and the variants that name it say of which
        apply_overlay(catalog, read_document(overlay.extends), overlay)


def _check_requirements(catalog: Catalog, path: Path, _: Loaders) -> None:
    if path.absolute().parent.resolve() / path.name not in (catalog.root / FILE, catalog.root / TRACES):
        raise UsageError(f"requirements stand in {FILE}, their checks in {TRACES}", "move the file there")
    load_requirements(catalog)


def _check_scenario(catalog: Catalog, path: Path, loaders: Loaders) -> None:
    compile_documents(load_documents(catalog, path, {}, load=loaders.journey))


_CHECKS: Final[dict[str, Check]] = {
    "contract": _check_contract,
    "overlay": _check_overlay,
    "journey": _check_journey,
    "scenario": _check_scenario,
}


def _whole_catalog() -> list[Path]:
    here = Path.cwd().resolve()
    is_catalog = any((here / folder).is_dir() for folder, _ in KINDS.values())
    catalog = Catalog(here) if is_catalog else Catalog.bundled()
    documents = [catalog.path(kind, name) for kind in MARKS.values() for name in catalog.names(kind)]
    requirements = [path for path in (catalog.root / FILE, catalog.root / TRACES) if path.exists()]
    return [*documents, *requirements[:1]]  # each is read with the other


def _document(found: list[Checked], faults: list[Fault]) -> dict[str, JsonValue]:
    files: list[JsonValue] = [{"file": one.file, "kind": one.kind, "faults": len(one.faults)} for one in found]
    return {"files": files, "faults": [fault_document(fault) for fault in faults]}


def _summary(found: list[Checked], faults: list[Fault]) -> str:
    documents = f"{len(found)} document{'s' if len(found) != 1 else ''}"
    return f"{documents}: " + (f"{len(faults)} fault{'s' if len(faults) != 1 else ''}" if faults else "no faults")
