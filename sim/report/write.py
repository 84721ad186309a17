"""Reports as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.chart import View, write_charts
from sim.metric import summarise
from sim.report.registry import FORMATS
from sim.report.text import language_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sim.bundle import Bundle
    from sim.metric import Summary


def write_report(
    bundle: Bundle,
    folder: Path,
    *,
    lang: str = "en",
    formats: Sequence[str] = ("html",),
    summary: Summary | None = None,
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

    Returns
    -------
    tuple of Path
        The report files, one a format, in the order asked for.

    Raises
    ------
    UsageError
        There is no such format or language.
    """
    chosen = [FORMATS.get(name) for name in formats]
    view = View(bundle, summary or summarise(bundle), language_of(lang))
    contents = [(folder / entry.file, entry.render(view)) for entry in chosen]
    folder.mkdir(parents=True, exist_ok=True)
    if "html" in formats:
        write_charts(view, folder / "charts")
    for path, content in contents:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return tuple(path for path, _ in contents)
