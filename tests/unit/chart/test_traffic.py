"""The network as figures, counted by hand."""

import csv
import io

import pytest

from sim.chart import CHARTS, View, traffic, write_csv
from sim.metric import summarise
from tests.tiny_run import NO_TABLE, tiny_bundle


@pytest.fixture(scope="module")
def view() -> View:
    bundle = tiny_bundle()
    return View(bundle, summarise(bundle))


def test_channels_and_lines_are_counted_inside_the_window_with_their_failures(view: View) -> None:
    assert [(one.name, one.volume, one.failed) for one in traffic.channels(view)] == [
        ("app", 7.0, 1.0),
        ("window", 3.0, 0.0),
    ]
    assert [(one.name, one.volume, one.failed) for one in traffic.lines(view)] == [("errands", 10.0, 1.0)]


def test_edges_run_from_channels_to_lines_with_their_volume(view: View) -> None:
    assert [(one.channel, one.line, one.volume) for one in traffic.edges(view)] == [
        ("app", "errands", 7.0),
        ("window", "errands", 3.0),
    ]


def test_a_station_has_the_visits_of_its_divisions_and_what_was_not_served(view: View) -> None:
    desk, post = traffic.stations(view)  # 10 visits in one replication, 8 in the other; 3 not served in each

    assert (desk.name, desk.volume, desk.failed, desk.share) == ("desk", 9.0, 3.0, 3.0 / 9.0)
    assert desk.utilisation is not None
    assert (post.name, post.volume, post.share, post.utilisation) == ("post", 0.0, 0.0, None)


def test_a_system_has_the_calls_of_its_contract_and_those_that_failed(view: View) -> None:
    (identity,) = traffic.systems(view)  # of 20 attempts 1 timed out, 1 was refused, 1 breached

    assert (identity.name, identity.volume, identity.half_width, identity.failed) == ("identity", 20.0, 0.0, 3.0)


def test_a_run_without_contracts_has_no_systems() -> None:
    bundle = tiny_bundle(table=NO_TABLE)

    assert traffic.systems(View(bundle, summarise(bundle))) == []


def test_the_data_of_the_picture_hold_every_node_and_edge(view: View) -> None:
    rows = list(csv.DictReader(io.StringIO(write_csv(CHARTS.get("network").tabulate(view)))))

    assert [(row["kind"], row["from"], row["to"], row["volume"], row["failed_share"]) for row in rows] == [
        ("channel", "", "app", "7.0", repr(1 / 7)),
        ("channel", "", "window", "3.0", "0.0"),
        ("line", "", "errands", "10.0", "0.1"),
        ("station", "", "desk", "9.0", repr(3 / 9)),
        ("station", "", "post", "0.0", "0.0"),
        ("system", "", "identity", "20.0", "0.15"),
        ("channel to line", "app", "errands", "7.0", ""),
        ("channel to line", "window", "errands", "3.0", ""),
    ]
