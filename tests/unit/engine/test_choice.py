"""Which engine ``auto`` is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sim.engine import ENGINES, choose_engine, get_engine
from sim.engine.choice import REPAID
from sim.engine.size import expected_services
from sim.errors import UsageError
from sim.plan import compile_plan
from tests.scenarios import line, scenario, step

if TYPE_CHECKING:
    from pathlib import Path

    from sim.plan import Plan


def plan(rate: float = 1.0, duration: float = 100.0) -> Plan:
    made = scenario([step("one"), step("two")], demand=(line(rates=(("", rate),)),), duration=duration)
    return compile_plan(made, {}).plan


def test_a_small_run_that_would_compile_first_takes_the_reference_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGBAN_CACHE_DIR", str(tmp_path))
    assert not ENGINES["kernel"].is_ready()
    assert choose_engine("auto", plan(), 1).name == "reference"


def test_a_run_that_repays_compiling_takes_the_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_CACHE_DIR", str(tmp_path))
    large = plan(rate=100.0, duration=REPAID / 200.0 / 4)
    assert choose_engine("auto", large, 3).name == "reference"
    assert choose_engine("auto", large, 4).name == "kernel"


def test_what_is_compiled_is_taken_for_the_smallest_run() -> None:
    ENGINES["kernel"].warm_up()
    assert ENGINES["kernel"].is_ready()
    assert choose_engine("auto", plan(), 1).name == "kernel"


@pytest.mark.parametrize("name", ["kernel", "reference"])
def test_an_engine_that_is_named_is_taken(name: str) -> None:
    assert choose_engine(name, plan(), 1) is get_engine(name)


def test_an_unknown_engine_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="no engine 'steam'") as caught:
        choose_engine("steam", plan(), 1)
    assert caught.value.remedy == "use one of auto, kernel, reference"


def test_the_size_of_a_run_is_its_arrivals_times_the_visits_of_its_program() -> None:
    assert expected_services(plan(rate=0.5, duration=100.0)) == pytest.approx(100.0)
