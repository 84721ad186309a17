"""A catalog of one scenario, and the small scenario that most tests change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from sim.catalog import Catalog
from sim.scenario import Scenario, load_scenario

if TYPE_CHECKING:
    from pathlib import Path

DIVISIONS = """\
code,name_en,name_zh,population_2020,source
110000,Upper,上,3000000,invented
120000,Lower,下,1000000,invented
660000,Corps,兵,0,invented
"""

DEMAND = """\
service_id,division_code,daily_mean,source
card,110000,300,invented
card,120000,86.4,invented
"""

PROFILES = "hour,day,night,source\n" + "".join(f"{h},{int(8 <= h < 20)},{int(h < 6)},invented\n" for h in range(24))


class Load(Protocol):
    """Writes a scenario into a catalog and loads it."""

    def __call__(
        self, text: str, *, settings: dict[str, str] | None = None, files: dict[str, str] | None = None
    ) -> Scenario: ...


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Return a loader of texts; further files are named relative to the text's."""
    folder = tmp_path / "scenarios"
    (folder / "data").mkdir(parents=True)
    (folder / "journeys").mkdir()
    (folder / "journeys" / "renew.arazzo.yaml").write_text("arazzo: 1.0.1\n", encoding="utf-8")  # its name alone counts
    monkeypatch.chdir(folder)
    (folder / "data" / "divisions.csv").write_text(DIVISIONS, encoding="utf-8")
    (folder / "data" / "demand.csv").write_text(DEMAND, encoding="utf-8")
    (folder / "data" / "profiles.csv").write_text(PROFILES, encoding="utf-8")

    def loader(text: str, *, settings: dict[str, str] | None = None, files: dict[str, str] | None = None) -> Scenario:
        for name, content in (files or {}).items():
            (folder / name).write_text(content, encoding="utf-8")
        (folder / "own.yaml").write_text(text, encoding="utf-8")
        return load_scenario(Catalog(tmp_path.resolve()), folder / "own.yaml", settings=settings or {})

    return loader
