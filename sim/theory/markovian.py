"""Poisson arrivals, exponential services: M/M/1, M/M/c, M/M/c/K, Erlang B and Erlang A.

All are birth-death processes: Gross, Shortle, Thompson and Harris (2018), Fundamentals of queueing theory, 5th ed.,
chapter 3. Sums are taken of ratios, so that hundreds of servers do not overflow.
"""

from __future__ import annotations

import math

from sim.theory.model import Stationary, require


def mm1(arrival_rate: float, service_rate: float) -> Stationary:
    """Return M/M/1: one server, unlimited queue.

    Parameters
    ----------
    arrival_rate, service_rate : float
        Of customers and of one server, > 0, in one unit of time; arrivals slower than services.

    References
    ----------
    Gross, Shortle, Thompson and Harris (2018), section 3.2.
    """
    require(0.0 < arrival_rate < service_rate, "M/M/1 is stable only while arrivals are slower than services")
    load = arrival_rate / service_rate
    waiting = load / (service_rate - arrival_rate)
    return _delay_system(arrival_rate, 1.0 / service_rate, servers=1, wait_probability=load, waiting_time=waiting)


def mmc(arrival_rate: float, service_rate: float, servers: int) -> Stationary:
    """Return M/M/c: ``servers`` in parallel, unlimited queue (Erlang C).

    References
    ----------
    Gross, Shortle, Thompson and Harris (2018), section 3.3.
    """
    wait = erlang_c(arrival_rate / service_rate, servers)
    waiting = wait / (servers * service_rate - arrival_rate)
    return _delay_system(arrival_rate, 1.0 / service_rate, servers=servers, wait_probability=wait, waiting_time=waiting)


def erlang_b(offered_load: float, servers: int) -> float:
    """Return the blocking probability of M/M/c/c (of M/G/c/c as well).

    Parameters
    ----------
    offered_load : float
        Arrival rate over service rate, in erlangs, > 0.

    References
    ----------
    Gross, Shortle, Thompson and Harris (2018), section 3.6, the recursion B(c) = a B(c-1) / (c + a B(c-1)).
    """
    require(offered_load > 0.0 and servers >= 0, "the offered load must be positive")
    blocking = 1.0
    for count in range(1, servers + 1):
        blocking = offered_load * blocking / (count + offered_load * blocking)
    return blocking


def erlang_c(offered_load: float, servers: int) -> float:
    """Return the probability to wait in M/M/c.

    References
    ----------
    Gross, Shortle, Thompson and Harris (2018), sections 3.3 and 3.6: C = B / (1 - rho (1 - B)).
    """
    require(servers >= 1 and 0.0 < offered_load < servers, "M/M/c is stable only below one erlang a server")
    blocking = erlang_b(offered_load, servers)
    return blocking / (1.0 - offered_load / servers * (1.0 - blocking))


def mmc_waiting_quantile(arrival_rate: float, service_rate: float, servers: int, level: float) -> float:
    """Return a quantile of the waiting time in M/M/c; 0 where at least that share does not wait.

    Parameters
    ----------
    level : float
        Between 0 and 1.

    References
    ----------
    Gross, Shortle, Thompson and Harris (2018), section 3.3.2: P(W > t) = C exp(-(c mu - lambda) t).
    """
    require(0.0 < level < 1.0, "a quantile lies between 0 and 1")
    wait = erlang_c(arrival_rate / service_rate, servers)
    return max(0.0, math.log(wait / (1.0 - level)) / (servers * service_rate - arrival_rate))


def mmck(arrival_rate: float, service_rate: float, servers: int, capacity: int) -> Stationary:
    """Return M/M/c/K: at most ``capacity`` customers in service and queue, the others turned away.

    References
    ----------
    Gross, Shortle, Thompson and Harris (2018), section 3.5; Little's law for times, section 1.4.
    """
    require(capacity >= servers >= 1, "the capacity holds at least the servers")
    load = arrival_rate / service_rate
    chances = _birth_death([load / min(number, servers) for number in range(1, capacity + 1)])
    admitted = arrival_rate * (1.0 - chances[-1])
    queue = math.fsum((number - servers) * chances[number] for number in range(servers, capacity + 1))
    number_in = math.fsum(number * chance for number, chance in enumerate(chances))
    busy = math.fsum(chances[servers:capacity])
    return Stationary(
        utilisation=admitted / service_rate / servers,
        wait_probability=busy / (1.0 - chances[-1]),
        waiting_time=queue / admitted,
        sojourn_time=number_in / admitted,
        queue_length=queue,
        number_in_system=number_in,
        throughput=admitted,
        blocking_probability=chances[-1],
    )


def erlang_a(arrival_rate: float, service_rate: float, servers: int, patience_rate: float) -> Stationary:
    """Return M/M/c with exponential patience (M/M/c+M, Palm).

    Parameters
    ----------
    patience_rate : float
        Of one waiting customer, > 0: one over the mean patience.

    References
    ----------
    Mandelbaum and Zeltyn (2007), Service engineering in action: the Palm/Erlang-A queue, with applications to call
    centers, section 2; Gross, Shortle, Thompson and Harris (2018), section 3.10.
    """
    require(arrival_rate > 0.0 and service_rate > 0.0 and patience_rate > 0.0 and servers >= 1, "rates are positive")
    ratios: list[float] = []
    weight = 1.0
    while len(ratios) <= servers or weight > 1e-30 or ratios[-1] > 0.5:
        number = len(ratios) + 1
        leaving = min(number, servers) * service_rate + max(number - servers, 0) * patience_rate
        ratios.append(arrival_rate / leaving)
        weight = weight * ratios[-1] if number > servers else 1.0
    chances = _birth_death(ratios)
    queue = math.fsum((number - servers) * chance for number, chance in enumerate(chances) if number > servers)
    number_in = math.fsum(number * chance for number, chance in enumerate(chances))
    abandonment = patience_rate * queue / arrival_rate
    return Stationary(
        utilisation=(number_in - queue) / servers,
        wait_probability=math.fsum(chances[servers:]),
        waiting_time=queue / arrival_rate,
        sojourn_time=number_in / arrival_rate,
        queue_length=queue,
        number_in_system=number_in,
        throughput=arrival_rate * (1.0 - abandonment),
        abandonment_probability=abandonment,
    )


def _birth_death(ratios: list[float]) -> list[float]:
    """Return the stationary chances of 0, 1, 2, ... from the ratios of each to the one before."""
    logarithms = [0.0]
    for ratio in ratios:
        logarithms.append(logarithms[-1] + math.log(ratio))
    highest = max(logarithms)
    weights = [math.exp(logarithm - highest) for logarithm in logarithms]
    total = math.fsum(weights)
    return [weight / total for weight in weights]


def _delay_system(
    arrival_rate: float, mean_service: float, *, servers: int, wait_probability: float, waiting_time: float
) -> Stationary:
    """Return the figures of a station without losses; lengths by Little's law."""
    return Stationary(
        utilisation=arrival_rate * mean_service / servers,
        wait_probability=wait_probability,
        waiting_time=waiting_time,
        sojourn_time=waiting_time + mean_service,
        queue_length=arrival_rate * waiting_time,
        number_in_system=arrival_rate * (waiting_time + mean_service),
        throughput=arrival_rate,
    )
