"""Philox against its authors' known answers, and what a uniform promises."""

from __future__ import annotations

import pytest

from sim.draw import name_hash, philox, run_key, uniform

ONES = 0xFFFFFFFF

# Random123, kat_vectors, lines "philox4x32 10": counter, key, answer.
KNOWN_ANSWERS = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES, ONES, ONES, ONES), (ONES, ONES), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN_ANSWERS)
def test_philox_gives_its_authors_known_answers(
    counter: tuple[int, int, int, int], key: tuple[int, int], answer: tuple[int, int, int, int]
) -> None:
    assert philox(*key, *counter) == answer


def test_a_uniform_is_the_midpoint_of_the_first_52_bits() -> None:
    assert uniform((0, 0, 0, 0, 0, 0), 0) == ((0x6627E8D5E169C58D >> 12) + 0.5) / 2**52


def test_every_part_of_a_key_changes_the_uniform() -> None:
    key = (1, 2, 3, 4, 5, 6)
    others = [
        (2, 2, 3, 4, 5, 6),
        (1, 3, 3, 4, 5, 6),
        (1, 2, 4, 4, 5, 6),
        (1, 2, 3, 5, 5, 6),
        (1, 2, 3, 4, 6, 6),
        (1, 2, 3, 4, 5, 7),
    ]
    assert len({uniform(key, 0), uniform(key, 1), *(uniform(other, 0) for other in others)}) == 8


def test_run_keys_differ_between_seeds_and_replications() -> None:
    assert len({run_key(seed, replication) for seed in range(-2, 50) for replication in range(50)}) == 52 * 50


def test_names_hash_to_the_published_words() -> None:
    assert (name_hash("id-card/640000"), name_hash("")) == (0x644B4FEF, 0x42C4B0E3)
