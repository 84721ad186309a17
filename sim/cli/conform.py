"""``tongban conform``: replay journeys against a real system, and judge it."""

from __future__ import annotations

import os
import re
import secrets
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sim.catalog import Catalog
from sim.cli.conform_files import check_new, write_evidence, write_folder
from sim.cli.conform_secret import KINDS, credentials_of, partner_key
from sim.cli.conform_text import trial_colours, trial_text, verification_document, verification_text
from sim.cli.group import format_option, output_of, voice_options
from sim.cli.trust import trust_option, with_trust
from sim.conformance import CHECKS
from sim.conformance.caller import Errand
from sim.conformance.check import LEVELS
from sim.conformance.credential import Credentials
from sim.conformance.http import CallLimits, Tls, place_of
from sim.conformance.level import checks_of
from sim.conformance.trial import Order, conform, watch
from sim.conformance.trial.document import trial_document
from sim.conformance.trial.people import read_people
from sim.contract import load_contract_file
from sim.errors import UsageError
from sim.journey import load_journey, load_journey_file
from sim.units import parse_duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.cli.output import Output
    from sim.conformance.verdict import Trial
    from sim.contract import Contract
    from sim.journey import Journey
    from sim.journey.loader import ContractLoader
    from sim.mock import Citizen

GOOD, FAILED = 0, 1
_LISTEN: Final = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._-]+):(?P<port>[0-9]{1,5})")


class Span(click.ParamType[float]):
    """A span of time: ``30 s``, ``10 min``."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # click's
        """Return it in seconds, > 0."""
        if isinstance(value, float):
            return value
        try:
            seconds = parse_duration(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if seconds <= 0.0:
            self.fail("has to be longer than nothing", param, ctx)
        return seconds


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked of a trial."""

    journeys: tuple[str, ...]
    system: str | None
    target: str | None
    listen: str | None
    callback_base: str | None
    data: Path | None
    citizens: int
    seed: int
    parallel: int
    time_limit: float
    call_limit: float
    wait_limit: float
    max_requests: int
    auth: tuple[str, ...]
    token_url: str | None
    audience: str | None
    ca: Path | None
    client_cert: Path | None
    client_key: Path | None
    check: tuple[str, ...]
    level: tuple[str, ...]
    har: Path | None
    out: Path | None
    evidence: Path | None
    verify: Path | None
    trust_mocks: bool


_FILE = click.Path(dir_okay=False, path_type=Path)
_OPTIONS: Final = (
    click.option("--system", help="The system under test, by the name of its contract."),
    click.option("--target", metavar="URL", help="Its base address; without it, it is a system that only calls."),
    click.option(
        "--listen",
        metavar="HOST:PORT",
        help="Serve its partners here: each on PORT plus its place in `tongban contracts list` (0: any free ones).",
    ),
    click.option("--callback-base", metavar="URL", help="Address under which it reaches --listen, for callbacks."),
    click.option("--data", type=_FILE, help="Your test citizens, CSV; by default synthetic ones."),
    click.option(
        "--citizens",
        type=click.IntRange(1, 10_000),
        default=6,
        show_default=True,
        help="Errands of each journey; more where the journey has more branches.",
    ),
    click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=1, show_default=True, help="Of the citizens."),
    click.option("--parallel", type=click.IntRange(1, 64), default=1, show_default=True, help="Errands at once."),
    click.option(
        "--time-limit", type=Span(), default="10 min", show_default=True, metavar="TIME", help="Of the whole trial."
    ),
    click.option("--call-limit", type=Span(), default="30 s", show_default=True, metavar="TIME", help="Of each call."),
    click.option(
        "--wait-limit",
        type=Span(),
        default="2 s",
        show_default=True,
        metavar="TIME",
        help="Longest wait before a repeat, whatever the journey or Retry-After says.",
    ),
    click.option(
        "--max-requests",
        type=click.IntRange(1, 10_000_000),
        default=20_000,
        show_default=True,
        help="Most requests that the system gets.",
    ),
    click.option(
        "--auth",
        type=click.Choice(KINDS),
        multiple=True,
        help="What requests carry, its secrets in TONGBAN_... variables; by default what those hold. Repeatable.",
    ),
    click.option("--token-url", metavar="URL", help="Token endpoint of client credentials; by default the contract's."),
    click.option("--audience", help="`aud` of issued tokens; by default the name of the system."),
    click.option("--ca", type=_FILE, help="Certificates that are trusted, PEM; by default the machine's."),
    click.option("--client-cert", type=_FILE, help="Certificate for mutual TLS, PEM."),
    click.option("--client-key", type=_FILE, help="Its key, PEM, without a password."),
    click.option("--check", multiple=True, metavar="NAME", help="Ask this check alone. Repeatable."),
    click.option(
        "--level",
        type=click.Choice(list(LEVELS)),
        multiple=True,
        help="Ask the checks of this class alone, beside those of core. Repeatable.",
    ),
    click.option("--har", type=_FILE, help="Judge this recorded traffic, in HAR, in place of a live system."),
    click.option(
        "--out",
        type=click.Path(file_okay=False, path_type=Path),
        help="New folder for the reports: JSON, JUnit XML, HTML, HAR, text and a badge.",
    ),
    click.option("--evidence", type=_FILE, help="New file for evidence: reports, exchanges, digests, as ZIP."),
    click.option("--verify", type=_FILE, help="Check evidence, and try nothing."),
)


def _with_options(command: Any) -> Any:  # click's decorators take and give callables
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command()
@click.argument("journeys", nargs=-1, metavar="JOURNEY...")
@_with_options
@trust_option
@format_option
@voice_options
@click.pass_context
def command(ctx: click.Context, /, **values: Any) -> int:
    """Replay each JOURNEY against the system under test over HTTP, and judge it; tongban plays everybody else.

    Without --target the system walks by itself, an app or a kiosk, and calls the partners served on --listen; the trial
    ends when it has called all that the journeys call, or was silent for --call-limit.

    With --har, nothing is sent: recorded traffic is judged by every check that needs no request of its own. With
    --verify, evidence of an earlier trial is checked; 1 says that it was altered.

    Ends with 0 when all that was exercised passed, 1 when a check failed or could not be decided, 3 when the system was
    never reached.
    """
    return run(Options(**values), output_of(ctx))


def run(options: Options, output: Output) -> int:
    """Try the system and tell; return the exit code."""
    if options.verify is not None:
        return _verify(options, options.verify, output)
    if not options.journeys or options.system is None:
        raise UsageError("what is to be tried is not said", "name a JOURNEY and the --system under test")
    check_new(options.out, options.evidence)
    order = _order(options, options.system, output)
    trial = _tried(options, order, output)
    text = trial_text(trial, verbose=output.verbosity > 0)
    if not output.json and output.verbosity >= 0 and _is_terminal():
        from rich.console import Console  # noqa: PLC0415 - a pipe needs none of it

        Console(highlight=False).print(trial_colours(trial, verbose=output.verbosity > 0), soft_wrap=True)
    else:
        output.result(trial_document(trial), text)
    if options.out is not None:
        write_folder(options.out, trial, text, language=output.language)
        output.note(f"written to {options.out}")
    if options.evidence is not None:
        seal = write_evidence(options.evidence, trial, order.errands)
        output.note(f"evidence written to {options.evidence}, its SHA-256 is {seal}")
    return GOOD if trial.passed else FAILED


def _tried(options: Options, order: Order, output: Output) -> Trial:
    if options.har is not None:
        from sim.conformance.recorded import judge_recording  # noqa: PLC0415 - a live trial needs none of it

        return judge_recording(order, options.har)
    return conform(order) if order.place is not None else watch(order, lambda known: _tell_citizens(output, known))


def _verify(options: Options, evidence: Path, output: Output) -> int:
    """Check evidence and tell; return the exit code."""
    from sim.conformance.evidence import verify  # noqa: PLC0415 - a trial needs none of it

    others = (options.journeys, options.system, options.target, options.har, options.out, options.evidence)
    if any(others):
        raise UsageError("--verify stands alone", "leave journeys and other options out")
    found = verify(evidence)
    output.result(verification_document(found), verification_text(found))
    return GOOD if found.holds else FAILED


def _order(options: Options, system: str, output: Output) -> Order:
    catalog = with_trust(_catalog(options), asked=options.trust_mocks)
    load = cache(load_contract_file)  # one for all journeys
    errands = tuple(_errand(catalog, name, load) for name in options.journeys)
    tls = Tls(options.ca, options.client_cert, options.client_key)
    people = read_people(options.data) if options.data is not None else ()
    unknown = sorted(set(options.check) - set(CHECKS.names()))
    if unknown:
        raise UsageError(f"there is no check {', '.join(unknown)}", "tongban explain lists them")
    place = place_of(options.target, tls) if options.target is not None else None
    if options.har is not None and options.listen is not None:
        raise UsageError("--har and --listen exclude each other", "recorded traffic calls nobody")
    if place is None and options.listen is None and options.har is None:
        raise UsageError("neither --target nor --listen is given", "say where the system is, or where it calls")
    credentials = Credentials(None, None)
    if place is not None and options.har is None:
        credentials = credentials_of(
            options.auth,
            _contract(errands, system),
            people,
            audience=options.audience or system,
            token_endpoint=options.token_url,
            tls=tls,
        )
    return Order(
        catalog=catalog,
        errands=errands,
        system=system,
        place=place,
        credentials=credentials,
        partner_key=partner_key(),
        listen=_listen(options.listen),
        callback_base=_callback_base(options),
        people=people,
        citizens=options.citizens,
        seed=options.seed,
        parallel=options.parallel,
        limits=CallLimits(silence_seconds=options.call_limit, total_seconds=options.call_limit),
        requests=options.max_requests,
        seconds=options.time_limit,
        longest_wait=options.wait_limit,
        checks=_checks(options),
        run=secrets.token_hex(8),
        keeps_exchanges=options.out is not None or options.evidence is not None,
        on_listen=lambda served: _tell_listening(output, served),
        tell=lambda line: output.note(line, level=1),
    )


def _checks(options: Options) -> frozenset[str] | None:
    """Return the names of the checks that are asked; None is all."""
    if options.check and options.level:
        raise UsageError("--check and --level exclude each other", "give one of them")
    if options.level:
        return checks_of(("core", *options.level))
    return frozenset(options.check) or None


def _catalog(options: Options) -> Catalog:
    """Return the catalog of the first journey that is a file, else of the current folder, else the bundled one."""
    named = next((Path(name.partition("#")[0]) for name in options.journeys if _is_path(name)), None)
    if named is not None:
        return Catalog.around(named)
    here, bundled = Catalog(Path.cwd().resolve()), Catalog.bundled()
    return here if here.root != bundled.root and here.names("journey") else bundled


def _is_path(name: str) -> bool:
    return "/" in name or name.partition("#")[0].endswith((".yaml", ".yml", ".json"))


def _errand(catalog: Catalog, name: str, load: ContractLoader) -> Errand:
    document, _, workflow_id = name.partition("#")
    journey: Journey
    if _is_path(name):
        if not Path(document).is_file():
            raise UsageError(f"there is no file {document!r}", "check the path, or give the name of a journey")
        journey = load_journey_file(catalog, Path(document).absolute(), load=load)
    else:
        journey = load_journey(catalog, document, load=load)
    workflow = journey.workflows.get(workflow_id) if workflow_id else journey.main
    if workflow is None:
        raise UsageError(f"{document} has no workflow {workflow_id!r}", f"use one of {', '.join(journey.workflows)}")
    return Errand(journey, workflow)


def _contract(errands: tuple[Errand, ...], system: str) -> Contract:
    known = {one.name: one for errand in errands for one in errand.journey.contracts.values()}
    if system not in known:
        raise UsageError(f"no journey calls {system!r}", f"they call {', '.join(sorted(known))}")
    return known[system]


def _listen(text: str | None) -> tuple[str, int] | None:
    if text is None:
        return None
    matched = _LISTEN.fullmatch(text)
    if matched is None or int(matched["port"]) > 65535:
        raise UsageError(f"--listen {text!r} is no place to listen at", "write HOST:PORT, such as 127.0.0.1:9100")
    return matched["host"].strip("[]"), int(matched["port"])


def _callback_base(options: Options) -> str | None:
    if options.callback_base is None:
        return None
    if options.listen is None:
        raise UsageError("--callback-base needs --listen", "give both")
    return place_of(options.callback_base, option="--callback-base").base


def _tell_listening(output: Output, served: tuple[tuple[str, str], ...]) -> None:
    output.note("partners of the system, to be configured in it:")
    for name, url in served:
        output.note(f"  {name:24s} {url}")
    sys.stderr.flush()


def _tell_citizens(output: Output, known: Sequence[tuple[Citizen, str]]) -> None:
    """Tell whom the partners know: people who do not exist, with tokens that end with the trial."""
    output.note("citizens whom they know, each with a bearer token:")
    for citizen, token in known:
        output.note(f"  {citizen.name} {citizen.number} {token}")
    sys.stderr.flush()


def _is_terminal() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
