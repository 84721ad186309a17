"""The compiled interpreter of a Plan, in the subset that numba compiles.

Takes the ``World`` (arrays alone) and carries its tokens on, promises the same bits as the reference engine: the same
draws, the same order of events, the same operations on floats. Every function is plain Python over record arrays;
``sim.engine.generate`` writes them into one module, and those marked ``inlined`` into the function that calls them.

::

    loop    takes the next event or the next woken token and runs it
    heap    the event list            pool      slots of tokens, journeys and nodes
    arrival streams and journeys      station   queues and servers        sharing   processor sharing
    step    one instruction each      scope     deadlines and retries     branch    fork, wait, join, kill
    count   statistics                memory    the arrays and their records
"""

from sim.engine.machine.loop import advance
from sim.engine.machine.memory import World

__all__ = ["World", "advance"]
