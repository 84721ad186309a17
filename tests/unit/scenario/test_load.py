"""What a sound document becomes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.catalog import Catalog
from sim.scenario import (
    Assumption,
    Backoff,
    Call,
    Cost,
    Law,
    Objective,
    Scenario,
    Station,
    StationFault,
    Text,
    load_scenario,
)

if TYPE_CHECKING:
    from tests.unit.scenario.conftest import Load

SAMPLE = Path(__file__).with_name("sample.yaml").read_text(encoding="utf-8")
MINIMAL = """\
tongban: 1
name: tiny
duration: 1 h
stations: {desk: {servers: 1}}
journeys: {visit: [{station: desk, service: 1 s}]}
demand: [{name: visits, journey: visit, per_hour: 36}]
"""


@pytest.fixture
def sample(load: Load) -> Scenario:
    return load(SAMPLE)


def test_times_are_seconds(sample: Scenario) -> None:
    assert (sample.duration, sample.warm_up, sample.interval) == (86400.0, 3600.0, 1800.0)
    assert (sample.drain_limit, sample.clock, sample.end) == (432000.0, 1.0, "drain")
    assert sample.start.isoformat() == "2022-07-26T08:00:00+08:00"


def test_counts_are_taken_as_written(sample: Scenario) -> None:
    assert (sample.replications, sample.seed, sample.carry_over_days, sample.replay_citizens) == (3, 7, 2, 50)


def test_divisions_outside_only_are_known_and_not_simulated(sample: Scenario) -> None:
    assert [(each.code, each.population, each.simulated) for each in sample.divisions] == [
        ("110000", 3000000, False),
        ("120000", 1000000, True),
        ("660000", 0, True),
    ]
    assert sample.divisions[0].name == Text("Upper", "上")


def test_servers_per_million_are_rounded_up_by_population(sample: Scenario) -> None:
    window = sample.stations[0]
    assert window.servers == (23, 2)  # 22.5 rounded up; nobody lives in the Corps, so `at_least`
    assert (window.queue, window.discipline, window.per_division) == (50, "priority", True)


def test_where_servers_are_shared_slots_and_a_queue_before_them_are_read(load: Load) -> None:
    text = SAMPLE.replace("{servers: 4, slots: 9,", "{servers: 4, slots: 9, discipline: processor-sharing, queue: 7,")
    identity = next(one for one in load(text).stations if one.name == "identity")
    assert (identity.discipline, identity.slots, identity.queue) == ("processor-sharing", 9, 7)


def test_a_share_that_is_whole_but_for_rounding_is_not_rounded_up(load: Load) -> None:
    scenario = load(SAMPLE, settings={"stations.window.servers.per_million": "0.1", "divisions.only": "null"})
    assert scenario.stations[0].servers == (2, 2, 2)
    scenario = load(SAMPLE, settings={"stations.window.servers.per_million": "1.1", "divisions.only": "null"})
    assert scenario.stations[0].servers == (4, 2, 2)  # 3.3000000000000003, 1.1
    scenario = load(
        SAMPLE,
        files={
            "data/divisions.csv": "code,name_en,name_zh,population_2020,source\n"
            "120000,L,下,30000000,x\n660000,C,兵,0,x\n"
        },
        settings={"stations.window.servers.per_million": "0.1"},
    )
    assert scenario.stations[0].servers == (3, 2)  # 0.1 x 30 = 3.0000000000000004


def test_stations_take_their_defaults(sample: Scenario) -> None:
    assert sample.stations[1] == Station(
        "identity", per_division=False, servers=(4,), slots=9, title=Text("Identity", "Identity")
    )
    assert sample.stations[2] == Station("courier", per_division=False, servers=(None,))


def test_a_step_without_station_is_a_delay_at_the_built_in_station(sample: Scenario) -> None:
    assert sample.stations[3] == Station("delay", per_division=False, servers=(None,))
    assert sample.journeys["visit"].steps[2].cost.station == "delay"


def test_without_such_a_step_there_is_no_built_in_station(load: Load) -> None:
    assert [station.name for station in load(MINIMAL).stations] == ["desk"]


def test_a_calendar_counts_from_monday(sample: Scenario) -> None:
    calendar = sample.stations[0].calendar
    assert calendar is not None
    assert calendar.shifts == (
        (32400.0, 43200.0, 1.0),
        (48600.0, 61200.0, 1.0),
        (118800.0, 129600.0, 1.0),
        (135000.0, 147600.0, 1.0),
    )


def test_a_calendar_of_several_parts_is_sorted_and_keeps_shares(load: Load) -> None:
    calendar = load(SAMPLE, settings={"stations.window.calendar": "early"}).stations[0].calendar
    assert calendar is not None
    assert calendar.shifts == ((367200.0, 432000.0, 1.0), (453600.0, 460800.0, 0.5))


def test_a_delay_may_have_hours(load: Load) -> None:
    courier = load(SAMPLE, settings={"stations.courier.calendar": "early"}).stations[2]
    assert courier.servers == (None,)
    assert courier.calendar is not None
    assert courier.calendar.name == "early"


def test_an_operation_is_read_whole(sample: Scenario) -> None:
    assert sample.costs["submit"] == Cost(
        operation="submit",
        station="window",
        service=Law("deterministic", (("value", 120.0),)),
        calls=(Call("verify", "office"), Call("verify", "home")),
        patience=Law("exponential", (("mean", 1200.0),)),
        timeout=None,
        on_timeout="cancel",
        backoff=Backoff(2.0, 0.1),
    )
    assert sample.costs["verify"].service == Law("lognormal", (("mean", 0.08), ("cv", 0.8)))
    assert sample.costs["verify"].timeout == 3.0


def test_steps_are_named_by_their_station_and_numbered(sample: Scenario) -> None:
    assert [step.name for step in sample.journeys["visit"].steps] == ["reception", "identity", "delay", "identity-2"]


def test_a_step_is_read_whole(sample: Scenario) -> None:
    first, second, third, _ = sample.journeys["visit"].steps
    assert first.channels == ("window",)
    assert (second.retry_limit, second.retry_after, second.division) == (3, 10.0, "home")
    assert second.cost.backoff == Backoff(2.0, 0.5)
    assert third.cost.service == Law("empirical", table=(86400.0, 172800.0))


def test_rows_of_demand_are_scaled_to_rates_of_simulated_divisions(sample: Scenario) -> None:
    card = sample.demand[0]
    assert [code for code, _ in card.rates] == ["120000"]
    assert card.rates[0][1] == pytest.approx(86.4 / 86400 * 1.5 * 2)
    assert (card.priority_class, card.cross_province, card.process) == (1, 0.1, "poisson")


def test_a_total_is_spread_over_all_divisions_by_population(sample: Scenario) -> None:
    assert [code for code, _ in sample.demand[1].rates] == ["120000"]
    assert sample.demand[1].rates[0][1] == pytest.approx(40 / 3600 / 4 * 2)


def test_channels_have_shares_and_profiles(sample: Scenario) -> None:
    app, window = sample.demand[0].channels
    assert (app.name, app.share, window.name, window.share) == ("app", 0.25, "window", 0.75)
    assert app.profile == (*(1 / 6,) * 6, *(0.0,) * 18)
    assert window.profile[8:20] == (1 / 12,) * 12


def test_a_line_without_channels_has_one_of_any_hour(sample: Scenario) -> None:
    (channel,) = sample.demand[1].channels
    assert (channel.name, channel.share, channel.profile) == ("any", 1.0, (1 / 24,) * 24)


def test_a_fault_at_a_time_of_day_comes_at_the_first_such_time(sample: Scenario) -> None:
    assert sample.faults[0] == StationFault("down", "identity", None, 23 * 3600.0, 1200.0, "suspend")
    assert sample.faults[1] == StationFault("away", "window", "120000", 30 * 3600.0, 3600.0, "fail")


def test_objectives_are_read_whole(sample: Scenario) -> None:
    assert sample.objectives == (
        Objective("wait", "waiting_time", "window", None, None, 0.95, "at_most", 1200.0),
        Objective("busy", "utilisation", None, "visit", "app", None, "at_least", 0.5, "missed"),
    )


def test_assumptions_are_named_by_where_they_stand(sample: Scenario) -> None:
    assert sample.assumptions == (
        Assumption("calendars.office", ""),
        Assumption("stations.courier.servers", ""),
        Assumption("demand.card.channels", "nobody counted"),
    )


def test_every_file_read_is_a_source_once(sample: Scenario) -> None:
    names = [name for name, _ in sample.sources]
    assert names == ["own.yaml", "data/divisions.csv", "data/profiles.csv", "data/demand.csv"]
    assert all(len(digest) == 64 for _, digest in sample.sources)


def test_what_is_not_written_takes_its_default(load: Load) -> None:
    tiny = load(MINIMAL)
    assert (tiny.title, tiny.start.isoformat()) == (Text("tiny", "tiny"), "2024-01-01T00:00:00+08:00")
    assert (tiny.end, tiny.drain_limit, tiny.carry_over_days, tiny.warm_up) == ("drain", 864000.0, 0, 0.0)
    assert (tiny.interval, tiny.clock, tiny.replications, tiny.seed) == (37.5, 0.0, 5, 1)
    assert (tiny.divisions, tiny.outcomes, tiny.faults, tiny.objectives, tiny.assumptions) == ((), {}, (), (), ())
    assert (tiny.replay_citizens, tiny.demand[0].rates) == (200, (("", 0.01),))


def test_a_day_is_counted_in_quarters_of_an_hour(load: Load) -> None:
    assert load(MINIMAL.replace("1 h", "24 h")).interval == 900.0


def test_a_run_that_stops_is_not_drained(load: Load) -> None:
    stopped = load(MINIMAL + "end: stop\ndrain_limit: 3 d\n")
    assert (stopped.end, stopped.drain_limit) == ("stop", 0.0)


def test_demand_of_nobody_has_no_rates(load: Load) -> None:
    assert load(MINIMAL, settings={"demand.visits.per_hour": "0"}).demand[0].rates == ()


def test_a_channel_nobody_takes_is_left_out(load: Load) -> None:
    text = MINIMAL.replace("per_hour: 36", "per_hour: 36, channels: {app: 1, window: 0}, profiles: flat")
    scenario = load(text + "profiles: {flat: {weights: [" + "2, " * 23 + "2]}}\n")
    assert [channel.name for channel in scenario.demand[0].channels] == ["app"]


def test_a_law_can_read_observed_times_from_a_file(load: Load) -> None:
    text = MINIMAL.replace("service: 1 s", "service: {law: empirical, file: data/times.csv}")
    scenario = load(text, files={"data/times.csv": "seconds,source\n1.5,clock\n2,clock\n"})
    assert scenario.journeys["visit"].steps[0].cost.service == Law("empirical", table=(1.5, 2.0))


def test_outcomes_are_read_by_journey_step_and_action(load: Load) -> None:
    text = SAMPLE + "outcomes: {renew: {review: {yes: 0.9, default: 0.1, assumed: true}}}\n"
    scenario = load(text)
    assert scenario.outcomes == {"renew": {"review": {"yes": 0.9, "default": 0.1}}}
    assert Assumption("outcomes.renew.review", "") in scenario.assumptions


def test_the_bundled_queue_is_the_one_its_comments_compute() -> None:
    catalog = Catalog.bundled()
    scenario = load_scenario(catalog, catalog.path("scenario", "mm1"))
    (step,) = scenario.journeys["visit"].steps
    assert scenario.demand[0].rates == (("", 0.8),)
    assert step.cost.service == Law("exponential", (("mean", 1.0),))
    assert scenario.stations == (Station("desk", per_division=False, servers=(1,), title=Text("Desk", "窗口")),)
