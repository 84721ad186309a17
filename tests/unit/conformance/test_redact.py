"""Nothing personal in a finding: planted values do not survive."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from sim.conformance import replay_scenario
from sim.conformance.record import Recorder
from sim.conformance.tally import Tally
from sim.errors import DocumentError
from sim.journey import Read, load_journey
from sim.mock import Call, Reply
from sim.mock.redact import REDACTED, Redactor
from tests.partners import Town, catalog_with, codec, national
from tests.scenarios import line, scenario

NUMBER = "640099199001010018"
OTHER = "640099198001010012"


@pytest.mark.parametrize(
    ("text", "part", "pointer"),
    [
        ('"马晓芳"', "body", "/name"),
        ('"马晓芳"', "body", "/certificates/0/name"),
        (f'"{NUMBER}"', "body", "/materials/0/applicant_id_no"),
        ('"19900991234"', "body", "/contact_mobile"),
        ('"Bearer abc"', "header", "/Authorization"),
        ('"sig1=:x:"', "header", "/Signature"),
        ('"a b"', "query", "/name"),
    ],
)
def test_the_place_alone_redacts(text: str, part: str, pointer: str) -> None:
    assert Redactor(()).text(text, part=part, pointer=pointer) == REDACTED


def test_the_checksum_of_the_schema_redacts() -> None:
    assert Redactor(()).text('"1"', part="body", pointer="/x", checksum="citizen-number") == REDACTED
    assert Redactor(()).text('"1"', part="body", pointer="/x", checksum="credit-code") == '"1"'


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"no case of {NUMBER} here", f"no case of {REDACTED} here"),
        ("no case of 64009919900101001X here", f"no case of {REDACTED} here"),
        ("call 19900991234 now", f"call {REDACTED} now"),
        ("Bearer c3ludGhldGlj", REDACTED),
        ("马晓芳 called", f"{REDACTED} called"),
        ("20220726101500", "20220726101500"),
        ("11640099MB0009902H4640709900001", "11640099MB0009902H4640709900001"),
        ('"1"', '"1"'),
    ],
)
def test_known_values_and_forms_are_taken_out_of_any_text(text: str, left: str) -> None:
    assert Redactor(["马晓芳", ""]).text(text, part="body", pointer="/detail") == left


def test_whole_objects_and_lists_are_named_only() -> None:
    redactor = Redactor(())
    assert redactor.text('{"any": "马晓芳"}', part="body", pointer="") == "an object"
    assert redactor.text('["马晓芳"]', part="body", pointer="/list") == "an array"


def planted(town: Town, body: dict[str, Any]) -> str:
    """All findings of one identity check whose mock answers a body, as text."""

    def answer(call: Call) -> Reply:
        return Reply(200, body)

    identity = national()["identity"]
    mock = replace(identity.mock, operations={**identity.mock.operations, "verifyIdentity": answer})
    systems = {"identity": replace(identity, mock=mock)}
    town = Town(systems)
    town.call("identity", "verifyIdentity", body={"name": town.citizen.name, "id_no": town.citizen.number})
    tally = Tally()
    exchange = replace(town.world.exchanges[0], caller=None)
    Recorder(systems, codec(), tally).record([exchange], [Read("body", "/name")], town.citizen)
    assert tally.findings()
    return json.dumps([asdict(finding) for finding in tally.findings()], ensure_ascii=False)


def test_planted_values_do_not_reach_the_findings() -> None:
    town = Town()
    citizen = town.citizen
    body = {
        "name": f"{citizen.name}9",
        "user_no": f"{citizen.number} of {citizen.name}",
        "real_name_verified": citizen.mobile,
        "auth_level": citizen.address,
        "verified_at": None,
    }
    text = planted(town, body)
    for value in (citizen.name, citizen.number, citizen.mobile, citizen.address):
        assert value not in text
    assert REDACTED in text


def test_a_stranger_s_number_is_known_by_its_form() -> None:
    assert OTHER not in planted(Town(), {"name": "x", "auth_level": f"see {OTHER}"})


def test_names_of_extra_properties_are_cleaned_too() -> None:
    redactor = Redactor(["马晓芳"])
    assert redactor.scrub(f"/people/{NUMBER}/马晓芳") == f"/people/{REDACTED}/{REDACTED}"


@pytest.mark.parametrize(
    "written",
    [
        "/people?name=%E9%A9%AC%E6%99%93%E8%8A%B3&x=1",
        "/people?name=%e9%a9%ac%e6%99%93%e8%8a%b3&x=1",
        r"/people?name=\u9a6c\u6653\u82b3&x=1",
    ],
)
def test_a_known_value_is_found_however_it_is_written(written: str) -> None:
    assert Redactor(["马晓芳"]).scrub(written) == f"/people?name={REDACTED}&x=1"


@pytest.mark.parametrize("number", ["640099-19900101-0018", "640099 19900101 001X"])
def test_a_number_in_groups_is_found(number: str) -> None:
    assert Redactor(()).scrub(f"no {number}.") == f"no {REDACTED}."


def test_what_a_failing_mock_says_names_no_citizen(tmp_path: Path) -> None:
    name, head = "query-duplicate-name", "def query_duplicate_name(call: Call) -> Reply:\n"
    failing = (
        f"{head}    raise ValueError(f\"none of {{call.query['name']}}\")\n\n\ndef _before(call: Call) -> Reply:\n"
    )
    catalog = catalog_with(tmp_path, ("mocks/provincial-platform.py", head, failing))
    demand = scenario(demand=(line("x", journey=name),), journeys={}, replay_citizens=5)
    with pytest.raises(DocumentError, match=f"raised ValueError: none of {REDACTED}; correct the mock"):
        replay_scenario(catalog, demand, {name: load_journey(catalog, name)}, use_cache=False)
