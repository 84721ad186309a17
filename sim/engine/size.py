"""How much work a Plan is, before it is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.plan import op
from sim.plan import plan as columns

if TYPE_CHECKING:
    from sim.plan import Plan


def expected_services(plan: Plan) -> float:
    """Return about how many services one replication has.

    Every journey is taken to visit each station of its program once, so repeats and branches not taken are left out or
    counted in; the order of magnitude is what the number is for.
    """
    starts = np.unique(plan.channel_entry)
    visits = np.append(0, np.isin(plan.ops[:, 0], (op.VISIT, op.ENTER)).cumsum())
    ends = np.append(starts[1:], len(plan.ops))
    by_start = dict(zip(starts.tolist(), (visits[ends] - visits[starts]).tolist(), strict=True))
    total = 0.0
    for number, stream in enumerate(plan.streams):
        seconds = plan.stream_floats[number, columns.STREAM_UNTIL] - plan.stream_floats[number, columns.STREAM_FROM]
        entries = plan.channel_entry[stream[columns.STREAM_CHANNEL_AT] :][: stream[columns.STREAM_CHANNELS]]
        services = np.mean([by_start[int(entry)] for entry in entries])
        total += float(plan.stream_rates[number].mean() * seconds * services)
    return total
