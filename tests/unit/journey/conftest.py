"""Readers of Arazzo text for tests of journeys."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  # pytest reads the annotations of fixtures

import pytest

from sim.catalog import Catalog
from sim.errors import DocumentError
from sim.journey import Journey, load_journey_file
from tests.unit.journey.documents import CONTRACT, HEAD, Check, Load


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load workflows written as YAML; `files` are further documents of the catalog by path."""

    def load_text(workflows: str, *, head: str = HEAD, files: dict[str, str] | None = None) -> Journey:
        written = {"pets.openapi.yaml": CONTRACT, "errand.arazzo.yaml": head + workflows, **(files or {})}
        for name, text in written.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        return load_journey_file(Catalog(tmp_path.resolve()), tmp_path / "errand.arazzo.yaml")

    return load_text


@pytest.fixture
def check(load: Load) -> Check:
    """Return the faults of workflows as (place, message, remedy) and assert that each stands at a `§` of the text.

    The marks are taken out before the text is read: they say where the faults must be, and how many.
    """

    def check_text(
        workflows: str, *, head: str = HEAD, files: dict[str, str] | None = None
    ) -> list[tuple[str, str, str]]:
        text = head + workflows
        marked: list[str] = []
        for number, line in enumerate(text.splitlines(), start=1):
            pieces = line.split("§")
            columns = [len("".join(pieces[: index + 1])) + 1 for index in range(len(pieces) - 1)]
            marked += [f"{number}:{column}" for column in columns]
        with pytest.raises(DocumentError) as caught:
            load(workflows.replace("§", ""), head=head.replace("§", ""), files=files)
        faults = [(f"{fault.line}:{fault.column}", fault.message, fault.remedy) for fault in caught.value.faults]
        assert sorted({place for place, _, _ in faults}) == sorted(marked), [
            str(fault) for fault in caught.value.faults
        ]
        assert all(remedy for _, _, remedy in faults)
        return faults

    return check_text
