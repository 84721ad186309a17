"""A search for planted values in whatever was written: texts, archives, tables."""

from __future__ import annotations

import base64
import html
import io
import json
import re
import zipfile
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import duckdb

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SYNTHETIC: Final = re.compile(r"(?<!\d)[1-9]\d0099(?:19|20)\d{9}[\dX](?!\d)")
"""Citizen numbers of county part 0099: whoever they belong to, they are planted."""

ISSUED: Final = re.compile(r"eyJ[\w-]{8,}\.[\w-]{8,}")
"""Tokens that tongban issued (RFC 7519)."""


def places(texts: Iterable[tuple[str, str]], values: Iterable[str]) -> list[tuple[str, str]]:
    """Where planted values stand, in any of the ways in which they may be written: (place, value)."""
    forms = {form: value for value in values for form in _forms(value)}
    found: list[tuple[str, str]] = []
    for place, text in texts:
        found += [(place, value) for form, value in forms.items() if form in text]
        found += [(place, one) for form in (SYNTHETIC, ISSUED) for one in form.findall(text)]
    return list(dict.fromkeys(found))


def texts_of(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file below a folder as text, with its name; archives and tables by what is in them."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield from _texts(path.relative_to(folder).as_posix(), path.read_bytes(), path)
        yield "names", path.name


def _texts(name: str, data: bytes, path: Path | None = None) -> Iterator[tuple[str, str]]:
    yield name, data.decode("utf-8", errors="replace")
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield from _texts(f"{name}/{member}", archive.read(member))
    if data.startswith(b"PAR1") and path is not None:
        yield name, str(duckdb.read_parquet(str(path)).fetchall())


def _forms(value: str) -> set[str]:
    """As it is, in an address, with the escapes of JSON and HTML, in base64 wherever it begins."""
    shifted = (base64.b64encode(b"." * shift + value.encode()).decode("ascii") for shift in range(3))
    encoded = {text.rstrip("=")[4 if number else 0 : -1] for number, text in enumerate(shifted)}
    encoded = {text for text in encoded if len(text) >= 8}  # shorter ones stand in many texts by chance
    plain = {value, quote(value, safe=""), json.dumps(value)[1:-1], html.escape(value)}
    entities = "".join(f"&#{ord(character)};" for character in value)
    return {form for form in (*plain, entities, *encoded) if len(form) > 1}
