"""``tongban new``: a catalog of one's own, with documents, a mock and tests that run."""

from __future__ import annotations

import re
import shlex
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from sim.bundle.folder import new_folder
from sim.cli.group import format_option, output_of, voice_options
from sim.document import display_name
from sim.errors import UsageError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from sim.document import JsonValue

EXAMPLE: Final = "library-card"
"""The name in the template, which is itself a catalog that runs; what is made carries another in its place."""
FILES: Final = (
    "README.md",
    f"contracts/{EXAMPLE}.openapi.yaml",
    f"mocks/{EXAMPLE}.py",
    f"scenarios/{EXAMPLE}.yaml",
    f"scenarios/journeys/{EXAMPLE}.arazzo.yaml",
    "tests/test_catalog.py",
)
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LONGEST: Final = 40
# YAML reads the first as other values than texts; Windows reads the second as devices, whatever stands behind a dot.
_RESERVED: Final = frozenset(("false", "null", "true")) | frozenset(
    ("aux", "con", "nul", "prn", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)))
)


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--name", default=EXAMPLE, show_default=True, help="Name of its system, journey and scenario.")
@format_option
@voice_options
@click.pass_context
def command(ctx: click.Context, /, folder: Path, name: str) -> None:
    """Make a catalog of your own in DIR: a contract, a journey, a mock, a scenario and a test that run.

    DIR must not exist, or be empty. The errand in it is an example to change: an application, a decision, a card.
    """
    made = make_catalog(folder, name)
    shown = shlex.quote(str(folder))
    steps = (f"cd {shown}", "tongban check", f"tongban run {name} --trust-mocks", "python -m pytest")
    lines = [f"made {display_name(folder.absolute())}:", *(f"    {file}" for file in made)]
    lines += ["try it:", *(f"    {step}" for step in steps), "README.md says what is what"]
    value: dict[str, JsonValue] = {
        "catalog": str(folder.absolute()),
        "name": name,
        "files": list(made),
        "try": list(steps),
    }
    output_of(ctx).result(value, "\n".join(lines))


def make_catalog(folder: Path, name: str = EXAMPLE) -> tuple[str, ...]:
    """Make a catalog, whole or not at all.

    Parameters
    ----------
    folder : Path
        Is not there, or is empty.
    name : str
        Of its system, journey and scenario.

    Returns
    -------
    tuple of str
        The files, relative to the folder.

    Raises
    ------
    UsageError
        The name is none, the place is taken or cannot be written.
    """
    _check_name(name)
    _check_place(folder)
    template = files("sim.cli") / "template"
    texts = {file.replace(EXAMPLE, name): _text(template, file).replace(EXAMPLE, name) for file in FILES}
    try:
        with new_folder(folder) as working:
            for file, text in texts.items():
                path = working / file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    except UsageError as error:
        raise UsageError(error.message, "choose another folder") from error
    return tuple(texts)


def _check_name(name: str) -> None:
    if _NAME.fullmatch(name) is None or len(name) > _LONGEST or name in _RESERVED:
        raise UsageError(
            f"{name[:100]!r} is not a name for files and documents",
            f"use up to {_LONGEST} lower-case letters, digits and single hyphens, a letter first: {EXAMPLE}",
        )


def _check_place(folder: Path) -> None:
    try:
        if folder.is_dir() and folder.resolve() == Path.cwd():
            raise UsageError(f"{folder} is the current folder, which cannot be replaced", "name one below it")
        is_free = not folder.is_symlink() and (not folder.exists() or (folder.is_dir() and not any(folder.iterdir())))
    except (OSError, RuntimeError) as error:  # too long, not permitted, a loop of links
        raise UsageError(f"{str(folder)[:200]!r} cannot be looked at: {error}", "choose another folder") from error
    if not is_free:
        raise UsageError(f"{folder} is there and is not an empty folder", "choose another folder, or empty it")


def _text(template: Traversable, file: str) -> str:
    return template.joinpath(*file.split("/")).read_text(encoding="utf-8")
