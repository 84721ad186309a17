"""The event list: an implicit binary heap of (time, key, handle) for what is near, buckets for what is far.

A bucket holds the events of a span of time, unsorted; it is put into the heap when the heap is empty, so nearly all of
what millions wait for days lies still. Spans are powers of two of a second: the bucket of a time is exact.

A popped root leaves a hole that the next push fills by one sift; events that push nothing fill it with the last entry.
Handles tell whose event it is: a token (even), a deadline (odd) or, below 0, a stream's arrival; by the rank of the key
also a station or the scenario. Entries are never taken out: one that is out of date is recognised when it is popped,
because its owner no longer expects an event of that time and key. Two entries of one time and key are interchangeable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.machine.mark import inlined
from sim.engine.machine.memory import BLOCK

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


@inlined
def put_off(w: World, time: float, key: int, handle: int) -> None:
    """Add an event to its bucket; one behind the run's limit will not happen."""
    run = w.run[0]
    if time <= run.limit:
        bucket = w.buckets[int(time / run.span)]
        place = bucket.events & (BLOCK - 1)
        if place == 0:
            block = run.free_block
            run.free_block = block + 1 + w.blocks[block]
            run.n_free_block -= 1
            w.blocks[block] = bucket.block
            bucket.block = block
        event = w.distant[bucket.block * BLOCK + place]
        event.time = time
        event.key = key
        event.handle = handle
        bucket.events += 1


def push(w: World, time: float, key: int, handle: int) -> None:
    """Add an event; the caller knows that there is room."""
    run = w.run[0]
    if time >= run.horizon:
        put_off(w, time, key, handle)
    elif run.hole == 1:
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


def bring_near(w: World) -> None:
    """Put the next bucket that holds anything into the empty heap; the run's limit is in the last one."""
    run = w.run[0]
    number = run.bucket
    while w.buckets[number].events == 0:
        number += 1
    run.bucket = number
    run.horizon = (number + 1) * run.span
    bucket = w.buckets[number]
    while bucket.events > 0:
        bucket.events -= 1
        place = bucket.events & (BLOCK - 1)
        block = bucket.block
        event = w.distant[block * BLOCK + place]
        run.heap_size += 1
        sift_up(w, run.heap_size - 1, event.time, event.key, event.handle)
        if place == 0:
            bucket.block = w.blocks[block]
            w.blocks[block] = run.free_block - block - 1
            run.free_block = block
            run.n_free_block += 1
