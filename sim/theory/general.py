"""Poisson arrivals, any service, one server: Pollaczek and Khinchine."""

from __future__ import annotations

from sim.theory.model import Stationary, require


def mg1(arrival_rate: float, mean_service: float, coefficient_of_variation: float) -> Stationary:
    """Return M/G/1, first come first served.

    Parameters
    ----------
    arrival_rate : float
        > 0.
    mean_service : float
        > 0, in the unit of time of the rate; their product below 1.
    coefficient_of_variation : float
        Of the service time, >= 0: standard deviation over mean.

    References
    ----------
    Gross, Shortle, Thompson and Harris (2018), Fundamentals of queueing theory, 5th ed., section 6.1 (the
    Pollaczek-Khinchine formula).
    """
    load = arrival_rate * mean_service
    require(0.0 < load < 1.0, "M/G/1 is stable only while arrivals are slower than services")
    require(coefficient_of_variation >= 0.0, "a coefficient of variation is not negative")
    waiting = load * mean_service * (1.0 + coefficient_of_variation**2) / (2.0 * (1.0 - load))
    return Stationary(
        utilisation=load,
        wait_probability=load,
        waiting_time=waiting,
        sojourn_time=waiting + mean_service,
        queue_length=arrival_rate * waiting,
        number_in_system=arrival_rate * (waiting + mean_service),
        throughput=arrival_rate,
    )


def md1(arrival_rate: float, service_time: float) -> Stationary:
    """Return M/D/1: every service takes the same time; parameters and source as for ``mg1``."""
    return mg1(arrival_rate, service_time, 0.0)
