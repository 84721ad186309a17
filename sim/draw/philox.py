"""Philox4x32-10, a counter-based generator.

References
----------
Salmon, Moraes, Dror, Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3", SC11, section 3; its authors' known
answers (Random123, ``kat_vectors``) are tests here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.draw.key import Key

WORD = 0xFFFFFFFF
MULTIPLIER_0 = 0xD2511F53
MULTIPLIER_1 = 0xCD9E8D57
WEYL_0 = 0x9E3779B9
WEYL_1 = 0xBB67AE85


def philox(key_0: int, key_1: int, c0: int, c1: int, c2: int, c3: int) -> tuple[int, int, int, int]:
    """Return four random 32-bit words for a 64-bit key and a 128-bit counter, each given as 32-bit words.

    A product of two words may pass 63 bits; masking after the shift gives the right bits in Python's integers and in
    wrapping 64-bit ones alike.
    """
    for _ in range(10):
        product_0 = MULTIPLIER_0 * c0
        product_1 = MULTIPLIER_1 * c2
        c0 = ((product_1 >> 32) & WORD) ^ c1 ^ key_0
        c1 = product_1 & WORD
        c2 = ((product_0 >> 32) & WORD) ^ c3 ^ key_1
        c3 = product_0 & WORD
        key_0 = (key_0 + WEYL_0) & WORD
        key_1 = (key_1 + WEYL_1) & WORD
    return c0, c1, c2, c3


def uniform(key: Key, i: int) -> float:
    """Return the i-th uniform of a key.

    Parameters
    ----------
    key : Key
        Six integers; the first five below 2**32, the last, ``visit``, below 2**24.
    i : int
        0 to 255.

    Returns
    -------
    float
        One of the 2**52 midpoints ``(m + 1/2) / 2**52``: in the open interval (0, 1), exact.
    """
    high, low, _, _ = philox(key[0], key[1], key[2] & WORD, key[3], key[4], ((key[5] << 8) | i) & WORD)
    return (float((high << 20) | (low >> 12)) + 0.5) * 2.220446049250313e-16
