"""Writes a bundle: manifest, Parquet tables, and whatever the caller adds, all or nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from sim.bundle.codec import encode
from sim.bundle.finding_table import to_columns
from sim.bundle.folder import MANIFEST, new_folder, place_of
from sim.bundle.manifest import Replay
from sim.bundle.parquet import connect, write_table
from sim.bundle.table import to_tables
from sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sim.bundle.model import Bundle


def write_bundle(bundle: Bundle, parent: Path, *, complete: Callable[[Bundle], None] | None = None) -> Bundle:
    """Store a bundle under ``parent``, replacing the one of the same input digest.

    Parameters
    ----------
    bundle : Bundle
        Its manifest holds the digests (``input_digest``, ``result_digest``); ``replay`` is taken from the table.
    parent : Path
        Made where it is missing.
    complete : callable, optional
        Adds files (summary, report, charts) below ``bundle.path`` before the bundle takes its place.

    Returns
    -------
    Bundle
        The same, with the path at which it stands.

    Raises
    ------
    UsageError
        The folder cannot be written.
    """
    bundle = replace(bundle, manifest=replace(bundle.manifest, replay=Replay.of(bundle.conformance)))
    place = place_of(bundle.manifest, parent)
    try:
        with new_folder(place) as working:
            _write_tables(bundle, working)
            text = json.dumps(encode(bundle.manifest), ensure_ascii=False, indent=1)
            (working / MANIFEST).write_text(text + "\n", encoding="utf-8")
            if complete is not None:
                complete(replace(bundle, path=working))
    except OSError as error:
        raise UsageError(
            f"{place} cannot be written: {error.strerror or error}", "choose another folder with --out"
        ) from error
    return replace(bundle, path=place)


def _write_tables(bundle: Bundle, folder: Path) -> None:
    tables = to_tables(bundle.layout, bundle.records) | to_columns(bundle.conformance)
    with connect() as connection:
        for name, columns in tables.items():
            write_table(connection, folder / f"{name}.parquet", columns)
