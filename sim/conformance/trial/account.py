"""What a trial adds up to."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sim.conformance.requirement import Requirement, requirement_results
from sim.conformance.requirement_file import load_requirements
from sim.conformance.verdict import StepPlace, Trial

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sim.conformance.caller import Errand
    from sim.conformance.trial.ledger import Ledger
    from sim.conformance.trial.order import Order
    from sim.conformance.trial.partners import Partners
    from sim.conformance.trial.recording import Recording
    from sim.conformance.verdict import ErrandEnd, Recorded


@dataclass(slots=True, eq=False)
class Account:
    """A trial under way; it begins when it is made.

    Parameters
    ----------
    bound : str
        Which limit ended it early; empty where none did.

    Raises
    ------
    DocumentError
        The catalog's requirements have faults.
    """

    order: Order
    ledger: Ledger
    recording: Recording
    bound: str = ""
    received: int = 0
    listening: tuple[tuple[str, str], ...] = ()
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    began: float = field(default_factory=time.monotonic)
    requirements: tuple[Requirement, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.requirements = load_requirements(self.order.catalog)

    def hear(self, partners: Partners) -> None:
        """Take what partners know, before they close."""
        self.listening, self.received = partners.listening, partners.received

    def trial(self, *, requests: int = 0, errands: Iterable[ErrandEnd] = (), recorded: Recorded | None = None) -> Trial:
        """Return the result."""
        order, verdicts = self.order, self.ledger.verdicts()
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
            verdicts=verdicts,
            steps=tuple(places_of(order.errands)),
            exchanges=self.recording.exchanges(),
            recorded=recorded,
            requirements=requirement_results(self.requirements, verdicts),
        )


def places_of(errands: Iterable[Errand]) -> Iterator[StepPlace]:
    """Yield the steps of errands with whom they call."""
    for errand in errands:
        for path, step in errand.steps():
            system = step.contract.name if step.contract is not None else ""
            operation = step.operation.operation_id if step.operation is not None else ""
            yield StepPlace(errand.journey.name, path, system, operation)
