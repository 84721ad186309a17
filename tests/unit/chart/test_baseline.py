"""Services before and after as dumbbells: where the marks stand, what is published, what got worse."""

import csv
import io
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D

from sim.chart import CHARTS, NARROW, WIDE, Language, View, to_svg, write_csv
from sim.chart.style import BLUE, ORANGE, VERMILLION
from sim.metric import summarise
from tests.synthetic_day import synthetic_bundle
from tests.wide_day import comparison, with_baseline


@cache
def view_of(language: Language = "en") -> View:
    bundle = with_baseline(synthetic_bundle(replications=2, bins=8))
    return View(bundle, summarise(bundle), language)


def panels(view: View) -> list[Axes]:
    return CHARTS.get("baseline").draw(view, WIDE).figure.axes


def marks(panel: Axes, sign: str, colour: str) -> list[tuple[float, float]]:
    lines = [
        line for line in panel.get_lines() if line.get_marker() == sign and to_hex(line.get_color()) == colour.lower()
    ]
    return [(float(np.asarray(line.get_xdata())[0]), float(np.asarray(line.get_ydata())[0])) for line in lines]


def labels(panel: Axes) -> list[str]:
    return [label.get_text() for label in panel.get_yticklabels()]


def test_services_stand_under_all_together_the_busiest_first() -> None:
    assert labels(panels(view_of())[0]) == [
        "All services",
        "Renewal of an ID card",
        "Residence registration",
        "Duplicate-name query",
    ]


def test_before_is_hollow_and_after_filled_at_the_figures_in_the_unit_of_the_axis() -> None:
    materials, visits, waiting, processing = panels(view_of())

    assert marks(materials, "o", "#ffffff") == [(5.0, place) for place in range(4)]
    assert marks(visits, "o", BLUE) == [(1.0, place) for place in range(4)]
    assert marks(waiting, "o", "#ffffff") == [(20.0, place) for place in range(4)]  # minutes
    assert waiting.get_xlabel() == "per journey, min"
    assert [x for x, _ in marks(processing, "o", BLUE)] == [0.5, 0.5, 3.0, 0.5]  # days


def test_what_got_worse_has_another_line() -> None:
    panel = panels(view_of())[3]
    lines = [line for line in panel.get_lines() if to_hex(line.get_color()) == VERMILLION.lower()]

    assert [np.asarray(line.get_xdata()).tolist() for line in lines] == [[2.0, 3.0]]
    assert lines[0].is_dashed()


def test_published_statements_stand_above_all_services_where_they_say() -> None:
    materials, visits, waiting, _ = panels(view_of())

    assert [x for x, y in marks(materials, "D", ORANGE) if y < 0.0] == [pytest.approx(5.0 * 0.38)]
    assert [x for x, y in marks(waiting, "<", ORANGE) if y < 0.0] == [pytest.approx(10.0)]
    assert not [line for line in visits.get_lines() if to_hex(line.get_color()) == ORANGE.lower()]


def test_the_interval_of_the_difference_reaches_from_after_and_never_below_nothing() -> None:
    waiting = panels(view_of())[2]
    bars = [collection for collection in waiting.collections if hasattr(collection, "get_segments")]

    first = bars[0].get_segments()[0][:, 0].tolist()
    assert first == pytest.approx([4.0, 6.0])  # 300 s ± 60 s, in minutes


def test_the_message_tells_all_four_figures_and_what_takes_longer() -> None:
    message = CHARTS.get("baseline").draw(view_of(), WIDE).message

    assert message.en.replace("\N{NO-BREAK SPACE}", " ") == (
        "All services together, materials handed in per journey go from 5 to 1, visits from 3 to 1, waiting on the "
        "spot from 20 to 5 min, time to the end from 2 to 0.5 d. Longer than before: Residence registration."
    )
    assert message.zh.endswith("办理时长增加：居住登记。")  # noqa: RUF001 - Chinese marks


def test_a_service_that_does_not_differ_in_a_figure_stands_once() -> None:
    view = view_of()
    whole = comparison()
    kept = tuple(
        one
        for one in whole.differences
        if not (one.line == "id-card" and one.metric in {"visits_in_person", "processing_time"})
    )
    manifest = replace(view.bundle.manifest, comparison=replace(whole, differences=kept))
    bundle = replace(view.bundle, manifest=manifest)
    summary = summarise(bundle)
    first, _, _, panel = panels(View(bundle, summary))

    (own,) = [
        one for one in summary.of("processing_time", "mean") if one.journey == "renew-id-card" and not one.channel
    ]
    assert own.value is not None
    place = labels(first).index("Renewal of an ID card")
    before, after = ([x for x, y in marks(panel, "o", colour) if y == place] for colour in ("#ffffff", BLUE))
    assert before == after == [pytest.approx(own.value / 86400.0)]


def test_a_narrow_page_has_fewer_services_and_says_so() -> None:
    view = view_of()
    lines = tuple(f"line-{place:02}" for place in range(14))
    manifest = replace(view.bundle.manifest, comparison=comparison(lines))
    drawing = CHARTS.get("baseline").draw(View(replace(view.bundle, manifest=manifest), view.summary), NARROW)

    assert [len(labels(panel)) for panel in drawing.figure.axes] == [11] * 4
    assert drawing.message.en.endswith("10 of 14 shown; all are in the data.")


@pytest.mark.parametrize("kind", ["none", "variants"])
def test_a_run_without_another_scenario_beside_it_has_nothing_to_compare(kind: str) -> None:
    view = view_of()
    beside = None if kind == "none" else replace(comparison(), kind="variants")
    bundle = replace(view.bundle, manifest=replace(view.bundle.manifest, comparison=beside))
    drawing = CHARTS.get("baseline").draw(View(bundle, view.summary), WIDE)

    assert drawing.figure.axes == []
    assert drawing.message.en.startswith("This run has no baseline")


def test_one_pair_of_replications_has_no_interval() -> None:
    view = view_of()
    alone = tuple(replace(one, n=1, half_width=None) for one in comparison().differences)
    manifest = replace(view.bundle.manifest, comparison=replace(comparison(), differences=alone))
    figure = CHARTS.get("baseline").draw(View(replace(view.bundle, manifest=manifest), view.summary), WIDE).figure

    assert b"one replication: no interval" in to_svg(figure, "")


def test_the_data_hold_every_difference_in_base_units() -> None:
    rows = list(csv.DictReader(io.StringIO(write_csv(CHARTS.get("baseline").tabulate(view_of())))))

    assert len(rows) == len(comparison().differences) == 16
    (row,) = [one for one in rows if one["line"] == "residence" and one["metric"] == "processing_time"]
    assert [row[name] for name in ("unit", "before", "after", "difference", "ratio", "pairs")] == [
        "s",
        "172800.0",
        "259200.0",
        "86400.0",
        "1.5",
        "2",
    ]


def test_signs_differ_by_shape_and_not_by_colour_alone() -> None:
    figure = CHARTS.get("baseline").draw(view_of(), WIDE).figure
    handles = [handle for legend in figure.legends for handle in legend.legend_handles]

    looks = [
        (handle.get_marker(), handle.get_linestyle(), handle.get_markerfacecolor() == "white")
        for handle in handles
        if isinstance(handle, Line2D)
    ]
    assert len(looks) == len(set(looks)) == 6
