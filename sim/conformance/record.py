"""Judging and counting the exchanges of one replayed errand.

Takes the exchanges of a world as they come, gives the tally its calls with redacted findings, promises that nested
calls are judged like a journey's own and that nothing personal reaches the tally.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sim.conformance.check import Judged
from sim.conformance.judge import judge
from sim.conformance.meaning import misread_answer, misread_request
from sim.contract import Violation, count_materials, has_materials, match_operation, violations_of_answer
from sim.journey import Read
from sim.mock.redact import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sim.conformance.judge import Breach
    from sim.conformance.tally import Tally
    from sim.contract import Operation, Schema
    from sim.mock import Citizen, Codec, Exchange, System


UNAUTHORISED: Final = 401
SUCCESS_END: Final = 300


class Recorder:
    """Judges exchanges and counts them.

    Parameters
    ----------
    systems : mapping of str to System
        With the editions that exchanges are held against.
    codec : Codec
        Of those editions.
    tally : Tally
        Takes the counts.
    """

    def __init__(self, systems: Mapping[str, System], codec: Codec, tally: Tally) -> None:
        self._systems = systems
        self._codec = codec
        self._tally = tally

    def record(self, exchanges: Iterable[Exchange], reads: Iterable[Read], citizen: Citizen) -> bool:
        """Judge and count the exchanges that one call of a journey brought about, that call being the last.

        Parameters
        ----------
        reads : iterable of Read
            What the journey reads of its answer.

        Returns
        -------
        bool
            Whether the journey can go by the answer: it broke nothing that is read.
        """
        usable = True
        for exchange in exchanges:
            if exchange.caller is None:
                usable = self._one(exchange, reads, citizen)
            else:
                self._one(exchange, [Read("body", pointer) for pointer in exchange.read], citizen)
                if exchange.operation is not None:
                    self._tally.add_nested(exchange.caller, exchange.operation.operation_id)
        return usable

    def count_materials(self, exchanges: Iterable[Exchange], journey: str, channel: str) -> None:
        """Count what a journey handed in with its own calls; a request that was turned away hands nothing in."""
        for exchange in exchanges:
            operation = self._operation(exchange) if exchange.caller is None else None
            if operation is not None and exchange.answer.status < SUCCESS_END and has_materials(operation):
                key = (journey, channel, operation.operation_id)
                self._tally.add_materials(key, *count_materials(operation, exchange.request))

    def _one(self, exchange: Exchange, reads: Iterable[Read], citizen: Citizen) -> bool:
        operation = self._operation(exchange)
        if operation is None:
            return True  # neither edition knows such an operation: the 404 is the answer
        breaches = judge(self._judged(exchange, operation), reads)
        redactor = Redactor((*citizen.personal_values, *_secrets(exchange)))
        status = exchange.answer.status
        told = [self._redacted(redactor, operation, status, breach) for breach in breaches]
        self._tally.add_call(operation, status, told)
        return not any(breach.direction == "response" and breach.verdict == "fail" for breach in breaches)

    def _operation(self, exchange: Exchange) -> Operation | None:
        """Return the consumer's operation."""
        consumer = self._systems[exchange.system].consumer
        if exchange.operation is not None:
            return consumer.operations.get(exchange.operation.operation_id)
        matched = match_operation(consumer, exchange.request.method, exchange.request.path)
        return matched[0] if matched else None

    def _judged(self, exchange: Exchange, operation: Operation) -> Judged:
        system, provided = self._systems[exchange.system], exchange.operation
        refused = exchange.violations
        misread: tuple[tuple[Violation, ...], tuple[Violation, ...]] = ((), ())
        if system.provider is not system.consumer:
            refused = refused or _refused_whole(system, operation, exchange)
            if provided is not None and not refused:
                misread = (
                    tuple(misread_request(self._codec, operation, provided, exchange.request)),
                    tuple(misread_answer(self._codec, provided, operation, exchange.answer)),
                )
        return Judged(
            provider=system.provider,
            consumer=system.consumer,
            operation=operation,
            request=exchange.request,
            answer=exchange.answer,
            request_violations=refused,
            answer_violations=violations_of_answer(system.consumer, operation, exchange.answer),
            request_misread=misread[0],
            answer_misread=misread[1],
        )

    def _redacted(self, redactor: Redactor, operation: Operation, status: int, breach: Breach) -> Breach:
        violation = breach.violation
        schema = _schema(operation, status, breach)
        pointer = violation.pointer if violation.part == "body" else ""
        checksum = self._codec.shape_at(schema, pointer).text("x-checksum")
        received = redactor.text(violation.received, part=violation.part, pointer=violation.pointer, checksum=checksum)
        clean = replace(
            violation,
            pointer=redactor.scrub(violation.pointer),
            expected=redactor.scrub(violation.expected),
            received=received,
            contract_pointer=redactor.scrub(violation.contract_pointer),
        )
        return replace(breach, violation=clean)


def _refused_whole(system: System, operation: Operation, exchange: Exchange) -> tuple[Violation, ...]:
    """Return why an edition refuses every request of an operation: it lacks it, or wants other credentials."""
    file, provided = system.provider.document.file, exchange.operation
    if provided is None:
        expected, sent = "an operation of this edition", f"{operation.method} {operation.path}"
        return (Violation("path", "declared", "", expected, sent, f"{file}#/paths"),)
    if exchange.answer.status == UNAUTHORISED and provided.security != operation.security:
        wanted, given = (
            " or ".join(sorted(" and ".join(one) or "none" for one in both.security)) or "none"
            for both in (provided, operation)
        )
        return (Violation("header", "security", "", wanted, given, f"{file}#{provided.pointer}/security"),)
    return ()


def _schema(operation: Operation, status: int, breach: Breach) -> Schema | None:
    """Return the schema of the part of a message in which a breach lies."""
    part = breach.violation.part
    if part == "body" and breach.direction == "request":
        content = operation.request_body.content if operation.request_body else {}
        return next((media_type.schema for media_type in content.values()), None)
    response = operation.response(status) if breach.direction == "response" else None
    if part == "body":
        return next((media_type.schema for media_type in response.content.values()), None) if response else None
    name = breach.violation.pointer.removeprefix("/").partition("/")[0]
    if response is not None:
        header = response.headers.get(name)
        return header.schema if header else None
    return next((one.schema for one in operation.parameters if (one.location, one.name) == (part, name)), None)


def _secrets(exchange: Exchange) -> tuple[str, ...]:
    """Return the credentials of a request."""
    names = ("authorization", "signature", "signature-input")
    values = [value for name, value in exchange.request.headers if name.lower() in names]
    return (*values, *(value.partition(" ")[2] for value in values))
