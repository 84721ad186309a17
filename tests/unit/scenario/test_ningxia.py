"""The bundled day of one province: its totals, its capacities and what it assumes."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from sim.catalog import Catalog
from sim.distribution import DISTRIBUTIONS
from sim.scenario import Scenario, load_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.scenario import DemandLine, Law

CATALOG = Catalog.bundled()
WORKING_DAY = 1.302


@pytest.fixture(scope="module")
def day() -> Scenario:
    return load_scenario(CATALOG, CATALOG.path("scenario", "ningxia-day"))


def per_day(line: DemandLine) -> float:
    return sum(rate for _, rate in line.rates) * 86400


def test_its_journeys_are_the_rows_of_ningxia_times_a_working_day(day: Scenario) -> None:
    path = CATALOG.root / "scenarios" / "data" / "demand_by_province.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [float(row["daily_mean"]) for row in csv.DictReader(file) if row["division_code"] == "640000"]
    total = sum(per_day(line) for line in day.demand if line.name != "duplicate-name")
    assert (len(rows), len(day.demand)) == (17, 18)
    assert total == pytest.approx(sum(rows) * WORKING_DAY, abs=1e-6)
    assert total == pytest.approx(10640, abs=1)


def test_its_duplicate_name_queries_are_the_provinces_part_of_the_country(day: Scenario) -> None:
    (line,) = [line for line in day.demand if line.name == "duplicate-name"]
    assert per_day(line) == pytest.approx(126_000 * 7_202_654 / 1_409_778_724)
    assert per_day(line) == pytest.approx(643.7, abs=0.05)


def test_only_ningxia_has_queues(day: Scenario) -> None:
    assert len(day.divisions) == 32
    assert [division.code for division in day.divisions if division.simulated] == ["640000"]
    assert {code for line in day.demand for code, _ in line.rates} == {"640000"}


def test_it_is_a_tuesday_that_begins_with_the_cases_of_monday(day: Scenario) -> None:
    assert (day.start.isoformat(), day.start.isoweekday()) == ("2022-07-26T00:00:00+08:00", 2)
    assert (day.duration, day.carry_over_days, day.end, day.drain_limit) == (86400.0, 1, "drain", 864000.0)


def test_three_lines_go_by_contract_and_fifteen_are_background(day: Scenario) -> None:
    documents = {line.journey for line in day.demand} - set(day.journeys)
    assert documents == {"renew-id-card", "register-residence", "query-duplicate-name"}
    assert documents <= set(CATALOG.names("journey"))
    assert len(day.journeys) == 15


def test_windows_get_no_arrivals_at_night(day: Scenario) -> None:
    windows = [channel for line in day.demand for channel in line.channels if channel.name == "window"]
    assert len(windows) == 16  # traffic papers are online by definition
    assert {channel.profile[hour] for channel in windows for hour in (*range(9), *range(17, 24))} == {0.0}


def test_each_channel_of_a_background_journey_takes_one_submission_and_one_review(day: Scenario) -> None:
    for line in day.demand:
        for channel in line.channels:
            if line.journey in day.journeys:
                steps = [
                    step.name
                    for step in day.journeys[line.journey].steps
                    if not step.channels or channel.name in step.channels
                ]
                first = {"window": "at-window", "kiosk": "at-kiosk"}.get(channel.name, "online")
                assert steps == [first, "review"], line.name


def mean(law: Law) -> float:
    return DISTRIBUTIONS.get(law.name).mean(dict(law.parameters))


def work(day: Scenario) -> Iterator[tuple[str, float, tuple[float, ...]]]:
    """Yield station, seconds of work a day and how they spread over the hours, contract journeys by hand."""
    local = 1 - 0.096  # ID cards that are decided and made in Ningxia
    cards: dict[str, tuple[tuple[str, float], ...]] = {
        "window": (("receiveAtWindow", 1.0), ("enterApplicationAtWindow", 1.0)),
        "kiosk": (("captureAtKiosk", 1.0),),
        "": (("decideCase", 1.04 * local), ("makeDocument", 0.978 * local), ("collectAtWindow", 0.978 * 0.7)),
    }
    residence: dict[str, tuple[tuple[str, float], ...]] = {
        "window": (("receiveAtWindow", 1.0),),
        "": (("confirmResidence", 1.0),),
    }
    for line in day.demand:
        for channel in line.channels:
            amount = per_day(line) * channel.share
            steps = day.journeys[line.journey].steps if line.journey in day.journeys else ()
            for step in steps:
                if (not step.channels or channel.name in step.channels) and (
                    step.division == "office" or line.cross_province < 1
                ):
                    yield step.cost.station, amount * mean(step.cost.service), channel.profile
            calls = {"id-card": cards, "residence-registration": residence}.get(line.name, {})
            for operation, times in (*calls.get(channel.name, ()), *calls.get("", ())):
                cost = day.costs[operation]
                yield cost.station, amount * times * mean(cost.service), channel.profile


def servers(day: Scenario, name: str) -> int:
    (station,) = [station for station in day.stations if station.name == name]
    (count,) = station.servers
    assert count is not None
    return count


@pytest.mark.parametrize(
    ("station", "busy", "utilisation"),
    # windows just suffice at ten, so that the queue of the morning is seen; a kiosk more or less is 13 %
    [("service-window", 136.1, 0.993), ("kiosk", 5.5, 0.78)],
)
def test_capacity_at_the_counter_is_sized_for_ten_o_clock(
    day: Scenario, station: str, busy: float, utilisation: float
) -> None:
    load = sum(seconds * profile[10] for name, seconds, profile in work(day) if name == station) / 3600
    assert load == pytest.approx(busy, abs=0.05)
    assert load / servers(day, station) == pytest.approx(utilisation, abs=0.005)


@pytest.mark.parametrize(("station", "hours"), [("officer", 849), ("workshop", 68.5)])
def test_capacity_behind_the_counter_is_sized_for_the_day(day: Scenario, station: str, hours: float) -> None:
    load = sum(seconds for name, seconds, _ in work(day) if name == station) / 3600
    assert load == pytest.approx(hours, abs=0.5)
    assert 0.85 < load / 6.5 / servers(day, station) < 0.905


def test_every_station_with_servers_says_how_they_were_chosen(day: Scenario) -> None:
    notes = {assumption.where: assumption.note for assumption in day.assumptions}
    limited = [station.name for station in day.stations if None not in station.servers]
    assert all(notes[f"stations.{name}.servers"] for name in limited)


def test_outcomes_sum_to_one_for_each_step(day: Scenario) -> None:
    sums = [sum(shares.values()) for steps in day.outcomes.values() for shares in steps.values()]
    assert sums == [pytest.approx(1.0)] * 5


def test_the_bank_is_down_for_twenty_minutes_at_ten(day: Scenario) -> None:
    (fault,) = day.faults
    assert (fault.station, fault.at, fault.duration, fault.effect) == ("bank", 36000.0, 1200.0, "fail")


def test_every_data_file_it_reads_is_among_its_sources(day: Scenario) -> None:
    names = {name.rpartition("/")[2] for name, _ in day.sources}
    assert names == {"ningxia-day.yaml", "base.yaml", "divisions.csv", "demand_by_province.csv", "profiles.csv"}


def test_the_national_day_has_two_million_journeys() -> None:
    base = load_scenario(CATALOG, CATALOG.path("scenario", "base"))
    total = sum(per_day(line) for line in base.demand if line.name != "duplicate-name")
    assert total == pytest.approx(2_082_440, abs=100)
    assert sum(division.simulated for division in base.divisions) == 32
