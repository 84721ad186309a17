"""Reports as files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sim.chart import View, write_charts
from sim.errors import UsageError
from sim.metric import summarise
from sim.report.registry import FORMATS
from sim.report.text import language_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sim.bundle import Bundle
    from sim.metric import Summary

SUMMARISED, RENDERED = 0.15, 0.6
"""Shares of the time after which the figures and the page are there, for a run of many stations."""


def write_report(
    bundle: Bundle,
    folder: Path,
    *,
    lang: str = "en",
    formats: Sequence[str] = ("html",),
    summary: Summary | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> tuple[Path, ...]:
    """Write the report of a run, and its charts as ``charts/*.svg|png|csv`` where a format shows them.

    Parameters
    ----------
    folder : Path
        Made where it is missing; files of the same name are replaced.
    lang : str
        ``en`` or ``zh``: of the report and of the charts beside it, which replace those of the other language.
    formats : sequence of str
        Names in ``FORMATS``.
    summary : Summary, optional
        Of this bundle, when it has been computed already.
    on_progress : callable, optional
        Takes the share that is done, about: from 0 to 1.

    Returns
    -------
    tuple of Path
        The report files, one a format, in the order asked for.

    Raises
    ------
    UsageError
        There is no such format or language, or the folder cannot be written.
    """
    tell = on_progress or _silent
    chosen = [FORMATS.get(name) for name in formats]
    tell(0.0)
    view = View(bundle, summary or summarise(bundle), language_of(lang))
    tell(SUMMARISED)
    contents = [(folder / entry.file, entry.render(view)) for entry in chosen]
    tell(RENDERED)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if "html" in formats:
            write_charts(view, folder / "charts")
        for path, content in contents:
            _write(path, content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content)
    except OSError as error:
        raise UsageError(
            f"the report cannot be written: {error.strerror or error}", "choose another folder with --out"
        ) from error
    tell(1.0)
    return tuple(path for path, _ in contents)


def _silent(share: float) -> None:
    """Tell nobody."""


def _write(path: Path, content: bytes) -> None:
    """Write a file aside and rename it: whole or not at all, and never through a link to elsewhere."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_bytes(content)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
