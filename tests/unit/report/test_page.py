"""What a report says: result in words, key figures, objectives, what was not exercised, what was assumed."""

import re
from dataclasses import replace
from typing import Any

import pytest

from sim.bundle import Bundle, Comparison, Difference
from sim.chart import Language, View
from sim.errors import UsageError
from sim.metric import summarise
from sim.metric.comparison import FIGURES, KEY_FIGURES
from sim.report.model import Page, Section
from sim.report.page import make_page
from sim.report.text import TEXTS, language_of
from sim.scenario.model import Objective, Text
from tests.synthetic_day import synthetic_bundle

NBSP = "\N{NO-BREAK SPACE}"


def page_of(bundle: Bundle, language: Language = "en") -> Page:
    return make_page(View(bundle, summarise(bundle), language), has_charts=False)


@pytest.fixture(scope="module")
def page() -> Page:
    return page_of(synthetic_bundle())


def difference(figure: str, unit: str, sides: tuple[float, float], **changes: Any) -> Difference:  # its other fields
    metric, _, statistic = figure.partition(" ")
    before, after = sides
    given: dict[str, Any] = {
        **dict.fromkeys(("station", "line", "journey", "operation", "half_width", "ratio", "ratio_half_width")),
        "n": 1,
        **changes,
    }
    return Difference(metric, statistic, unit, before=before, after=after, value=after - before, level=0.95, **given)


def section(page: Page, name: str) -> Section:
    return next(section for section in page.sections if section.name == name)


def plain(text: str) -> str:
    return text.replace(NBSP, " ")


def test_the_headline_says_the_result_in_words_with_its_interval(page: Page) -> None:
    assert plain(page.headline) == (
        "9,793 journeys begin and 93.7 % of them are completed. 2 of 3 objectives are met. The longest waits are at "
        "Reviewing officer, where 95 % of those served wait at most 34.8 ± 1.7 min. "
        "Of 4 exercised operations, 1 breaks a contract."
    )


def test_the_day_and_the_replications_stand_under_the_title(page: Page) -> None:
    assert page.subtitle == (
        "Tuesday, 2022-07-26, 00:00 – 24:00 (UTC+08:00)",  # noqa: RUF001 - the dash of a span
        "5 replications",
        "seed 20220731",
        "synthetic-day",
    )


def test_every_objective_has_its_set_value_result_interval_and_verdict(page: Page) -> None:
    tiles = [
        (tile.note, tile.value, tile.unit, plain(tile.interval), plain(tile.objective)) for tile in page.objectives
    ]

    assert tiles == [
        ("window-wait", "8.5", "min", "± 2.2 min (95 %, n = 5)", "objective: at most 20 min"),
        ("kiosk-wait", "2.90", "s", "± 0.62 s (95 %, n = 5)", "objective: at most 10 min"),
        ("officer-wait", "34.8", "min", "± 1.7 min (95 %, n = 5)", "objective: at most 5 min"),
    ]
    assert [(tile.verdict, tile.mark) for tile in page.objectives] == [
        ("met", "good"),
        ("met", "good"),
        ("missed", "bad"),
    ]


def test_an_undecided_verdict_says_so() -> None:
    near = Objective("near", "waiting_time", "service-window", None, None, 0.95, "at_most", 8.6 * 60)

    (tile,) = page_of(synthetic_bundle(objectives=(near,))).objectives

    assert tile.remark == "not certain: the interval reaches across the objective"


def test_an_objective_without_data_is_not_met() -> None:
    bundle = synthetic_bundle(scale=0.0)

    assert [(tile.verdict, tile.mark) for tile in page_of(bundle).objectives] == [("no data: not met", "open")] * 3


def test_a_miss_that_the_author_expects_is_named_as_such() -> None:
    expected = Objective("slow", "waiting_time", "officer", None, None, 0.95, "at_most", 60.0, expect="missed")
    surprise = replace(expected, name="fast", value=1e6)

    remarks = [tile.remark for tile in page_of(synthetic_bundle(objectives=(expected, surprise))).objectives]

    assert remarks == ["as its author expects", "its author expects: missed"]


def test_one_replication_says_everywhere_that_there_is_no_interval() -> None:
    page = page_of(synthetic_bundle(replications=1))

    assert page.warnings == (
        "One replication: there are no intervals, so nothing here says how far chance moves the figures.",
    )
    assert {plain(tile.interval) for tile in (*page.objectives, *page.figures)} == {"no interval: 1 replication"}
    assert page.interval_note == "One replication: no interval can be given."
    assert "certainty unknown" in page.objectives[0].remark
    assert not any(cell.half for part in page.sections for grid in part.grids for row in grid.rows for cell in row)


def test_a_partial_run_says_so_first() -> None:
    bundle = synthetic_bundle(replications=2)
    partial = replace(bundle, manifest=replace(bundle.manifest, partial=True, replications=5))

    assert page_of(partial).warnings[0].startswith("Partial result: the run was stopped after 2 of 5 replications.")


def test_what_was_not_exercised_is_never_shown_as_passed(page: Page) -> None:
    table = section(page, "conformance").folded[0]
    rows = {(row[0].text, row[3].text): row for row in table.rows}

    omitted = rows["revokeToken", "national"]
    assert (omitted[1].text, omitted[1].mark) == ("not exercised", "open")
    assert [cell.text for cell in omitted[4:]] == ["0", "-", "-", "-", "-", "none of 3"]
    assert rows["submitApplication", "behind"][5].text == "71.0 %"
    assert rows["submitApplication", "behind"][1].mark == "bad"
    assert table.rows[0][1].text == "fail"


def test_a_finding_stands_with_rule_pointer_expected_and_received(page: Page) -> None:
    (row,) = section(page, "conformance").grids[1].rows

    assert [cell.text for cell in row] == [
        "submitApplication",
        "behind",
        "fail",
        "request body",
        "required",
        "/applicant/mobile",
        "a value",
        "nothing",
        "58",
    ]


def test_the_matrix_shows_each_edition_with_its_share_and_first_violation(page: Page) -> None:
    matrix = section(page, "conformance").grids[0]
    rows = {row[0].text: [(cell.text, cell.mark) for cell in row[1:]] for row in matrix.rows}

    assert [column.title for column in matrix.columns][2:] == ["national", "behind", "first violation"]
    assert rows["submitApplication"] == [
        ("provincial-platform", ""),
        ("100.0 % of 1,200", "good"),
        ("71.0 % of 200", "bad"),
        ("behind: request body /applicant/mobile required", ""),
    ]
    assert rows["revokeToken"][1:] == [("-", "open"), ("", ""), ("", "")]
    assert matrix.rows[0][0].text == "submitApplication"


def test_a_matrix_of_many_editions_is_cut_into_parts_that_a_sheet_holds() -> None:
    bundle = synthetic_bundle(replications=1)
    row = bundle.conformance.rows[0]
    rows = tuple(replace(row, variant=f"edition-{number:02}" if number else "") for number in range(12))

    grids = section(page_of(replace(bundle, conformance=replace(bundle.conformance, rows=rows))), "conformance").grids

    editions = [column.title for grid in grids[:3] for column in grid.columns if column.is_number]
    assert editions == ["national", *(f"edition-{number:02}" for number in range(1, 12))]
    assert [sum(column.is_number for column in grid.columns) for grid in grids[:3]] == [5, 5, 2]


def test_the_cost_of_drift_stands_beside_the_run_without_it() -> None:
    lost = difference("endings completed", "count", (11256.0, 10917.0), half_width=63.5, n=2)
    time = difference("work total", "s", (7200.0, 9000.0), station="officer")
    bundle = synthetic_bundle(replications=1)
    drift = Comparison("variants", "day", Text("A day", "一天"), "ab" * 32, "cd" * 32, (lost, time))

    part = section(page_of(replace(bundle, manifest=replace(bundle.manifest, comparison=drift))), "drift")

    assert "(result cdcdcdcd)" in part.lead[0]
    assert [[(cell.text, cell.half) for cell in row] for row in part.grids[0].rows] == [
        [("journeys completed", ""), ("11,256", ""), ("10,917", ""), ("-339", "± 64")]
    ]
    assert [[(cell.text, cell.half) for cell in row] for row in part.folded[0].rows] == [
        [
            ("time of servers, all together", ""),
            ("Reviewing officer", ""),
            ("2 h", ""),
            ("2.50 h", ""),
            ("+30 min", ""),
        ]
    ]


def test_a_run_stands_beside_its_baseline_service_by_service() -> None:
    whole = difference("endings completed", "count", (100.0, 110.0), n=2, half_width=2.0)
    visits = difference("visits_in_person mean", "1", (2.5, 1.0), line="id-card", ratio=0.4, n=2)
    bundle = synthetic_bundle(replications=1)
    found = Comparison("scenario", "paper", Text("On paper", "纸质"), "ab" * 32, "cd" * 32, (whole, visits))

    part = section(page_of(replace(bundle, manifest=replace(bundle.manifest, comparison=found))), "baseline")

    assert "On paper (result cdcdcdcd)" in part.lead[0]
    assert [[column.title for column in grid.columns] for grid in (*part.grids, *part.folded)] == [
        ["figure", "before", "after", "difference", "ratio"],
        ["Service", "visits"],
        ["figure", "of", "before", "after", "difference", "ratio"],
    ]
    assert [cell.text for cell in part.grids[1].rows[0]] == ["Renewal of an ID card", "2.50 → 1"]
    (row,) = part.folded[0].rows
    assert [cell.text for cell in row][2:] == ["2.50", "1", "-1.50", "0.400"]


def test_every_figure_of_a_comparison_has_a_name() -> None:
    figures = [f"drift.{metric}.{statistic}" for metric, statistic in (*FIGURES, *KEY_FIGURES)]
    figures += [f"short.{metric}" for metric, _ in KEY_FIGURES]
    assert [figure for figure in figures if figure not in TEXTS] == []


def test_a_run_without_variants_has_no_cost_of_drift(page: Page) -> None:
    assert "drift" not in [part.name for part in page.sections]


def test_an_action_never_taken_is_not_exercised(page: Page) -> None:
    endings = section(page, "conformance").folded[2]

    assert [(row[3].text, row[4].text) for row in endings.rows] == [("approved", "188"), ("refused", "not exercised")]


def test_what_answered_is_told_and_what_lets_untrusted_mocks_answer() -> None:
    bundle = synthetic_bundle(replications=2)
    answered = (("identity", "untrusted"), ("payment", "mock"), ("bank", "examples"))
    page = page_of(replace(bundle, conformance=replace(bundle.conformance, mocked_by=answered)))

    _, told, remedy = (plain(text) for text in section(page, "conformance").lead)
    assert told == (
        "Answered by: identity (examples of its contract alone: its mock was not loaded), payment (mock), "
        "bank (examples of its contract alone)."
    )
    assert remedy.startswith("Mocks are Python, and those of this catalog are not trusted")
    assert remedy.endswith("--trust-mocks loads them.")


def test_mocks_that_answered_need_no_remedy(page: Page) -> None:
    assert "--trust-mocks" not in " ".join(section(page, "conformance").lead)


def test_a_run_without_contracts_says_not_applicable() -> None:
    bundle = synthetic_bundle(replications=2)
    page = page_of(replace(bundle, conformance=replace(bundle.conformance, rows=(), findings=(), endings=())))

    (lead,) = section(page, "conformance").lead
    assert lead.startswith("Not applicable")
    assert section(page, "conformance").grids == ()


def test_assumed_figures_are_listed_with_their_notes(page: Page) -> None:
    (table,) = section(page, "assumptions").grids

    assert page.assumed == "2 assumed figures"
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["demand.id-card.channels", "shares of the channels are assumed; replace by calibration"],
        ["stations.officer.servers", "30 officers a million people, chosen so that the day works"],
    ]


def test_how_to_reproduce_names_command_digests_seed_and_versions(page: Page) -> None:
    facts = {row[0].text: row[1].text for row in section(page, "reproduce").grids[0].rows}

    assert page.command == "tongban run synthetic-day --seed 20220731"
    assert facts["input digest"] == "9f2c" * 16
    assert facts["result digest"] == "41d7" * 16
    assert facts["seed"] == "20220731"
    assert facts["versions"] == "python 3.11.2, numpy 2.4.6, simpy 4.1.1"
    assert facts["replications"] == "5 / 5"


def test_losses_of_stations_stand_with_number_and_share() -> None:
    bundle = synthetic_bundle(replications=2)
    for record in bundle.records:
        record.station_counts[5, 40, 1] = 60  # the bank refuses 60 for a full queue

    part = section(page_of(bundle), "losses")

    (row,) = part.grids[0].rows
    assert row[0].text == "Bank"
    assert re.fullmatch(r"60 \(1\.\d %\)", row[1].text)
    assert [cell.text for cell in row[2:]] == ["0"] * 4
    assert part.lead[0].startswith("None at: ")
    assert "Bank" not in part.lead[0]


def test_a_run_without_losses_says_so(page: Page) -> None:
    assert section(page, "losses").lead[0] == "Every visit was served: no rejection, refusal or loss."


def test_calls_with_failures_stand_open_and_the_others_folded(page: Page) -> None:
    part = section(page, "losses")

    assert [row[0].text for row in part.grids[0].rows] == ["payFee", "submitApplication", "verifyIdentity"]
    assert [row[0].text for row in part.folded[0].rows] == ["deliverParcel"]


def test_stations_are_ranked_by_their_waits(page: Page) -> None:
    names = [row[0].text for row in section(page, "waiting").grids[0].rows]

    assert names[:3] == ["Reviewing officer", "Service window", "Self-service kiosk"]


def test_a_run_without_demand_is_reported_too() -> None:
    page = page_of(synthetic_bundle(replications=2, scale=0.0))

    assert page.headline.startswith("No journey begins in the measured window.")


def test_chinese_has_a_text_for_everything() -> None:
    page = page_of(synthetic_bundle(replications=2), "zh")

    assert page.headline.startswith("共发起")
    assert [part.title for part in page.sections][-1] == "如何重现"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(UsageError, match="there is no language 'fr'; use one of en, zh"):
        language_of("fr")
