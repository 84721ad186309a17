"""Logarithmic buckets: quantiles of any size from integer counts that merge exactly.

Takes a time in seconds, gives the number of its bucket; 64 buckets a power of two, so the middle of a bucket is within
0.8 % of every time in it. ``bucket`` is in the subset that the engine compiles.
"""

from __future__ import annotations

import math

SUBDIVISIONS = 64
LOWEST_EXPONENT = -20
HIGHEST_EXPONENT = 33
BUCKETS = (HIGHEST_EXPONENT - LOWEST_EXPONENT) * SUBDIVISIONS + 1


def bucket(seconds: float) -> int:
    """Return the bucket of a time.

    Parameters
    ----------
    seconds : float
        >= 0.

    Returns
    -------
    int
        0 for everything below 2**-20 s (1 microsecond); else 1 to ``BUCKETS - 1``, the last for 2**33 s and more.
    """
    mantissa, exponent = math.frexp(seconds)
    if seconds <= 0.0 or exponent <= LOWEST_EXPONENT:
        return 0
    if exponent > HIGHEST_EXPONENT:
        return BUCKETS - 1
    return (exponent - 1 - LOWEST_EXPONENT) * SUBDIVISIONS + int((mantissa - 0.5) * 128.0) + 1


def lower_bound(number: int) -> float:
    """Return the least time of a bucket, in seconds; 0 for bucket 0."""
    if number <= 0:
        return 0.0
    octave, part = divmod(number - 1, SUBDIVISIONS)
    return math.ldexp(1.0 + part / SUBDIVISIONS, octave + LOWEST_EXPONENT)


def middle(number: int) -> float:
    """Return the time that stands for a bucket, in seconds: the middle of its bounds; 0 for bucket 0."""
    return (lower_bound(number) + lower_bound(number + 1)) / 2.0 if number > 0 else 0.0
