"""Keys of random draws: pure functions of names and numbers."""

from __future__ import annotations

import hashlib
from typing import TypeAlias

Key: TypeAlias = tuple[int, int, int, int, int, int]
"""(run key low, run key high, k, stream, step, visit): the k-th arrival of a stream at a step's visit-th execution."""


def run_key(seed: int, replication: int) -> tuple[int, int]:
    """Return the 64-bit key of one replication as two 32-bit words.

    Parameters
    ----------
    seed : int
        Any integer.
    replication : int
        From 0.

    Returns
    -------
    tuple of int
        The first eight bytes of SHA-256 of ``"tongban run <seed> <replication>"``, little-endian.
    """
    digest = hashlib.sha256(f"tongban run {seed} {replication}".encode()).digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:8], "little")


def name_hash(name: str) -> int:
    """Return the published 32-bit hash of a stream or step: the first four bytes of SHA-256 of its name, little-endian.

    The name alone decides, so adding a line, a division or a step changes nobody else's draws.
    """
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "little")
