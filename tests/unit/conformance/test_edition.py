"""A provider of another edition: the codec alone makes the difference, no mock knows of it."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from sim.bundle import Finding
from sim.conformance import Replay
from sim.conformance.caller import Errand
from sim.conformance.replay import replay_errands
from sim.contract import Contract, load_contract, violations_of_answer
from tests.partners import Town, catalog_with, codec, national
from tests.partners import journey as bundled_journey
from tests.scenarios import scenario

PLATFORM = "provincial-platform"
FILE = "contracts/provincial-platform.openapi.yaml"


@cache
def names() -> Errand:
    journey = bundled_journey("query-duplicate-name")
    return Errand(journey, journey.main)


def edition(folder: Path, *edits: tuple[str, str]) -> Contract:
    return load_contract(catalog_with(folder, *((FILE, old, new) for old, new in edits)), PLATFORM)


def replayed(provider: Contract) -> Replay:
    """The duplicate-name journey, which knows the national edition, against a platform of another."""
    systems = {PLATFORM: replace(national()[PLATFORM], provider=provider)}
    return replay_errands(systems, codec(), scenario(replay_citizens=15), (names(),))


def told(replay: Replay) -> list[tuple[str, str, str, str, str]]:
    def place(one: Finding) -> tuple[str, str, str, str, str]:
        return (one.direction, one.part, one.rule, one.pointer, one.verdict)

    return [place(one) for one in replay.table.findings]


def test_a_form_of_dates_is_written_as_the_edition_has_it(tmp_path: Path) -> None:
    older = edition(
        tmp_path,
        (
            'counted_on: {$ref: "schemas/datetime.schema.json#/$defs/date-basic"}',
            "counted_on: {type: string, format: date}",
        ),
        ('counted_on: "20220725"', 'counted_on: "2022-07-25"'),
    )
    town = Town({**national(), PLATFORM: replace(national()[PLATFORM], provider=older)})
    town.call(PLATFORM, "queryDuplicateName", query={"name": "马晓芳"}, token=town.token)
    answer = town.world.exchanges[-1].answer
    assert b'"counted_on":"2022-07-25"' in answer.body
    assert violations_of_answer(older, older.operations["queryDuplicateName"], answer) == ()
    assert set(told(replayed(older))) == {
        ("response", "body", "pattern", "/counted_on", "warning"),
        ("response", "body", "x-format", "/counted_on", "warning"),
    }


def test_a_field_that_the_edition_lacks_is_missed_where_the_journey_reads_it(tmp_path: Path) -> None:
    older = edition(
        tmp_path,
        ("required: [name, count, counted_on]", "required: [name, counted_on]"),
        ("        count: {description: People of that name., type: integer, minimum: 0}\n", ""),
    )
    replay = replayed(older)
    assert told(replay) == [("response", "body", "required", "/count", "fail")]
    assert (replay.failures["queryDuplicateName"].refused, replay.failures["queryDuplicateName"].breached) == (0.0, 1.0)


def test_a_parameter_that_the_edition_demands_makes_it_refuse_the_call(tmp_path: Path) -> None:
    name = "        - name: division\n          in: query\n"
    demanded = "        - {name: purpose, in: query, required: true, schema: {type: string}, example: x}\n"
    replay = replayed(edition(tmp_path, (name, demanded + name)))
    assert told(replay) == [("request", "query", "required", "/purpose", "fail")]
    assert (replay.failures["queryDuplicateName"].refused, replay.failures["queryDuplicateName"].breached) == (1.0, 0.0)
    row = next(row for row in replay.table.rows if row.operation == "queryDuplicateName")
    assert row.exercised == ("400",)
