"""How much work a Plan is, before it is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.plan import op
from sim.plan import plan as columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.plan import Plan


def expected_arrivals(plan: Plan) -> NDArray[np.float64]:
    """Return about how many arrivals each stream has in one replication: its mean rate over the hours of a day."""
    seconds = plan.stream_floats[:, columns.STREAM_UNTIL] - plan.stream_floats[:, columns.STREAM_FROM]
    return np.asarray(plan.stream_rates.mean(axis=1) * seconds)


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
    for stream, arrivals in zip(plan.streams, expected_arrivals(plan).tolist(), strict=True):
        entries = plan.channel_entry[stream[columns.STREAM_CHANNEL_AT] :][: stream[columns.STREAM_CHANNELS]]
        services = np.mean([by_start[int(entry)] for entry in entries])
        total += arrivals * float(services)
    return total
