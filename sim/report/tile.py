"""Key figures, objectives and the result in a few sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.chart.axis import number, percent
from sim.chart.text import keep_together
from sim.metric import Scope
from sim.report.figure import figure_text, interval_text, parts, plain
from sim.report.model import Tile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.metric import Estimate, Verdict
    from sim.report.context import Context
    from sim.report.model import Mark

SHOWN: Final = 8  # objectives that stand open
NOTICED: Final = 1.0  # seconds: a wait below it is none that a person notices


def objectives(context: Context) -> tuple[Tile, ...]:
    """Return a tile for each objective: set value, result, interval, verdict."""
    return tuple(_objective(context, verdict) for verdict in context.summary.verdicts)


def ranked_objectives(context: Context) -> tuple[tuple[Tile, ...], tuple[Tile, ...]]:
    """Return the tiles of the objectives that stand open on a page, and those that do not.

    Where they are many, what is missed or uncertain stands first and open, then what lies nearest to its set value.
    """
    verdicts = list(context.summary.verdicts)
    shown = len(verdicts)
    if shown > SHOWN:
        verdicts.sort(key=_concern)
        shown = max(SHOWN, sum(_mark(one) != "good" or _is_uncertain(one) for one in verdicts))
        shown = shown if shown < len(verdicts) - 1 else len(verdicts)
    tiles = tuple(_objective(context, verdict) for verdict in verdicts)
    return tiles[:shown], tiles[shown:]


def _concern(verdict: Verdict) -> tuple[bool, bool, float]:
    value, bound = verdict.estimate.value, verdict.objective.value
    if value is None:
        return False, False, 0.0
    ends = (value, bound) if verdict.objective.bound == "at_most" else (bound, value)
    room = ends[0] / ends[1] if ends[1] else 0.0
    return verdict.outcome == "met", not _is_uncertain(verdict), -room


def _is_uncertain(verdict: Verdict) -> bool:
    """Whether the interval holds the set value; without an interval nothing is known, of any objective."""
    return verdict.estimate.half_width is not None and not verdict.decided


def _objective(context: Context, verdict: Verdict) -> Tile:
    words, objective, estimate = context.words, verdict.objective, verdict.estimate
    value, _, unit = parts(estimate, words)
    bound = plain(estimate.metric, estimate.unit, objective.value, words)
    statistic = words.name("statistic", estimate.statistic)
    subject = f"{statistic} {words.name('metric', estimate.metric)}"
    return Tile(
        title=" · ".join(part for part in (context.scope(estimate.scope), subject) if part),
        value=value,
        unit=unit,
        interval=interval_text(estimate, words),
        note=objective.name,
        objective=words(f"objective.{objective.bound}", value=bound),
        verdict=words(f"verdict.{verdict.outcome}"),
        remark=_remark(context, verdict),
        mark=_mark(verdict),
    )


def _mark(verdict: Verdict) -> Mark:
    if verdict.outcome == "no data":
        return "open"
    return "good" if verdict.outcome == "met" else "bad"


def _remark(context: Context, verdict: Verdict) -> str:
    words, remarks = context.words, []
    if verdict.objective.expect == "missed" and verdict.is_expected:
        remarks.append(words("verdict.expected"))
    elif verdict.objective.expect == "missed":
        remarks.append(words("verdict.unexpected", expect=words("verdict.missed")))
    if verdict.estimate.value is not None and not verdict.decided:
        has_interval = verdict.estimate.half_width is not None
        remarks.append(words("verdict.undecided" if has_interval else "verdict.unknown"))
    return "; ".join(remarks)


def key_figures(context: Context) -> tuple[Tile, ...]:
    """Return the figures that a manager asks for first; those that the run cannot say are left out."""
    return tuple(_tiles(context))


def _tiles(context: Context) -> Iterator[Tile]:
    words = context.words
    yield from _tile(context, context.get("demand", "total"), "begun")
    yield from _share(context, "completed")
    yield from _share(context, "failed")
    yield from _tile(context, context.get("sojourn_time", "p50"), "sojourn")
    waits = longest_wait(context)
    if waits is not None:
        yield _figure(context, waits, words("tile.wait"), context.station(waits.scope))
    busiest = _largest(context, "utilisation", "mean")
    if busiest is not None:
        yield _figure(context, busiest, words("tile.busy"), context.station(busiest.scope))
    yield from _tile(context, context.get("conformance", "share"), "conformance")


def _tile(context: Context, estimate: Estimate | None, name: str) -> Iterator[Tile]:
    if estimate is not None:
        yield _figure(context, estimate, context.words(f"tile.{name}"), context.words(f"tile.{name}.note"))


def _figure(context: Context, estimate: Estimate, title: str, note: str) -> Tile:
    value, _, unit = parts(estimate, context.words)
    return Tile(title, value, unit, interval_text(estimate, context.words), note)


def _share(context: Context, ending: str) -> Iterator[Tile]:
    """Give how many of the journeys begun ended so, in numbers with their interval, and which share that is."""
    estimate, begun = context.get("endings", ending), context.get("demand", "total")
    if estimate is None or begun is None or not begun.value:
        return
    tile = _figure(context, estimate, context.words(f"tile.{ending}"), "")
    share = percent((estimate.value or 0.0) / begun.value)
    note = context.words("tile.completed.note")
    yield Tile(tile.title, tile.value, f"({keep_together(share)})", tile.interval, note)


def longest_wait(context: Context) -> Estimate | None:
    """Return the p95 of the waiting time of the station where it is largest, divisions together."""
    return _largest(context, "waiting_time", "p95")


def _largest(context: Context, metric: str, statistic: str) -> Estimate | None:
    stations = {Scope(station=key.name) for key in context.bundle.layout.stations}
    found = (context.get(metric, statistic, scope) for scope in sorted(stations))
    known = [estimate for estimate in found if estimate is not None]
    return max(known, key=lambda estimate: estimate.value or 0.0, default=None)


def headline(context: Context) -> str:
    """Return the result in words, built from the figures."""
    words = context.words
    begun, completed = context.get("demand", "total"), context.get("endings", "completed")
    if begun is None or not begun.value:
        return words("headline.none")
    share = percent((completed.value or 0.0) / begun.value if completed else 0.0)
    sentences = [words("headline.begun", begun=number(begun.value), share=share)]
    flight = context.get("endings", "in_flight")
    if flight is not None and (flight.value or 0.0) / begun.value >= 0.0005:
        sentences.append(words("headline.flight", share=percent((flight.value or 0.0) / begun.value)))
    sentences += _objective_sentence(context)
    wait = longest_wait(context)
    if wait is not None and (wait.value or 0.0) >= NOTICED:
        value = figure_text(wait, words)
        sentences.append(words("headline.wait", station=context.station(wait.scope), value=value))
    elif wait is not None:
        sentences.append(words("headline.no_wait"))
    sentences += _contract_sentence(context)
    return ("" if words.language == "zh" else " ").join(sentences)


def _objective_sentence(context: Context) -> list[str]:
    verdicts = context.summary.verdicts
    met = sum(verdict.outcome == "met" for verdict in verdicts)
    if not verdicts:
        return []
    if len(verdicts) == 1:
        return [context.words("headline.one_met" if met else "headline.one_missed")]
    return [context.words("headline.some", met=met, n=len(verdicts))]


def _contract_sentence(context: Context) -> list[str]:
    exercised = [row for row in context.bundle.conformance.rows if row.calls]
    failed = sum(row.verdict == "fail" for row in exercised)
    key = "headline.contract" if failed > 1 else "headline.contract_one"
    return [context.words(key, n=failed, all=len(exercised))] if failed else []
