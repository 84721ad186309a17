"""Arrivals, channels and homes; who draws what."""

from __future__ import annotations

from time import process_time

import numpy as np
import pytest

from sim.arrival import next_gap
from sim.draw import name_hash, run_key
from sim.engine import get_engine
from sim.engine.compiled import draws
from sim.plan import compile_plan
from sim.scenario.model import Channel, Station
from tests.scenarios import FLAT, division, exponential, fixed, line, run, scenario, station, step

DELAY = [station(servers=None)]


def hours(*hot: int) -> tuple[float, ...]:
    return tuple(1.0 / len(hot) if hour in hot else 0.0 for hour in range(24))


def test_regular_arrivals_follow_the_rate_of_each_hour() -> None:
    channels = (Channel("window", 1.0, hours(9, 10)),)
    made = scenario(
        [step("a")], DELAY, demand=(line(rate=20 / 86400, channels=channels),), duration=86400.0, interval=3600.0
    )
    counts = run(made).record.group_counts[0, 1:-1, 0].tolist()
    # the rate's integral reaches 1 to 9 before 10:00, 10 to 19 before 11:00, and 20 at 11:00 sharp
    assert counts == [0] * 9 + [9, 10, 1] + [0] * 12


def test_poisson_arrivals_have_the_mean_and_spread_of_the_law() -> None:
    made = scenario([step("a")], DELAY, demand=(line(rate=1.0, process="poisson"),), duration=10000.0, interval=10.0)
    counts = run(made).record.group_counts[0, 1:-1, 0]
    assert (counts.mean(), counts.var() / counts.mean()) == (pytest.approx(10.0, abs=0.4), pytest.approx(1.0, abs=0.18))


def test_channels_keep_to_their_hours_and_shares() -> None:
    channels = (Channel("app", 0.75, FLAT), Channel("window", 0.25, hours(9)))
    made = scenario(
        [step("a")],
        DELAY,
        demand=(line(rate=0.1, process="poisson", channels=channels),),
        duration=86400.0,
        interval=3600.0,
    )
    arrivals = run(made).record.group_counts[:, 1:-1, 0]
    window = arrivals[1]
    assert (window[:9].sum(), window[10:].sum()) == (0, 0)
    assert window[9] == pytest.approx(0.25 * 8640, abs=4 * (0.25 * 8640) ** 0.5)


def test_a_step_for_other_channels_is_skipped() -> None:
    channels = (Channel("app", 0.5, FLAT), Channel("window", 0.5, FLAT))
    steps = [step("desk", service=fixed(5.0), channels=("window",)), step("any", service=fixed(1.0))]
    result = run(scenario(steps, DELAY, demand=(line(channels=channels),), duration=100.5))
    app, window = result.record.group_sums[:, 0, 0].tolist()
    n_app, n_window = result.record.group_outcomes[:, 0].tolist()
    assert (app, window, n_app + n_window) == (n_app * 1.0, n_window * 6.0, 100)


def test_home_is_drawn_among_other_divisions_by_population() -> None:
    divisions = (division("11", 100), division("12", 300), division("13", 600))
    home = Station("desk", per_division=True, servers=(None, None, None))
    demand = (line(rates=(("12", 1.0),), cross_province=0.5),)
    result = run(scenario([step("a", division="home")], [home], divisions=divisions, demand=demand, duration=7000.5))
    visits = result.record.station_counts[:, :, 0].sum(axis=1)
    assert visits[1] / 7000 == pytest.approx(0.5, abs=0.03)
    assert visits[0] / (visits[0] + visits[2]) == pytest.approx(100 / 700, abs=0.03)


def test_a_division_that_is_not_simulated_has_no_queue() -> None:
    divisions = (division("11"), division("12", simulated=False))
    desk = Station("desk", per_division=True, servers=(1,))
    demand = (line(rates=(("11", 1.0),), cross_province=1.0),)
    result = run(scenario([step("a", division="home", service=fixed(3.0))], [desk], divisions=divisions, demand=demand))
    assert (result.count("arrivals"), result.sojourn()) == (0, 30.0)


def test_adding_a_line_leaves_every_other_citizens_draws_untouched() -> None:
    steps = [step("a", service=exponential(1.0))]
    alone = run(scenario(steps, DELAY, demand=(line("m", process="poisson"),), duration=500.0))
    more = (line("a", process="poisson"), line("m", process="poisson"), line("z", process="poisson"))
    together = run(scenario(steps, DELAY, demand=more, duration=500.0))
    assert together.record.group_sums[1].tolist() == alone.record.group_sums[0].tolist()


def test_carrying_over_leaves_the_counted_days_draws_untouched() -> None:
    demand = (line(rate=0.01, process="poisson"),)
    steps = [step("a", service=exponential(1.0))]
    plain = run(scenario(steps, DELAY, demand=demand, duration=86400.0))
    carried = run(scenario(steps, DELAY, demand=demand, duration=86400.0, carry_over_days=1))
    assert carried.outcome("completed") == plain.outcome("completed")
    assert carried.sojourn() == pytest.approx(plain.sojourn(), rel=1e-9)


def test_replications_differ_and_each_is_the_same_alone() -> None:
    made = scenario([step("a", service=exponential(0.8))], demand=(line(process="poisson"),), duration=200.0)
    results = [run(made, replication=number).values() for number in range(4)]
    assert results[2] == run(made, replication=2).values()
    assert len({tuple(result[1:]) for result in results}) == 4


def test_progress_rises_and_changes_nothing() -> None:
    told: list[float] = []
    made = scenario([step("a", service=exponential(0.8))], duration=200.0)
    plan = compile_plan(made, {}).plan
    watched = get_engine("reference").run(plan, seed=1, replication=0, on_progress=told.append)
    assert told == sorted(told)
    assert 0.9 < told[-1] <= 1.0
    assert watched.station_sums.tobytes() == run(made).record.station_sums.tobytes()


def test_a_gap_is_the_time_in_which_the_rate_grows_by_the_hazard() -> None:
    rates = np.array([[1.0 if hour % 2 else 0.0 for hour in range(24)]])
    gap = draws().draw_gap(1, 0.0, rates, 0, 0.0, *run_key(1, 0), 0, name_hash("x"), 0)
    assert gap == 3601.0


def test_a_gap_of_many_days_is_found_without_turning_every_hour() -> None:
    rates = np.array([[1e-11 if hour == 9 else 0.0 for hour in range(24)], [0.0] * 24])
    begun = process_time()
    rare = draws().draw_gap(1, 0.0, rates, 0, 0.0, *run_key(1, 0), 0, name_hash("x"), 0)
    never = draws().draw_gap(1, 0.0, rates, 1, 0.0, *run_key(1, 0), 0, name_hash("x"), 0)
    assert rare == pytest.approx(86400.0 * 1e11 / 3600.0, abs=86400.0)
    assert never > 1e14
    assert process_time() - begun < 5.0


def test_a_gap_of_three_days_is_exact() -> None:
    rates = np.array([[1.0 if hour == 9 else 0.0 for hour in range(24)]])
    gap = next_gap(0.0, 3 * 3600.0 + 60.0, rates.tolist(), 0, 0.0)
    assert gap == 3 * 86400.0 + 9 * 3600.0 + 60.0


def test_a_whole_second_clock_rounds_arrivals_down_and_keeps_their_number() -> None:
    made = scenario([step("a")], DELAY, demand=(line(rate=2.0),), clock=1.0, duration=10.0, interval=1.0)
    # at 0.5, 1, 1.5, ..., 9.5 s
    assert run(made).record.group_counts[0, 1:-1, 0].tolist() == [1, 2, 2, 2, 2, 2, 2, 2, 2, 2]
