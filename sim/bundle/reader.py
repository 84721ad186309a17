"""Reads a bundle back, or says why it cannot be used."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import numpy as np

from sim.bundle.codec import decode, is_unicode
from sim.bundle.digest import result_digest
from sim.bundle.finding_table import FINDING_TABLES, from_columns
from sim.bundle.folder import MANIFEST, folder_name
from sim.bundle.manifest import FORMAT, Manifest
from sim.bundle.model import Bundle
from sim.bundle.parquet import connect, read_table
from sim.bundle.table import TABLES, from_tables, to_tables
from sim.document import read_start
from sim.errors import ResultError

if TYPE_CHECKING:
    from pathlib import Path

    from sim.bundle.table import Columns
    from sim.document import JsonValue

MAX_MANIFEST_BYTES = 64 * 1024 * 1024
_AGAIN = "run the scenario again with --force"


def open_bundle(path: Path) -> Bundle:
    """Return the bundle that stands in a folder, every value checked against its digest.

    Parameters
    ----------
    path : Path
        A folder that ``write_bundle`` made; a partial bundle is accepted.

    Raises
    ------
    ResultError
        There is none, it is of another format, a table is missing, or a value was changed.
    """
    manifest = _read_manifest(path)
    with connect() as connection:
        tables = {name: read_table(connection, path / f"{name}.parquet") for name in (*TABLES, *FINDING_TABLES)}
    try:
        records = from_tables(manifest.layout, tables)
        conformance = from_columns(manifest.replay, tables)
    except (KeyError, ValueError, TypeError) as error:
        raise ResultError(f"{path}: the tables do not fit the manifest: {error}", _AGAIN) from error
    if not manifest.partial and len(records) != manifest.replications:
        message = f"{path}: holds {len(records)} of {manifest.replications} replications and is not marked partial"
        raise ResultError(message, _AGAIN)
    bundle = Bundle(manifest, records, conformance, path)
    digest = result_digest(manifest.layout, records, conformance, manifest.comparison)
    if digest != manifest.digest or not _is_derived(bundle, tables):
        raise ResultError(f"{path}: a stored value was changed after the run", _AGAIN)
    return bundle


def find_bundle(parent: Path, name: str, digest: str) -> Bundle | None:
    """Return the complete, sound bundle of a scenario's name and input digest, or None."""
    path = parent / folder_name(name, digest)
    if not (path / MANIFEST).is_file():
        return None
    try:
        bundle = open_bundle(path)
    except ResultError:
        return None
    return bundle if bundle.manifest.input_digest == digest and not bundle.manifest.partial else None


def _read_manifest(path: Path) -> Manifest:
    file = path / MANIFEST
    if not is_unicode(str(path.absolute())):
        raise ResultError(f"{path} is not a path in UTF-8", "give the folder another name")
    try:
        if not file.is_file():
            raise ResultError(f"{path} is not a bundle: it has no {MANIFEST}", "give a folder that `tongban run` made")
        text = read_start(file, MAX_MANIFEST_BYTES + 1)
        if len(text) > MAX_MANIFEST_BYTES:
            raise ResultError(f"{file} is larger than {MAX_MANIFEST_BYTES} bytes", _AGAIN)
        value = cast("JsonValue", json.loads(text.decode("utf-8")))
    except (OSError, ValueError, RecursionError) as error:
        raise ResultError(f"{file} cannot be read: {error}", _AGAIN) from error
    version = value.get("format") if isinstance(value, dict) else None
    if version != FORMAT:
        message = f"{file}: the format is {version!r}, this version reads {FORMAT}"
        raise ResultError(message, "run the scenario again, or use the version of tongban that wrote it")
    try:
        return decode(Manifest, value)
    except ValueError as error:
        raise ResultError(f"{file}: {error}", _AGAIN) from error


def _is_derived(bundle: Bundle, tables: dict[str, Columns]) -> bool:
    """Return whether the columns made for people say what the records say."""
    wanted = to_tables(bundle.layout, bundle.records)
    return all(
        set(columns) == set(tables[name])
        and all(np.array_equal(values, tables[name][column]) for column, values in columns.items())
        for name, columns in wanted.items()
    )
