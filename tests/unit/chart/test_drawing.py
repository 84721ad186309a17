"""Every chart of the registry on ordinary and on extreme runs; a warning of matplotlib is an error here."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from io import BytesIO
from itertools import combinations
from pathlib import Path
from string import Formatter

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text as MplText
from PIL import Image

from sim.bundle import Bundle
from sim.chart import CHARTS, FILE, NARROW, PRINT, WIDE, Chart, Language, Medium, View, to_png, to_svg, write_charts
from sim.chart.axis import number
from sim.chart.model import shown
from sim.chart.text import TEXTS
from sim.metric import summarise
from sim.scenario.model import Objective
from tests.synthetic_day import DESKS, PLATFORMS, Desk, synthetic_bundle
from tests.wide_day import wide_bundle


def objective(value: float) -> Objective:
    return Objective("window-wait", "waiting_time", "service-window", None, None, 0.95, "at_most", value)


def windows(servers: int) -> tuple[Desk, ...]:
    """The same station on four platforms, the first with the fewest servers."""
    return tuple(
        Desk(
            "service-window",
            420.0,
            servers + 9 * place,
            share=0.3,
            title="Service window",
            chinese="办事窗口",
            division=code,
        )
        for place, code in enumerate(PLATFORMS)
    )


def enlarged(factor: int) -> Bundle:
    """Return a day of a country: a factor of journeys and of whole stations."""
    bundle = synthetic_bundle(bins=8, replications=1)
    records = [
        replace(one, group_counts=one.group_counts * factor, station_sums=one.station_sums * factor)
        for one in bundle.records
    ]
    return replace(bundle, records=tuple(records))


CASES: dict[str, Callable[[], Bundle]] = {
    "four platforms": partial(synthetic_bundle, bins=8, desks=windows(70), objectives=(objective(60.0),)),
    "four platforms once": partial(
        synthetic_bundle, replications=1, bins=8, desks=windows(70), objectives=(objective(60.0),)
    ),
    "four platforms without waits": partial(
        synthetic_bundle, replications=2, bins=8, desks=windows(4000), objectives=()
    ),
    "a working day": partial(synthetic_bundle, bins=8),
    "millions a day": partial(enlarged, 2000),
    "one replication": partial(synthetic_bundle, replications=1, bins=8),
    "no demand": partial(synthetic_bundle, scale=0.0, bins=8),
    "a single bin": partial(synthetic_bundle, bins=1),
    "forty stations": partial(
        synthetic_bundle,
        replications=2,
        bins=8,
        desks=tuple(Desk(f"desk-{index:02}", 300.0, 20) for index in range(40)),
        objectives=(),
    ),
    "a wide day": partial(wide_bundle),
    "no limited station": partial(synthetic_bundle, replications=2, bins=8, desks=DESKS[-1:], objectives=()),
    "an infinite objective": partial(synthetic_bundle, replications=2, bins=8, objectives=(objective(float("inf")),)),
    "an objective far above": partial(synthetic_bundle, replications=2, bins=8, objectives=(objective(1e6),)),
    "no objective": partial(synthetic_bundle, replications=2, bins=8, objectives=()),
    "letters that the fonts lack": partial(
        synthetic_bundle,
        replications=2,
        bins=8,
        desks=(Desk("가-desk", 420.0, 20, title="$x^2$ 服务窗口 <b>"),),
        objectives=(),
    ),
}


@cache
def view_of(case: str, language: Language = "en") -> View:
    if language != "en":
        return replace(view_of(case), language=language)
    bundle = CASES[case]()
    return View(bundle, summarise(bundle))


MEASURED: tuple[tuple[str, Language, Medium], ...] = (
    ("a working day", "en", FILE),
    ("a working day", "zh", NARROW),
    ("a working day", "zh", PRINT),
    ("millions a day", "zh", WIDE),
    ("millions a day", "en", NARROW),
    ("a wide day", "en", WIDE),
    ("a wide day", "zh", WIDE),
    ("a wide day", "en", NARROW),
    ("a wide day", "zh", PRINT),
    ("a wide day", "en", FILE),
    ("forty stations", "en", FILE),
    ("forty stations", "zh", NARROW),
    ("forty stations", "en", PRINT),
    ("an objective far above", "zh", FILE),
    ("an objective far above", "en", NARROW),
)


def charts_of(case: str) -> list[tuple[str, Chart]]:
    """Return the charts that a case is about: objectives are drawn by one alone."""
    return [(name, chart) for name, chart in CHARTS if "objective" not in case or name == "waiting"]


def shown_texts(figure: Figure) -> list[MplText]:
    """Return every text of a figure that is drawn: of the ticks only those inside the axis."""
    texts = [text for artist in (figure, *figure.legends) for text in artist.findobj(MplText, include_self=False)]
    ticks = [text for axes in figure.axes for axis in (axes.xaxis, axes.yaxis) for text in axis.get_ticklabels()]
    kept = [
        tick.label1
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in axis._update_ticks()  # type: ignore[union-attr] # matplotlib has no types here
    ]
    hidden = {id(text) for text in ticks} - {id(text) for text in kept}
    unique = {id(text): text for text in texts if text.get_visible() and id(text) not in hidden}
    return list(unique.values())


@pytest.mark.parametrize("case", sorted(set(CASES) - {case for case, _, _ in MEASURED}))
def test_every_chart_is_drawn_without_warnings(case: str) -> None:
    view = view_of(case)
    for _, chart in charts_of(case):
        drawing = chart.draw(view, FILE)

        drawing.figure.draw_without_rendering()
        assert drawing.message.en
        assert drawing.message.zh


@pytest.mark.parametrize(("case", "language", "medium"), MEASURED)
def test_no_text_leaves_the_picture_or_covers_another(case: str, language: Language, medium: Medium) -> None:
    view = view_of(case, language)
    for name, chart in charts_of(case):
        figure = chart.draw(view, medium).figure
        figure.draw_without_rendering()
        width, height = figure.bbox.size
        texts = [text for text in shown_texts(figure) if text.get_text().strip()]
        boxes = [(text.get_text(), *text.get_window_extent().extents) for text in texts]

        for text, left, low, right, high in boxes:
            is_inside = left >= -1 and low >= -1 and right <= width + 1 and high <= height + 1
            assert is_inside, f"{name}: {text!r} at {left}, {low}, {right}, {high} leaves {width} x {height}"
        for first, second in combinations(boxes, 2):
            assert not overlap(first[1:], second[1:]), f"{name}: {first[0]!r} and {second[0]!r} cover each other"


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Return whether two boxes share more than a pixel each way; the boxes of texts have a little air."""
    return min(one[2], other[2]) - max(one[0], other[0]) > 1.0 and min(one[3], other[3]) - max(one[1], other[1]) > 2.0


def test_one_replication_says_that_there_is_no_interval() -> None:
    for name, chart in CHARTS:
        if name == "baseline":  # counts pairs of replications: see test_baseline.py
            continue
        svg = to_svg(chart.draw(view_of("four platforms once"), WIDE).figure, "")
        assert b"one replication: no interval" in svg


def test_a_tile_says_whose_it_is_and_how_long_one_waits_there() -> None:
    figure = CHARTS.get("divisions").draw(view_of("four platforms"), WIDE).figure
    texts = [text.get_text() for text in shown_texts(figure)]
    assert [name for name in ("BJ", "NX", "XJ", "9999") if name in texts] == ["BJ", "NX", "XJ", "9999"]
    table = CHARTS.get("divisions").tabulate(view_of("four platforms"))
    waits = [float(row[2] or 0.0) for row in table.rows]
    assert waits == sorted(waits, reverse=True)
    assert number(waits[0] / 60.0) in texts


def test_a_wait_above_the_objective_is_framed() -> None:
    figure = CHARTS.get("divisions").draw(view_of("four platforms"), WIDE).figure
    frames = [patch for patch in figure.axes[0].patches if not patch.get_fill()]
    late = [
        row[0]
        for row in CHARTS.get("divisions").tabulate(view_of("four platforms")).rows
        if float(row[2] or 0.0) > 60.0
    ]
    assert len(frames) == len(late) == 2


def test_where_nobody_waits_there_are_no_tiles() -> None:
    drawing = CHARTS.get("divisions").draw(view_of("four platforms without waits"), WIDE)
    assert drawing.figure.axes == []
    assert drawing.message.en.startswith("No platform lets anybody wait noticeably")


def test_the_objective_is_drawn_with_its_verdict() -> None:
    view = view_of("a working day")
    svg = to_svg(CHARTS.get("waiting").draw(view, WIDE).figure, "").decode()

    text = svg.replace("\N{NO-BREAK SPACE}", " ")
    assert "objective p95 ≤ 5 min: missed, 1.14 h" in text
    assert "objective p95 ≤ 10 min: met, 2.57 s" in text


def test_an_infinite_objective_draws_no_line() -> None:
    view = view_of("an infinite objective")
    svg = to_svg(CHARTS.get("waiting").draw(view, WIDE).figure, "").decode()

    assert "objective" not in svg


def test_a_chart_for_a_file_names_its_run_and_its_assumed_figures() -> None:
    view = view_of("a working day")
    for _, chart in CHARTS:
        svg = to_svg(chart.draw(view, FILE).figure, "").decode()
        assert "synthetic-day · seed 20220731 · 41d741d7 · rests on 2 assumed figures" in svg


def test_hostile_names_stay_text() -> None:
    view = view_of("letters that the fonts lack")
    svg = to_svg(CHARTS.get("utilisation").draw(view, WIDE).figure, "").decode()

    assert "<b>" not in svg


def test_charts_are_written_as_svg_png_and_csv_with_the_same_bytes(tmp_path: Path) -> None:
    view = view_of("a working day")
    first = write_charts(view, tmp_path / "first")
    second = write_charts(View(view.bundle, view.summary), tmp_path / "second")

    assert [path.name for path in first] == sorted(
        f"{name}.{kind}" for name in CHARTS.names() for kind in ("svg", "png", "csv")
    )
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert b"<dc:date>" not in (tmp_path / "first" / "waiting.svg").read_bytes()
    image = Image.open(BytesIO((tmp_path / "first" / "waiting.png").read_bytes()))
    assert image.info.keys() == {"dpi"}
    assert image.width == 1500


def test_drawing_leaves_no_state_in_matplotlib() -> None:
    before = dict(mpl.rcParams)
    view = view_of("a working day")
    for _, chart in CHARTS:
        to_png(chart.draw(view, FILE).figure)

    assert dict(mpl.rcParams) == before


def test_a_third_more_than_there_is_room_for_is_shown_too() -> None:
    assert [shown(count, 6) for count in (0, 5, 6, 7, 8, 9, 40)] == [0, 5, 6, 7, 8, 6, 6]


def test_a_narrow_page_has_fewer_panels_and_boxes_than_a_file_and_says_so() -> None:
    view = view_of("a wide day")
    for name, file, narrow in (("waiting", 12, 4), ("outcomes", 6, 4)):
        chart = CHARTS.get(name)
        assert [len(chart.draw(view, medium).figure.axes) for medium in (FILE, NARROW)] == [file, narrow]
    for name, every in (("utilisation", 39), ("network", 40)):
        for medium in (FILE, WIDE, NARROW):
            message = CHARTS.get(name).draw(view, medium).message.en
            assert message.endswith(f"{medium.rows} of {every} shown; all are in the data.")


def test_ends_are_ranked_behind_completed_and_failed() -> None:
    figure = CHARTS.get("outcomes").draw(view_of("a wide day"), FILE).figure

    assert [panel.get_title(loc="left") for panel in figure.axes] == [
        "completed",
        "failed",
        "supplement-expired",
        "refused",
        "end-00",
        "end-01",
    ]


def test_journeys_under_way_are_not_put_first_when_they_are_next_to_none() -> None:
    bundle = wide_bundle()
    for record in bundle.records:
        record.group_counts[0, 1, 0] += 1  # one more begins than ends
    figure = CHARTS.get("outcomes").draw(View(bundle, summarise(bundle)), FILE).figure

    assert "in flight" not in [panel.get_title(loc="left") for panel in figure.axes]


def test_a_channel_that_nobody_uses_has_no_panel() -> None:
    bundle = synthetic_bundle(replications=2, bins=8)
    for record in bundle.records:
        record.group_counts[[row for row, one in enumerate(bundle.layout.groups) if one.channel == "pc"]] = 0
    drawing = CHARTS.get("throughput").draw(View(bundle, summarise(bundle)), FILE)

    titles = [panel.get_title(loc="left") for panel in drawing.figure.axes]
    assert titles == ["All journeys", "window", "app", "mini-program", "kiosk"]
    assert "shown" not in drawing.message.en


def test_many_quiet_stations_are_counted_and_few_are_named() -> None:
    quiet = "p95 is at most 1 ms all day"
    few = CHARTS.get("waiting").draw(view_of("a working day"), WIDE).message
    bundle = synthetic_bundle(replications=2, bins=8, desks=(*DESKS, *(Desk(f"d{n}", 0.1, 400) for n in range(13))))
    many = CHARTS.get("waiting").draw(View(bundle, summarise(bundle)), WIDE).message

    assert quiet not in few.en
    assert re.search(r"p95 is at most 1.ms all day at 1\d other stations\.", many.en)
    assert "环节全天 p95 不超过" in many.zh


def test_the_title_of_a_station_is_shown_instead_of_its_name() -> None:
    svg = to_svg(CHARTS.get("utilisation").draw(view_of("a working day"), WIDE).figure, "").decode()

    assert ">Reviewing officer<" in svg
    assert ">officer<" not in svg


def test_every_chart_is_documented_with_unit_and_titles() -> None:
    assert CHARTS.names() == (
        "baseline",
        "divisions",
        "network",
        "outcomes",
        "queue_length",
        "throughput",
        "utilisation",
        "waiting",
    )
    for name, chart in CHARTS:
        assert chart.name == name
        assert chart.doc.endswith(".")
        assert chart.unit
        assert chart.title.en
        assert chart.title.zh


def test_a_chinese_chart_is_chinese_throughout_and_its_file_needs_no_font() -> None:
    view = view_of("a working day", "zh")
    for name, chart in CHARTS:
        drawing = chart.draw(view, FILE)
        words = [word for text in shown_texts(drawing.figure) for word in re.findall(r"[A-Za-z]{4,}", text.get_text())]

        assert set(words) <= {"synthetic"}, name
        assert b"<text" not in to_svg(drawing.figure, "", is_outlined=True)


def test_texts_have_the_same_places_for_values_in_both_languages() -> None:
    for key, text in TEXTS.items():
        assert text.en.strip(), key
        assert text.zh.strip(), key
        assert set(_fields(text.en)) == set(_fields(text.zh)), key


def _fields(text: str) -> list[str]:
    return [field for _, field, _, _ in Formatter().parse(text) if field]
