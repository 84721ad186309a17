"""The course of a trial: choose errands, walk them, probe, judge, sum up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import count, islice
from typing import TYPE_CHECKING, Final

from sim.conformance.check import exchange_checks
from sim.conformance.cohort import identities, identity_of, participants_of
from sim.conformance.http import Budget, HttpTransport, SpentError
from sim.conformance.trace import Found, Walk
from sim.conformance.trial.account import Account
from sim.conformance.trial.interrupt import interruptible
from sim.conformance.trial.judging import Judge
from sim.conformance.trial.ledger import Ledger, Subject
from sim.conformance.trial.partners import opened
from sim.conformance.trial.prober import Prober, SpoiltError
from sim.conformance.trial.reads import further_reads
from sim.conformance.trial.recording import Recording
from sim.conformance.trial.reference import Reference
from sim.conformance.trial.walker import Ground, Walker
from sim.conformance.verdict import ErrandEnd
from sim.contract import load_code_lists
from sim.errors import TargetError, UsageError
from sim.journey import execute
from sim.mock import Codec, citizens
from sim.mock.citizen import PROVINCES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sim.conformance.caller import Errand
    from sim.conformance.cohort import Participant
    from sim.conformance.trial.order import Order
    from sim.conformance.trial.partners import Partners
    from sim.conformance.trial.reference import Expectation
    from sim.conformance.verdict import Trial
    from sim.contract import Contract, Operation
    from sim.journey import Execution

LOOKED_AT: Final = 4
"""Citizens that are looked at for each that walks."""
MAX_PROBING: Final = 40
"""Errands of one journey that are walked to probe."""


@dataclass(slots=True, eq=False)
class _Case:
    """An errand of a citizen, with how it goes against tongban's own mock.

    Parameters
    ----------
    fresh : frozenset of str
        Inputs that differ from walk to walk: a system remembers what they stand for, such as idempotency keys.
    """

    errand: Errand
    participant: Participant
    expectation: Expectation | None
    fresh: frozenset[str]


@dataclass(slots=True, eq=False)
class _Course:
    """A trial under way."""

    order: Order
    ground: Ground
    reference: Reference
    judge: Judge
    contract: Contract
    ends: list[ErrandEnd] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))


def conform(order: Order) -> Trial:
    """Try a system.

    Returns
    -------
    Trial
        With at least one exchange.

    Raises
    ------
    DocumentError
        A document or mock has faults.
    UsageError
        The journeys do not call the system, credentials are missing, or no errand could be walked.
    TargetError
        The system was never reached.
    """
    if order.place is None:
        raise UsageError(f"{order.system} has no address", "give --target")
    contract, operations = _called(order)
    _check_credentials(order, contract, operations)
    codec = Codec(load_code_lists(order.catalog))
    reference = Reference(order, codec, with_callbacks=order.listen is not None)
    hidden = order.credentials.hidden
    account = Account(order, Ledger(order.catalog, hidden), Recording(hidden, order.keeps_exchanges))
    transport = HttpTransport(order.place, order.limits)
    budget = Budget(order.requests, order.seconds)
    try:
        with opened(order, reference.partners, reference.under_test) as partners:
            ground = Ground(order, transport, partners, budget, codec, account.recording)
            course = _Course(order, ground, reference, Judge(account.ledger, order.checks), contract)
            try:
                interruptible(lambda: _walk_all(course), _stopping(ground))
            except SpentError as error:
                account.bound = str(error)
            _tell_unended(course, account.bound)
            _tell_unreached(course, account.bound)
            _tell_unheard(course, partners)
            account.hear(partners)
    finally:
        transport.close()
    if budget.sent and not ground.answers and not course.judge.asks("answered"):
        raise TargetError(
            f"{order.system} answered none of {budget.sent} requests", "see that it works, then try again"
        )
    if not budget.sent:
        message = f"{order.system} was not called: {account.bound or 'no errand came to it'}"
        raise UsageError(message, "give other journeys")
    return account.trial(requests=budget.sent, errands=course.ends)


def _stopping(ground: Ground) -> Callable[[], None]:
    """Return what ends a trial that waits for a system."""

    def stop() -> None:
        ground.budget.stop()
        ground.transport.abort()

    return stop


def _walk_all(course: _Course) -> None:
    """Walk the errands as they are, then with probes."""
    cases = [list(_looked_at(course, errand)) for errand in course.order.errands]
    chosen = [one for some in cases for one in _chosen(some, course.order.citizens)]
    with ThreadPoolExecutor(max(1, course.order.parallel)) as pool:
        for done in [pool.submit(_plain, course, one) for one in chosen]:
            done.result()
    prober = Prober(course.judge)
    prober.add(course.contract.operations[name] for name in sorted(course.reached))
    for some in cases:
        _probe(course, prober, some)
    for plan in prober.plans.values():
        for probe in plan.left():
            found = Found("skip", "no errand came to the operation once more, accepted")
            if not course.judge.ledger.has(probe.name, plan.operation.operation_id):
                course.judge.about(probe.name, found, plan.operation)


def _looked_at(course: _Course, errand: Errand) -> Iterator[_Case]:
    order = course.order
    most = LOOKED_AT * order.citizens
    if order.people:
        people = [one.citizen for one in order.people]
    else:
        stream = f"conform/{errand.journey.name}#{errand.workflow.workflow_id}"
        people = list(islice(citizens(order.seed, stream, offices=PROVINCES), most))
    rows = {one.citizen.number: one.inputs for one in order.people}
    known = errand.workflow.inputs.get("properties")
    names = known if isinstance(known, dict) else {}
    fresh = identities(errand.workflow)
    for participant in participants_of(people, errand.journey, errand.workflow, seed=order.seed, count=most):
        row = rows.get(participant.citizen.number, {})
        given = {**participant.inputs, **{name: value for name, value in row.items() if name in names}}
        case = _Case(errand, replace(participant, inputs=given), None, fresh - row.keys())
        yield _renewed(course, case, participant.citizen.number)


def _renewed(course: _Course, case: _Case, walk: str) -> _Case:
    """Return an errand with the inputs of one walk, and how that goes."""
    order = course.order
    own = dict.fromkeys(case.fresh, identity_of(f"{order.seed}/{order.run}/{case.errand.journey.name}/{walk}"))
    participant = replace(case.participant, inputs={**case.participant.inputs, **own})
    return _Case(case.errand, participant, course.reference.walk(case.errand, participant), case.fresh)


def _chosen(cases: list[_Case], many: int) -> list[_Case]:
    """Return citizens such that as much as possible is come to: first those that bring something new, then channels."""
    seen: set[str] = set()
    first: list[_Case] = []
    channels: dict[str, _Case] = {}
    rest: list[_Case] = []
    for one in cases:
        expectation = one.expectation
        new = {*expectation.operations, expectation.execution.outcome} - seen if expectation is not None else set()
        if new:
            first.append(one)
        elif all(one.participant.channel != case.participant.channel for case in (*first, *channels.values())):
            channels[one.participant.channel] = one
        else:
            rest.append(one)
        seen |= new
    return [*first, *channels.values(), *rest][: max(many, len(first))]


def _plain(course: _Course, case: _Case) -> None:
    """Walk an errand and judge all of it."""
    walker, execution, spent = _walk(course, case, None)
    walk = _judge(course, case, walker, execution)
    course.reached.update(trace.operation.operation_id for trace in walker.traces if trace.sender == "tongban")
    if execution is not None:
        expected = case.expectation.execution.outcome if case.expectation is not None else None
        name = case.errand.journey.name
        reached = walk.comes_to_its_end
        reason = "" if reached else walk.excuse
        steps = len(execution.steps)
        course.ends.append(ErrandEnd(name, walker.number, execution.outcome, expected, steps, reached, reason))
    if spent is not None:
        raise spent


def _judge(course: _Course, case: _Case, walker: Walker, execution: Execution | None) -> Walk:
    """Judge what an errand left; without its execution, as it was broken off or probed, its exchanges alone."""
    for trace in walker.traces:
        course.judge.exchange(trace)
    for arrival in walker.arrivals:
        course.judge.exchange(arrival.trace)
    for stray in walker.strays:
        course.judge.stray(stray, case.errand.journey.name, walker.number)
    expectation = case.expectation if execution is not None else None
    walk = Walk(
        journey=case.errand.journey,
        participant=walker.participant,
        citizen=walker.number,
        steps=dict(case.errand.steps()),
        traces=tuple(walker.traces),
        execution=execution,
        expected=expectation.execution if expectation is not None else None,
        hurried=frozenset(walker.hurried),
        unknowable=_unknowable(course, expectation),
        due=expectation.due if expectation is not None and walker.subscriptions else (),
        arrivals=tuple(walker.arrivals),
    )
    course.judge.walk(walk)
    return walk


def _unknowable(course: _Course, expectation: Expectation | None) -> dict[str, str]:
    """Return where the system may refuse what its partners know: tongban plays them, and it did not ask."""
    partners = course.ground.partners
    found = {}
    for path, leans in (expectation.leans if expectation is not None else {}).items():
        unasked = sorted(leans - partners.asked - {course.order.system})
        if unasked and expectation is not None and path not in expectation.refused:
            found[path] = _unasked(unasked, dict(partners.listening))
    return found


def _unasked(names: list[str], addresses: Mapping[str, str]) -> str:
    """Return that the system did not ask partners, with what the user can do."""
    lacking = f"it needs what {', '.join(names)} knows, which tongban plays and the system did not ask"
    if not all(name in addresses for name in names):
        return f"{lacking}: serve it by --listen HOST:PORT and enter its address in the system"
    return f"{lacking}: enter its address in the system, {', '.join(addresses[name] for name in names)}"


def _walk(course: _Course, case: _Case, prober: Prober | None) -> tuple[Walker, Execution | None, SpentError | None]:
    """Walk an errand; also what it did before the trial's limits were reached is to be judged."""
    walker = Walker(course.ground, case.errand, case.participant, next(course.numbers))
    if prober is not None:
        walker.step = prober.step
        walker.refused = case.expectation.refused if case.expectation is not None else frozenset()
    partners = course.ground.partners
    partners.enrol(case.participant.citizen)
    partners.lead(walker.relay if course.order.parallel == 1 else None)
    execution, spent = None, None
    try:
        execution = execute(case.errand.journey, case.errand.workflow, case.participant.inputs, walker)
        if prober is not None:
            further_reads(walker, course.contract, prober)
        elif walker.subscriptions and case.expectation is not None:
            walker.await_callbacks(len(case.expectation.due))
    except SpoiltError:
        pass
    except SpentError as error:
        spent = error
    return walker, execution, spent


def _probe(course: _Course, prober: Prober, cases: list[_Case]) -> None:
    """Walk errands with probes until all operations that they come to are done."""
    walks, idle = 0, 0
    while cases and walks < MAX_PROBING and idle < len(cases):
        waiting = prober.waiting
        case = cases[(walks + idle) % len(cases)]
        comes_to = case.expectation.operations & course.reached if case.expectation is not None else course.reached
        if not (comes_to | prober.further) & waiting:
            idle += 1
            continue
        before = _left(prober)
        if case.fresh:
            case = _renewed(course, case, f"probing {walks}")
        walker, _, spent = _walk(course, case, prober)
        _judge(course, case, walker, None)
        if spent is not None:
            raise spent
        walks += 1
        idle = 0 if _left(prober) < before else idle + 1


def _left(prober: Prober) -> int:
    return sum(len(plan.left()) for plan in prober.plans.values())


def _called(order: Order) -> tuple[Contract, frozenset[str]]:
    """Return the contract of the system, and the operations that the journeys may call.

    Raises
    ------
    UsageError
        They call none.
    """
    found: dict[str, Operation] = {}
    contract = None
    for errand in order.errands:
        for _, step in errand.steps():
            if step.contract is not None and step.operation is not None and step.contract.name == order.system:
                contract = step.contract
                found[step.operation.operation_id] = step.operation
    if contract is None:
        names = sorted({one.name for errand in order.errands for one in errand.journey.contracts.values()})
        raise UsageError(f"no journey calls {order.system!r}", f"they call {', '.join(names)}")
    return contract, frozenset(found)


def _check_credentials(order: Order, contract: Contract, operations: frozenset[str]) -> None:
    lacking = order.credentials.lacking(contract, (contract.operations[name] for name in sorted(operations)))
    if lacking is not None:
        raise UsageError(*lacking)


def _tell_unheard(course: _Course, partners: Partners) -> None:
    """Say what the system did not send, or nobody was there to hear."""
    ledger, system = course.judge.ledger, course.order.system
    reason = "the system sent no request" if partners.listening else "its partners were not served: see --listen"
    judged = [one.name for one in exchange_checks() if one.direction == "request" and one.name != "request-code-list"]
    for name in (*judged, "request-security"):
        if course.judge.asks(name) and not partners.received:
            ledger.add(name, Found("skip", reason), Subject(system, ""))
    why = "its callbacks were not asked for: the contract wants another address, see --callback-base"
    for name in sorted(course.reached):
        operation = course.contract.operations[name]
        for check in ("callback", "callback-order"):
            if operation.callbacks and not ledger.has(check, None):
                told = why if partners.listening else "nobody listened to its callbacks: see --listen"
                course.judge.about(check, Found("skip", told), operation)


def _tell_unended(course: _Course, bound: str) -> None:
    """Say which journeys no errand has brought to its end, unless a failure says it."""
    for name in dict.fromkeys(errand.journey.name for errand in course.order.errands):
        ends = [one for one in course.ends if one.journey == name]
        if any(one.reached for one in ends):
            continue
        reason = next((one.reason for one in ends if one.reason), "" if ends else bound)
        if reason and course.judge.asks("end-state"):
            told = Found("error", f"no errand of {name} came to its end: {reason}")
            course.judge.ledger.add("end-state", told, Subject("", "", name))


def _tell_unreached(course: _Course, bound: str) -> None:
    reason = bound or "no journey of this trial comes to it"
    for operation in course.contract.operations.values():
        if not course.judge.ledger.has("reached", operation.operation_id):
            course.judge.about("reached", Found("skip", reason), operation)
