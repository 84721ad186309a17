"""OpenAPI documents as typed values.

``sim.contract.load_contract`` makes them. Names are OpenAPI's (https://spec.openapis.org/oas/v3.1.1). Schemas stay
JSON: their meaning is their validator's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.document import Document, JsonValue


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """A JSON Schema at its place in the catalog.

    Parameters
    ----------
    uri : str
        Identifier of the document that holds it, in the catalog's own scheme.
    pointer : str
        JSON pointer to the schema in that document.
    value : JsonValue
        The schema as written, references unresolved.
    """

    uri: str
    pointer: str
    value: JsonValue


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """A Parameter or Header Object; ``location`` is ``header`` for the header of a response."""

    name: str
    location: Literal["path", "query", "header", "cookie"]
    required: bool
    schema: Schema | None
    style: str
    explode: bool
    content_type: str | None
    pointer: str


@dataclass(frozen=True, slots=True, eq=False)
class MediaType:
    """A Media Type Object with its examples by name (``""`` for the single ``example``)."""

    content_type: str
    schema: Schema | None
    examples: Mapping[str, JsonValue]
    pointer: str


@dataclass(frozen=True, slots=True, eq=False)
class RequestBody:
    """A Request Body Object."""

    required: bool
    content: Mapping[str, MediaType]
    pointer: str


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """A Response Object under its status key: ``200``, ``4XX`` or ``default``."""

    status: str
    headers: Mapping[str, Parameter]
    content: Mapping[str, MediaType]
    pointer: str


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """An Operation Object.

    Parameters
    ----------
    contract : str
        Name of the contract it belongs to.
    path : str
        The path template, ``/cases/{case_no}``.
    method : str
        Upper case.
    parameters : tuple of Parameter
        Its own and its path's, merged.
    security : tuple of mapping
        Alternatives; each maps the name of a security scheme to its scopes. Empty: no security.
    actor : str or None
        ``x-tongban-actor``: who acts when the operation is human or physical work.
    callbacks : tuple of Operation
        What the provider calls in turn; their ``path`` is a runtime expression, their operationId the callback's name
        where they have none.
    is_visit : bool
        ``x-tongban-visit``: with this call the citizen comes in person, and one visit begins.
    """

    contract: str
    operation_id: str
    method: str
    path: str
    summary: str
    parameters: tuple[Parameter, ...]
    request_body: RequestBody | None
    responses: Mapping[str, Response]
    security: tuple[Mapping[str, tuple[str, ...]], ...]
    actor: str | None
    pointer: str
    callbacks: tuple[Operation, ...] = ()
    is_visit: bool = False

    def response(self, status: int) -> Response | None:
        """Return the response declared for a status: its own key, its class (``4XX``), ``default``, or None."""
        text = str(status)
        keys = (text, f"{text[0]}XX", "default")
        return next((self.responses[key] for key in keys if key in self.responses), None)


@dataclass(frozen=True, slots=True, eq=False)
class Contract:
    """One OpenAPI document.

    Parameters
    ----------
    name : str
        The file's name without ``.openapi.yaml``.
    openapi : str
        Version of the specification, ``3.0.x`` or ``3.1.x``.
    operations : mapping
        Operations by operationId, in document order.
    security_schemes : mapping
        Security scheme objects by name, as written.
    digest : str
        SHA-256 over this document and every document it refers to.
    """

    name: str
    title: str
    version: str
    openapi: str
    document: Document
    operations: Mapping[str, Operation]
    security_schemes: Mapping[str, JsonValue]
    digest: str


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request as it went over the wire.

    Parameters
    ----------
    path : str
        Percent-encoded path below the server's base, without the query.
    query : tuple of (str, str)
        Decoded pairs in order.
    headers : tuple of (str, str)
        In order; names compare without case.
    query_text : str or None
        The query as it was sent, without its question mark, where that is known: signatures cover it.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes
    query_text: str | None = None
    _fields: dict[str, str] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def fields(self) -> Mapping[str, str]:
        """Values of the headers by name in lower case, the last of each name; gathered once."""
        found = self._fields
        if found is None:
            found = {name.lower(): value for name, value in self.headers}
            object.__setattr__(self, "_fields", found)
        return found


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response as it went over the wire."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One breach of a contract by one message.

    Parameters
    ----------
    part : str
        ``path``, ``query``, ``header``, ``cookie``, ``body``, ``status`` or ``media-type``.
    rule : str
        The JSON Schema keyword (``required``, ``pattern``, ...) or ``declared``, ``parse``, ``unevaluated``.
    pointer : str
        JSON pointer into the part's value; the parameter's name first for parameters.
    expected, received : str
        What the contract wants and what came, both shortened to 200 characters; received values are redacted later.
    contract_pointer : str
        Where the rule stands, ``file#pointer``.
    certain : bool
        False when the rule could not be evaluated (verdict ``error``, never ``fail``).
    """

    part: str
    rule: str
    pointer: str
    expected: str
    received: str
    contract_pointer: str
    certain: bool = True
