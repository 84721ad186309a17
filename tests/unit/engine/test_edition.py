"""Platforms that speak another edition: who meets it, what fails by it, what stays as it was."""

from __future__ import annotations

from typing import Any

import pytest

from sim.plan import CallShare, compile_plan
from sim.scenario.model import Station, Variant
from tests.scenarios import Result, cost, division, line, run, scenario, station
from tests.workflows import action, call, journey, workflow

ALWAYS = {"behind": {"a": CallShare(refused=1.0)}}
BOTH = (division("11"), division("12"))


def behind(share: float = 1.0, *divisions: str) -> Variant:
    return Variant("behind", divisions or ("11",), share, "system", "older")


def outcome_of(*variants: Variant, editions: Any = ALWAYS, **changes: Any) -> Result:  # mappings; fields of Scenario
    """Errands of one call ``a``; who is refused ends as ``old-edition``."""
    step = call("a", **changes.pop("step", {}), on_failure=(action("old-edition", "end", "$statusCode == 400"),))
    given = {
        "stations": [station(servers=None)],
        "costs": {"a": cost("a")},
        "divisions": BOTH,
        "demand": (line(rates=(("11", 1.0),)),),
        "duration": 2000.5,
        "variants": variants,
        **changes,
    }
    return run(scenario(**given), workflow("w", [step]), editions=editions)


def test_without_a_variant_nothing_fails() -> None:
    assert outcome_of().outcome("old-edition") == 0


def test_a_share_of_the_journeys_meets_the_edition() -> None:
    met = outcome_of(behind(0.3)).outcome("old-edition")
    assert met / 2000 == pytest.approx(0.3, abs=4 * (0.21 / 2000) ** 0.5)


def test_a_journey_meets_the_edition_at_every_call_or_never() -> None:
    steps = [call(name, of="a", on_failure=(action("old-edition", "end"),)) for name in ("first", "second", "third")]
    made = scenario(
        stations=[station(servers=None)],
        costs={"a": cost("a")},
        divisions=BOTH,
        demand=(line(rates=(("11", 1.0),)),),
        duration=2000.5,
        variants=(behind(0.5),),
    )
    result = run(made, workflow("w", steps), editions=ALWAYS)
    # whoever passed the first call passes the others too
    assert result.operation("attempts", "a") == 2000 + 2 * result.outcome("completed")


def test_a_retry_meets_the_same_edition_again() -> None:
    again = action("again", "retry", "$statusCode == 400", retry_after=1.0, retry_limit=3)
    steps = [call("a", on_failure=(again,))]
    made = scenario(
        stations=[station(servers=None)],
        costs={"a": cost("a")},
        divisions=BOTH,
        demand=(line(rates=(("11", 1.0),)),),
        duration=200.5,
        variants=(behind(0.5),),
    )
    result = run(made, workflow("w", steps), editions=ALWAYS)
    assert result.operation("retries", "a") == 3 * result.outcome("failed")


def test_only_platforms_of_the_variants_divisions_speak_it() -> None:
    demand = (line(rates=(("11", 0.5), ("12", 0.5))),)
    assert outcome_of(behind(1.0, "12"), demand=demand).outcome("old-edition") == 1000


def test_a_call_to_the_home_platform_meets_the_edition_of_the_home() -> None:
    demand = (line(rates=(("11", 1.0),), cross_province=0.4),)
    home = [Station("desk", per_division=True, servers=(None, None))]
    met = outcome_of(behind(1.0, "12"), demand=demand, stations=home, step={"division": "home"}).outcome("old-edition")
    assert met / 2000 == pytest.approx(0.4, abs=4 * (0.24 / 2000) ** 0.5)


def test_answers_that_break_the_contract_fail_without_a_status() -> None:
    editions = {"behind": {"a": CallShare(breached=1.0)}}
    result = outcome_of(behind(), editions=editions)
    assert (result.outcome("old-edition"), result.outcome("failed"), result.operation("breached", "a")) == (
        0,
        2000,
        2000,
    )


def test_the_editions_share_takes_the_place_of_the_national_one() -> None:
    step = call("a", on_failure=(action("old-edition", "end"),))
    made = scenario(
        stations=[station(servers=None)],
        costs={"a": cost("a")},
        divisions=BOTH,
        demand=(line(rates=(("11", 1.0),)),),
        duration=100.5,
        variants=(behind(),),
    )
    editions = {"behind": {"a": CallShare()}}
    result = run(made, workflow("w", [step]), shares={"a": CallShare(refused=1.0)}, editions=editions)
    assert result.outcome("completed") == 100


def test_an_edition_that_nothing_fails_by_leaves_every_value_as_it_was() -> None:
    plain = outcome_of(demand=(line(rates=(("11", 1.0),), process="poisson"),))
    editions = {"behind": {"a": CallShare()}}
    same = outcome_of(behind(0.3), editions=editions, demand=(line(rates=(("11", 1.0),), process="poisson"),))
    assert same.values() == plain.values()


def test_journeys_that_do_not_meet_the_edition_draw_what_they_drew_before() -> None:
    demand = (line(rates=(("11", 1.0),), process="poisson"),)
    plain, with_it = outcome_of(demand=demand), outcome_of(behind(0.3), demand=demand)
    assert with_it.record.group_counts[:, :, 0].tolist() == plain.record.group_counts[:, :, 0].tolist()


def test_the_plan_without_variants_does_not_depend_on_what_the_replay_says_of_editions() -> None:
    made = scenario(stations=[station()], costs={"a": cost("a")}, journeys={})
    errand = {"visit": journey(workflow("w", [call("a")]))}
    assert compile_plan(made, errand).plan.digest == compile_plan(made, errand, {}, ALWAYS).plan.digest
