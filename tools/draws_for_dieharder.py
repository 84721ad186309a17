"""Writes the draws of the engines as random words without end, for a test battery.

    python -m tools.draws_for_dieharder --seed 1 | dieharder -a -g 200

Takes a seed, gives 32-bit words, little-endian, on the standard output; promises that they are the high bits of the
uniforms that both engines draw, from the same compiled function. What a simulation never does on purpose but might by
chance is put in: in turn, each word comes from one of seven patterns, in six of which a single part of the key counts
up while all others stay. A generator whose keys are not mixed well enough fails here, not in a study.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numba import njit

from sim.draw import name_hash, run_key
from sim.engine.compiled import draws

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

PATTERNS: Final = ("journey", "k", "stream", "step", "visit", "i", "run")
WORD: Final = 0xFFFFFFFF
VISITS: Final = 0xFFFFFF
BLOCK: Final = len(PATTERNS) << 17
"""Words that are made at once: 3.7 MB."""
STREAMS: Final = tuple(name_hash(f"demand@{number}") for number in range(8))
STEPS: Final = tuple(name_hash(f"errand/step-{number}#service") for number in range(16))
HIGH: Final = 20
LOW: Final = 0
"""By how much the 52 bits of a uniform are shifted right for the highest and the lowest 32 of them."""


def filler() -> Callable[[NDArray[np.uint32], int, int, int, int], None]:
    """Return the compiled function that fills an array from a position of the endless stream on."""
    uniform = draws().uniform
    streams, steps = np.array(STREAMS), np.array(STEPS)
    alone = name_hash("alone")

    def key_and_place(pattern: int, t: int, key_0: int, key_1: int) -> Any:
        """Return the key of the t-th word of a pattern, and which uniform of the key it is."""
        low, high, step = t & WORD, t >> 32, alone + pattern
        i, own = 0, (key_0, key_1, high, alone, step, 0)
        if pattern == 0:
            # as a journey does: uniforms of a law, steps, repeats, then another journey of another stream
            i = t % 3
            own = (key_0, key_1, t // 768, streams[t // 96 % 8], steps[t // 3 % 16], t // 48 % 2)
        elif pattern == 1:
            own = (key_0, key_1, low, alone + high, step, 0)
        elif pattern == 2:
            own = (key_0, key_1, high, low, step, 0)
        elif pattern == 3:
            own = (key_0, key_1, high, alone, low, 0)
        elif pattern == 4:
            own = (key_0, key_1, t >> 24, alone, step, t & VISITS)
        elif pattern == 5:
            i = t & 0xFF
            own = (key_0, key_1, high, alone, step, (t >> 8) & VISITS)
        else:
            own = (low, key_1, high, alone, step, 0)
        return own, i

    place_of: Any = njit(key_and_place)

    def fill(words: NDArray[np.uint32], start: int, shift: int, key_0: int, key_1: int) -> None:
        for place in range(len(words)):
            n = start + place
            key, i = place_of(n % 7, n // 7, key_0, key_1)
            bits = np.int64(uniform(key, i) * 4503599627370496.0)
            words[place] = (bits >> shift) & WORD

    compiled: Callable[[NDArray[np.uint32], int, int, int, int], None] = njit(fill)
    return compiled


def main() -> int:
    """Write until nobody reads any more; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.draws_for_dieharder", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--low", action="store_true", help="the lowest 32 of the 52 bits, instead of the highest")
    parser.add_argument("--words", type=int, default=None, help="so many and no more, rounded up to blocks")
    options = parser.parse_args()
    fill, key = filler(), run_key(options.seed, 0)
    words = np.empty(BLOCK, "<u4")
    written = 0
    try:
        while options.words is None or written < options.words:
            fill(words, written, LOW if options.low else HIGH, *key)
            sys.stdout.buffer.write(words.tobytes())
            written += len(words)
    except BrokenPipeError:
        # the reader has had enough; the interpreter must not write what it still holds
        sys.stderr.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
