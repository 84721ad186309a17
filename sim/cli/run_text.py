"""A run as text, fit for 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.cli.text import NOTHING, amount, figure, is_share, table
from sim.metric import Scope
from sim.units import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.bundle import Bundle, ConformanceTable, Difference
    from sim.metric import Summary, Verdict

SIGNS = {"met": "✓", "missed": "✗", "no data": "?"}


def run_text(bundle: Bundle, summary: Summary) -> str:
    """Return the key figures of a run, its objectives and where it is stored."""
    return "\n\n".join(part for part in _parts(bundle, summary) if part)


def _parts(bundle: Bundle, summary: Summary) -> Iterator[str]:
    yield _head(bundle)
    yield _stations(bundle, summary)
    yield _journeys(bundle, summary)
    yield "\n".join(_verdict(verdict) for verdict in summary.verdicts)
    yield _comparison(bundle)
    yield "\n".join(_foot(bundle))


def _head(bundle: Bundle) -> str:
    manifest, layout = bundle.manifest, bundle.layout
    count = len(bundle.records)
    runs = f"{count} replication{'s' if count != 1 else ''}"
    window = format_duration(layout.window_end - layout.window_start)
    words = f"{manifest.title.en} ({manifest.name})\n{runs} of {window}, seed {manifest.seed}"
    if manifest.partial:
        words += f"\nPARTIAL: {count} of {manifest.replications} replications"
    words += "" if count > 1 else "; one replication gives no intervals"
    if not all(record.drained for record in bundle.records):
        words += "\nstopped with journeys in flight: sojourn times are of those that ended"
    return words


def _stations(bundle: Bundle, summary: Summary) -> str:
    names = sorted({key.name for key in bundle.layout.stations})
    rows = [
        (
            scope.station or "",
            figure(summary.get("waiting_time", "mean", scope)),
            figure(summary.get("waiting_time", "p95", scope)),
            figure(summary.get("utilisation", "mean", scope)),
        )
        for scope in (Scope(station=name) for name in names)
    ]
    return table(("station", "waiting mean", "waiting p95", "utilisation"), rows)


def _journeys(bundle: Bundle, summary: Summary) -> str:
    names = sorted({key.journey for key in bundle.layout.groups})
    scopes = [Scope(journey=name) for name in names] + ([Scope()] if len(names) > 1 else [])
    rows = [
        (
            scope.journey or "all",
            figure(summary.get("throughput", "per_hour", scope)),
            figure(summary.get("sojourn_time", "mean", scope)),
            figure(summary.get("endings", "failed", scope)),
        )
        for scope in scopes
    ]
    return table(("journey", "ended", "sojourn mean", "failed"), rows)


def _verdict(verdict: Verdict) -> str:
    objective, estimate = verdict.objective, verdict.estimate
    where = " ".join(word for word in (objective.station, objective.journey, objective.channel) if word)
    sign = "≤" if objective.bound == "at_most" else "≥"
    bound = amount(objective.value, estimate.unit, is_share=is_share(estimate))
    words = f"{SIGNS[verdict.outcome]} {objective.name}: {objective.metric} {estimate.statistic}"
    words += f" of {where}" if where else ""
    words += f"\n    {figure(estimate)} {sign} {bound}: {verdict.outcome}"
    if not verdict.decided and estimate.value is not None:
        words += ", the interval holds the set value" if estimate.half_width is not None else ""
    return words + ("" if objective.expect == "met" else f" (expected: {objective.expect})")


def _comparison(bundle: Bundle) -> str:
    """Return what lies between the run and its baseline: paired differences over the replications."""
    comparison = bundle.manifest.comparison
    if comparison is None:
        return ""
    if comparison.kind == "variants":
        whole = [one for one in comparison.differences if one.is_whole]
        rows = [(f"{one.metric} {one.statistic}", *_sides(one)) for one in whole]
        return table(("cost of drift", "without", "with variants", "difference"), rows)
    shown = [one for one in comparison.differences if one.is_whole or one.line is not None]
    compared = [(f"{one.metric} {one.statistic}", one.line or "all", *_sides(one), _ratio(one)) for one in shown]
    return table((f"beside {comparison.name}", "of", "before", "after", "difference", "ratio"), compared)


def _sides(one: Difference) -> tuple[str, str, str]:
    before, after = (amount(figure, one.unit, is_share=False) for figure in (one.before, one.after))
    return before, after, ("+" if one.value > 0.0 else "") + amount(one.value, one.unit, one.half_width)


def _ratio(one: Difference) -> str:
    return "" if one.ratio is None else amount(one.ratio, "1", one.ratio_half_width, is_share=False)


def _foot(bundle: Bundle) -> Iterator[str]:
    manifest, spent = bundle.manifest, bundle.manifest.seconds
    yield f"conformance  {conformance_line(bundle.conformance)}"
    yield from (f"answered by  {line}" for line in _answered(bundle.conformance))
    count = len(manifest.assumptions)
    yield f"assumptions  {count} figure{'s' if count != 1 else ''} that nobody measured" + (
        ", listed in the report" if count else ""
    )
    yield f"bundle       {bundle.path}"
    yield f"digest       {manifest.digest}"
    yield (
        f"time         {format_duration(spent.wall)}; CPU: engine {manifest.engine} {format_duration(spent.engine)}, "
        f"compile {format_duration(spent.compile)}"
        + (f", replay {format_duration(spent.replay)}" if bundle.conformance.citizens else "")
    )


def _answered(table: ConformanceTable) -> Iterator[str]:
    """Yield what answered for each system that no mock answered for: what it would do is not judged."""
    systems = {row.contract for row in table.rows}  # single operations that a mock lacks are for the report
    why = {"examples": "it has no mock", "untrusted": "its mock is not trusted"}
    for system, how in table.mocked_by:
        if system in systems and how in why:
            yield f"examples of {system}'s contract: {why[how]}"


def conformance_line(table: ConformanceTable) -> str:
    """Return what the replay found in a line."""
    if not table.citizens:
        return "not applicable: no journey has a contract"
    calls = sum(row.calls for row in table.rows)
    failed = sum(row.refused + row.breached for row in table.rows)
    omitted = sum(row.verdict == "omit" for row in table.rows)
    share = amount((calls - failed) / calls, "1", is_share=True) if calls else NOTHING
    return f"{share} of {calls} replayed calls conform; {omitted} of {len(table.rows)} operations not exercised"
