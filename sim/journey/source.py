"""What a journey refers to: the contracts and Arazzo documents of its source descriptions, and names in them.

Takes the sourceDescriptions of a document, gives ``Sources``, promises that each unknown name is a fault with the names
near to it and that a source which could not be read causes no second fault.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sim.document import escape_pointer
from sim.journey.expression import ExpressionError, parse_expression
from sim.journey.node import suggest

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.contract.model import Contract, Operation
    from sim.journey.model import Journey
    from sim.journey.node import Node

_PREFIX: Final = "$sourceDescriptions."
_URL: Final = "{" + _PREFIX


@dataclass(frozen=True, slots=True)
class Sources:
    """The source descriptions of one document; None stands for one that could not be read.

    Parameters
    ----------
    workflow_ids : frozenset of str
        Ids of the document's own workflows.
    """

    contracts: dict[str, Contract | None] = field(default_factory=dict)
    journeys: dict[str, Journey | None] = field(default_factory=dict)
    workflow_ids: frozenset[str] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all source descriptions."""
        return (*self.contracts, *self.journeys)

    def workflow(self, node: Node, text: str) -> str | None:
        """Return the id under which ``Journey.workflows`` holds a workflow, None with a fault where there is none."""
        if not text.startswith("$"):
            if text in self.workflow_ids:
                return text
            node.fault(f"there is no workflow {text!r}", suggest(text, self.workflow_ids))
            return None
        found = self._reference(node, text)
        if found is None:
            return None
        source, name = found
        if source in self.contracts:
            node.fault(f"the source {source!r} is a contract and has no workflows", "name an operation instead")
            return None
        journey = self.journeys[source]
        if journey is not None and name not in {key.removeprefix(_PREFIX) for key in journey.workflows}:
            known = [key for key in journey.workflows if not key.startswith("$")]
            node.fault(f"there is no workflow {name!r} in {source!r}", suggest(name, known, _prefixed(source)))
            return None
        return imported_id(source, name) if journey is not None else None

    def operation(self, node: Node, text: str) -> tuple[Contract, Operation] | None:
        """Return the operation that an operationId names, None with a fault where there is none."""
        if text.startswith("$"):
            found = self._reference(node, text)
            return self._operation_in(node, *found) if found else None
        if not self.contracts:
            node.fault("no source description is a contract", "add one of type openapi")
            return None
        if len(self.contracts) > 1:
            holders = [name for name, contract in self.contracts.items() if contract and text in contract.operations]
            remedy = " or ".join(f"write $sourceDescriptions.{name}.{text}" for name in holders)
            named = f"the operationId {text!r} names no source, and there are several"
            if holders or None in self.contracts.values():
                node.fault(named, remedy or "write $sourceDescriptions.<name>.<operationId>")
            else:
                known = {key: name for name, one in self.contracts.items() if one for key in one.operations}
                node.fault(
                    f"there is no operation {text!r}", suggest(text, known, lambda key: _prefixed(known[key])(key))
                )
            return None
        return self._operation_in(node, next(iter(self.contracts)), text)

    def operation_at(self, node: Node, text: str) -> tuple[Contract, Operation] | None:
        """Return the operation that an operationPath names, None with a fault where there is none."""
        url, sharp, pointer = text.partition("#")
        source = url.removeprefix(_URL).removesuffix(".url}")
        if not (url.startswith(_URL) and url.endswith(".url}") and sharp):
            node.fault(f"{text!r} is not an operationPath", "write '{$sourceDescriptions.<name>.url}#/paths/~1x/get'")
            return None
        if source not in self.contracts:
            node.fault(f"there is no contract {source!r} among the sources", suggest(source, self.contracts))
            return None
        contract = self.contracts[source]
        if contract is None:
            return None
        places = {_place(operation): operation for operation in contract.operations.values()}
        if pointer not in places:
            node.fault(f"there is no operation at {pointer!r} in {source!r}", suggest(pointer, places))
            return None
        return contract, places[pointer]

    def _reference(self, node: Node, text: str) -> tuple[str, str] | None:
        try:
            expression = parse_expression(text)
        except ExpressionError as error:
            node.fault(error.message, error.remedy)
            return None
        if expression.root != "sourceDescriptions":
            node.fault(f"{text!r} does not name a source description", "write $sourceDescriptions.<name>.<id>")
            return None
        if expression.owner not in self.names:
            node.fault(f"there is no source description {expression.owner!r}", suggest(expression.owner, self.names))
            return None
        return expression.owner, expression.name

    def _operation_in(self, node: Node, source: str, name: str) -> tuple[Contract, Operation] | None:
        if source in self.journeys:
            node.fault(
                f"the source {source!r} is an Arazzo document and has no operations", "name a workflowId instead"
            )
            return None
        contract = self.contracts[source]
        if contract is None:
            return None
        if name not in contract.operations:
            shown = _prefixed(source) if len(self.contracts) > 1 else str
            node.fault(f"there is no operation {name!r} in {source!r}", suggest(name, contract.operations, shown))
            return None
        return contract, contract.operations[name]


def imported_id(source: str, workflow_id: str) -> str:
    """Return the id of a workflow of an Arazzo source: ``$sourceDescriptions.<source>.<workflowId>``."""
    return f"{_PREFIX}{source}.{workflow_id.removeprefix(_PREFIX)}"


def _prefixed(source: str) -> Callable[[str], str]:
    return lambda name: f"$sourceDescriptions.{source}.{name}"


def _place(operation: Operation) -> str:
    return f"/paths/{escape_pointer(operation.path)}/{operation.method.lower()}"
