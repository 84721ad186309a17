"""A plausible working day as a bundle, without an engine: arrivals by an hour profile, waiting by a fluid queue.

Charts and reports are developed and tested on it; its figures mean nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import numpy as np

from sim.bundle import (
    FORMAT,
    Bundle,
    ConformanceRow,
    ConformanceTable,
    Ending,
    Finding,
    GroupKey,
    Label,
    Layout,
    Manifest,
    OperationKey,
    Record,
    Replay,
    Source,
    Spent,
    StationKey,
)
from sim.bundle.bucket import bucket, lower_bound
from sim.bundle.record import (
    GROUP_COUNTS,
    GROUP_SUMS,
    OPERATION_COUNTS,
    OPERATION_SUMS,
    STATION_COUNTS,
    STATION_SUMS,
)
from sim.scenario.model import Assumption, Objective, Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

WINDOW = np.array([0] * 9 + [20, 22, 16, 0, 6, 14, 13, 9] + [0] * 7, dtype=float) / 100.0
ONLINE = np.array([1, 1, 0.5, 0.5, 0.5, 1, 2, 3, 6, 9, 9, 7, 5, 5, 7, 7, 6, 5, 5, 5, 5, 5, 3, 1.5])
ONLINE = ONLINE / ONLINE.sum()
KIOSK = np.array([0] * 7 + [2, 6, 11, 12, 10, 8, 9, 10, 10, 9, 6, 4, 2, 1] + [0] * 3, dtype=float)
KIOSK = KIOSK / KIOSK.sum()
CHANNELS = {
    "app": (0.25, ONLINE),
    "mini-program": (0.2, ONLINE),
    "pc": (0.05, ONLINE),
    "window": (0.4, WINDOW),
    "kiosk": (0.1, KIOSK),
}
JOURNEYS = {
    "id-card": ("renew-id-card", 5200.0),
    "residence": ("register-residence", 3900.0),
    "name-query": ("query-name", 640.0),
}
TITLE = "A working day in Ningxia"
OUTCOMES = ("completed", "failed", "refused", "supplement-expired")


@dataclass(frozen=True, slots=True)
class Desk:
    """A station of the synthetic day: mean service in seconds, servers, whether it keeps office hours."""

    name: str
    service: float
    servers: int | None
    office: bool = False
    share: float = 1.0
    title: str | None = None
    chinese: str | None = None
    division: str = ""


PLATFORMS = ("110000", "640000", "650000", "999900")  # the last one is on no grid
DESKS = (
    Desk("provincial-platform", 0.12, 6, share=6.0, title="Provincial platform", chinese="省级平台"),
    Desk("identity", 0.08, 4, share=5.0, title="Identity authentication", chinese="统一身份认证"),
    Desk("service-window", 420.0, 92, office=True, share=0.4, title="Service window", chinese="办事窗口"),
    Desk("kiosk", 240.0, 30, share=0.1, title="Self-service kiosk", chinese="自助终端"),
    Desk("officer", 330.0, 118, office=True, share=0.8, title="Reviewing officer", chinese="审核民警"),
    Desk("bank", 0.6, 12, share=0.5, title="Bank", chinese="代收银行"),
    Desk("courier", 90000.0, None, share=0.3, title="Courier", chinese="快递"),
)


def hours_of(desk: Desk) -> NDArray[np.float64]:
    """Return the hour profile of a station's arrivals."""
    if desk.name == "service-window":
        return WINDOW
    return KIOSK if desk.name == "kiosk" else (ONLINE * 0.5 + WINDOW * 0.5)


def synthetic_bundle(
    *,
    replications: int = 5,
    bins: int = 96,
    desks: tuple[Desk, ...] = DESKS,
    scale: float = 1.0,
    objectives: tuple[Objective, ...] | None = None,
    title: str = TITLE,
) -> Bundle:
    """Return a bundle of a day of 24 hours."""
    layout = Layout(
        stations=tuple(StationKey(desk.name, desk.division or ("640000" if desk.office else "")) for desk in desks),
        groups=tuple(
            GroupKey(line, journey, channel) for line, (journey, _) in JOURNEYS.items() for channel in CHANNELS
        ),
        operations=tuple(
            OperationKey("renew-id-card", "app", name)
            for name in ("verifyIdentity", "submitApplication", "payFee", "deliverParcel")
        ),
        outcomes=OUTCOMES,
        origin=86400.0,
        window_start=86400.0,
        window_end=2 * 86400.0,
        n_bins=bins,
    )
    records = tuple(_record(index, layout, desks, scale) for index in range(replications))
    manifest = _manifest(layout, desks, title=title, replications=replications, objectives=objectives)
    return Bundle(manifest, records, _conformance())


def _per_bin(profile: NDArray[np.float64], bins: int) -> NDArray[np.float64]:
    edges = np.linspace(0.0, 24.0, bins + 1)
    whole = np.concatenate(([0.0], np.cumsum(profile)))
    return np.diff(np.interp(edges, np.arange(25.0), whole))


def _record(index: int, layout: Layout, desks: tuple[Desk, ...], scale: float) -> Record:
    random = np.random.default_rng([20220731, index])
    bins = layout.n_bins
    counts = np.zeros((len(desks), bins + 2, len(STATION_COUNTS)), np.int64)
    sums = np.zeros((len(desks), bins + 2, len(STATION_SUMS)))
    rows: list[tuple[int, int, int, int]] = []
    for row, desk in enumerate(desks):
        rows += _station(random, row, desk, counts[row], sums[row], scale)
    groups = _groups(random, layout, scale)
    operations = np.zeros((len(layout.operations), len(OPERATION_COUNTS)), np.int64)
    for row, (attempts, spoilt) in enumerate(((32000, 40), (9740, 22), (5100, 310), (3000, 0))):
        tried = random.poisson(attempts * scale)
        lost = min(tried, random.poisson(spoilt * scale))
        operations[row] = (tried, tried - lost, lost // 2, lost // 4, lost - lost // 2 - lost // 4, 0, 0, lost // 2, 0)
    return Record(
        replication=index,
        station_counts=counts,
        station_sums=sums,
        waiting=np.array(sorted(rows), np.int64).reshape(-1, 4),
        group_counts=groups[0],
        group_outcomes=groups[1],
        group_sums=groups[2],
        sojourn=groups[3],
        operation_counts=operations,
        operation_sums=np.zeros((len(operations), len(OPERATION_SUMS))),
        end_time=layout.window_end + 3 * 86400.0,
        events=int(counts[:, :, 0].sum()),
        drained=True,
    )


def _station(
    random: np.random.Generator,
    row: int,
    desk: Desk,
    counts: NDArray[np.int64],
    sums: NDArray[np.float64],
    scale: float,
) -> list[tuple[int, int, int, int]]:
    bins = len(counts) - 2
    width = 86400.0 / bins
    expected = 9740.0 * scale * desk.share * _per_bin(hours_of(desk), bins)
    backlog, rows = 0.0, []
    for place in range(bins):
        hour = place * 24.0 / bins
        on_duty = not desk.office or 9.0 <= hour < 12.0 or 13.5 <= hour < 17.0
        arrivals = int(random.poisson(expected[place]))
        servers = 0 if desk.servers is None or not on_duty else desk.servers
        capacity = servers * width / desk.service
        waits = np.zeros(arrivals)
        if desk.servers is not None and arrivals:
            rate = max(capacity / width, 1e-9) if servers else desk.servers / desk.service
            pressure = min(expected[place] / max(capacity, 1e-9), 0.97)
            scatter = random.exponential(desk.service / desk.servers * pressure / (1.0 - pressure), arrivals)
            waits = backlog / rate + scatter * (random.random(arrivals) < pressure)
        done = min(backlog + arrivals, capacity) if desk.servers is not None else float(arrivals)
        backlog = max(backlog + arrivals - done, 0.0) if desk.servers is not None else 0.0
        at = place + 1
        counts[at, [0, 3, 4, 10]] = (arrivals, arrivals, arrivals, int(done))
        counts[at, 5] = int((waits > 0).sum())
        sums[at] = (
            float(waits.sum()) + backlog * width,
            min(done * desk.service, servers * width),
            servers * width,
            float(waits.sum()),
            0.0,
        )
        numbers, found = _buckets(waits)
        rows += [(row, at, int(number), int(count)) for number, count in zip(numbers, found, strict=True)]
    return rows


BOUNDS = np.array([lower_bound(number) for number in range(1, bucket(1e8))])


def _buckets(times: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the buckets of times and how many fall into each."""
    return np.unique(np.searchsorted(BOUNDS, times, side="right"), return_counts=True)


def _groups(
    random: np.random.Generator, layout: Layout, scale: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    bins = layout.n_bins
    counts = np.zeros((len(layout.groups), bins + 2, len(GROUP_COUNTS)), np.int64)
    outcomes = np.zeros((len(layout.groups), len(layout.outcomes)), np.int64)
    sums = np.zeros((len(layout.groups), len(layout.outcomes), len(GROUP_SUMS)))
    sojourn: list[tuple[int, int, int, int]] = []
    for row, group in enumerate(layout.groups):
        share, profile = CHANNELS[group.channel]
        begun = random.poisson(JOURNEYS[group.line][1] * share * scale * _per_bin(profile, bins))
        counts[row, 1:-1, 0] = begun
        delay = max(bins // 24, 1)
        counts[row, 1 + delay : -1, 1] = begun[: bins - delay]
        counts[row, -1, 1] = begun[bins - delay :].sum()
        worse = 0.03 if group.channel == "kiosk" else 0.012
        outcomes[row] = random.multinomial(begun.sum(), (0.95 - worse, worse, 0.02, 0.03))
        for ending, count in enumerate(outcomes[row]):
            mean = 3600.0 * (20.0 + 8.0 * ending)
            times = random.gamma(2.0, mean / 2.0, count)
            sums[row, ending] = (times.sum(), times.sum() * 0.05)
            numbers, found = _buckets(times)
            sojourn += [(row, ending, int(number), int(n)) for number, n in zip(numbers, found, strict=True)]
    return counts, outcomes, sums, np.array(sorted(sojourn), np.int64).reshape(-1, 4)


def _objective(name: str, station: str, quantile: float, value: float) -> Objective:
    return Objective(name, "waiting_time", station, None, None, quantile, "at_most", value)


OBJECTIVES = (
    _objective("window-wait", "service-window", 0.95, 1200.0),
    _objective("kiosk-wait", "kiosk", 0.95, 600.0),
    _objective("officer-wait", "officer", 0.95, 300.0),
)


def _manifest(
    layout: Layout, desks: tuple[Desk, ...], *, title: str, replications: int, objectives: tuple[Objective, ...] | None
) -> Manifest:
    china = timezone(timedelta(hours=8))
    return Manifest(
        format=FORMAT,
        product="0.1.0",
        name="synthetic-day",
        title=Text(title, "宁夏的一个工作日" if title == TITLE else title),
        start=datetime(2022, 7, 26, tzinfo=china),
        seed=20220731,
        replications=replications,
        engine="reference",
        input_digest="9f2c" * 16,
        digest="41d7" * 16,
        started=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        seconds=Spent(wall=61.4, engine=98.2, compile=2.1, replay=3.9),
        command="tongban run synthetic-day --seed 20220731",
        partial=False,
        platform="Linux-x86_64",
        versions=(("python", "3.11.2"), ("numpy", "2.4.6"), ("simpy", "4.1.1")),
        sources=(
            Source("scenario", "scenarios/synthetic-day.yaml", "ab" * 32),
            Source("contract", "contracts/identity.openapi.yaml", "cd" * 32),
            Source("journey", "scenarios/journeys/renew-id-card.arazzo.yaml", "ef" * 32),
        ),
        labels=(
            *(
                Label("station", desk.name, Text(desk.title, desk.chinese or desk.title))
                for desk in desks
                if desk.title
            ),
            Label("line", "id-card", Text("Renewal of an ID card", "身份证换领")),
            Label("line", "residence", Text("Residence registration", "居住登记")),
            Label("line", "name-query", Text("Duplicate-name query", "重名查询")),
            Label("division", "640000", Text("Ningxia", "宁夏")),
        ),
        assumptions=(
            Assumption("demand.id-card.channels", "shares of the channels are assumed; replace by calibration"),
            Assumption("stations.officer.servers", "30 officers a million people, chosen so that the day works"),
        ),
        objectives=OBJECTIVES if objectives is None else objectives,
        replay=Replay(200, 20220731, (("identity", "mock"), ("bank", "examples")), 0),
        layout=layout,
    )


def _conformance() -> ConformanceTable:
    def row(contract: str, operation: str, calls: int, refused: int, verdict: str) -> ConformanceRow:
        return ConformanceRow(
            contract,
            operation,
            "",
            calls,
            refused,
            0,
            0,
            ("200", "400", "429"),
            ("200",) if calls else (),
            verdict,  # type: ignore[arg-type] # a literal
        )

    finding = Finding(
        contract="provincial-platform",
        operation="submitApplication",
        variant="behind",
        direction="request",
        part="body",
        rule="required",
        pointer="/applicant/mobile",
        expected="a value",
        received="nothing",
        contract_pointer="/paths/~1applications/post/requestBody",
        verdict="fail",
        count=58,
    )
    behind = ConformanceRow(
        "provincial-platform",
        "submitApplication",
        "behind",
        200,
        58,
        0,
        3,
        ("201", "400", "409"),
        ("201", "400"),
        "fail",
    )
    return ConformanceTable(
        citizens=200,
        seed=20220731,
        rows=(
            row("identity", "verifyIdentity", 4210, 0, "pass"),
            row("identity", "revokeToken", 0, 0, "omit"),
            row("provincial-platform", "submitApplication", 1200, 0, "pass"),
            behind,
            row("payment", "createPayment", 610, 0, "pass"),
        ),
        findings=(finding,),
        endings=(
            Ending("renew-id-card", "app", "review", "approved", 188),
            Ending("renew-id-card", "app", "review", "refused", 0),
        ),
        mocked_by=(("identity", "mock"), ("payment", "mock"), ("provincial-platform", "mock"), ("bank", "examples")),
        unfinished=0,
    )
