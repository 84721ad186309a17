"""The registry of report formats: one file, one decorator, one entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.registry import Registry

if TYPE_CHECKING:
    from sim.chart import View

Render = Callable[["View"], "str | bytes"]


@dataclass(frozen=True, slots=True)
class Format:
    """A report format.

    Parameters
    ----------
    name : str
        As on the command line.
    file : str
        Name of the file that is written.
    is_shown : bool
        Whether it is made to be read on a terminal or by a program there; else it is written beside the bundle.
    doc : str
        What it is, in one sentence.
    render : callable
        Makes the content of the file, in the language of the view.
    """

    name: str
    file: str
    is_shown: bool
    doc: str
    render: Render


FORMATS: Final[Registry[Format]] = Registry("report format", "sim.report")


def report_format(name: str, *, file: str, is_shown: bool = True) -> Callable[[Render], Render]:
    """Register the decorated function as a report format."""

    def register(render: Render) -> Render:
        doc = (render.__doc__ or "").strip().partition("\n")[0]
        FORMATS.add(name, Format(name, file, is_shown, doc, render))
        return render

    return register
