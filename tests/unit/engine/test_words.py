"""The words that a test battery reads are the draws of the engines."""

from __future__ import annotations

import numpy as np

from sim.draw import name_hash, run_key, uniform
from tools.draws_for_dieharder import HIGH, LOW, PATTERNS, STEPS, STREAMS, filler


def test_words_are_the_highest_and_lowest_bits_of_the_uniforms_of_their_keys() -> None:
    key, alone = run_key(3, 0), name_hash("alone")
    words = np.empty((1000, len(PATTERNS)), "<u4")
    whole = {}
    for shift in (HIGH, LOW):
        filler()(words.reshape(-1), 0, shift, *key)
        whole[shift] = words.astype(np.int64)
    bits = whole[HIGH] << 20 | whole[LOW] & 0xFFFFF

    def drawn(one: tuple[int, int, int, int, int, int], i: int = 0) -> int:
        return int(uniform(one, i) * 2.0**52)

    assert bits[1, 0] == drawn((*key, 0, STREAMS[0], STEPS[0], 0), 1)
    assert bits[3 * 16 + 5, 0] == drawn((*key, 0, STREAMS[0], STEPS[1], 1), 2)
    assert bits[768 + 96, 0] == drawn((*key, 1, STREAMS[1], STEPS[0], 0))
    assert bits[7, 1] == drawn((*key, 7, alone, alone + 1, 0))
    assert bits[7, 2] == drawn((*key, 0, 7, alone + 2, 0))
    assert bits[7, 3] == drawn((*key, 0, alone, 7, 0))
    assert bits[7, 4] == drawn((*key, 0, alone, alone + 4, 7))
    assert bits[300, 5] == drawn((*key, 0, alone, alone + 5, 1), 44)
    assert bits[7, 6] == drawn((7, key[1], 0, alone, alone + 6, 0))


def test_the_stream_goes_on_where_a_block_ended() -> None:
    fill, key = filler(), run_key(1, 0)
    whole, halves = np.empty(1400, "<u4"), np.empty(1400, "<u4")
    fill(whole, 0, HIGH, *key)
    fill(halves[:700], 0, HIGH, *key)
    fill(halves[700:], 700, HIGH, *key)
    assert np.array_equal(whole, halves)
