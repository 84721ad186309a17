"""Variants on their way from the scenario through the replay into the Plan."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim.bundle import Source
from sim.catalog import Catalog
from sim.errors import DocumentError
from sim.experiment import Prepared, load_documents, prepare
from sim.plan import op
from tests.partners import catalog_with

if TYPE_CHECKING:
    from pathlib import Path

    from sim.plan import Plan

SMALL = {"scale": "0.01", "replay.citizens": "5"}


@cache
def prepared(name: str) -> Prepared:
    catalog = Catalog.bundled()
    return prepare(catalog, catalog.path("scenario", name), SMALL)


def codes(plan: Plan) -> set[int]:
    return set(plan.ops[:, 0].tolist())


def test_what_the_replay_found_of_a_variant_enters_the_plan() -> None:
    drift, day = prepared("ningxia-drift").compiled.plan, prepared("ningxia-day").compiled.plan
    assert op.MEETS in codes(drift)
    assert op.MEETS not in codes(day)


def test_the_plan_without_the_variant_is_that_of_the_plain_day() -> None:
    plain, day = prepared("ningxia-drift").baseline, prepared("ningxia-day").compiled
    assert plain is not None
    for name in type(day.plan).__slots__:
        assert np.array_equal(getattr(plain.compiled.plan, name), getattr(day.plan, name)), name


def test_an_overlay_is_a_source_of_the_run() -> None:
    document = prepared("ningxia-drift").documents.overlays[0].document
    assert Source("contract", document.file, document.digest) in prepared("ningxia-drift").documents.sources


def test_an_overlay_that_cannot_be_applied_is_told_before_anything_runs(tmp_path: Path) -> None:
    catalog = catalog_with(
        tmp_path, ("contracts/overlays/older-edition.overlay.yaml", "$.info", "$.infos"), trusted=False
    )
    path = tmp_path / "scenarios" / "one.yaml"
    path.write_text(
        "tongban: 1\nname: one\nduration: 1 h\njourneys: {visit: [{service: 1 s}]}\n"
        "demand: [{name: visits, journey: visit, per_hour: 1}]\n"
        "variants: [{name: behind, contract: provincial-platform, overlay: older-edition}]\n",
        encoding="utf-8",
    )
    with pytest.raises(DocumentError, match=r"'\$\.infos' selects nothing"):
        load_documents(catalog, path, {})
