"""The event list: an implicit binary heap of (time, key, handle).

A popped root leaves a hole that the next push fills by one sift; events that push nothing fill it with the last entry.
Handles tell whose event it is: a token (even), a deadline (odd) or, below 0, a stream's arrival; by the rank of the key
also a station or the scenario. Entries are never taken out: one that is out of date is recognised when it is popped,
because its owner no longer expects an event of that time and key. Two entries of one time and key are interchangeable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.machine.mark import inlined

if TYPE_CHECKING:
    from sim.engine.machine.memory import World


@inlined
def sift_up(w: World, at: int, time: float, key: int, handle: int) -> None:
    """Put an entry into a free place at the bottom, or above."""
    times, keys, handles = w.heap_time, w.heap_key, w.heap_handle
    place = at
    while place > 0:
        parent = (place - 1) >> 1
        if times[parent] < time or (times[parent] == time and keys[parent] <= key):
            break
        times[place] = times[parent]
        keys[place] = keys[parent]
        handles[place] = handles[parent]
        place = parent
    times[place] = time
    keys[place] = key
    handles[place] = handle


@inlined
def sift_down(w: World, size: int, time: float, key: int, handle: int) -> None:
    """Put an entry into the hole at the root, or below."""
    times, keys, handles = w.heap_time, w.heap_key, w.heap_handle
    place = 0
    child = 1
    while child + 1 < size:
        left, right = times[child], times[child + 1]
        # added, not branched: which child is sooner cannot be predicted
        child += right < left
        if left == right:
            child += keys[child + 1] < keys[child]
        sooner = times[child]
        if time < sooner or (time == sooner and key <= keys[child]):
            break
        times[place] = sooner
        keys[place] = keys[child]
        handles[place] = handles[child]
        place = child
        child = (place << 1) + 1
    if child + 1 == size and (times[child] < time or (times[child] == time and keys[child] < key)):
        times[place] = times[child]
        keys[place] = keys[child]
        handles[place] = handles[child]
        place = child
    times[place] = time
    keys[place] = key
    handles[place] = handle


def push(w: World, time: float, key: int, handle: int) -> None:
    """Add an event; the caller knows that there is room."""
    run = w.run[0]
    if run.hole == 1:
        run.hole = 0
        sift_down(w, run.heap_size, time, key, handle)
    else:
        run.heap_size += 1
        sift_up(w, run.heap_size - 1, time, key, handle)


@inlined
def close_hole(w: World) -> None:
    """Fill the root with the last entry, when no push has."""
    run = w.run[0]
    if run.hole == 1:
        run.hole = 0
        run.heap_size -= 1
        size = run.heap_size
        if size > 0:
            sift_down(w, size, w.heap_time[size], w.heap_key[size], w.heap_handle[size])
