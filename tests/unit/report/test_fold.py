"""Long tables on a page: the worst rows open, the others folded by what they are, nothing lost."""

import pytest

from sim.bundle import Bundle
from sim.chart import View
from sim.metric import summarise
from sim.report import FORMATS
from sim.report.fold import fold
from sim.report.model import Cell, Column, Grid, Page, Section
from sim.report.page import make_page
from sim.report.text import Words
from tests.synthetic_day import synthetic_bundle
from tests.wide_day import ENDINGS, OPERATIONS, OUTCOMES, STATIONS, wide_bundle

EN = Words("en")


def grid_of(count: int) -> Grid:
    rows = tuple((Cell(f"row {place}"), Cell(str(count - place), "± 1")) for place in range(count))
    return Grid("Caption", (Column("name"), Column("p95", is_number=True)), rows)


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return wide_bundle()


@pytest.fixture(scope="module")
def page(bundle: Bundle) -> Page:
    return make_page(View(bundle, summarise(bundle)), has_charts=False)


def section(page: Page, name: str) -> Section:
    return next(section for section in page.sections if section.name == name)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_table_that_a_screen_holds_is_not_folded() -> None:
    assert fold(EN, grid_of(14)) == grid_of(14)


def test_a_long_table_shows_its_first_rows_and_says_how_many_follow_and_how_bad_they_are() -> None:
    folded = fold(EN, grid_of(15), worst=1)

    assert [row[0].text for row in folded.rows] == [f"row {place}" for place in range(10)]
    assert [(plain(part.title), len(part.rows)) for part in folded.parts] == [("5 more; p95 at most 5 ± 1", 5)]
    assert folded.every_row == grid_of(15).rows


def test_rows_are_folded_by_what_they_are_each_group_with_its_own_worst() -> None:
    kinds = ["systems", "places"] * 10
    folded = fold(EN, grid_of(20), kinds, worst=1)

    assert [(plain(part.title), [row[1].text for row in part.rows]) for part in folded.parts] == [
        ("5 more systems; p95 at most 10 ± 1", ["10", "8", "6", "4", "2"]),
        ("5 more stations of people, machines and lines; p95 at most 9 ± 1", ["9", "7", "5", "3", "1"]),
    ]


def test_a_table_may_be_folded_whole() -> None:
    folded = fold(EN, grid_of(15), shown=0)

    assert folded.rows == ()
    assert [part.title for part in folded.parts] == ["15 more"]


def test_no_table_of_a_wide_run_has_more_columns_than_a_screen_or_more_open_rows(page: Page) -> None:
    for part in page.sections:
        for grid in (*part.grids, *part.folded):
            assert len(grid.columns) <= 10, grid.caption
        for grid in part.grids:
            assert len(grid.rows) <= 16, grid.caption


def test_every_station_stands_in_the_tables_of_waits_and_of_load_once(page: Page) -> None:
    for name in ("waiting", "utilisation"):
        (grid,) = section(page, name).grids
        assert len({row[0].text for row in grid.every_row}) == len(grid.every_row) == STATIONS


def test_stations_without_a_limit_of_servers_are_folded_apart(page: Page) -> None:
    (grid,) = section(page, "utilisation").grids

    assert grid.parts[-1].title == "Without a limited number of servers: 1"
    assert [row[0].text for row in grid.parts[-1].rows] == ["Courier"]


def test_ends_are_rows_the_most_frequent_first_and_channels_columns(page: Page) -> None:
    grid = section(page, "outcomes").grids[0]

    assert [column.title for column in grid.columns] == [
        "outcome",
        "all channels",
        "app",
        "mini-program",
        "pc",
        "window",
        "kiosk",
    ]
    assert len(grid.every_row) == OUTCOMES + 1
    assert [row[0].text for row in grid.rows[:4]] == ["completed", "supplement-expired", "refused", "failed"]
    counts = [float(row[1].text.split(" ")[0].replace(",", "")) for row in grid.every_row if row[1].mark != "quiet"]
    assert counts == sorted(counts, reverse=True)
    assert [cell.text for cell in grid.parts[0].rows[0][3:]] == ["-"] * 4


def test_journeys_stand_behind_all_and_the_channels_the_slowest_first() -> None:
    bundle = synthetic_bundle(replications=2, bins=8)
    summary = summarise(bundle)
    grid = section(make_page(View(bundle, summary), has_charts=False), "outcomes").grids[1]

    assert [row[0].text for row in grid.rows[:2]] == ["all journeys", "by app"]
    slowest = {one.journey: one.value or 0.0 for one in summary.of("sojourn_time", "p95") if not one.channel}
    ranked = sorted((name for name in slowest if name), key=lambda name: -slowest[name])
    titles = {"renew-id-card": "Renewal of an ID card", "register-residence": "Residence registration"}
    assert [row[0].text for row in grid.rows[6:]] == [titles.get(name, "Duplicate-name query") for name in ranked]


def test_of_many_objectives_the_missed_and_the_nearest_stand_open(page: Page) -> None:
    assert (len(page.objectives), len(page.further)) == (8, 4)
    assert (page.objectives[0].note, page.objectives[0].mark) == ("wait-11", "bad")
    assert {tile.mark for tile in page.further} == {"good"}
    assert page.further_title == "4 more, all met with more room"
    assert len({tile.note for tile in (*page.objectives, *page.further)}) == 12


def test_one_replication_says_nothing_of_certainty_and_opens_no_more_objectives_for_it() -> None:
    bundle = wide_bundle(replications=1)
    page = make_page(View(bundle, summarise(bundle)), has_charts=False)

    assert (len(page.objectives), len(page.further)) == (8, 4)
    assert page.objectives[0].note == "wait-11"


def test_the_matrix_opens_what_breaks_and_folds_what_keeps_and_what_was_not_exercised(page: Page) -> None:
    systems, matrix = section(page, "conformance").grids[:2]

    assert [row[0].text for row in matrix.rows] == ["operation07"]
    assert [part.title for part in matrix.parts] == [
        "10 operations not exercised",
        "49 operations that keep their contract",
    ]
    assert len(matrix.every_row) == OPERATIONS
    assert [cell.text for cell in systems.rows[0]] == ["system-07", "3", "0", "12,630", "99.2 %", "fail"]
    assert len(systems.every_row) == 20


def test_of_many_actions_those_never_taken_stand_first_and_a_note_says_where_all_are(page: Page) -> None:
    endings = section(page, "conformance").folded[2]

    assert len(endings.rows) == 250
    assert [row[4].text for row in endings.rows[:100]] == ["not exercised"] * 100
    assert f"200 of {ENDINGS} actions were taken; 100 were not exercised. Shown are 250" in endings.note


def test_assumed_figures_are_folded_by_the_part_of_the_scenario(page: Page) -> None:
    (grid,) = section(page, "assumptions").grids

    assert grid.rows == ()
    assert [part.title for part in grid.parts] == ["Operations: 26", "Stations: 12", "Others: 12"]
    assert len({row[0].text for row in grid.every_row}) == 50


def test_documents_are_folded_by_kind(page: Page) -> None:
    grid = section(page, "reproduce").grids[1]

    assert [part.title for part in grid.parts] == ["20 contracts"]


def test_a_service_that_got_slower_stands_first(page: Page) -> None:
    services = section(page, "baseline").grids[1]

    assert [row[0].text for row in services.rows] == [
        "Residence registration",
        "Renewal of an ID card",
        "Duplicate-name query",
    ]
    assert section(page, "baseline").charts == ("baseline",)


def test_before_and_after_stands_before_the_day(page: Page) -> None:
    assert [part.name for part in page.sections][:3] == ["statements", "baseline", "throughput"]


def test_forms_that_cannot_fold_hold_every_row(bundle: Bundle) -> None:
    text = str(FORMATS.get("markdown").render(View(bundle, summarise(bundle))))

    for name in ("figure-49", "operation59", "Desk of the service number 32", "wait-00", "system-19.yaml"):
        assert plain(text).count(name.replace("_", r"\_")) >= 1, name


def test_the_page_links_to_every_chart_and_table(bundle: Bundle) -> None:
    view = View(bundle, summarise(bundle))
    html = str(FORMATS.get("html").render(view))

    index = html.partition('<details class="index">')[2].partition("</details>")[0]
    for part in make_page(view, has_charts=False).sections:
        for grid in part.folded:
            assert f">{grid.caption}</a>" in index
        for name in part.charts:
            assert f'href="#chart-{name}"' in index


def test_few_losing_stations_are_listed_and_many_others_counted() -> None:
    bundle = wide_bundle()
    for record in bundle.records:
        record.station_counts[5, 1:-1, 1] = 6  # the bank refuses some for a full queue

    part = section(make_page(View(bundle, summarise(bundle)), has_charts=False), "losses")

    assert part.lead[0] == "None at 39 other stations."
    assert [column.title for column in part.grids[0].columns][:2] == ["station", "queue full"]
