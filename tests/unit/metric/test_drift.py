"""What other editions cost: differences of paired replications."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scipy import stats

from sim.engine import get_engine
from sim.metric import Replayed, Side, differences
from sim.plan import CallShare, compile_plan
from sim.scenario.model import Variant
from tests.scenarios import cost, division, fixed, line, scenario, station
from tests.workflows import action, call, journey, workflow

if TYPE_CHECKING:
    from sim.bundle import Layout, Record

SHARE = 0.5
N = 4


def runs() -> tuple[Layout, list[Record], list[Record]]:
    """Four replications of a call that a platform with the older edition refuses and a clerk then does by hand."""
    manual = action("by-hand", "goto", step_id="clerk")
    steps = [call("a", on_failure=(manual,), on_success=(action("fine", "end"),)), call("clerk", of="b")]
    made = {
        name: scenario(
            stations=[station(servers=None), station("window", servers=None)],
            costs={"a": cost("a", service=fixed(0.125)), "b": cost("b", "window", fixed(0.25))},
            divisions=(division("11"),),
            demand=(line(rates=(("11", 1.0),)),),
            duration=400.5,
            journeys={},
            variants=variants,
        )
        for name, variants in (("with", (Variant("behind", ("11",), SHARE, "system", "older"),)), ("without", ()))
    }
    errand = {"visit": journey(workflow("w", steps))}
    editions = {"behind": {"a": CallShare(refused=1.0)}}
    compiled = {name: compile_plan(one, errand, {}, editions) for name, one in made.items()}
    engine = get_engine("reference")
    records = {
        name: [engine.run(one.plan, seed=1, replication=number) for number in range(N)]
        for name, one in compiled.items()
    }
    return compiled["with"].layout, records["with"], records["without"]


LAYOUT, WITH, WITHOUT = runs()
JUDGED = Replayed(judged=frozenset(range(len(LAYOUT.operations))))
FOUND = {
    (f"{one.metric} {one.statistic}", one.station, one.journey, one.operation): one
    for one in differences(Side(LAYOUT, WITH, JUDGED), Side(LAYOUT, WITHOUT, JUDGED))
}


def by_hand() -> list[int]:
    row = next(number for number, key in enumerate(LAYOUT.operations) if key.operation == "b")
    return [int(record.operation_counts[row, 0]) for record in WITH]


def test_each_errand_that_was_refused_is_a_visit_more_at_the_window() -> None:
    extra = FOUND["services total", "window", None, None]
    assert (extra.before, extra.value) == (0.0, sum(by_hand()) / N)


def test_the_work_of_the_visits_is_the_extra_load() -> None:
    assert FOUND["work total", "window", None, None].value == 0.25 * sum(by_hand()) / N


def test_the_interval_is_students_over_paired_differences() -> None:
    counts = by_hand()
    mean = sum(counts) / N
    deviation = math.sqrt(sum((count - mean) ** 2 for count in counts) / (N - 1))
    expected = stats.t.ppf(0.975, N - 1) * deviation / math.sqrt(N)
    half_width = FOUND["services total", "window", None, None].half_width
    assert half_width is not None
    assert math.isclose(half_width, expected, rel_tol=1e-12)


def test_calls_that_fail_by_the_contract_are_counted() -> None:
    assert FOUND["conformance failed", None, None, "a"].value == sum(by_hand()) / N


def test_what_does_not_differ_is_told_of_everything_alone() -> None:
    assert ("services total", "desk", None, None) not in FOUND
    assert FOUND["endings failed", None, None, None].value == 0.0


def test_a_replication_that_only_one_run_has_is_left_out() -> None:
    found = differences(Side(LAYOUT, WITH, JUDGED), Side(LAYOUT, WITHOUT[:3], JUDGED))
    assert {one.n for one in found if one.metric == "services"} == {3}
