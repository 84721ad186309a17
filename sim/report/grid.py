"""Tables of figures: stations, journeys, outcomes, losses, calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.chart.axis import percent
from sim.chart.outcomes import IN_FLIGHT, shares
from sim.metric import Scope
from sim.report.figure import digits
from sim.report.model import Cell, Column, Grid

if TYPE_CHECKING:
    from sim.chart.outcomes import Share
    from sim.report.context import Context

LOSSES: Final = ("rejections", "refusals", "reneging", "outage_losses", "withdrawals")


def stations(context: Context) -> Grid:
    """Return the waiting times of each station over the whole window."""
    words = context.words
    rows = tuple(
        (
            Cell(context.station(scope)),
            context.cell("services", "total", scope),
            context.cell("wait_probability", "share", scope),
            *(context.cell("waiting_time", statistic, scope) for statistic in ("mean", "p50", "p95", "p99")),
        )
        for scope in context.stations("waiting_time", "p95")
    )
    heads = [words("column.services"), words("column.waited"), words("column.mean"), "p50", "p95", "p99"]
    columns = (Column(words("column.station")), *(Column(head, is_number=True) for head in heads))
    return Grid(words("stations"), columns, rows, words("stations.note"))


def load(context: Context) -> Grid:
    """Return utilisation and queue length of each station over the whole window."""
    words = context.words
    metrics = ("utilisation", "queue_length", "number_in_station")
    rows = tuple(
        (Cell(context.station(scope)), *(context.cell(metric, "mean", scope) for metric in metrics))
        for scope in context.stations("utilisation", "mean")
    )
    heads = (words("column.utilisation"), words("column.queue"), words("column.servers"))
    columns = (Column(words("column.station")), *(Column(head, is_number=True) for head in heads))
    return Grid(words("load"), columns, rows, words("load.note"))


def journeys(context: Context) -> Grid:
    """Return counts and sojourn times of all journeys, each journey and each channel."""
    words = context.words
    groups = context.bundle.layout.groups
    scopes = [Scope()]
    scopes += [Scope(journey=name) for name in dict.fromkeys(group.journey for group in groups)]
    channels = list(dict.fromkeys(group.channel for group in groups))
    scopes += [Scope(channel=name) for name in channels] if len(channels) > 1 else []
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
    return Grid(words("journeys"), columns, rows, words("journeys.note"))


def outcomes(context: Context) -> Grid:
    """Return how many journeys of each channel end in each way."""
    words = context.words
    found = shares(context.view)
    names = list(dict.fromkeys(one.outcome for one in found))
    channels = list(dict.fromkeys(one.channel for one in found))
    table = {(one.channel, one.outcome): one for one in found}
    rows = tuple(
        (Cell(_channel(context, channel)), *(_outcome(table[channel, name]) for name in names))
        for channel in (channels if len(channels) > 2 else channels[:1])
    )
    heads = [words("column.in_flight") if name == IN_FLIGHT else words.term("outcome", name) for name in names]
    columns = (Column(words("column.channel")), *(Column(head, is_number=True) for head in heads))
    return Grid(words("outcomes"), columns, rows, words("outcomes.note"))


def _channel(context: Context, channel: str) -> str:
    return context.words.term("channel", channel) if channel else context.words("row.all_channels")


def _outcome(share: Share) -> Cell:
    if share.count is None or share.share is None:
        return Cell("-", mark="quiet")
    value, half = digits(share.count, share.count_half_width)
    return Cell(f"{value} ({percent(share.share)})", f"± {half}" if half else "")


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
            *(context.cell(name, statistic, scope) for name in LOSSES for statistic in ("total", "share")),
        )
        for scope in lossy
    )
    heads = [head for name in LOSSES for head in (words(f"column.{name}"), words("statistic.share"))]
    columns = (Column(words("column.station")), *(Column(head, is_number=True) for head in heads))
    quiet = words.listed(context.station(scope) for scope in scopes if scope not in lossy)
    return Grid(words("losses"), columns, rows), words("losses.quiet", stations=quiet) if quiet else ""


def _total(context: Context, metric: str, scope: Scope) -> float:
    estimate = context.get(metric, "total", scope)
    return 0.0 if estimate is None else estimate.value or 0.0


def calls(context: Context) -> tuple[Grid | None, Grid | None]:
    """Return what became of the calls of operations that had failures, and of the others; None when there are none."""
    words = context.words
    scopes = [Scope(operation=name) for name in context.bundle.layout.operation_names]
    called = [scope for scope in scopes if context.get("call_success", "share", scope) is not None]
    troubled = [scope for scope in called if _has_failures(context, scope)]
    smooth = [scope for scope in called if scope not in troubled]
    first = _calls(context, troubled, words("calls"), words("calls.note")) if troubled else None
    return first, _calls(context, smooth, words("calls.smooth", n=len(smooth)), "") if smooth else None


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
