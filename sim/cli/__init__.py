"""The command line.

Takes what a person types, gives text or JSON on stdout and an exit code, promises that every error says what to do and
that asking for help loads nothing heavy.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from sim.cli.group import cli
from sim.cli.output import Output, wants_json
from sim.cli.process import collecting_seldom, endings_interrupt, leave_full_memory, open_streams, settle_streams
from sim.errors import TongbanError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

GOOD = 0
USAGE = 2
BUG = 70
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those of the process.

    Returns
    -------
    int
        The exit code: 0 good, 1 checks failed, 2 bad input or usage, 3 target unreachable, 4 objective missed,
        5 partial results, 70 our bug, 130 interrupted.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    open_streams()
    output = Output(json=wants_json(words, os.environ), verbosity=int(not {"-v", "--verbose"}.isdisjoint(words)))
    try:
        with endings_interrupt(), collecting_seldom():
            return _run(words, output)
    finally:
        settle_streams()


def _run(words: list[str], output: Output) -> int:
    try:
        code = cli.main(words, prog_name="tongban", standalone_mode=False, obj=output)
        sys.stdout.flush()
    except (SystemExit, BrokenPipeError):
        return GOOD  # so click leaves when the reader of a pipe went away, which is no failure
    except MemoryError:
        leave_full_memory(USAGE, is_json=output.json)
    except (Exception, KeyboardInterrupt) as error:
        told, failure = _told(error)
        with suppress(OSError):  # else nobody can be told
            _fail(output, told, failure)
        return failure
    return int(code or 0)


def _told(error: BaseException) -> tuple[BaseException, int]:
    """Return what is told of an error and the exit code; what is not known here is our bug."""
    if isinstance(error, click.ClickException):
        return UsageError(error.format_message().rstrip("."), _usage_remedy(error)), USAGE
    if isinstance(error, click.Abort) and isinstance(error.__cause__, EOFError):
        return error.__cause__, BUG  # click takes any end of a file for an end of the user's patience
    if isinstance(error, (click.Abort, KeyboardInterrupt)):
        return KeyboardInterrupt(), INTERRUPTED
    if isinstance(error, TongbanError):
        return error, error.exit_code
    if isinstance(error, OSError):
        return _outside(error), USAGE
    return error, BUG


def _outside(error: OSError) -> UsageError:
    """Return what the system refused: a file, a folder, a stream."""
    place = f"{str(error.filename)[:200]}: " if error.filename else ""
    return UsageError(f"{place}{error.strerror or error}", "check the path, its permissions and the free space")


def _usage_remedy(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"see {context.command_path} --help" if context is not None else ""


def _fail(output: Output, error: BaseException, code: int) -> None:
    from sim.cli.failure import show_failure  # noqa: PLC0415 - what went well needs none of it

    show_failure(output, error, code)
