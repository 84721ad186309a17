"""The command line.

Takes what a person types, gives text or JSON on stdout and an exit code, promises that every error says what to do and
that asking for help loads nothing heavy.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from sim.cli.group import cli
from sim.cli.output import Output, wants_json
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
    output = Output(json=wants_json(words, os.environ), verbosity=int(not {"-v", "--verbose"}.isdisjoint(words)))
    try:
        code = cli.main(words, prog_name="tongban", standalone_mode=False, obj=output)
        sys.stdout.flush()
    except click.ClickException as error:
        return _fail(output, UsageError(error.format_message().rstrip("."), _usage_remedy(error)), USAGE)
    except (click.Abort, KeyboardInterrupt):
        return _fail(output, KeyboardInterrupt(), INTERRUPTED)
    except TongbanError as error:
        return _fail(output, error, error.exit_code)
    except SystemExit:
        return GOOD  # click leaves so when the reader of a pipe went away, which is no failure
    except Exception as error:  # the last door: anything else is our bug
        return _fail(output, error, BUG)
    return int(code or 0)


def _usage_remedy(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"see {context.command_path} --help" if context is not None else ""


def _fail(output: Output, error: BaseException, code: int) -> int:
    from sim.cli.failure import show_failure  # noqa: PLC0415 - what went well needs none of it

    show_failure(output, error, code)
    return code
