"""What is wrong is told, all of it, each with its place and a remedy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.errors import DocumentError

if TYPE_CHECKING:
    from tests.unit.scenario.conftest import Load

SAMPLE = Path(__file__).with_name("sample.yaml").read_text(encoding="utf-8")


def told(load: Load, text: str, files: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        load(text, files=files)
    return [str(fault) for fault in caught.value.faults]


def place(text: str, part: str) -> str:
    """Return line and column of the first place of a part."""
    before = text[: text.index(part)]
    return f"own.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


# what is replaced, by what, where the fault then stands, what it says
STRUCTURE = {
    "an unknown key is told with the near one": (
        "replications: 3",
        "replicatons: 3",
        "replicatons",
        'replicatons: there is no key "replicatons"; did you mean replications',
    ),
    "an unknown key without a near one is told with all": (
        "{mean: 1 min, shape: 3}",
        "{}",
        "",
        "",
    ),
    "no server is not a station": (
        "{servers: 4, slots: 9, title: Identity}",
        "{servers: 0}",
        "0}\n  courier",
        "stations.identity.servers: 0 is not allowed; a station needs at least 1 server, or remove the station",
    ),
    "negative servers are not a station": (
        "servers: 4,",
        "servers: -2,",
        "-2,",
        "stations.identity.servers: -2 is not allowed; a station needs at least 1 server, or remove the station",
    ),
    "half a server is no whole number": (
        "servers: 4,",
        "servers: 4.5,",
        "4.5,",
        "stations.identity.servers: expected a whole number of at least 1 or `unlimited` or a mapping with per_million,"
        " but this is the number 4.5",
    ),
    "a time without unit is told what a time is": (
        "warm_up: 1 h",
        "warm_up: 60",
        "60",
        "warm_up: expected `none` or a span of time with its unit, such as 1 h, but this is the number 60",
    ),
    "a time of an unknown unit is no time": (
        "timeout: 3 s",
        "timeout: 3 sec",
        "3 sec",
        "operations.verify.timeout: expected a span of time with its unit, such as 80 ms, 20 min or 1.5 h, but this is "
        'the text "3 sec"',
    ),
    "automatic warm-up is not there yet": (
        "warm_up: 1 h",
        "warm_up: auto",
        "auto",
        'warm_up: expected a span of time with its unit, such as 80 ms, 20 min or 1.5 h, but this is the text "auto"',
    ),
    "a probability above 1 is none": (
        "cross_province: 0.1",
        "cross_province: 1.1",
        "1.1",
        "demand.0.cross_province: 1.1 is not allowed; write a number from 0 to 1",
    ),
    "another version is not read": (
        "tongban: 1",
        "tongban: 2",
        "2",
        "tongban: expected 1, but this is the number 2",
    ),
    "a choice names its alternatives": (
        "effect: suspend",
        "effect: down",
        "down}",
        'faults.0.effect: expected fail, suspend or drain, but this is the text "down"',
    ),
    "a missing key is told at its mapping": (
        "  - {name: query, journey: visit, per_hour: 40}",
        "  - {name: query, per_hour: 40}",
        "{name: query,",
        "demand.1: the key journey is missing; add it",
    ),
    "a name that could be a path is none": (
        "name: sample",
        "name: ../sample",
        "../sample",
        'name: expected a name of letters, digits, dots, - and _, but this is the text "../sample"',
    ),
    "a name of a station is checked as well": (
        "courier: {servers: unlimited, assumed: [servers]}",
        "the courier: {servers: unlimited}",
        "the courier",
        'stations.the courier: "the courier" is not accepted here; use a name of letters, digits, dots, - and _',
    ),
    "a profile has 24 hours": (
        "flat: [1, 1, 1,",
        "flat: [1,",
        "[1, 1, 1, 1, 1",
        "profiles.flat: expected 24 weights, one for each hour of the day, but this is a list",
    ),
    "true is no number": (
        "seed: 7",
        "seed: true",
        "true",
        "seed: expected a whole number of at least 0, but this is true",
    ),
    "a scenario without demand has nothing to simulate": (
        SAMPLE[SAMPLE.index("demand:\n") : SAMPLE.index("faults:\n")],
        "demand: []\n",
        "[]\n",
        "demand: expected a list of at least one line, but this is a list",
    ),
}

MEANING = {
    "an unknown station": (
        "name: reception, station: window",
        "name: reception, station: windw",
        "windw",
        "journeys.visit.0.station: there is no station 'windw'; did you mean window",
    ),
    "an unknown station of an operation": (
        "verify: {station: identity",
        "verify: {station: bank",
        "bank",
        "operations.verify.station: there is no station 'bank'; known: courier, identity, window",
    ),
    "an unknown law": (
        "{law: lognormal, mean",
        "{law: lognormall, mean",
        "lognormall",
        "operations.verify.service.law: there is no law 'lognormall'; did you mean lognormal",
    ),
    "a parameter another law has": (
        "{law: exponential, mean: 20 min}",
        "{law: exponential, mean: 20 min, cv: 1}",
        "cv: 1}",
        "operations.submit.patience.cv: the law exponential has no parameter 'cv'; it takes mean",
    ),
    "a missing parameter": (
        "{law: exponential, mean: 20 min}",
        "{law: exponential}",
        "{law: exponential}",
        "operations.submit.patience: the law exponential needs mean; add it: mean",
    ),
    "a parameter out of range": (
        "{law: exponential, mean: 20 min}",
        "{law: exponential, mean: 0 s}",
        "0 s",
        "operations.submit.patience.mean: mean must be above 0; it is the mean",
    ),
    "parameters that do not fit each other": (
        "mean: 1 min, shape: 3}",
        "mean: 1 min, shape: 2.5}",
        "{law: erlang",
        "journeys.visit.0.service: the law erlang does not fit: shape must be a whole number of phases; "
        "correct its parameters",
    ),
    "observed times given not at all": (
        "{law: empirical, values: [1 d, 2 d]}",
        "{law: empirical}",
        "{law: empirical}",
        "journeys.visit.2.service: an empirical law needs either values or file; give one of them",
    ),
    "an unknown discipline": (
        "discipline: priority",
        "discipline: prioritty",
        "prioritty",
        "stations.window.discipline: there is no queue discipline 'prioritty'; did you mean priority",
    ),
    "an unknown calendar": (
        "calendar: office,",
        "calendar: ofice,",
        "ofice",
        "stations.window.calendar: there is no calendar 'ofice'; did you mean office",
    ),
    "an unknown profile": (
        "{window: day, default: dark}",
        "{window: day, default: drak}",
        "drak",
        "demand.0.profiles.default: there is no profile 'drak'; did you mean dark",
    ),
    "a profile of no channel": (
        "{window: day, default: dark}",
        "{windw: day, default: dark}",
        "windw",
        "demand.0.profiles.windw: this line has no channel 'windw'; channels: app, window",
    ),
    "an unknown operation": (
        "calls: [verify,",
        "calls: [verfy,",
        "verfy",
        "operations.submit.calls.0: there is no operation 'verfy'; did you mean verify",
    ),
    "an unknown division": (
        'only: ["120000", "660000"]',
        'only: ["120000", "660001"]',
        '"660001"',
        "divisions.only.1: there is no division '660001'; did you mean 660000",
    ),
    "a fault at a division without queues": (
        'division: "120000"',
        'division: "110000"',
        '"110000"',
        "faults.1.division: there is no simulated division '110000'; did you mean 120000 or 660000",
    ),
    "a fault of one division at a station for all": (
        "{name: down, station: identity,",
        '{name: down, station: identity, division: "120000",',
        '"120000", at',
        "faults.0.division: the station identity is one for all divisions; remove it",
    ),
    "an unknown journey": (
        "{name: query, journey: visit,",
        "{name: query, journey: visti,",
        "visti",
        "demand.1.journey: there is no journey 'visti'; did you mean visit",
    ),
    "an unknown arrival process": (
        "per_hour: 40",
        "per_hour: 40, process: poison",
        "poison",
        "demand.1.process: there is no arrival process 'poison'; did you mean poisson",
    ),
    "shares that do not sum to 1": (
        "{app: 0.25, window: 0.75}",
        "{app: 0.25, window: 0.7}",
        "{app: 0.25, window: 0.7}",
        "demand.0.channels: the shares sum to 0.95; make them sum to 1",
    ),
    "no rate": (
        ", per_hour: 40",
        "",
        "{name: query",
        "demand.1: has no rate; give one of per_day, per_hour and per_second",
    ),
    "two rates": (
        "per_hour: 40",
        "per_hour: 40, per_day: 3",
        "{name: query",
        "demand.1: has more than one rate: per_day, per_hour; give one of per_day, per_hour and per_second",
    ),
    "a row that the file has not": (
        "row: card",
        "row: crad",
        "crad",
        "demand.0.per_day.row: there is no service_id 'crad'; did you mean card",
    ),
    "two lines of one name": (
        "{name: query,",
        "{name: card,",
        "card, journey: visit, per_hour",
        "demand.1.name: the name 'card' stands twice in demand; give each entry its own name",
    ),
    "two steps of one name": (
        "- {station: identity, service: 90 ms}",
        "- {name: reception, station: identity, service: 90 ms}",
        "reception, station: identity",
        "journeys.visit.3.name: the step reception stands twice in the journey visit; name each step once",
    ),
    "a fault outside the run": (
        "at: 30 h, for",
        "at: 150 h, for",
        "150 h",
        "faults.1.at: is outside the run; move it to a time before the end, or lengthen the duration",
    ),
    "a fault of no length": (
        "for: 20 min",
        "for: 0 min",
        "0 min, effect",
        "faults.0.for: an outage that lasts no time does nothing; write a time above 0 s",
    ),
    "faults that overlap": (
        "at: 30 h, for: 1 h}",
        "at: 30 h, for: 1 h}\n  - {name: again, station: window, at: 30.5 h, for: 1 h}",
        "{name: again",
        "faults.2: overlaps with the fault away of the same station; let one end first",
    ),
    "an objective on a missing station": (
        "metric: waiting_time, station: window",
        "metric: waiting_time, station: windw",
        "windw",
        "objectives.0.station: there is no station 'windw'; did you mean window",
    ),
    "an objective on a journey nobody makes": (
        "journey: visit, channel: app",
        "journey: vist, channel: app",
        "vist,",
        "objectives.1.journey: there is no journey in the demand 'vist'; did you mean visit",
    ),
    "an objective on a channel nobody takes": (
        "journey: visit, channel: app",
        "journey: visit, channel: ap",
        "ap,",
        "objectives.1.channel: there is no channel in the demand 'ap'; did you mean app",
    ),
    "an objective without bound": (
        ", at_least: 0.5",
        "",
        "{name: busy",
        "objectives.1: needs either at_most or at_least; give one of them",
    ),
    "a time held against a number": (
        "at_most: 20 min",
        "at_most: 20",
        "20}\n  - {name: busy",
        "objectives.0.at_most: the metric waiting_time is a time; write a span with its unit, such as 20 min",
    ),
    "a number held against a time": (
        "at_least: 0.5",
        "at_least: 5 s",
        "5 s,",
        "objectives.1.at_least: the metric utilisation is no time; write a number, such as 0.9",
    ),
    "a start without time zone": (
        "start: 2022-07-26T08:00:00+08:00",
        "start: 2022-07-26T08:00:00",
        "2022-07-26T08",
        "start: '2022-07-26T08:00:00' has no time zone; write it like 2022-07-26T00:00:00+08:00",
    ),
    "a start that is no date": (
        "start: 2022-07-26T08:00:00+08:00",
        "start: 2022-02-30T08:00:00+08:00",
        "2022-02-30",
        "start: '2022-02-30T08:00:00+08:00' is not an instant; write it like 2022-07-26T00:00:00+08:00",
    ),
    "a warm-up longer than the run": (
        "warm_up: 1 h",
        "warm_up: 25 h",
        "25 h",
        "warm_up: '25 h' is not shorter than the duration, 1 d; shorten the warm-up or lengthen the duration, else "
        "nothing is counted",
    ),
    "an interval that does not divide the time": (
        "interval: 30 min",
        "interval: 7 h",
        "7 h",
        "interval: does not divide the counted time, 23 h; write a whole part of it",
    ),
    "an interval longer than the time": (
        "interval: 30 min",
        "interval: 47 h",
        "47 h",
        "interval: is longer than the counted time, 23 h; write a shorter interval",
    ),
    "an interval that gives too many bins": (
        "interval: 30 min",
        "interval: 1 s",
        "1 s\ndrain",
        "interval: gives more than 1000 bins; write at least 1.38 min",
    ),
    "an interval of nothing": (
        "interval: 30 min",
        "interval: 0 s",
        "0 s",
        "interval: a bin of no width counts nothing; write a time above 0 s",
    ),
    "a run of no length": (
        "duration: 24 h",
        "duration: 0 h",
        "0 h",
        "duration: a run without duration has no arrivals; write a time above 0 s",
    ),
    "a run of centuries": (
        "drain_limit: 5 d",
        "drain_limit: 999999 week",
        "999999 week",
        "drain_limit: '999999 week' is more than a hundred years; write a shorter time",
    ),
    "carry-over days of a run that starts empty": (
        "initial: carry-over",
        "initial: empty",
        "2\nwarm_up",
        "carry_over_days: has no effect on a run that starts empty; write `initial: carry-over`, or remove it",
    ),
    "a time-out of nothing": (
        "timeout: 3 s",
        "timeout: 0 s",
        "0 s",
        "operations.verify.timeout: a call that may take no time always fails; write a time above 0 s, or remove it",
    ),
    "slots that leave servers idle": (
        "slots: 9",
        "slots: 3",
        "3, title",
        "stations.identity.slots: 3 slots leave some of the 4 servers without work; write at least the number of "
        "servers, or remove it",
    ),
    "a queue where nobody waits": (
        "{servers: unlimited, assumed: [servers]}",
        "{servers: unlimited, queue: 5}",
        "5}\noperations",
        "stations.courier.queue: has no meaning at a station with unlimited servers, where nobody waits for another; "
        "remove it",
    ),
    "a queue where all are admitted": (
        "{servers: 4, slots: 9, title: Identity}",
        "{servers: 4, discipline: processor-sharing, queue: 7}",
        "7}\n  courier",
        "stations.identity.queue: has no meaning under processor-sharing without slots, where all are admitted and "
        "nobody waits; say how many slots there are, or remove it",
    ),
    "a station of the built-in name": (
        "courier: {servers: unlimited, assumed: [servers]}",
        "delay: {servers: unlimited}",
        "delay:",
        "stations.delay: the name delay is kept for steps without a station; choose another name",
    ),
    "hours that end before they begin": (
        '"13:30-17:00"',
        '"22:00-06:00"',
        '"22:00',
        "calendars.office.hours.1: '22:00-06:00' ends before it begins; split it at midnight: "
        "22:00-24:00 and 00:00-06:00",
    ),
    "hours that overlap": (
        '"13:30-17:00"',
        '"11:30-17:00"',
        "{days: [mon, tue]",
        "calendars.office: its hours overlap; write each hour once; servers do not add up",
    ),
    "weights that are all 0": (
        "flat: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]",
        "flat: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]",
        "[0, 0",
        "profiles.flat: all weights are 0; give at least one hour a weight above 0",
    ),
    "probabilities that do not sum to 1": (
        "seed: 7",
        "seed: 7\noutcomes: {renew: {review: {yes: 0.9}}}",
        "{yes: 0.9}",
        "outcomes.renew.review: the probabilities sum to 0.9; make them sum to 1; `default` is that no action matched",
    ),
    "outcomes of a journey without document": (
        "seed: 7",
        "seed: 7\noutcomes: {visit: {review: {yes: 1}}}",
        "visit: {review",
        "outcomes.visit: there is no Arazzo journey 'visit'; known: renew",
    ),
    "outcomes of nothing": (
        "seed: 7",
        "seed: 7\noutcomes: {renew: {review: {assumed: true}}}",
        "{assumed: true}",
        "outcomes.renew.review: names no action; give at least one action its probability",
    ),
    "an assumption about nothing": (
        "assumed: [servers]",
        "assumed: [severs]",
        "severs",
        "stations.courier.assumed.0: 'severs' is not a key beside it; name a key of the same mapping",
    ),
    "a file on the net": (
        "file: data/divisions.csv",
        "file: https://example.org/divisions.csv",
        "https:",
        "divisions.file: 'https://example.org/divisions.csv' is an address; nothing is fetched; copy the document into "
        "the catalog",
    ),
    "a file outside the catalog": (
        "file: data/divisions.csv",
        "file: ../../divisions.csv",
        "../../",
        "divisions.file: '../../divisions.csv' leaves the catalog; keep referenced documents inside the catalog",
    ),
    "a file that is not there": (
        "file: data/divisions.csv",
        "file: data/division.csv",
        "data/division.csv",
        "divisions.file: 'data/division.csv' names no file; check the path, it is relative to this document",
    ),
}
del STRUCTURE["an unknown key without a near one is told with all"]


@pytest.mark.parametrize("case", [*STRUCTURE, *MEANING])
def test_a_single_fault_is_told_alone_with_its_place(load: Load, case: str) -> None:
    old, new, where, message = {**STRUCTURE, **MEANING}[case]
    text = SAMPLE.replace(old, new, 1)
    assert text != SAMPLE
    assert told(load, text) == [f"{place(text, where)}: {message}"]


def test_all_faults_are_told_together_sorted_by_place(load: Load) -> None:
    text = SAMPLE
    for old, new in (
        ("servers: 4", "servers: 0"),
        ("cv: 0.8", "cv: -1"),
        ("station: window, quantile", "station: windw, quantile"),
        ("seed: 7", "sead: 7"),
        ("window: 0.75", "window: 0.5"),
    ):
        text = text.replace(old, new, 1)
    faults = told(load, text)
    lines = [int(fault.split(":")[1]) for fault in faults]
    assert len(faults) == 5
    assert lines == sorted(lines)


def test_a_cycle_of_calls_is_told_at_each_of_its_operations(load: Load) -> None:
    text = SAMPLE.replace("cv: 0.8}, timeout: 3 s}", "cv: 0.8}, calls: [submit]}")
    assert told(load, text) == [
        f"{place(text, '[submit]')}: operations.verify.calls: verify calls itself: verify -> submit -> verify; "
        "remove one of these calls",
        f"{place(text, '[verify, {op')}: operations.submit.calls: submit calls itself: submit -> verify -> submit; "
        "remove one of these calls",
    ]


def test_an_operation_that_calls_itself_is_told(load: Load) -> None:
    text = SAMPLE.replace("cv: 0.8}, timeout: 3 s}", "cv: 0.8}, calls: [verify]}")
    assert "verify calls itself: verify -> verify" in told(load, text)[0]


def chain(length: int, calls: int) -> str:
    rows = "".join(
        f"  o{n}: {{station: desk, service: 1 s, calls: [{', '.join([f'o{n + 1}'] * calls)}]}}\n" for n in range(length)
    )
    return (
        "tongban: 1\nname: chain\nduration: 1 h\nstations: {desk: {servers: 1}}\n"
        f"operations:\n{rows}  o{length}: {{station: desk, service: 1 s}}\n"
        "journeys: {visit: [{station: desk, service: 1 s, calls: [o0]}]}\n"
        "demand: [{name: visits, journey: visit, per_hour: 1}]\n"
    )


def test_calls_within_the_bounds_are_taken(load: Load) -> None:
    assert len(load(chain(31, 1)).costs) == 32


def test_calls_that_go_too_deep_are_told(load: Load) -> None:
    (fault,) = told(load, chain(32, 1))
    assert fault.endswith(
        "operations.o0.calls: its nested calls are 33, 33 deep; keep them to 1,000 in all and 32 deep"
    )


def test_calls_that_grow_too_many_are_told(load: Load) -> None:
    faults = told(load, chain(4, 10))
    assert [fault.partition(": ")[2] for fault in faults] == [
        f"operations.o{n}.calls: has too many calls; keep them to 1,000 in all and 32 deep" for n in (0, 1)
    ]


def test_a_call_into_a_cycle_is_not_told_as_one(load: Load) -> None:
    text = SAMPLE.replace("cv: 0.8}, timeout: 3 s}", "cv: 0.8}, calls: [verify]}")
    assert len(told(load, text)) == 1


def test_what_needs_divisions_is_told_where_there_are_none(load: Load) -> None:
    text = SAMPLE.replace('divisions: {file: data/divisions.csv, only: ["120000", "660000"]}\n', "")
    assert [fault.partition(": ")[2] for fault in told(load, text)] == [
        "stations.window.per: the scenario has no divisions; add `divisions`, or remove `per`",
        "demand.0.per_day: rows are by division, and the scenario has none; add `divisions`, or write a number",
        "faults.1.division: there is no simulated division '120000'; there is no simulated division at all yet; "
        "write one",
    ]


def test_servers_per_million_need_divisions(load: Load) -> None:
    text = SAMPLE.replace("servers: 4, slots: 9", "servers: {per_million: 3}")
    assert told(load, text) == [
        f"{place(text, '{per_million: 3}')}: stations.identity.servers: per_million needs a station of each division; "
        "add `per: division`, or write a number"
    ]


def test_a_division_with_people_and_without_demand_is_told(load: Load) -> None:
    demand = "service_id,division_code,daily_mean,source\ncard,110000,3,x\n"
    assert told(load, SAMPLE, {"data/demand.csv": demand})[0].endswith(
        "demand.0.per_day.row: the file has no row of card for 120000; add it, or choose other divisions"
    )


@pytest.mark.parametrize("text", ["", "- 1\n", "5\n", "null\n"])
def test_a_document_that_is_no_mapping_is_refused(load: Load, text: str) -> None:
    assert told(load, text) == [
        "own.yaml:1:1: a scenario is a mapping of keys; begin with `tongban: 1` and `name: ...`"
    ]


def test_an_empty_mapping_is_told_what_it_lacks(load: Load) -> None:
    assert told(load, "{}") == [
        f"own.yaml:1:1: the key {key} is missing; add it" for key in ("demand", "duration", "name", "tongban")
    ]


def test_a_journey_without_step_in_a_channel_is_told(load: Load) -> None:
    steps = SAMPLE[SAMPLE.index("    - {station: identity, service: 80") : SAMPLE.index("demand:\n")]
    assert [fault.partition(": ")[2] for fault in told(load, SAMPLE.replace(steps, ""))] == [
        f"demand.{index}: the journey visit has no step in the channel {channel}; add the channel to a step, or take "
        "it out of the line"
        for index, channel in enumerate(("app", "any"))
    ]
