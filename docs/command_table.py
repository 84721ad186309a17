"""The command line as tables: usage, arguments, options."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import click

from docs.grid import code, grid
from sim.cli.group import COMMANDS, cli

if TYPE_CHECKING:
    from collections.abc import Iterator


def command_tables() -> str:
    """Return a section a command: how it is called, what it does, its options."""
    parts: list[str] = []
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli, info_name="tongban"), name)
        if command is None:
            message = f"there is no command {name}"
            raise LookupError(message)
        for path, each in _leaves(f"tongban {name}", command):
            parts += [f"## {path}", *_section(path, each)]
    return "\n\n".join(parts)


def _leaves(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, child in sorted(command.commands.items()):
            yield from _leaves(f"{path} {name}", child)
    else:
        yield path, command


def _section(path: str, command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=path)
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    yield f"```text\n{usage}\n```"
    yield fill(" ".join((command.help or "").split()), 120)
    options = [one for one in command.params if isinstance(one, click.Option)]
    yield grid(("option", "value", "default", "meaning"), [_option(one, context) for one in options])


def _option(option: click.Option, context: click.Context) -> tuple[str, str, str, str]:
    names = ", ".join(code(name) for name in sorted(option.opts, key=len))
    shown = option.show_default and option.default is not None
    return names, _value(option, context), code(str(option.default)) if shown else "", option.help or ""


def _value(option: click.Option, context: click.Context) -> str:
    if option.is_flag:
        return ""
    if isinstance(option.type, click.Choice):
        return ", ".join(code(str(one)) for one in option.type.choices)
    if isinstance(option.type, click.IntRange):
        return f"{option.type.min} to {option.type.max}"
    return code(option.make_metavar(context))
