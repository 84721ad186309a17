"""Errors before people and programs."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.cli.output import print_json
from sim.errors import DocumentError, TongbanError
from sim.steering import harmless

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.cli.output import Output
    from sim.document import JsonValue
    from sim.errors import Fault

BUG: Final = 70
MAX_TOLD: Final = 200


def show_failure(output: Output, error: BaseException, exit_code: int) -> None:
    """Print an error: one line a fault on stderr, or one JSON value on stdout; where a bug is only when asked."""
    if output.json:
        value: dict[str, JsonValue] = {"error": _message(error), "exit_code": exit_code, "faults": _faults(error)}
        print_json(value)
    else:
        print(_text(error), file=sys.stderr)
    if exit_code != BUG:
        return
    if output.verbosity >= 1:
        traceback.print_exception(error)
    else:
        print("this is a bug of tongban: run again with -v to see where, and report it", file=sys.stderr)


def _message(error: BaseException) -> str:
    if isinstance(error, DocumentError):
        count = len(error.faults)
        return f"{count} fault{'s' if count != 1 else ''} in the documents"
    if isinstance(error, TongbanError):
        return str(error)
    if isinstance(error, KeyboardInterrupt):
        return "interrupted"
    return f"{type(error).__name__}: {error} (at {_place(error)})"


def _faults(error: BaseException) -> list[JsonValue]:
    if not isinstance(error, DocumentError):
        return []
    return [fault_document(fault) for fault in error.faults]


def fault_lines(faults: Sequence[Fault]) -> str:
    """Return faults as text, a line each: all that people can read, and how many more there are."""
    lines = [_one_line(str(fault)) for fault in faults[:MAX_TOLD]]
    more = len(faults) - len(lines)
    return "\n".join([*lines, f"... and {more:,} more; correct these first"] if more else lines)


def _one_line(text: str) -> str:
    return harmless(text).replace("\n", "\\n")


def fault_document(fault: Fault) -> dict[str, JsonValue]:
    """Return a fault as JSON."""
    return {
        "file": fault.file,
        "line": fault.line,
        "column": fault.column,
        "pointer": fault.pointer,
        "message": fault.message,
        "remedy": fault.remedy,
    }


def _text(error: BaseException) -> str:
    if isinstance(error, DocumentError):
        return f"{fault_lines(error.faults)}\n{_message(error)}"
    if isinstance(error, KeyboardInterrupt):
        return _message(error)
    return f"error: {_one_line(_message(error))}"


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return "an unknown place"
    ours = [frame for frame in frames if "sim" in Path(frame.filename).parts] or list(frames)
    path = Path(ours[-1].filename)
    return f"{path.parent.name}/{path.name}:{ours[-1].lineno}"
