"""`extends`: what merges, what is replaced, what is removed, and where a merged value stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sim.document import MAX_NODES
from sim.errors import DocumentError
from sim.scenario import Law
from sim.scenario.structure import MAX_FAULTS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.scenario.conftest import Load

BASE = """\
tongban: 1
name: base
duration: 1 h
warm_up: 6 min
stations:
  desk: {servers: 1, queue: 5}
  till: {servers: 2}
journeys:
  visit:
    - {name: ask, station: desk, service: {law: gamma, mean: 1 s, cv: 2}}
    - {name: pay, station: till, service: 1 s}
demand:
  - {name: young, journey: visit, per_hour: 36, class: 1}
  - {name: old, journey: visit, per_hour: 18}
"""
OWN = "tongban: 1\nname: own\nextends: base.yaml\n"


def told(load: Load, text: str, **files: str) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        load(text, files={f"{name}.yaml": content for name, content in files.items()})
    return [str(fault) for fault in caught.value.faults]


def test_mappings_merge_key_by_key(load: Load) -> None:
    scenario = load(OWN + "stations: {desk: {servers: 3}}\n", files={"base.yaml": BASE})
    assert [(station.name, station.servers, station.queue) for station in scenario.stations] == [
        ("desk", (3,), 5),
        ("till", (2,), None),
    ]
    assert (scenario.name, scenario.duration) == ("own", 3600.0)


def test_null_removes_a_key(load: Load) -> None:
    scenario = load(OWN + "warm_up: null\nstations: {desk: {queue: ~}}\n", files={"base.yaml": BASE})
    assert (scenario.warm_up, scenario.stations[0].queue) == (0.0, None)


def test_null_removes_a_whole_station(load: Load) -> None:
    faults = told(load, OWN + "stations: {till: null}\n", base=BASE)
    assert faults == ["base.yaml:11:28: journeys.visit.1.station: there is no station 'till'; known: desk"]


def test_null_stands_for_the_default_in_a_document_that_extends_nothing(load: Load) -> None:
    assert load(BASE.replace("warm_up: 6 min", "warm_up: null")).warm_up == 0.0


def test_entries_of_lists_merge_by_their_name_and_new_ones_follow(load: Load) -> None:
    changed = "demand: [{name: old, per_hour: 9}, {name: new, journey: visit, per_hour: 1}]\n"
    scenario = load(OWN + changed, files={"base.yaml": BASE})
    assert [(line.name, line.rates[0][1] * 3600) for line in scenario.demand] == [
        ("young", 36.0),
        ("old", 9.0),
        ("new", 1.0),
    ]


def test_steps_of_an_inline_journey_merge_by_their_name(load: Load) -> None:
    scenario = load(OWN + "journeys: {visit: [{name: pay, service: 7 s}]}\n", files={"base.yaml": BASE})
    assert [step.cost.service.parameters[0][1] for step in scenario.journeys["visit"].steps] == [1.0, 7.0]


def test_two_new_entries_of_one_name_are_told_and_not_merged(load: Load) -> None:
    changed = "demand: [{name: old, per_hour: 9}, {name: old, per_hour: 8}]\n"
    assert told(load, OWN + changed, base=BASE) == [
        "own.yaml:4:36: demand.2: the key journey is missing; add it",
        "own.yaml:4:43: demand.2.name: the name 'old' stands twice in demand; give each entry its own name",
    ]


def test_lists_without_names_are_replaced(load: Load) -> None:
    base = BASE + "calendars: {office: {days: [mon, tue], hours: ['09:00-12:00', '13:00-14:00']}}\n"
    base = base.replace("queue: 5", "calendar: office")
    scenario = load(OWN + "calendars: {office: {hours: ['08:00-09:00']}}\n", files={"base.yaml": base})
    calendar = scenario.stations[0].calendar
    assert calendar is not None
    assert calendar.shifts == ((28800.0, 32400.0, 1.0), (115200.0, 118800.0, 1.0))


def test_a_law_of_another_name_is_replaced_whole(load: Load) -> None:
    changed = "journeys: {visit: [{name: ask, service: {law: exponential, mean: 3 s}}]}\n"
    scenario = load(OWN + changed, files={"base.yaml": BASE})
    assert scenario.journeys["visit"].steps[0].cost.service == Law("exponential", (("mean", 3.0),))


def test_a_parameter_of_the_same_law_is_merged(load: Load) -> None:
    changed = "journeys: {visit: [{name: ask, service: {mean: 3 s}}]}\n"
    scenario = load(OWN + changed, files={"base.yaml": BASE})
    assert scenario.journeys["visit"].steps[0].cost.service == Law("gamma", (("mean", 3.0), ("cv", 2.0)))


def test_documents_extend_each_other_in_a_chain(load: Load) -> None:
    middle = "tongban: 1\nname: middle\nextends: base.yaml\nseed: 3\nscale: 2\n"
    scenario = load("name: own\nextends: middle.yaml\nscale: 4\n", files={"base.yaml": BASE, "middle.yaml": middle})
    assert (scenario.seed, scenario.demand[0].rates[0][1] * 3600) == (3, 144.0)
    assert [name for name, _ in scenario.sources] == ["own.yaml", "middle.yaml", "base.yaml"]


def test_a_document_that_several_extend_is_read_once_so_that_none_undoes_another(load: Load) -> None:
    one = "tongban: 1\nname: one\nextends: base.yaml\nseed: 3\nscale: 2\n"
    other = "tongban: 1\nname: other\nextends: base.yaml\nscale: 5\n"
    files = {"base.yaml": BASE + "seed: 1\n", "one.yaml": one, "other.yaml": other}
    scenario = load("name: own\nextends: [one.yaml, other.yaml]\n", files=files)
    assert (scenario.seed, scenario.demand[0].rates[0][1] * 3600) == (3, 180.0)
    assert [name for name, _ in scenario.sources] == ["own.yaml", "other.yaml", "one.yaml", "base.yaml"]


def test_a_loop_through_one_of_several_is_told_where_it_closes(load: Load) -> None:
    assert told(load, "name: own\nextends: [a.yaml, b.yaml]\n", a=BASE, b="name: b\nextends: [a.yaml, own.yaml]\n") == [
        "b.yaml:2:19: extends.1: 'own.yaml' leads back to a document that is being extended; end the loop"
    ]


def test_a_fault_stands_in_the_document_that_wrote_the_value(load: Load) -> None:
    base = BASE.replace("servers: 2", "servers: 0").replace("class: 1", "klass: 1")
    assert told(load, OWN + "stations: {desk: {servers: -1}}\n", base=base) == [
        "base.yaml:7:19: stations.till.servers: 0 is not allowed; a station needs at least 1 server, or remove the "
        "station",
        'base.yaml:13:49: demand.0.klass: there is no key "klass"; did you mean class',
        "own.yaml:4:28: stations.desk.servers: -1 is not allowed; a station needs at least 1 server, or remove the "
        "station",
    ]


def test_files_are_found_beside_the_document_that_names_them(load: Load, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "hours.csv").write_text(
        "hour,day,source\n" + "".join(f"{hour},{int(hour == 9)},x\n" for hour in range(24)), encoding="utf-8"
    )
    base = BASE.replace("class: 1", "profiles: day") + "profiles: {day: {file: hours.csv}}\n"
    (tmp_path / "elsewhere" / "base.yaml").write_text(base, encoding="utf-8")
    scenario = load("name: own\nextends: ../elsewhere/base.yaml\n")
    assert scenario.demand[0].channels[0].profile[9] == 1.0


def test_a_document_that_extends_itself_is_a_loop(load: Load) -> None:
    assert told(load, "name: own\nextends: own.yaml\n") == [
        "own.yaml:2:10: extends: 'own.yaml' leads back to a document that is being extended; end the loop"
    ]


def test_a_loop_is_told_where_it_closes(load: Load) -> None:
    assert told(load, "name: own\nextends: a.yaml\n", a="name: a\nextends: b.yaml\n", b="extends: ./a.yaml\n") == [
        "b.yaml:1:10: extends: './a.yaml' leads back to a document that is being extended; end the loop"
    ]


def test_a_long_chain_is_refused(load: Load) -> None:
    chain = {f"c{number}": f"extends: c{number + 1}.yaml\n" for number in range(40)}
    (fault,) = told(load, "extends: c0.yaml\n", **chain)
    assert fault.endswith("extends: is the end of a chain of more than 16 documents; extend fewer documents")


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        (
            "../../../etc/passwd",
            "'../../../etc/passwd' leaves the catalog; keep referenced documents inside the catalog",
        ),
        ("/etc/passwd", "'/etc/passwd' is not a relative path; use a path relative to this document"),
        (
            "https://example.org/a.yaml",
            "'https://example.org/a.yaml' is an address; nothing is fetched; copy the document into the catalog",
        ),
        (
            "file:///etc/passwd",
            "'file:///etc/passwd' is an address; nothing is fetched; copy the document into the catalog",
        ),
        ("nosuch.yaml", "'nosuch.yaml' names no file; check the path, it is relative to this document"),
        ("data", "'data' names no file; check the path, it is relative to this document"),
        ("a" * 3000, f"'{'a' * 100}' is not a path; use a path relative to this document"),
        ("5", "expected the path of a scenario document; write a path relative to this document"),
        ("[]", "names no document; name a document, or remove the key"),
        ("''", "expected the path of a scenario document; write a path relative to this document"),
    ],
)
def test_what_cannot_be_extended_is_refused(load: Load, reference: str, message: str) -> None:
    assert told(load, f"name: own\nextends: {reference}\n") == [f"own.yaml:2:10: extends: {message}"]


def test_a_link_that_leaves_the_catalog_is_refused(load: Load, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside.yaml"
    outside.write_text(BASE, encoding="utf-8")
    (tmp_path / "scenarios" / "link.yaml").symlink_to(outside)
    assert told(load, "extends: link.yaml\n") == [
        "own.yaml:1:10: extends: 'link.yaml' leaves the catalog; keep referenced documents inside the catalog"
    ]


def test_a_link_to_itself_is_refused(load: Load, tmp_path: Path) -> None:
    (tmp_path / "scenarios" / "loop.yaml").symlink_to("loop.yaml")
    (fault,) = told(load, "extends: loop.yaml\n")
    assert fault.startswith("own.yaml:1:10: extends: ")


def test_what_is_extended_must_be_a_mapping(load: Load) -> None:
    assert told(load, "extends: list.yaml\n", list="- 1\n") == [
        "list.yaml:1:1: a scenario is a mapping of keys; begin with `tongban: 1` and `name: ...`"
    ]


def test_a_bomb_of_aliases_is_refused(load: Load) -> None:
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    assert told(load, "a0: &a0 [x]\n" + levels)[-1].endswith(
        f"grows beyond {MAX_NODES} values; use fewer aliases or a smaller document"
    )


def test_deep_nesting_is_refused(load: Load) -> None:
    (fault,) = told(load, "stations: " + "[" * 100_000)
    assert fault.endswith("is nested deeper than 256 levels; flatten the document")


def test_the_deepest_document_that_is_read_gets_faults_and_no_crash(load: Load) -> None:
    assert told(load, "stations: " + "[" * 250 + "]" * 250)


def test_a_flood_of_faults_is_cut(load: Load) -> None:
    text = "tongban: 1\nname: own\nduration: 1 h\ndemand: [" + "1, " * 100_000 + "1]\n"
    assert MAX_FAULTS <= len(told(load, text)) < MAX_FAULTS + 100


def test_a_duplicate_key_is_told_with_its_first_place(load: Load) -> None:
    assert told(load, BASE + "name: again\n") == [
        "own.yaml:15:1: name: the key 'name' stands twice, first on line 2; remove one of them"
    ]


def test_a_reference_to_an_address_is_an_unknown_key_and_fetches_nothing(load: Load) -> None:
    text = BASE.replace("desk: {servers: 1, queue: 5}", "desk: {$ref: 'https://example.org/desk.yaml', servers: 1}")
    (fault,) = told(load, text)
    assert fault.startswith('own.yaml:6:10: stations.desk.$ref: there is no key "$ref"; known keys: assumed, calendar,')


def test_merging_leaves_the_document_read_once_unchanged(load: Load) -> None:
    first = load(OWN + "stations: {desk: {servers: 3}}\n", files={"base.yaml": BASE})
    second = load(OWN, files={"base.yaml": BASE})
    assert (first.stations[0].servers, second.stations[0].servers) == ((3,), (1,))
