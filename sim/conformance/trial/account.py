"""What a trial adds up to."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sim.conformance.verdict import Trial

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.conformance.trial.ledger import Ledger
    from sim.conformance.trial.order import Order
    from sim.conformance.trial.partners import Partners
    from sim.conformance.verdict import ErrandEnd


@dataclass(slots=True, eq=False)
class Account:
    """A trial under way; it begins when it is made.

    Parameters
    ----------
    bound : str
        Which limit ended it early; empty where none did.
    """

    order: Order
    ledger: Ledger
    bound: str = ""
    received: int = 0
    listening: tuple[tuple[str, str], ...] = ()
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    began: float = field(default_factory=time.monotonic)

    def hear(self, partners: Partners) -> None:
        """Take what partners know, before they close."""
        self.listening, self.received = partners.listening, partners.received

    def trial(self, *, requests: int = 0, errands: Iterable[ErrandEnd] = ()) -> Trial:
        """Return the result."""
        order = self.order
        return Trial(
            system=order.system,
            target=order.place.base if order.place is not None else "",
            journeys=tuple(dict.fromkeys(errand.journey.name for errand in order.errands)),
            listening=self.listening,
            seed=order.seed,
            started=self.started.isoformat(timespec="seconds").replace("+00:00", "Z"),
            seconds=round(time.monotonic() - self.began, 3),
            requests=requests,
            received=self.received,
            bound=self.bound,
            errands=tuple(sorted(errands, key=lambda one: one.citizen)),
            verdicts=self.ledger.verdicts(),
        )
