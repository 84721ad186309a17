"""Parameters, headers, bodies, media types and responses, read from their objects.

Takes nodes, gives the typed parts of an operation, promises that every example was noted to be held against its schema
and that a part which cannot be read leaves a fault, never a half-made value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, cast

from sim.contract.media_type import is_media_range, reading
from sim.contract.model import MediaType, Parameter, RequestBody, Response
from sim.contract.shape import check_shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.contract.schema import SchemaSet
    from sim.contract.source import Node, Sources
    from sim.contract.validator import Direction, PlacedSchema
    from sim.errors import Fault

# OpenAPI 3.1.1, section 4.8.12.2: styles by location; the first is the default.
STYLES: Final = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}
# OpenAPI 3.1.1, section 4.8.12.1: a header parameter of one of these names is ignored.
_IGNORED_HEADERS: Final = frozenset(("accept", "authorization", "content-type"))
_STATUS: Final = re.compile(r"[1-5](?:\d\d|XX)", re.ASCII)


class PartReader:
    """Reads the parts of operations.

    Parameters
    ----------
    sources : Sources
        The documents; faults are noted there.
    schemas : SchemaSet
        Takes the schemas found.
    is_30 : bool
        Whether the contract is OpenAPI 3.0.
    """

    def __init__(self, sources: Sources, schemas: SchemaSet, *, is_30: bool) -> None:
        self.examples: list[tuple[Node, PlacedSchema, Direction]] = []
        self.links: list[Node] = []
        self._sources = sources
        self._schemas = schemas
        self._is_30 = is_30

    @property
    def _faults(self) -> list[Fault]:
        return self._sources.faults

    def open(self, node: Node, shape: str) -> Node | None:
        """Return an object with its reference followed and its shape checked, or None."""
        if isinstance(node.value, dict) and "$ref" in node.value:
            check_shape(node, "reference", self._faults, is_30=self._is_30)
            target = self._sources.follow(node)
            if target is None:
                return None
            node = target
        return node if check_shape(node, shape, self._faults, is_30=self._is_30) else None

    def parameters(self, owner: Node) -> Iterator[tuple[Node, Parameter]]:
        """Yield the parameters that an operation or path item lists, each with the place where it is listed."""
        listed = owner.child("parameters")
        seen: set[tuple[str, str]] = set()
        for place in listed.elements() if listed else ():
            parameter = self.parameter(place)
            if parameter is None:
                continue
            key = (parameter.location, parameter.name)
            if key in seen:
                self._faults.append(
                    place.fault(f"the {key[0]} parameter {key[1]!r} is declared twice", "remove one of them")
                )
            seen.add(key)
            if parameter.location != "header" or parameter.name.lower() not in _IGNORED_HEADERS:
                yield place, parameter

    def parameter(self, place: Node) -> Parameter | None:
        """Return a Parameter Object."""
        node = self.open(place, "parameter")
        if node is None:
            return None
        location = node.text("in")
        if location not in STYLES:
            where = node.child("in")
            if where is not None:
                remedy = f"use one of {', '.join(STYLES)}"
                self._faults.append(where.fault(f"a parameter cannot stand in {where.value!r}", remedy))
            return None
        if location == "path" and not node.flag("required"):
            self._faults.append(node.fault("a path parameter is always required", "add 'required: true'"))
        return self._read_parameter(node, node.text("name"), cast("Literal['path']", location), "request")

    def _read_parameter(
        self,
        node: Node,
        name: str,
        location: Literal["path", "query", "header", "cookie"],
        direction: Direction,
    ) -> Parameter:
        styles = STYLES[location]
        style = node.text("style", styles[0])
        if style not in styles:
            place = node.child("style") or node
            message = f"the style {style!r} does not exist in a {location}"
            self._faults.append(place.fault(message, f"use {' or '.join(styles)}"))
        schema, content_type = self._schema_or_content(node, name, direction)
        if schema is not None and content_type is None:
            examples = self._read_examples(node).values()
            self.examples.extend((place, schema, direction) for place in examples)
        explode = node.flag("explode", default=style == "form")
        return Parameter(name, location, node.flag("required"), schema, style, explode, content_type, node.pointer)

    def _schema_or_content(self, node: Node, name: str, direction: Direction) -> tuple[PlacedSchema | None, str | None]:
        schema, content = node.child("schema"), node.child("content")
        if (schema is None) == (content is None):
            message = f"{name!r} needs a schema or content, one of them" if name else "needs a schema or content"
            self._faults.append(node.fault(message, "give 'schema', or 'content' with one media type"))
            return None, None
        if schema is not None:
            return self._schemas.place(schema), None
        read = self.content(node, direction)
        if len(read) != 1 and content is not None:
            self._faults.append(content.fault("must hold one media type", "keep one media type"))
        for content_type, media_type in read.items():
            return cast("PlacedSchema | None", media_type.schema), content_type
        return None, None

    def headers(self, owner: Node) -> dict[str, Parameter]:
        """Return the headers that a response or encoding declares, by name."""
        found: dict[str, Parameter] = {}
        listed = owner.child("headers")
        for name, place in listed.items() if listed else ():
            header = self.header(name, place)
            if header is not None and name.lower() != "content-type":
                found[name] = header
        return found

    def header(self, name: str, place: Node) -> Parameter | None:
        """Return a Header Object."""
        node = self.open(place, "header")
        return None if node is None else self._read_parameter(node, name, "header", "response")

    def request_body(self, place: Node) -> RequestBody | None:
        """Return a Request Body Object."""
        node = self.open(place, "request body")
        if node is None:
            return None
        return RequestBody(node.flag("required"), self.content(node, "request"), node.pointer)

    def response(self, status: str, place: Node) -> Response | None:
        """Return a Response Object under its status key."""
        node = self.open(place, "response")
        if node is None:
            return None
        links = node.child("links")
        for _, link in links.items() if links else ():
            self.link(link)
        return Response(status, self.headers(node), self.content(node, "response"), node.pointer)

    def link(self, place: Node) -> None:
        """Keep a Link Object until all operations are known."""
        node = self.open(place, "link")
        if node is not None:
            self.links.append(node)

    def responses(self, owner: Node) -> dict[str, Response]:
        """Return the responses of an operation by status key."""
        found: dict[str, Response] = {}
        declared = owner.child("responses")
        names = [key for key, _ in declared.items() if not key.startswith("x-")] if declared else []
        if not names:
            self._faults.append((declared or owner).fault("declares no response", "declare at least one response"))
        for status, place in declared.items() if declared else ():
            if status.startswith("x-"):
                continue
            if status != "default" and not _STATUS.fullmatch(status):
                message = f"{status!r} is no status"
                self._faults.append(
                    place.fault(message, "use a code such as '200', a class '4XX' or default", of_key=True)
                )
            response = self.response(status, place)
            if response is not None:
                found[status] = response
        return found

    def content(self, owner: Node, direction: Direction) -> dict[str, MediaType]:
        """Return the media types that an object declares, by media range."""
        found: dict[str, MediaType] = {}
        declared = owner.child("content")
        for content_type, node in declared.items() if declared else ():
            if content_type.startswith("x-"):
                continue
            if not is_media_range(content_type):
                message = f"{content_type!r} is no media type"
                self._faults.append(node.fault(message, "write type/subtype, such as application/json", of_key=True))
            if check_shape(node, "media type", self._faults, is_30=self._is_30):
                found[content_type] = self._media_type(content_type, node, direction)
        return found

    def _media_type(self, content_type: str, node: Node, direction: Direction) -> MediaType:
        place = node.child("schema")
        schema = self._schemas.place(place) if place is not None else None
        encodings = node.child("encoding")
        for _, encoding in encodings.items() if encodings else ():
            if check_shape(encoding, "encoding", self._faults, is_30=self._is_30):
                self.headers(encoding)
        examples = self._read_examples(node)
        if schema is not None:
            # Text for a media type that is not read is its serialised form (OpenAPI 3.1.1, section 4.8.14).
            is_read = reading(content_type) != "none"
            checked = [place for place in examples.values() if is_read or not isinstance(place.value, str)]
            self.examples.extend((place, schema, direction) for place in checked)
        values = {name: place.value for name, place in examples.items()}
        return MediaType(content_type, schema, values, node.pointer)

    def _read_examples(self, node: Node) -> dict[str, Node]:
        """Return an object's examples by name, ``""`` for the single one."""
        single, several = node.child("example"), node.child("examples")
        if single is not None and several is not None:
            self._faults.append(several.fault("stands beside 'example'", "keep one of them", of_key=True))
        found = {"": single} if single is not None else {}
        for name, place in several.items() if several else ():
            value = self.example(place)
            if value is not None:
                found[name] = value
        return found

    def example(self, place: Node) -> Node | None:
        """Return the value of an Example Object, or None where it has none here."""
        node = self.open(place, "example")
        if node is None:
            return None
        if node.child("value") is not None and node.child("externalValue") is not None:
            self._faults.append(node.fault("has both 'value' and 'externalValue'", "keep 'value'"))
        return node.child("value")
