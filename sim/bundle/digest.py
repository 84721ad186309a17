"""Digests: what went into a run, and the values that came out of it.

Takes names and values, gives SHA-256 in hexadecimal, promises that equal values give equal digests on any machine, with
any engine and any number of workers: names, shapes and little-endian 8-byte values go in, in a fixed order.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from sim.bundle.codec import encode
from sim.bundle.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.bundle.comparison import Comparison
    from sim.bundle.conformance import ConformanceTable
    from sim.bundle.record import Layout
    from sim.document import JsonValue


def input_digest(plan_digest: str, seed: int, replications: int, product: str) -> str:
    """Return the digest that names a bundle.

    Parameters
    ----------
    plan_digest : str
        Digest of the Plan's arrays.
    seed : int
        Seed of the run.
    replications : int
        Replications asked for.
    product : str
        Version of tongban.
    """
    return hashlib.sha256(_canonical(["tongban input", 1, plan_digest, seed, replications, product])).hexdigest()


def result_digest(
    layout: Layout, records: Iterable[Record], conformance: ConformanceTable, comparison: Comparison | None = None
) -> str:
    """Return the digest of every value that a run gave; dates, engines, intervals and files are not part of it.

    The baseline that a run is compared with is part of it by its own digest.
    """
    total = hashlib.sha256(_canonical(["tongban result", 1, encode(layout), encode(conformance)]))
    if comparison is not None:
        total.update(_canonical(["baseline", comparison.digest]))
    for record in sorted(records, key=lambda record: record.replication):
        for field in fields(Record):
            value = getattr(record, field.name)
            if isinstance(value, np.ndarray):
                little = value.astype("<i8" if value.dtype.kind == "i" else "<f8", copy=False)
                total.update(_canonical([field.name, little.dtype.str, list(value.shape)]))
                total.update(np.ascontiguousarray(little).tobytes())
            else:
                total.update(_canonical([field.name, value.hex() if isinstance(value, float) else value]))
    return total.hexdigest()


def _canonical(value: JsonValue) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"
