"""``tongban mock``: the partner systems over HTTP."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sim.catalog import Catalog, find_scenario
from sim.cli.group import format_option, output_of, voice_options
from sim.cli.mock_partner import real_partners
from sim.cli.mock_text import ready_document, ready_text
from sim.cli.progress import progress
from sim.cli.trust import trust_option, with_trust
from sim.conformance.preparation import Prepared, prepare_world, read_preparation
from sim.errors import UsageError
from sim.mock import CHINA, RunningClock
from sim.mock.http import (
    Faults,
    House,
    Log,
    Serving,
    Traffic,
    is_loopback,
    parse_chaos,
    parse_destinations,
    serve,
    simulate_background,
)
from sim.mock.live import Population, load_systems, open_world, settle
from sim.mock.security import OWN
from sim.mock.sqlite_store import SqliteStore
from sim.mock.store import MemoryStore
from sim.scenario import load_scenario
from sim.units import format_duration, parse_clock, parse_duration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.cli.output import Output
    from sim.conformance.preparation import Preparation
    from sim.mock import Citizen, Store, System, World
    from sim.mock.http import Background, Site
    from sim.scenario import Scenario

GOOD = 0
SEED: Final = 1
DAY: Final = 86400.0
SECRETS: Final = {
    "signing": "TONGBAN_MOCK_SIGNING_SECRET",
    "api-key": "TONGBAN_MOCK_API_KEY",
    "basic": "TONGBAN_MOCK_BASIC",
    "client": "TONGBAN_MOCK_CLIENT_SECRET",
}
"""Environment variables that replace the secrets which the seed decides; never an option, which others could see."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked of the mocks; None is a default that depends on others."""

    systems: tuple[str, ...]
    host: str
    port: int
    seed: int | None
    citizens: int
    state: Path | None
    prepare: tuple[str, ...]
    scenario: str | None
    at: str | None
    no_background: bool
    speed: float
    chaos: str
    partner: tuple[str, ...]
    allow_callback: tuple[str, ...]
    allow_host: tuple[str, ...]
    token: str | None
    trust_mocks: bool


@dataclass(slots=True)
class Residents:
    """Who lives in the served world, and what was prepared in it; made anew at each reset.

    Parameters
    ----------
    population : Population
    preparations : tuple of Preparation
        The n-th is the errand of the n-th citizen.
    tokens : dict of str to str
        By citizen number.
    """

    population: Population
    preparations: tuple[Preparation, ...]
    tokens: dict[str, str]
    prepared: tuple[Prepared, ...] = ()

    @property
    def citizens(self) -> tuple[Citizen, ...]:
        """The citizens in order."""
        return self.population.citizens()

    def settle(self, world: World) -> None:
        """Make citizens and prepared errands; those that a state file brought along are not made again."""
        self.tokens = settle(world, self.population)
        pairs = enumerate(zip(self.preparations, self.citizens, strict=False))
        self.prepared = tuple(self._prepare(world, number, *pair) for number, pair in pairs)
        world.exchanges.clear()
        world.notices.clear()

    def _prepare(self, world: World, number: int, preparation: Preparation, citizen: Citizen) -> Prepared:
        table, key = world.store.table(OWN, "prepared"), f"{number} {preparation.text}"
        kept = table.get(key)
        if kept is not None:
            return Prepared(preparation.text, citizen, kept["waits_at"], kept["outcome"], kept["values"])
        left = prepare_world(world, preparation, citizen, self.tokens[citizen.number])
        table.put(key, {"waits_at": left.waits_at, "outcome": left.outcome, "values": left.values})
        return left


@click.command()
@click.argument("systems", nargs=-1, metavar="[SYSTEM]...")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to bind; off loopback needs --token.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="Port of the first system, the others follow; 0: any free ones.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    help="Seed of citizens, tokens, secrets and draws; by default the scenario's, else 1.",
)
@click.option(
    "--citizens",
    type=click.IntRange(1, 10_000),
    default=10,
    show_default=True,
    help="Synthetic citizens who are known.",
)
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    help="SQLite file in which the state is kept; by default it ends with the process.",
)
@click.option(
    "--prepare",
    multiple=True,
    metavar="JOURNEY[@STEP]",
    help="Walk an errand up to a step, where it waits, or to its end. Repeatable: each is another citizen's.",
)
@click.option("--scenario", help="Give calls the queues, service times and outages of a scenario: a file or a name.")
@click.option("--at", metavar="TIME", help="Begin at this time of the scenario: 09:30, or a span such as 1 d 9 h.")
@click.option("--no-background", is_flag=True, help="Without the scenario's own citizens: none but your calls come.")
@click.option(
    "--speed",
    type=click.FloatRange(0.001, 100_000.0),
    default=1.0,
    show_default=True,
    help="Seconds of the world a real second.",
)
@click.option("--chaos", default="", metavar="FAULTS", help="Add faults: status=503:0.02,latency=2s:0.05,drop=0.01.")
@click.option(
    "--partner",
    multiple=True,
    metavar="NAME=URL",
    help="A partner that is a real system: the mocks' calls to it go there, signed. Repeatable.",
)
@click.option(
    "--allow-callback",
    multiple=True,
    metavar="HOST:PORT",
    help="Where callbacks may go beside this machine; https://NAME=http://HOST:PORT leads one elsewhere. Repeatable.",
)
@click.option("--allow-host", multiple=True, metavar="NAME", help="Name by which clients may call. Repeatable.")
@click.option("--token", help="What the control endpoints ask for; better in TONGBAN_MOCK_TOKEN.")
@trust_option
@format_option
@voice_options
@click.pass_context
def command(ctx: click.Context, /, **values: Any) -> int:
    """Serve the mocks of SYSTEMs over HTTP, each on a port of its own; without a name, those of every contract.

    Requests and answers are held against the contracts. Control endpoints stand under /_tongban/. Ctrl-C ends it.
    """
    return mock(Options(**values), output_of(ctx))


def mock(options: Options, output: Output) -> int:
    """Serve until Ctrl-C or SIGTERM; return the exit code."""
    _check(options)
    catalog = with_trust(_catalog(), asked=options.trust_mocks)
    names = options.systems or catalog.names("contract")
    preparations = tuple(read_preparation(catalog, text) for text in options.prepare)
    called = dict.fromkeys([*names, *(name for one in preparations for name in one.systems)])
    partners = real_partners(options.partner, catalog, names, preparations)
    systems = partners.standing_in(catalog, load_systems(catalog, called))
    _tell_withheld(systems, output)
    place = None if options.scenario is None else find_scenario(options.scenario)
    scenario = None if place is None else load_scenario(*place)
    seed = options.seed if options.seed is not None else scenario.seed if scenario is not None else SEED
    clock = _clock(options, scenario)
    store: Store = SqliteStore.open(options.state) if options.state is not None else MemoryStore()
    world = open_world(catalog, systems, seed=seed, clock=clock, store=store)
    _set_secrets(world)
    partners.sign_as(world)
    residents = Residents(_population(options, seed, scenario, preparations), preparations, {})
    house = House(world, clock, residents.settle)
    if scenario is not None and place is not None:
        alone = options.no_background
        background = None if alone else _background(*place, options, seed=seed, output=output)
        house.traffic = Traffic(scenario, house.agenda, seed=seed, background=background)
        _tell_uncosted(house.traffic, world, names, output)
    destinations = parse_destinations(options.allow_callback, loopback=is_loopback(options.host))
    faults = Faults(seed, parse_chaos(options.chaos))
    secret = os.environ.get(SECRETS["client"], "")
    service = partners.service(
        house, destinations, Log(output.note if output.verbosity >= 0 else None), faults=faults, client_secret=secret
    )

    def on_ready(site: Site) -> None:
        hidden = frozenset(kind for kind, variable in SECRETS.items() if os.environ.get(variable))
        output.result(ready_document(site, service, residents, hidden), ready_text(site, service, residents, hidden))
        sys.stdout.flush()

    allowed = frozenset(name.lower() for name in options.allow_host)
    try:
        serve(Serving(options.host, options.port, tuple(names), allowed, options.token), service, on_ready=on_ready)
    finally:
        partners.close()
        if isinstance(store, SqliteStore):
            store.close()
    return GOOD


def _check(options: Options) -> None:
    """Refuse what does not fit together.

    Raises
    ------
    UsageError
        Others could reach the mock and no token is set, a system is named twice, a time is given and no scenario.
    """
    if not is_loopback(options.host) and not options.token:
        message = f"--host {options.host} lets other machines control the mock"
        raise UsageError(message, "set a token in TONGBAN_MOCK_TOKEN, or bind 127.0.0.1")
    if options.token is not None and len(options.token) < 8:
        raise UsageError("the token is shorter than 8 characters", "set a longer one in TONGBAN_MOCK_TOKEN")
    if options.scenario is None and options.at is not None:
        raise UsageError("--at is a time of a scenario and there is none", "name one with --scenario")
    if options.scenario is None and options.no_background:
        raise UsageError("--no-background leaves out a scenario's citizens and there is none", "leave it out")
    if len(set(options.systems)) < len(options.systems):
        raise UsageError("a system is named twice", "name each once")


def _catalog() -> Catalog:
    """Return the catalog of the current folder, else the bundled one."""
    here, bundled = Catalog(Path.cwd().resolve()), Catalog.bundled()
    return here if here.root != bundled.root and here.names("contract") else bundled


def _clock(options: Options, scenario: Scenario | None) -> RunningClock:
    """Return the clock of the world: the scenario's, from the time that was asked for, else today's."""
    if scenario is None:
        return RunningClock(datetime.now(CHINA), speed=options.speed)
    begin = 0.0 if options.at is None else _instant(options.at, scenario)
    return RunningClock(scenario.start, speed=options.speed, head_start=begin)


def _instant(text: str, scenario: Scenario) -> float:
    """Return seconds after the scenario's start, as its faults are timed: a time of day is the first from there on.

    Raises
    ------
    UsageError
        It is no time, or one after the scenario's end.
    """
    start = scenario.start
    midnight = start.hour * 3600.0 + start.minute * 60.0 + start.second + start.microsecond / 1e6
    try:
        at = (parse_clock(text) - midnight) % DAY if ":" in text else parse_duration(text)
    except ValueError as error:
        raise UsageError(f"--at {text}: {error}", "write --at 09:30, or --at '1 d 9 h'") from error
    if at >= scenario.duration:
        message = f"--at {text} is after the scenario's end"
        raise UsageError(message, f"choose a time less than {format_duration(scenario.duration)} after its start")
    return at


def _background(catalog: Catalog, path: Path, options: Options, *, seed: int, output: Output) -> Background:
    """Return the visits of the scenario's own citizens: those of ``tongban run``, replication 0."""
    from sim.engine import choose_engine  # noqa: PLC0415 - takes half a second, and most mocks serve no scenario
    from sim.experiment.preparation import prepare  # noqa: PLC0415 - as above

    with progress(output) as show:
        plan = prepare(with_trust(catalog, asked=options.trust_mocks), path, {}, on_progress=show).compiled.plan
    engine = choose_engine("auto", plan, 1)
    if not engine.is_ready():
        output.note(f"the {engine.name} engine is compiled now, once for this machine: about ten seconds")
    engine.warm_up()
    return simulate_background(plan, engine, seed=seed)


def _population(
    options: Options, seed: int, scenario: Scenario | None, preparations: tuple[Preparation, ...]
) -> Population:
    """Return who lives here: as many as were asked for, and one for each errand that is prepared."""
    count = max(options.citizens, len(preparations))
    offices = tuple(one.code for one in scenario.divisions if one.simulated) if scenario is not None else ()
    return Population(seed, count, offices) if offices else Population(seed, count)


def _set_secrets(world: World) -> None:
    """Take the secrets that stand in the environment."""
    if signing := os.environ.get(SECRETS["signing"]):
        world.keyring.secrets["partner"] = signing.encode()
    for kind in ("api-key", "basic"):
        if value := os.environ.get(SECRETS[kind]):
            world.keyring.keys[kind] = value


def _tell_withheld(systems: Mapping[str, System], output: Output) -> None:
    for name, system in systems.items():
        if system.mock.withheld is not None:
            why = "the catalog is not trusted: answers come from examples and schemas"
            output.note(f"{name}: its mock is not loaded, as {why}; --trust-mocks loads it")


def _tell_uncosted(traffic: Traffic, world: World, names: tuple[str, ...], output: Output) -> None:
    for name in names:
        missing = traffic.uncosted(world.systems[name].provider.operations)
        if missing:
            output.note(f"{name}: the scenario has no cost for {', '.join(missing)}: answered at once")
