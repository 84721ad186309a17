"""A trial: journeys replayed against a system under test over HTTP, every partner played by tongban.

Takes journeys, a system, its address and credentials, gives a frozen ``Trial`` of verdicts; promises that it ends
within its bounds whatever the system does, that nothing personal or secret is in its result, and that what was not
exercised is told as such.

::

    participants -> walk (Caller) -> system under test   HttpTransport -> traces -> checks -> Ledger -> Trial
                                  -> partners            in process, or served on --listen
"""

from sim.conformance.trial.order import Order
from sim.conformance.trial.run import conform
from sim.conformance.trial.watch import watch

__all__ = ["Order", "conform", "watch"]
