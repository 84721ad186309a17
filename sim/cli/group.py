"""The command ``tongban``: its commands are loaded when they are called, its options are read before anything else."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli.output import Output

if TYPE_CHECKING:
    from collections.abc import Callable

COMMANDS: Final = {
    "run": "Simulate a scenario.",
    "check": "Check contracts, journeys and scenarios.",
    "report": "Report on a stored run.",
    "contracts": "Look at the contracts of the catalog.",
    "new": "Make a catalog of your own.",
    "mock": "Serve partner systems over HTTP.",
    "conform": "Replay journeys against a real system, and judge it.",
    "explain": "Explain a check of conformance.",
    "doctor": "Check that this machine can run tongban.",
}


class LazyGroup(click.Group):
    """A group whose commands stand in modules of their own, imported when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the base class's signature
        """Return the names of all commands in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """Import and return a command, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"sim.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _set_format(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    if value is not None:
        output_of(ctx).json = value == "json"


def _set_verbose(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's
    if value:
        output_of(ctx).verbosity = 1


def _set_quiet(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's
    if value:
        output_of(ctx).verbosity = -1


def _set_language(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    if value is not None:
        output_of(ctx).language = value


def output_of(ctx: click.Context) -> Output:
    """Return how to print; one for the whole call."""
    return ctx.ensure_object(Output)


def format_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--format``."""
    return click.option(
        "--format",
        type=click.Choice(["text", "json"]),
        expose_value=False,
        is_eager=True,
        callback=_set_format,
        help="Form of the result on stdout.",
    )(command)


def voice_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``-q``, ``-v`` and ``--lang``."""
    for option in (
        click.option(
            "--lang",
            type=click.Choice(["en", "zh"]),
            expose_value=False,
            is_eager=True,
            callback=_set_language,
            help="Language of reports.",
        ),
        click.option(
            "-v",
            "--verbose",
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_set_verbose,
            help="Say what happens; show where a bug is.",
        ),
        click.option(
            "-q",
            "--quiet",
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_set_quiet,
            help="Say nothing but errors.",
        ),
    ):
        command = option(command)
    return command


@click.group(
    cls=LazyGroup,
    context_settings={"auto_envvar_prefix": "TONGBAN", "help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 good, 1 checks failed, 2 bad input or usage, 3 target unreachable, 4 objective missed, "
    "5 partial results, 70 a bug of tongban, 130 interrupted.",
)
@click.version_option(package_name="tongban", message="%(prog)s %(version)s")
@format_option
@voice_options
def cli() -> None:
    """Simulate and check a network of online public services from its contracts, journeys and scenarios."""
