"""What a closed form gives."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stationary:
    """Long-run figures of one queueing station, in the unit of time of its rates.

    Parameters
    ----------
    utilisation : float
        Share of the servers that are busy, 0 to 1.
    wait_probability : float
        Share of the customers that find all servers busy: of those admitted where a queue can be full.
    waiting_time : float
        Mean time in the queue of those admitted, served or not.
    sojourn_time : float
        Mean time in queue and service of those admitted; of those that leave the queue, their time in it.
    queue_length, number_in_system : float
        Mean number waiting; waiting or in service.
    throughput : float
        Customers served in a unit of time.
    blocking_probability, abandonment_probability : float
        Share of the customers turned away; that left the queue unserved.
    """

    utilisation: float
    wait_probability: float
    waiting_time: float
    sojourn_time: float
    queue_length: float
    number_in_system: float
    throughput: float
    blocking_probability: float = 0.0
    abandonment_probability: float = 0.0


def require(condition: bool, message: str) -> None:  # noqa: FBT001 - reads as an assertion
    """Refuse parameters for which a formula does not hold.

    Raises
    ------
    ValueError
        The condition is false.
    """
    if not condition:
        raise ValueError(message)
