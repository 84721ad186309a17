"""``tongban run``: simulate a scenario."""

from __future__ import annotations

import json
import shlex
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.bundle import (
    check_place,
    copy_log,
    find_bundle,
    folder_name,
    has_log,
    join_log,
    log_folder,
    write_bundle,
)
from sim.catalog import find_scenario
from sim.cli.group import format_option, output_of, voice_options
from sim.cli.progress import progress
from sim.cli.results import RESULTS
from sim.cli.run_text import run_text
from sim.cli.trust import is_trusted_by_user, trust_option, with_trust
from sim.errors import UsageError
from sim.experiment import (
    Request,
    compile_time,
    make_bundle,
    prepare,
    redescribed,
    run_baseline,
    run_experiment,
)
from sim.metric import summarise, summary_document

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.bundle import Bundle
    from sim.cli.output import Output
    from sim.experiment import Prepared
    from sim.experiment.replication import Stop
    from sim.metric import Summary

GOOD, MISSED, PARTIAL, INTERRUPTED = 0, 4, 5, 130


LONG = 5.0
"""CPU seconds of compiling that are worth a word."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked of a run; None is the scenario's own."""

    scenario: str
    engine: str
    seed: int | None
    replications: int | None
    workers: int | None
    settings: tuple[str, ...]
    out: Path
    force: bool
    log: bool
    trust_mocks: bool


@click.command()
@click.argument("scenario")
@click.option(
    "--engine",
    type=click.Choice(["auto", "kernel", "reference"]),
    default="auto",
    show_default=True,
    help="Engine; both give the same results.",
)
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Seed; by default the scenario's.")
@click.option("--replications", type=click.IntRange(1, 10_000), help="Replications; by default the scenario's.")
@click.option("--workers", type=click.IntRange(1, 1_000), help="Processes; by default all cores.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change a value: scale=0.1. Repeatable.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=RESULTS,
    show_default=True,
    help="Folder in which the bundle is put.",
)
@click.option("--force", is_flag=True, help="Simulate even where the result is stored.")
@click.option("--log", is_flag=True, help="Also keep a row for every journey and for every visit of a station.")
@trust_option
@format_option
@voice_options
@click.pass_context
def command(ctx: click.Context, /, **values: Any) -> int:
    """Simulate SCENARIO: a file, or the name of a scenario of the catalog."""
    return simulate(Options(**values), output_of(ctx))


def simulate(options: Options, output: Output) -> int:
    """Run a scenario, or find it stored; print it and return the exit code."""
    started = datetime.now(UTC)
    catalog, path = find_scenario(options.scenario)
    catalog = with_trust(catalog, asked=options.trust_mocks)
    with ExitStack() as parts:
        with progress(output) as show:
            prepared = prepare(catalog, path, _settings(options.settings), on_progress=show)
            request = Request.of(
                prepared,
                engine=options.engine,
                seed=options.seed,
                replications=options.replications,
                workers=options.workers,
            )
            name = folder_name(prepared.scenario.name, request.digest(prepared))
            check_place(options.out / name)
            bundle, stop = (None, "") if options.force else (_stored(options, prepared, request, output), "")
            if bundle is None:
                if options.log:
                    request = replace(request, log=parts.enter_context(log_folder(options.out / name)))
                bundle, stop = _simulated(options, prepared, request, started=started, show=show, output=output)
        _tell_untrusted(prepared, output)
        summary = summarise(bundle)
        if bundle.path is None:
            with progress(output) as show:
                bundle = _store(bundle, summary, options.out, output, log=request.log, show=show)
    output.result(summary_document(bundle, summary), run_text(bundle, summary))
    if stop:
        output.note(f"{stop}: partial results are kept in {bundle.path}")
        return INTERRUPTED if stop == "interrupted" else PARTIAL
    missed = (one for one in summary.verdicts if one.objective.expect == "met" and one.outcome != "met")
    return MISSED if any(missed) else GOOD


def _settings(words: tuple[str, ...]) -> dict[str, str]:
    """Return the settings by dotted path.

    Raises
    ------
    UsageError
        A setting has no ``=``.
    """
    pairs = [word.partition("=") for word in words]
    for key, sign, value in pairs:
        if not sign or not key:
            raise UsageError(f"--set {key}{sign}{value} is not a setting", "write KEY=VALUE, such as --set scale=0.1")
    return {key.strip(): value.strip() for key, _, value in pairs}


def _stored(options: Options, prepared: Prepared, request: Request, output: Output) -> Bundle | None:
    """Return the bundle of an earlier run of the same inputs; without a path when it has to be described anew."""
    bundle = find_bundle(options.out, prepared.scenario.name, request.digest(prepared))
    if bundle is not None and bundle.path is not None and (has_log(bundle.path) or not options.log):
        output.note("the same run is stored; --force simulates it again")
        return redescribed(bundle, prepared, command=_reproduce(options, prepared, request))
    return None


def _tell_untrusted(prepared: Prepared, output: Output) -> None:
    systems = [system for system, how in prepared.table.mocked_by if how == "untrusted"]
    if systems:
        output.note(
            f"the mocks of {', '.join(systems)} are not loaded, as the catalog is not trusted; the examples of the "
            "contracts answered; --trust-mocks loads them"
        )


def _simulated(
    options: Options,
    prepared: Prepared,
    request: Request,
    *,
    started: datetime,
    show: Callable[[str, float], None],
    output: Output,
) -> tuple[Bundle, Stop]:
    told = 0

    def on_progress(share: float, finished: int) -> None:
        nonlocal told
        show("simulating", share)
        if finished > told:
            told = finished
            output.note(f"replication {finished} of {request.replications} is done", level=1)

    seconds = compile_time(request.engine)
    if seconds > LONG:
        output.note(f"the {request.engine} engine is compiled now, once for this machine: about {seconds:.0f} s")
    outcome = run_experiment(prepared, request, on_progress=on_progress)
    if not outcome.records:
        raise KeyboardInterrupt
    beside = "simulating the baseline" if prepared.scenario.baseline is not None else "simulating without variants"
    comparison, outcome = run_baseline(prepared, request, outcome, on_progress=lambda share, _: show(beside, share))
    command = _reproduce(options, prepared, request)
    return make_bundle(
        prepared, request, outcome, command=command, comparison=comparison, started=started
    ), outcome.stop


def _reproduce(options: Options, prepared: Prepared, request: Request) -> str:
    words = ["tongban", "run", options.scenario, "--seed", str(request.seed)]
    words += ["--replications", str(request.replications)]
    words += ["--trust-mocks"] if is_trusted_by_user(prepared.documents.catalog) else []
    words += ["--log"] if options.log else []
    words += [word for setting in options.settings for word in ("--set", setting)]
    return shlex.join(words)


def _store(
    bundle: Bundle,
    summary: Summary,
    parent: Path,
    output: Output,
    *,
    log: Path | None,
    show: Callable[[str, float], None],
) -> Bundle:
    """Store a bundle with its log, summary, report and charts; a report that fails does not cost the run."""
    manifest = bundle.manifest
    place = parent / folder_name(manifest.name, manifest.input_digest, partial=manifest.partial)
    failures: list[BaseException] = []

    def complete(written: Bundle) -> None:
        if written.path is None:
            return
        if log is not None:
            join_log(log, (record.replication for record in bundle.records), written.path)
        elif not manifest.partial:
            copy_log(place, written.path)  # of the same inputs, so of the same values
        document = summary_document(replace(written, path=place), summary)
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1)
        (written.path / "summary.json").write_text(text + "\n", encoding="utf-8")
        try:
            from sim.report import write_report  # noqa: PLC0415 - what is stored already needs no charts

            def tell(share: float) -> None:
                show("writing the report", share)

            write_report(written, written.path, lang=output.language, summary=summary, on_progress=tell)
        except (Exception, KeyboardInterrupt) as error:
            failures.append(error)

    stored = write_bundle(bundle, parent, complete=complete)
    for failure in failures:
        output.note(f"the results are kept without their report in {stored.path}")
        raise failure
    return stored
