"""Interleaving, ratios, and the checks that every program ran the same model."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import pytest

from benchmarks.check import differences, read_record
from benchmarks.growth import exponent
from benchmarks.model import compiled
from benchmarks.program import BenchmarkError, Measurement, measurement
from benchmarks.rounds import Ratio, ratios, refuse_strangers, run_rounds
from sim.engine import get_engine

ONE = Measurement(journeys=100, services=1_000, cpu_seconds=0.5, mean_sojourn=540.0, memory_megabytes=1.0)


@dataclass
class Scripted:
    """A program whose runs take the seconds it is told."""

    name: str
    seconds: list[float]
    order: list[tuple[str, str, int]] = field(default_factory=list)

    def missing(self, workload: str) -> str:
        return "" if workload == "w2" else "it has no program for another"

    def measure(self, workload: str, journeys: int) -> Measurement:
        self.order.append((self.name, workload, journeys))
        return replace(ONE, cpu_seconds=self.seconds.pop(0))


def test_programs_take_turns_and_ratios_are_taken_within_a_round() -> None:
    order: list[tuple[str, str, int]] = []
    programs = [Scripted("kernel", [1.0, 2.0, 4.0], order), Scripted("simpy", [10.0, 40.0, 20.0], order)]
    found = run_rounds(programs, "w2", {"kernel": 100, "simpy": 50}, 3, lambda _: None)
    assert order == [("kernel", "w2", 100), ("simpy", "w2", 50)] * 3
    assert ratios(found, "simpy")["kernel"] == Ratio(median=10.0, least=5.0, most=20.0)


def test_a_ratio_to_a_program_that_did_not_run_is_not_given() -> None:
    assert ratios([{"kernel": ONE}], "simpy") == {}


def test_a_ratio_of_no_rounds_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one round"):
        Ratio.of([])


def test_programs_with_the_same_draws_must_have_the_same_numbers() -> None:
    with pytest.raises(BenchmarkError, match="c ran 100 journeys and 1001 services"):
        refuse_strangers({"kernel": ONE, "c": replace(ONE, services=1_001)})


@pytest.mark.parametrize("other", [replace(ONE, services=900), replace(ONE, mean_sojourn=300.0)])
def test_a_program_of_another_model_is_refused(other: Measurement) -> None:
    with pytest.raises(BenchmarkError, match="another model"):
        refuse_strangers({"kernel": ONE, "simpy": other})


def test_a_run_of_a_bounded_peer_is_held_against_others_by_its_means() -> None:
    refuse_strangers({"kernel": ONE, "c": replace(ONE, journeys=10, services=100)})


def test_the_last_line_of_a_program_is_its_measurement() -> None:
    line = '{"journeys": 2, "services": 20, "cpu_seconds": 0.5, "mean_sojourn": 3.0, "memory_megabytes": 1.5}'
    assert measurement(f"a warning\n{line}\n") == Measurement(2, 20, 0.5, 3.0, 1.5)


def test_linear_growth_has_the_exponent_one_and_quadratic_growth_two() -> None:
    linear = [replace(ONE, services=10**n, cpu_seconds=3e-7 * 10**n) for n in range(4, 8)]
    quadratic = [replace(ONE, services=10**n, cpu_seconds=1e-14 * 100**n) for n in range(4, 8)]
    assert exponent(linear) == pytest.approx(1.0)
    assert exponent(quadratic) == pytest.approx(2.0)
    assert math.isnan(exponent(linear[:1]))


def test_one_bit_is_a_difference() -> None:
    whole, seed = compiled("w1", 100)
    record = get_engine("reference").run(whole.plan, seed=seed, replication=0)
    assert differences(record, record) == ()
    assert differences(record, replace(record, end_time=math.nextafter(record.end_time, math.inf))) == ("end_time",)


def test_a_written_record_is_read_by_the_names_of_its_columns() -> None:
    whole, _ = compiled("w1", 100)
    rows = whole.plan.n_bins + 2
    text = "\n".join(
        [
            "[station_counts completed arrivals]",
            *["3 5"] * rows,
            "[station_sums busy_area]",
            *["0x1.8p+1"] * rows,
            "[waiting]\n0 1 0 7",
            "[group_counts arrivals finished]",
            *["1 2"] * rows,
            "[group_outcomes]\n4 0",
            "[group_sums sojourn waiting]\n0x1p-1 0x0p+0\n0x0p+0 0x0p+0",
            "[sojourn]\n0 0 9 4",
            "[operation_counts attempts]\n6",
            "[operation_sums waiting]\n0x1p+2",
            "[end_time]\n0x1.4p+3\n[events]\n11",
        ]
    )
    record = read_record(text, whole.plan)
    assert record.station_counts[0, 0].tolist()[:2] == [5, 0]
    assert int(record.station_counts.sum()) == 8 * rows
    assert record.station_sums[0, 0].tolist()[:2] == [0.0, 3.0]
    assert (record.waiting.tolist(), record.end_time, record.events) == ([[0, 1, 0, 7]], 10.0, 11)
