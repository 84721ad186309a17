"""The report as a value: everything in its order, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sim.chart.axis import percent
from sim.metric import LEVEL
from sim.report import conformance, divisions, drift, grid, statement, tile
from sim.report.context import Context
from sim.report.exhibit import exhibit
from sim.report.fold import fold
from sim.report.model import Cell, Column, Grid, Page, Section
from sim.report.text import Words
from sim.units import format_duration

if TYPE_CHECKING:
    from sim.chart import View

ASSUMED: Final = ("operations", "stations", "demand", "outcomes", "profiles")
"""Parts of a scenario whose assumed figures are told apart where they are many."""


def make_page(view: View, *, has_charts: bool = True) -> Page:
    """Return the report of a run, in the language of the view.

    Parameters
    ----------
    has_charts : bool
        Whether charts are drawn: a text format needs none.
    """
    context = Context(view, Words(view.language))
    words, manifest = context.words, view.bundle.manifest
    level = percent(LEVEL).replace(".0 %", " %")
    done = len(view.bundle.records)
    count = len(manifest.assumptions)
    shown, further = tile.ranked_objectives(context)
    return Page(
        language=view.language,
        title=words.pick(manifest.title),
        subtitle=_subtitle(context),
        headline=tile.headline(context),
        warnings=_warnings(context),
        assumed=words("assumed.badge" if count > 1 else "assumed.badge_one", n=count) if count else "",
        interval_note=words("note.interval", level=level, n=done) if done > 1 else words("note.no_interval"),
        objectives=shown,
        further=further,
        further_title=words("objectives.further", n=len(further)) if further else "",
        figures=tile.key_figures(context),
        sections=_sections(context, has_charts=has_charts),
        command=manifest.command,
        product=manifest.product,
    )


def _subtitle(context: Context) -> tuple[str, ...]:
    words, manifest = context.words, context.bundle.manifest
    done = len(context.bundle.records)
    repeated = words("replications", n=done) if done > 1 else words("replication")
    return (_window(context), repeated, words("seed", seed=manifest.seed), manifest.name)


def _window(context: Context) -> str:
    layout, start = context.bundle.layout, context.bundle.manifest.start
    first, last = (start + timedelta(seconds=at - layout.origin) for at in (layout.window_start, layout.window_end))
    is_day = last - first == timedelta(days=1) and (first.hour, first.minute, first.second) == (0, 0, 0)
    if is_day:
        weekday = "" if context.words.language == "zh" else f"{first:%A}, "
        return f"{weekday}{first:%Y-%m-%d}, 00:00 – 24:00 ({first:%Z})"  # noqa: RUF001 - from hour to hour
    text = context.words("day", start=f"{first:%Y-%m-%d %H:%M}", end=f"{last:%Y-%m-%d %H:%M}")
    return f"{text} ({first:%Z})" if first.tzinfo else text


def _warnings(context: Context) -> tuple[str, ...]:
    bundle, words = context.bundle, context.words
    done = len(bundle.records)
    found = [words("partial", done=done, asked=bundle.manifest.replications)] if bundle.manifest.partial else []
    return (*found, *([words("one_replication")] if done == 1 else []))


def _sections(context: Context, *, has_charts: bool) -> tuple[Section, ...]:
    beside = drift.section(context)
    is_reform = any(one.name == "baseline" for one in beside)
    sections = (
        *statement.section(context),
        *(beside if is_reform else ()),
        _shown(context, "throughput", "throughput"),
        _shown(context, "waiting", "waiting", grids=(grid.stations(context),)),
        *divisions.section(context),
        _shown(context, "utilisation", "utilisation", "queue_length", grids=(grid.load(context),)),
        _shown(context, "network", "network"),
        _shown(context, "outcomes", "outcomes", grids=(grid.outcomes(context), grid.journeys(context))),
        conformance.section(context),
        *(() if is_reform else beside),
        _losses(context),
        _assumptions(context),
        _reproduce(context),
    )
    if not has_charts:
        return sections
    return tuple(replace(one, exhibits=tuple(exhibit(context, name) for name in one.charts)) for one in sections)


def _shown(context: Context, name: str, *charts: str, grids: tuple[Grid, ...] = ()) -> Section:
    return Section(name, context.words(f"section.{name}"), charts=charts, grids=grids)


def _losses(context: Context) -> Section:
    lost, sentence = grid.losses(context)
    troubled, smooth = grid.calls(context)
    lead = [sentence] if sentence else []
    if troubled is None:
        lead.append(context.words("calls.none" if smooth is None else "calls.all_smooth"))
    grids = tuple(one for one in (lost, troubled) if one is not None)
    folded = () if smooth is None else (smooth,)
    return Section("losses", context.words("section.losses"), tuple(lead), grids=grids, folded=folded)


def _assumptions(context: Context) -> Section:
    words, assumptions = context.words, context.bundle.manifest.assumptions
    title = words("section.assumptions")
    if not assumptions:
        return Section("assumptions", title, (words("assumptions.none"),))
    rows = tuple((Cell(one.where, is_code=True), _note(words, one.note)) for one in assumptions)
    table = Grid("", (Column(words("column.figure")), Column(words("column.note"))), rows)
    kinds = [one.where.partition(".")[0] for one in assumptions]
    table = fold(words, table, [f"assumed.{kind if kind in ASSUMED else 'others'}" for kind in kinds], shown=0)
    table = replace(table, parts=tuple(sorted(table.parts, key=lambda part: -len(part.rows))))
    return Section("assumptions", title, (words("assumptions.lead"),), grids=(table,))


def _note(words: Words, note: str) -> Cell:
    return Cell(note) if note else Cell(words("assumptions.no_note"), mark="quiet")


def _reproduce(context: Context) -> Section:
    words, manifest = context.words, context.bundle.manifest
    spent = manifest.seconds
    seconds = {name: format_duration(getattr(spent, name)) for name in ("wall", "engine", "compile", "replay")}
    facts = {
        "input_digest": manifest.input_digest,
        "digest": manifest.digest,
        "seed": str(manifest.seed),
        "replications": f"{len(context.bundle.records)} / {manifest.replications}",
        "window": _window(context),
        "engine": manifest.engine,
        "product": manifest.product,
        "versions": ", ".join(f"{name} {version}" for name, version in manifest.versions),
        "platform": manifest.platform,
        "started": f"{manifest.started:%Y-%m-%d %H:%M:%S} UTC",
        "seconds": words("seconds", **seconds),
    }
    rows = tuple((Cell(words(f"fact.{name}")), Cell(value, is_code="digest" in name)) for name, value in facts.items())
    run = Grid("", (Column(""), Column("")), rows)
    sources = tuple(
        (Cell(words.name("kind", source.kind)), Cell(source.file, is_code=True), Cell(source.digest, is_code=True))
        for source in manifest.sources
    )
    columns = tuple(Column(words(f"column.{name}")) for name in ("kind", "file", "digest"))
    kinds = [f"source.{source.kind}" for source in manifest.sources]
    grids = (run, fold(words, Grid(words("sources"), columns, sources), kinds, shown=0)) if sources else (run,)
    return Section("reproduce", words("section.reproduce"), (words("reproduce.lead"),), grids=grids)
