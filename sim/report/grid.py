"""Tables of figures: stations, journeys, outcomes, losses, calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.chart.axis import percent
from sim.chart.outcomes import IN_FLIGHT, shares
from sim.metric import Scope
from sim.report.figure import digits
from sim.report.fold import fold
from sim.report.model import Cell, Column, Grid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.chart.outcomes import Share
    from sim.report.context import Context

JOURNEYS: Final = 8  # that stand open
NAMED: Final = 12  # stations in a sentence
LOSSES: Final = ("rejections", "refusals", "reneging", "outage_losses", "withdrawals")


def stations(context: Context) -> Grid:
    """Return the waiting times of each station over the whole window."""
    words = context.words
    scopes = context.stations("waiting_time", "p95")
    rows = tuple(
        (
            Cell(context.station(scope)),
            context.cell("services", "total", scope),
            context.cell("wait_probability", "share", scope),
            *(context.cell("waiting_time", statistic, scope) for statistic in ("mean", "p50", "p95", "p99")),
        )
        for scope in scopes
    )
    heads = [words("column.services"), words("column.waited"), words("column.mean"), "p50", "p95", "p99"]
    columns = (Column(words("column.station")), *(Column(head, is_number=True) for head in heads))
    grid = Grid(words("stations"), columns, rows, words("stations.note"))
    return fold(words, grid, [_kind(context, scope) for scope in scopes], worst=5)


def _kind(context: Context, scope: Scope) -> str:
    """Return what a station is: a system with a contract, or people, machines and places."""
    systems = {row.contract for row in context.bundle.conformance.rows}
    return "systems" if scope.station in systems else "places"


def load(context: Context) -> Grid:
    """Return utilisation and queue length of each station over the whole window."""
    words = context.words
    metrics = ("utilisation", "queue_length", "number_in_station")
    scopes = context.stations("utilisation", "mean")
    rows = tuple(
        (Cell(context.station(scope)), *(context.cell(metric, "mean", scope) for metric in metrics)) for scope in scopes
    )
    kinds = [_kind(context, scope) if context.get("utilisation", "mean", scope) else "unlimited" for scope in scopes]
    heads = (words("column.utilisation"), words("column.queue"), words("column.servers"))
    columns = (Column(words("column.station")), *(Column(head, is_number=True) for head in heads))
    return fold(words, Grid(words("load"), columns, rows, words("load.note")), kinds, worst=1)


def journeys(context: Context) -> Grid:
    """Return counts and sojourn times of all journeys, each journey and each channel."""
    words = context.words
    groups = context.bundle.layout.groups
    channels = list(dict.fromkeys(group.channel for group in groups))
    scopes = [Scope(), *([Scope(channel=name) for name in channels] if len(channels) > 1 else [])]
    first = len(scopes)
    scopes += _slowest(context, dict.fromkeys(group.journey for group in groups))
    rows = tuple(
        (
            Cell(context.scope(scope) or words("row.all")),
            context.cell("demand", "total", scope),
            context.cell("throughput", "total", scope),
            *(context.cell("sojourn_time", statistic, scope) for statistic in ("mean", "p50", "p95")),
            context.cell("sojourn_time", "queueing_mean", scope),
            context.cell("sojourn_time", "censored", scope),
        )
        for scope in scopes
    )
    heads = [words("column.begun"), words("column.finished"), words("column.mean"), "p50", "p95"]
    heads += [words("column.queueing"), words("column.censored")]
    columns = (Column(words("column.journey")), *(Column(head, is_number=True) for head in heads))
    grid = Grid(words("journeys"), columns, rows, words("journeys.note"))
    return fold(words, grid, ["journeys"] * len(rows), shown=first + JOURNEYS, worst=5)


def _slowest(context: Context, names: Iterable[str]) -> list[Scope]:
    """Return journeys, those that take longest first."""
    found = [(context.get("sojourn_time", "p95", Scope(journey=name)), name) for name in names]
    ranked = sorted(found, key=lambda pair: -((pair[0].value or 0.0) if pair[0] else -1.0))
    return [Scope(journey=name) for _, name in ranked]


def outcomes(context: Context) -> Grid:
    """Return how many journeys end in each way, the most frequent first, and which share of each channel's that is."""
    words = context.words
    found = shares(context.view)
    table = {(one.channel, one.outcome): one for one in found}
    every, *channels = dict.fromkeys(one.channel for one in found)
    names = sorted(dict.fromkeys(one.outcome for one in found), key=lambda name: -(table[every, name].count or 0.0))
    channels = channels if len(channels) > 1 else []
    rows = tuple(
        (
            Cell(words("column.in_flight") if name == IN_FLIGHT else words.term("outcome", name)),
            _outcome(table[every, name]),
            *(_outcome_share(table[channel, name]) for channel in channels),
        )
        for name in names
    )
    heads = [_channel(context, channel) for channel in (every, *channels)]
    columns = (Column(words("column.outcome")), *(Column(head, is_number=True) for head in heads))
    grid = Grid(words("outcomes"), columns, rows, words("outcomes.note"))
    return fold(words, grid, ["outcomes"] * len(rows), worst=1)


def _channel(context: Context, channel: str) -> str:
    return context.words.term("channel", channel) if channel else context.words("row.all_channels")


def _outcome(share: Share) -> Cell:
    if share.count is None or share.share is None:
        return Cell("-", mark="quiet")
    value, half = digits(share.count, share.count_half_width)
    return Cell(f"{value} ({percent(share.share)})", f"± {half}" if half else "")


def _outcome_share(share: Share) -> Cell:
    if not share.count or share.share is None:
        return Cell("-", mark="quiet")
    value, half = digits(
        100.0 * share.share, None if share.share_half_width is None else 100.0 * share.share_half_width
    )
    return Cell(value, f"± {half} %") if half else Cell(f"{value} %")


def losses(context: Context) -> tuple[Grid | None, str]:
    """Return the stations that did not serve every visit, and a sentence about the others."""
    words = context.words
    scopes = context.stations("rejections", "total")
    lossy = [scope for scope in scopes if any(_total(context, name, scope) for name in LOSSES)]
    if not lossy:
        return None, words("losses.none")
    rows = tuple(
        (
            Cell(context.station(scope)),
            *(_lost(context, name, scope) for name in LOSSES),
        )
        for scope in lossy
    )
    columns = (Column(words("column.station")), *(Column(words(f"column.{name}"), is_number=True) for name in LOSSES))
    quiet = [context.station(scope) for scope in scopes if scope not in lossy]
    grid = fold(words, Grid(words("losses"), columns, rows), [_kind(context, scope) for scope in lossy])
    if len(quiet) > NAMED:
        return grid, words("losses.quiet.many", n=len(quiet))
    return grid, words("losses.quiet", stations=words.listed(quiet)) if quiet else ""


def _lost(context: Context, metric: str, scope: Scope) -> Cell:
    """Return how many visits were lost so, and in brackets which share that is."""
    total, share = context.cell(metric, "total", scope), context.get(metric, "share", scope)
    if share is None or not share.value:
        return total
    return Cell(f"{total.text} ({percent(share.value)})", total.half)


def _total(context: Context, metric: str, scope: Scope) -> float:
    estimate = context.get(metric, "total", scope)
    return 0.0 if estimate is None else estimate.value or 0.0


def calls(context: Context) -> tuple[Grid | None, Grid | None]:
    """Return what became of the calls of operations that had failures, and of the others; None when there are none."""
    words = context.words
    scopes = [Scope(operation=name) for name in context.bundle.layout.operation_names]
    called = [scope for scope in scopes if context.get("call_success", "share", scope) is not None]
    troubled = [scope for scope in called if _has_failures(context, scope)]
    troubled.sort(key=lambda scope: _share(context, scope))
    smooth = [scope for scope in called if scope not in troubled]
    first = _calls(context, troubled, words("calls"), words("calls.note")) if troubled else None
    first = first and fold(words, first, ["operations"] * len(troubled))
    return first, _calls(context, smooth, words("calls.smooth", n=len(smooth)), "") if smooth else None


def _share(context: Context, scope: Scope) -> float:
    found = context.get("call_success", "share", scope)
    return 1.0 if found is None or found.value is None else found.value


def _has_failures(context: Context, scope: Scope) -> bool:
    shares = [context.get(metric, "share", scope) for metric in ("call_success", "conformance")]
    return any(share is not None and share.value != 1.0 for share in shares)


def _calls(context: Context, scopes: list[Scope], caption: str, note: str) -> Grid:
    words = context.words
    pairs = [
        (metric, statistic) for metric in ("call_success", "time_outs", "retries") for statistic in ("total", "share")
    ]
    rows = tuple(
        (
            Cell(scope.operation or "", is_code=True),
            *(context.cell(metric, statistic, scope) for metric, statistic in pairs),
            context.cell("conformance", "share", scope),
        )
        for scope in scopes
    )
    heads = [words("column.succeeded"), words("column.success")]
    heads += [words("column.time_outs"), words("statistic.share"), words("column.retries"), words("statistic.share")]
    heads += [words("column.kept")]
    columns = (Column(words("column.operation")), *(Column(head, is_number=True) for head in heads))
    return Grid(caption, columns, rows, note)
