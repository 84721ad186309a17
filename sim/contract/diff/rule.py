"""The rules, and the families of comparisons that use them.

A rule says what a difference does to the *sender* of a message who keeps to the older edition, and to its *receiver*.
Who that is follows from the message: a request is sent by the consumer, a response by the provider, and in callbacks
and webhooks the two change places. So each rule is written once and holds in every direction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from sim.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.contract.diff.flat import Flat
    from sim.contract.diff.model import Severity
    from sim.contract.diff.operation import OperationView
    from sim.contract.diff.site import Site

    SchemaFamily: TypeAlias = Callable[[Site, Flat, Flat], None]
    OperationFamily: TypeAlias = Callable[[Site, OperationView, OperationView], None]

_PACKAGE: Final = "sim.contract.diff"


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of difference.

    Parameters
    ----------
    meaning : str
        What differs, in one sentence without a full stop.
    remedy : str
        What to do about it.
    sender, receiver : str
        What it usually does to a sender, and to a receiver, that keeps to the older edition. Of rules on a whole
        operation the sender is who calls it.
    touches : str
        ``call``: every call meets it; ``value``: those that send or read the field; ``need``: requests that omit the
        field, responses that are read.
    is_certain : bool
        Whether a provider that receives cannot but meet it. Otherwise what a newer consumer may or may not send is at
        most risky for the provider, who refuses it with an answer.
    """

    name: str
    meaning: str
    remedy: str
    sender: Severity
    receiver: Severity
    touches: Literal["call", "value", "need"]
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Family:
    """A comparison of schemas and the keywords it answers for."""

    keywords: frozenset[str]
    compare: SchemaFamily


RULES: Final[Registry[Rule]] = Registry("rule of change", _PACKAGE)
SCHEMA_FAMILIES: Final[Registry[Family]] = Registry("comparison of schemas", _PACKAGE)
OPERATION_FAMILIES: Final[Registry[OperationFamily]] = Registry("comparison of operations", _PACKAGE)


def rule(
    name: str,
    meaning: str,
    remedy: str,
    effect: tuple[Severity, Severity],
    touches: Literal["call", "value", "need"] = "value",
    *,
    is_certain: bool = False,
) -> Rule:
    """Register and return a rule; ``effect`` is what it does to the sender and to the receiver."""
    one = Rule(name, meaning, remedy, *effect, touches, is_certain)
    RULES.add(name, one)
    return one


def schema_family(name: str, *keywords: str) -> Callable[[SchemaFamily], SchemaFamily]:
    """Register a comparison of two schemas that answers for some keywords."""

    def register(compare: SchemaFamily) -> SchemaFamily:
        SCHEMA_FAMILIES.add(name, Family(frozenset(keywords), compare))
        return compare

    return register


def operation_family(name: str) -> Callable[[OperationFamily], OperationFamily]:
    """Register a comparison of two operations."""

    def register(compare: OperationFamily) -> OperationFamily:
        OPERATION_FAMILIES.add(name, compare)
        return compare

    return register
