"""``tongban report``: report on a stored run."""

from __future__ import annotations

from pathlib import Path

import click

from sim.bundle import open_bundle
from sim.chart import View
from sim.cli.group import output_of, voice_options
from sim.cli.progress import progress
from sim.cli.results import find_folder
from sim.metric import summarise
from sim.report import FORMATS, language_of, write_report


@click.command()
@click.argument("bundle")
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "pdf", "json", "csv", "markdown", "junit"]),
    default="html",
    show_default=True,
    help="Form of the report.",
)
@click.option("--pdf", "form", flag_value="pdf", help="The same as --format pdf.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write to; by default html and pdf go beside the bundle, the others to stdout.",
)
@voice_options
@click.pass_context
def command(ctx: click.Context, /, bundle: str, form: str, out: Path | None) -> None:
    """Report on BUNDLE: the folder of a run, or a scenario's name for its latest run in results/."""
    output = output_of(ctx)
    output.json = form == "json"
    opened = open_bundle(find_folder(bundle))
    entry = FORMATS.get(form)
    if opened.path is not None and (out is not None or not entry.is_shown):
        folder = out or opened.path
        with progress(output) as show:
            (path,) = write_report(
                opened,
                folder,
                lang=output.language,
                formats=(form,),
                on_progress=lambda share: show("writing the report", share),
            )
        output.result({"report": str(path)}, str(path))
        return
    content = entry.render(View(opened, summarise(opened), language_of(output.language)))
    print(content if isinstance(content, str) else content.decode(), end="")
