"""Contracts: what a system promises, as OpenAPI documents.

Takes the OpenAPI 3.1 (and 3.0) documents of a catalog, gives typed contracts and what a message breaks of them,
promises that a loaded contract has no fault, that nothing is fetched, and that a rule which could not be evaluated is
told apart from a broken one. Overlays give other editions of a contract.
"""

from sim.contract.code_list import Code, CodeLists, load_code_lists
from sim.contract.diff import RULES as CHANGE_RULES
from sim.contract.diff import SEVERITIES, Change, ChangePlace, Severity, compare_contracts, worst
from sim.contract.exchange import match_operation, violations_of_answer, violations_of_request
from sim.contract.form import child_schema, code_list_of, resolve_schema
from sim.contract.gate import Gate, Reading, gate_of
from sim.contract.loader import load_contract, load_contract_document, load_contract_file
from sim.contract.material import count_materials, has_materials
from sim.contract.model import (
    Answer,
    Contract,
    MediaType,
    Operation,
    Parameter,
    Request,
    RequestBody,
    Response,
    Schema,
    Violation,
)
from sim.contract.overlay import Action, Overlay, apply_overlay, load_overlay, load_overlay_file
from sim.contract.validator import violations_of_value

__all__ = [
    "CHANGE_RULES",
    "SEVERITIES",
    "Action",
    "Answer",
    "Change",
    "ChangePlace",
    "Code",
    "CodeLists",
    "Contract",
    "Gate",
    "MediaType",
    "Operation",
    "Overlay",
    "Parameter",
    "Reading",
    "Request",
    "RequestBody",
    "Response",
    "Schema",
    "Severity",
    "Violation",
    "apply_overlay",
    "child_schema",
    "code_list_of",
    "compare_contracts",
    "count_materials",
    "gate_of",
    "has_materials",
    "load_code_lists",
    "load_contract",
    "load_contract_document",
    "load_contract_file",
    "load_overlay",
    "load_overlay_file",
    "match_operation",
    "resolve_schema",
    "violations_of_answer",
    "violations_of_request",
    "violations_of_value",
    "worst",
]
