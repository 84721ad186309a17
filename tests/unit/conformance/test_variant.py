"""Variants in the replay: the bundled older edition drift by drift, and editions made for one question each."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from sim.catalog import Catalog
from sim.conformance import CallShare, check_nested_calls, replay_scenario
from sim.conformance import replay as module
from sim.conformance.check import Judged
from sim.conformance.cohort import participants
from sim.conformance.judge import judge
from sim.contract import Answer, Request, Violation, load_contract_file
from sim.errors import DocumentError
from sim.journey import Read, load_journey
from sim.mock.citizen import PROVINCES
from sim.scenario.model import Call, Variant
from tests.partners import catalog_with, contract
from tests.partners import journey as bundled_journey
from tests.scenarios import cost, line, scenario

if TYPE_CHECKING:
    from pathlib import Path

    from sim.conformance import Replay
    from sim.scenario.model import Scenario

PLATFORM = "provincial-platform"
JOURNEYS = ("query-duplicate-name", "register-residence", "renew-id-card")
NAMES = "query-duplicate-name"
CARD = "renew-id-card"
HEAD = "overlay: 1.0.0\ninfo: {title: Change, version: 1.0.0}\nactions:\n"


def behind(overlay: str = "older-edition", of: str = PLATFORM) -> Variant:
    return Variant("behind", ("640000",), 0.3, of, overlay)


def demand(*names: str, **changes: Any) -> Scenario:  # fields of Scenario
    lines = tuple(line(name, journey=name) for name in names)
    return scenario(**{"demand": lines, "journeys": {}, "replay_citizens": 60, "seed": 7, **changes})


def replayed_in(catalog: Catalog, made: Scenario, **changes: Any) -> Replay:  # of replay_scenario
    load = cache(load_contract_file)  # the journeys share most of their contracts
    journeys = {one.journey: load_journey(catalog, one.journey, load=load) for one in made.demand}
    return replay_scenario(catalog, made, journeys, **{"use_cache": False, **changes})


@cache
def older() -> Replay:
    return replayed_in(Catalog.bundled(), demand(*JOURNEYS, variants=(behind(),)))


@cache
def plain() -> Replay:
    return replayed_in(Catalog.bundled(), demand(*JOURNEYS))


def edition(folder: Path, actions: str, *journeys: str, of: str = PLATFORM, **changes: Any) -> Replay:  # of demand
    """The journeys against a platform whose contract an overlay of these actions changes."""
    catalog = catalog_with(folder)
    (catalog.root / "contracts" / "overlays" / "change.overlay.yaml").write_text(HEAD + actions, encoding="utf-8")
    return replayed_in(
        catalog, demand(*journeys, **{"variants": (behind("change", of),), "replay_citizens": 15, **changes})
    )


def told(replay: Replay) -> list[tuple[str, ...]]:
    """What was found of the variant: where, by which rule, with which verdict."""
    return [
        (one.operation, one.direction, one.part, one.rule, one.pointer, one.verdict)
        for one in replay.table.findings
        if one.variant == "behind"
    ]


DRIFTS = {
    "kiosks sent less": [("captureAtKiosk", "request", "body", "additionalProperties", "/accepting_division", "fail")],
    "no mini programs": [("registerResidence", "request", "body", "enum", "/entry_point", "fail")],
    "no couriers online": [("submitApplication", "request", "body", "enum", "/delivery", "fail")],
    "supplements told less": [
        ("submitSupplement", "request", "body", "additionalProperties", "/materials/0/material_count", "fail")
    ],
    "names were not counted": [("queryDuplicateName", "response", "body", "required", "/count", "fail")],
    "shorter item codes": [
        ("getCase", "response", "body", "pattern", "/implementation_code", "warning"),
        ("getItemGuide", "response", "body", "pattern", "/basic_code", "warning"),
        ("getItemGuide", "response", "body", "pattern", "/implementation_code", "warning"),
        ("prefillForm", "response", "body", "pattern", "/implementation_code", "warning"),
    ],
    "another form of times": [
        (operation, "response", "body", rule, "/applied_at", "warning")
        for operation in ("enterApplicationAtWindow", "getCase", "registerResidence", "submitApplication")
        for rule in ("pattern", "x-format")
    ],
    "a status that did not exist": [("getCase", "response", "body", "required", "/step_status", "warning")],
    "satisfaction the other way round": [
        ("submitReview", direction, "body", "x-code-list", "/satisfaction", "warning")
        for direction in ("request", "response")
    ],
}


@pytest.mark.parametrize("drift", DRIFTS)
def test_a_drift_of_the_older_edition_is_found(drift: str) -> None:
    assert set(DRIFTS[drift]) <= set(told(older()))


def test_nothing_else_is_found_of_the_older_edition() -> None:
    assert sorted(told(older())) == sorted(found for drift in DRIFTS.values() for found in drift)


def couriers_online() -> int:
    """Citizens of the cohort who apply online and want a courier, counted from their inputs."""
    card = bundled_journey(CARD)
    cohort = participants(card, card.main, seed=7, count=60, offices=PROVINCES)
    wanted = [one.inputs["delivery"] for one in cohort if one.channel in ("app", "mini-program", "pc")]
    assert len(wanted) == 36
    return wanted.count("courier")


def test_the_older_edition_refuses_some_calls_of_some_operations() -> None:
    shares = older().variants["behind"]
    assert {name: share for name, share in shares.items() if share != CallShare()} == {
        "captureAtKiosk": CallShare(refused=1.0),
        "queryDuplicateName": CallShare(breached=1.0),
        "registerResidence": CallShare(refused=45 / 90),  # 15 of 60 by mini program, each three times
        "submitApplication": CallShare(refused=couriers_online() / 36),  # of 12 a channel, 3 channels online
        "submitSupplement": CallShare(refused=1.0),
    }
    assert set(shares) <= contract(PLATFORM).operations.keys()


def test_an_application_that_is_refused_online_is_entered_by_a_clerk() -> None:
    rows = {(row.variant, row.operation): row for row in older().table.rows}
    by_hand = rows["behind", "enterApplicationAtWindow"].calls - rows["", "enterApplicationAtWindow"].calls
    assert by_hand == rows["behind", "submitApplication"].refused == couriers_online()


def test_a_warning_is_no_failure() -> None:
    rows = {row.operation: row for row in older().table.rows if row.variant == "behind"}
    guide = rows["getItemGuide"]
    assert (guide.calls, guide.refused, guide.breached, guide.warned, guide.verdict) == (120, 0, 0, 120, "warning")


def test_what_is_told_of_the_national_contracts_is_the_same_with_a_variant_and_without() -> None:
    national, table = plain().table, older().table
    assert tuple(row for row in table.rows if not row.variant) == national.rows
    assert tuple(one for one in table.findings if not one.variant) == national.findings == ()
    assert (table.endings, table.mocked_by, table.unfinished) == (national.endings, national.mocked_by, 0)
    assert (older().failures, older().nested) == (plain().failures, plain().nested)
    assert plain().variants == {}


def test_a_variant_has_a_row_for_every_operation_of_its_contract_and_no_other() -> None:
    rows = [row for row in older().table.rows if row.variant]
    assert {row.contract for row in rows} == {PLATFORM}
    assert {row.operation for row in rows} == contract(PLATFORM).operations.keys()


def test_an_edition_that_changes_no_message_fails_as_the_national_one(tmp_path: Path) -> None:
    replay = edition(tmp_path, "- {target: $.info, update: {version: 0.9.0}}\n", *JOURNEYS)
    assert told(replay) == []
    national = {name: share for name, share in replay.failures.items() if name in contract(PLATFORM).operations}
    assert replay.variants == {"behind": national}
    rows = [[row for row in replay.table.rows if row.variant == name] for name in ("", "behind")]
    counted = [{row.operation: (row.calls, row.exercised, row.verdict) for row in part} for part in rows]
    assert counted[1].items() <= counted[0].items()


REVERSED = """\
- {target: "$.components.schemas['ReviewRequest', 'Review'].properties.satisfaction", remove: true}
- target: $.components.schemas['ReviewRequest', 'Review'].properties
  update:
    satisfaction: {type: string, enum: ["1", "2", "3", "4", "5"], x-code-list: satisfaction@zhejiang-review}
"""


def test_codes_of_another_meaning_are_told_with_both_meanings(tmp_path: Path) -> None:
    made = edition(tmp_path, REVERSED, CARD, replay_citizens=25)
    request, response = (one for one in made.table.findings if one.rule == "x-code-list")
    assert (request.direction, response.direction) == ("request", "response")
    assert (request.expected, response.expected) == ("satisfaction@zhejiang-review", "satisfaction@gbt39046-2020")
    assert request.received.startswith("satisfaction@gbt39046-2020: ")
    assert (
        response.contract_pointer
        == f"contracts/{PLATFORM}.openapi.yaml#/components/schemas/Review/properties/satisfaction"
    )
    (row,) = (row for row in made.table.rows if (row.variant, row.operation) == ("behind", "submitReview"))
    assert request.count == response.count == row.warned < row.calls  # the code in the middle means the same


def test_a_code_of_another_meaning_fails_the_call_where_the_journey_reads_it(tmp_path: Path) -> None:
    catalog = catalog_with(
        tmp_path,
        (
            "scenarios/journeys/renew-id-card.arazzo.yaml",
            "            satisfaction: $inputs.satisfaction\n",
            "            satisfaction: $inputs.satisfaction\n"
            "        outputs: {opinion: $response.body#/satisfaction}\n",
        ),
    )
    (catalog.root / "contracts" / "overlays" / "change.overlay.yaml").write_text(HEAD + REVERSED, encoding="utf-8")
    replay = replayed_in(catalog, demand(CARD, variants=(behind("change"),), replay_citizens=25))
    verdicts = {one.direction: one.verdict for one in replay.table.findings if one.rule == "x-code-list"}
    assert verdicts == {"request": "warning", "response": "fail"}
    assert 0.0 < replay.variants["behind"]["submitReview"].breached < 1.0


@pytest.mark.parametrize(("pointer", "verdict"), [("/satisfaction", "fail"), ("", "fail"), ("/round", "warning")])
def test_a_code_of_another_meaning_is_judged_by_who_reads_the_answer(pointer: str, verdict: str) -> None:
    misread = Violation("body", "x-code-list", "/satisfaction", "a@1", "a@2: 1 is good, not bad", "a.yaml#/b")
    platform = contract(PLATFORM)
    exchanged = (Request("POST", "/cases/1/reviews", (), (), b""), Answer(201, (), b""))
    operation = platform.operations["submitReview"]
    judged = Judged(platform, platform, operation, *exchanged, (), (), (misread,), (misread,))
    found = judge(judged, [Read("body", pointer)])
    assert [(one.check, one.verdict) for one in found] == [("code-list", verdict), ("request-code-list", "warning")]


def test_the_meaning_of_a_query_is_compared_too(tmp_path: Path) -> None:
    catalog = catalog_with(
        tmp_path,
        (
            f"contracts/{PLATFORM}.openapi.yaml",
            "        - name: division\n          in: query\n",
            "        - name: opinion\n          in: query\n          example: '1'\n"
            "          schema:\n            type: string\n            enum: ['1', '2', '3', '4', '5']\n"
            "            x-code-list: satisfaction@gbt39046-2020\n"
            "        - name: division\n          in: query\n",
        ),
        (
            f"scenarios/journeys/{NAMES}.arazzo.yaml",
            "          - {name: division,",
            "          - {name: opinion, in: query, value: '1'}\n          - {name: division,",
        ),
    )
    actions = (
        "- target: $..parameters[?@.name == 'opinion'].schema\n  update: {x-code-list: satisfaction@zhejiang-review}\n"
    )
    (catalog.root / "contracts" / "overlays" / "change.overlay.yaml").write_text(HEAD + actions, encoding="utf-8")
    replay = replayed_in(catalog, demand(NAMES, variants=(behind("change"),), replay_citizens=15))
    assert told(replay) == [("queryDuplicateName", "request", "query", "x-code-list", "/opinion", "warning")]


def test_an_operation_that_the_edition_lacks_is_refused(tmp_path: Path) -> None:
    replay = edition(tmp_path, "- {target: \"$.paths['/duplicate-names']\", remove: true}\n", NAMES)
    assert told(replay) == [
        ("queryDuplicateName", "request", "path", "declared", "", "fail"),
        ("queryDuplicateName", "response", "status", "declared", "", "warning"),  # 404 is not declared nationally
    ]
    assert replay.variants == {"behind": {"queryDuplicateName": CallShare(refused=1.0)}}


def test_an_edition_that_wants_other_credentials_refuses_every_call(tmp_path: Path) -> None:
    actions = "- {target: \"$.paths['/duplicate-names'].get.security\", remove: true}\n"
    replay = edition(tmp_path, actions, NAMES)
    assert told(replay) == [("queryDuplicateName", "request", "header", "security", "", "fail")]
    (finding,) = replay.table.findings
    assert (finding.expected, finding.received) == ("requestSignature and requestSignatureInput", "citizenToken")
    assert replay.variants["behind"] == {"queryDuplicateName": CallShare(refused=1.0)}


def test_a_code_that_the_edition_cannot_write_is_left_out_and_missed_where_it_is_read(tmp_path: Path) -> None:
    actions = (
        "- {target: $.components.schemas.Product.properties.delivered, remove: true}\n"
        "- target: $.components.schemas.Product.properties\n"
        "  update: {delivered: {type: string, x-code-list: delivery@unlisted}}\n"
    )
    replay = edition(tmp_path, actions, CARD)
    assert told(replay) == [("makeDocument", "response", "body", "required", "/delivered", "fail")]
    assert replay.variants["behind"]["makeDocument"] == CallShare(breached=1.0)


def test_findings_that_an_edition_brings_about_elsewhere_are_told_and_count_for_no_plan(tmp_path: Path) -> None:
    actions = (
        "- {target: $.components.schemas.Guide.properties.accepting_unit_name, remove: true}\n"
        "- target: $.components.schemas.Guide.properties\n"
        "  update: {accepting_unit_name: {type: string, maxLength: 0}}\n"
        "- {target: $.paths.*.*.responses.*.content.*.example, remove: true}\n"
    )
    replay = edition(tmp_path, actions, CARD)
    assert ("getItemGuide", "response", "body", "minLength", "/accepting_unit_name", "fail") in told(replay)
    assert set(replay.variants["behind"]) <= contract(PLATFORM).operations.keys()


def test_a_system_that_only_mocks_call_can_speak_another_edition(tmp_path: Path) -> None:
    actions = (
        "- {target: $.components.schemas.CertificatePage.properties.certificates, remove: true}\n"
        "- {target: $.components.schemas.CertificatePage.required, remove: true}\n"
        "- {target: $.paths.*.*.responses.*.content.*.example, remove: true}\n"
    )
    replay = edition(tmp_path, actions, CARD, of="certificate")
    assert ("queryCertificate", "response", "body", "required", "/certificates", "fail") in told(replay)
    assert replay.variants["behind"]["queryCertificate"].breached == 1.0


def test_a_variant_of_a_contract_that_nobody_calls_is_told() -> None:
    with pytest.raises(DocumentError) as caught:
        replayed_in(Catalog.bundled(), demand(NAMES, variants=(behind(), behind(of="logistics"))))
    (fault,) = caught.value.faults
    assert fault.pointer == "/variants/1/contract"
    assert fault.message == "nobody calls 'logistics', so the variant behind changes nothing"


def test_nested_calls_are_those_of_the_national_replay() -> None:
    calls = tuple(Call(operation, "none") for operation in ("verifyIdentity", "queryCertificate"))
    check_nested_calls(demand(costs={"submitApplication": cost("submitApplication", calls=calls)}), older())


def test_progress_goes_on_over_the_variants() -> None:
    shares: list[float] = []
    made = demand(NAMES, variants=(behind(),), replay_citizens=15)
    replayed_in(Catalog.bundled(), made, on_progress=shares.append)
    assert (len(shares), shares[14], shares[-1]) == (30, 0.5, 1.0)
    assert shares == sorted(shares)


def test_a_stored_replay_keeps_its_variants_and_gives_the_national_part_to_a_plain_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGBAN_CACHE_DIR", str(tmp_path))
    shares: list[float] = []
    made = demand(NAMES, variants=(behind(),), replay_citizens=15)
    first = replayed_in(Catalog.bundled(), made, use_cache=True, on_progress=shares.append)
    assert replayed_in(Catalog.bundled(), made, use_cache=True, on_progress=shares.append) == first
    replayed_in(Catalog.bundled(), demand(NAMES, replay_citizens=15), use_cache=True, on_progress=shares.append)
    assert (len(shares), len(list((tmp_path / "replay").glob("*.json")))) == (30, 2)


def test_a_changed_overlay_has_another_key(tmp_path: Path) -> None:
    keys = []
    made = demand(NAMES, variants=(behind(),))
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        catalog = catalog_with(tmp_path / name)
        if name == "b":
            with (catalog.root / "contracts/overlays/older-edition.overlay.yaml").open("a", encoding="utf-8") as text:
                text.write("\n")
        errands = module._errands(made, {NAMES: load_journey(catalog, NAMES)})
        keys.append(module._key(catalog, made, errands, behind()))
    assert keys[0] != keys[1]


PROFILES = {
    "reversed-codes": {
        ("getItemGuide", "response", "x-code-list", "/case_type_code", "warning"),
        ("submitReview", "request", "x-code-list", "/satisfaction", "warning"),
        ("submitReview", "response", "x-code-list", "/satisfaction", "warning"),
    },
    "short-codes": {
        ("getCase", "response", "pattern", "/implementation_code", "warning"),
        ("getItemGuide", "response", "pattern", "/basic_code", "warning"),
        ("getItemGuide", "response", "pattern", "/implementation_code", "warning"),
        ("prefillForm", "response", "pattern", "/implementation_code", "warning"),
        ("registerResidence", "request", "maxLength", "/implementation_code", "fail"),
        ("registerResidence", "request", "pattern", "/implementation_code", "fail"),
    },
    "datetime-forms": {
        (operation, "response", rule, pointer, "warning")
        for rule in ("pattern", "x-format")
        for operation, pointer in (
            ("enterApplicationAtWindow", "/applied_at"),
            ("getCase", "/applied_at"),
            ("getCase", "/finished_at"),
            ("registerResidence", "/applied_at"),
            ("submitApplication", "/applied_at"),
        )
    },
}


@pytest.mark.parametrize("profile", PROFILES)
def test_a_province_that_reads_the_standard_otherwise_is_found(profile: str) -> None:
    found = told(replayed_in(Catalog.bundled(), demand(*JOURNEYS, variants=(behind(profile),))))
    assert {(operation, side, *rest) for operation, side, _, *rest in found} == PROFILES[profile]
