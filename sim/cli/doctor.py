"""``tongban doctor``: whether this machine can run tongban, and what to do where it cannot."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from sim.catalog import Catalog
from sim.cli.group import format_option, output_of, voice_options
from sim.cli.results import RESULTS
from sim.errors import TongbanError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.document import JsonValue

LIBRARIES: Final = ("numpy", "numba", "simpy", "scipy", "duckdb", "jsonschema-rs", "matplotlib", "click", "rich")
NEEDED_MEMORY: Final = 1024**3

TINY: Final = """\
tongban: 1
name: doctor
duration: 100 s
replications: 1
seed: 1
stations: {desk: {servers: 1}}
journeys: {visit: [{station: desk, service: {law: exponential, mean: 1 s}}]}
demand: [{name: visits, journey: visit, per_second: 0.5}]
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what it is, whether it is well, what was found, what to do."""

    name: str
    is_good: bool
    detail: str
    remedy: str = ""


@click.command()
@format_option
@voice_options
@click.pass_context
def command(ctx: click.Context, /) -> int:
    """Check Python, libraries, cores, memory, folders, documents and the engine."""
    output = output_of(ctx)
    findings = [examine() for examine in EXAMINATIONS]
    lines = [f"{'✓' if one.is_good else '✗'} {one.name}: {one.detail}" + _remedy(one) for one in findings]
    value: list[JsonValue] = [
        {"name": one.name, "good": one.is_good, "detail": one.detail, "remedy": "" if one.is_good else one.remedy}
        for one in findings
    ]
    output.result({"checks": value}, "\n".join(lines))
    return 0 if all(one.is_good for one in findings) else 1


def _remedy(finding: Finding) -> str:
    return "" if finding.is_good else f"\n    {finding.remedy}"


def _python() -> Finding:
    is_good = sys.version_info >= (3, 11)
    return Finding(
        "python", is_good, f"{platform.python_version()} at {sys.executable}", "install Python 3.11 or later"
    )


def _libraries() -> Finding:
    found, missing = [], []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    detail = f"missing {', '.join(missing)}" if missing else ", ".join(found)
    return Finding("libraries", not missing, detail, "install tongban again with its dependencies")


def _cores() -> Finding:
    from sim.experiment import cores  # noqa: PLC0415 - numba is loaded only when it is looked at

    return Finding("cores", is_good=True, detail=f"{cores()} usable")


def _memory() -> Finding:
    if "SC_AVPHYS_PAGES" not in os.sysconf_names:
        return Finding("memory", is_good=True, detail="this system does not say how much is free")
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    detail = f"{free / 1024**3:.1f} GiB free"
    return Finding("memory", free >= NEEDED_MEMORY, detail, "free at least 1 GiB, or run with --workers 1")


def _results() -> Finding:
    folder = RESULTS.absolute()
    while not folder.exists():
        folder = folder.parent
    is_good = folder.is_dir() and os.access(folder, os.W_OK)
    return Finding("results folder", is_good, str(RESULTS.absolute()), f"make {folder} writable, or use --out")


def _cache() -> Finding:
    from sim.engine import cache_folder  # noqa: PLC0415 - as above

    folder = cache_folder()
    wanted = os.environ.get("TONGBAN_CACHE_DIR", "")
    is_good = folder.parent != Path(tempfile.gettempdir()) or folder == Path(wanted).expanduser()
    if not is_good:
        folder.rmdir()  # it was made for this look alone
    detail = str(folder) if is_good else f"none is writable, laws are compiled anew in every run ({folder})"
    return Finding("cache folder", is_good, detail, "set TONGBAN_CACHE_DIR to a folder that can be written")


def _fonts() -> Finding:
    from matplotlib import font_manager  # noqa: PLC0415 - as above

    wanted = "DejaVu Sans"
    names = {font.name for font in font_manager.fontManager.ttflist}
    return Finding("fonts", wanted in names, f"{wanted} for charts", "install matplotlib again; its fonts are missing")


def _catalog() -> Finding:
    catalog = Catalog.bundled()
    counts = [f"{len(catalog.names(kind))} {kind}s" for kind in ("contract", "journey", "scenario")]
    is_good = bool(catalog.names("scenario"))
    return Finding("bundled catalog", is_good, f"{', '.join(counts)} at {catalog.root}", "install tongban again")


def _engine() -> Finding:
    from sim.experiment import Request, prepare, run_experiment  # noqa: PLC0415 - as above

    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "doctor.yaml"
            path.write_text(TINY, encoding="utf-8")
            prepared = prepare(Catalog(path.parent.resolve()), path, {})
            outcome = run_experiment(prepared, Request.of(prepared, workers=1))
    except TongbanError as error:
        return Finding("engine", is_good=False, detail=str(error), remedy="report this with the output of doctor")
    return Finding("engine", is_good=True, detail=f"a tiny run of {outcome.records[0].events} events went well")


EXAMINATIONS: Final[tuple[Callable[[], Finding], ...]] = (
    _python,
    _libraries,
    _cores,
    _memory,
    _results,
    _cache,
    _fonts,
    _catalog,
    _engine,
)
