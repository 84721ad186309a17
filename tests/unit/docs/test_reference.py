"""The reference says what there is: generated pages are up to date, every entry has its row."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

from docs.generate import TABLES, filled
from docs.generate import pages as generated_pages
from docs.registry_table import law_example, source_of
from sim.arrival import ARRIVALS
from sim.bundle import Manifest
from sim.catalog import Catalog
from sim.chart import CHARTS
from sim.cli.group import COMMANDS, cli
from sim.conformance import CHECKS
from sim.contract.checksum import CHECKSUMS
from sim.contract.moment import MOMENTS
from sim.discipline import DISCIPLINES
from sim.distribution import DISTRIBUTIONS
from sim.metric import METRICS
from sim.report import FORMATS
from sim.scenario import load_scenario
from tests.unit.docs.page import ROOT
from tests.validation.test_queueing import CUSTOMERS, REPLICATIONS, claims

if TYPE_CHECKING:
    from pathlib import Path

REFERENCE = ROOT / "docs" / "reference"

REGISTRIES = {
    "laws.md": (DISTRIBUTIONS, ARRIVALS),
    "disciplines.md": (DISCIPLINES,),
    "metrics.md": (METRICS,),
    "charts.md": (CHARTS, FORMATS),
    "checks.md": (CHECKS,),
}


def reference(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", generated_pages(), ids=lambda page: page.name)
def test_a_generated_page_is_up_to_date(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert filled(text) == text, "run: .venv/bin/python -m docs.generate"


def test_every_table_stands_on_a_page() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in generated_pages())
    assert set(re.findall(r"<!-- generated: ([a-z-]+) -->", text)) == set(TABLES)


@pytest.mark.parametrize("page", REGISTRIES)
def test_every_entry_of_a_registry_has_a_full_row(page: str) -> None:
    text = reference(page)
    for registry in REGISTRIES[page]:
        assert registry.names()
        for name in registry.names():
            (row,) = re.findall(rf"^\| `{re.escape(name)}` \|(.*)\|$", text, re.MULTILINE)
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", row)]
            # a constant needs no source
            assert all(cells) or name == "deterministic", f"{page}: {name} has an empty cell"


@pytest.mark.parametrize("name", DISTRIBUTIONS.names())
def test_the_example_of_a_law_can_be_written_in_a_scenario(name: str, tmp_path: Path) -> None:
    law = DISTRIBUTIONS.get(name)
    path = tmp_path / "one.yaml"
    path.write_text(
        "tongban: 1\nname: one\nduration: 1 h\nstations: {desk: {servers: 1}}\n"
        f"journeys: {{visit: [{{station: desk, service: {law_example(law)}}}]}}\n"
        "demand: [{name: visits, journey: visit, per_hour: 1}]\n",
        encoding="utf-8",
    )
    (step,) = load_scenario(Catalog(tmp_path), path, settings={}).journeys["visit"].steps
    assert step.cost.service.name == name


def test_a_function_without_references_has_no_source() -> None:
    assert source_of(test_every_table_stands_on_a_page) == ""


def test_every_dependency_has_a_row_with_reason_licence_size_and_import_time() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = [re.split(r"[<>=!~;\[ ]", line)[0] for line in project["dependencies"]]
    rows = re.findall(
        r"^\| ([a-z0-9-]+) \| ([^|]+) \| ([^|]+) \| ([\d.]+ MB) \| (\d+ ms) \|$",
        reference("dependencies.md"),
        re.MULTILINE,
    )
    assert [row[0] for row in rows] == sorted(names)
    assert all(version(name) for name in names)


def test_the_validation_page_counts_its_claims() -> None:
    page = (ROOT / "docs" / "explanations" / "validation.md").read_text(encoding="utf-8")
    assert f": {len(claims())} claims" in page
    assert f"{REPLICATIONS} replications of {CUSTOMERS:,} customers" in page


def test_every_exit_code_is_explained() -> None:
    told = {int(code) for code in re.findall(r"\b(\d+) [a-z]", cli.epilog or "")}
    assert told == {0, 1, 2, 3, 4, 5, 70, 130}
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", reference("exit-codes.md"), re.MULTILINE)] == sorted(told)


def test_every_command_is_in_the_reference_and_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"## tongban {name}" in reference("commands.md")
        assert f"`{name}" in readme


def test_everything_in_the_manifest_is_explained() -> None:
    text = reference("bundle.md").partition("## manifest.json")[2].partition("## Tables")[0]
    for field in fields(Manifest):
        assert f"`{field.name}`" in text


def test_the_vocabulary_names_every_checksum_form_and_keyword() -> None:
    text = reference("contract-vocabulary.md")
    for name in (*CHECKSUMS, *MOMENTS):
        assert f"| `{name}` |" in text
    catalog = Catalog.bundled().root
    documents = [*catalog.glob("contracts/**/*.*"), *catalog.glob("scenarios/journeys/*.yaml")]
    used = {
        keyword
        for path in documents
        if path.suffix in (".yaml", ".json")
        for keyword in re.findall(r"^[\s{\"]*(x-[a-z-]+)\"?:", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert used >= {"x-checksum", "x-code-list", "x-tongban-actor"}
    for keyword in used:
        assert f"**`{keyword}" in text, f"{keyword} is not explained"
