"""The OpenAPI document itself, read into operations.

Takes the first node of a contract, gives its operations and security schemes, promises that every fault of the document
was noted with its place before anything is said to be loaded.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sim.contract.model import Operation, Parameter
from sim.contract.part import PartReader
from sim.contract.schema import SchemaSet
from sim.contract.schema_rule import check_dialect
from sim.contract.security import read_requirements, read_security_schemes
from sim.contract.shape import METHODS, check_shape
from sim.contract.template import Template, parse_template

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sim.contract.code_list import CodeLists
    from sim.contract.source import Node, Sources
    from sim.document import JsonValue

_VERSION: Final = re.compile(r"3\.[01]\.\d{1,3}(?:-.{1,20})?", re.ASCII)
_COMPONENT_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,200}", re.ASCII)
_PARTS: Final = {"info": "info", "externalDocs": "external documentation"}


class ContractReader:
    """Reads one OpenAPI document.

    Parameters
    ----------
    name : str
        Name of the contract.
    sources : Sources
        The document and what it refers to; faults are noted there.
    lists : CodeLists
        The catalog's code lists.
    """

    def __init__(self, name: str, sources: Sources, lists: CodeLists) -> None:
        version = sources.root.text("openapi")
        self.is_30 = version.startswith("3.0.")
        self.operations: dict[str, Operation] = {}
        self.security_schemes: dict[str, JsonValue] = {}
        self.schemas = SchemaSet(sources, lists, is_30=self.is_30)
        self.parts = PartReader(sources, self.schemas, is_30=self.is_30)
        self._name = name
        self._sources = sources
        self._faults = sources.faults
        self._identifiers: dict[str, Node] = {}
        self._security: tuple[Mapping[str, tuple[str, ...]], ...] = ()

    def read(self) -> None:
        """Read the whole document."""
        root = self._sources.root
        if not self._is_openapi(root):
            return
        check_shape(root, "document", self._faults, is_30=self.is_30)
        self._read_descriptions(root)
        components = root.child("components")
        self.security_schemes = read_security_schemes(components, self.parts, self._faults)
        self._security = read_requirements(root.child("security"), self.security_schemes, self._faults)
        self._read_components(components)
        self._read_paths(root)
        webhooks = root.child("webhooks")
        for _, place in webhooks.items() if webhooks else ():
            self._read_path_item(place, None)
        if components is None and root.child("paths") is None and webhooks is None:
            self._faults.append(root.fault("holds neither paths, components nor webhooks", "add 'paths'"))
        self._check_links()
        self.schemas.check()

    def _is_openapi(self, root: Node) -> bool:
        version = root.child("openapi")
        if isinstance(root.value, dict) and version is not None and _VERSION.fullmatch(str(version.value)):
            return True
        if version is None:
            self._faults.append(root.fault("is no OpenAPI document", "begin it with 'openapi: 3.1.1'"))
        else:
            self._faults.append(version.fault(f"OpenAPI {version.value!r} is not read", "write 3.1.x or 3.0.x as text"))
        return False

    def _read_descriptions(self, root: Node) -> None:
        """Read what describes the document: info, servers, tags, dialect."""
        for key, shape in _PARTS.items():
            place = root.child(key)
            if place is not None:
                check_shape(place, shape, self._faults, is_30=self.is_30)
        info = root.child("info")
        for key in ("contact", "license"):
            place = info.child(key) if info else None
            if place is not None:
                check_shape(place, key, self._faults, is_30=self.is_30)
        tags = root.child("tags")
        for tag in tags.elements() if tags else ():
            check_shape(tag, "tag", self._faults)
        dialect = root.child("jsonSchemaDialect")
        if dialect is not None:
            check_dialect(self.schemas.rules, dialect, root)
        self._read_servers(root)

    def _read_servers(self, owner: Node) -> None:
        servers = owner.child("servers")
        for server in servers.elements() if servers else ():
            if check_shape(server, "server", self._faults):
                variables = server.child("variables")
                for _, variable in variables.items() if variables else ():
                    check_shape(variable, "server variable", self._faults)

    def _read_components(self, components: Node | None) -> None:
        if components is None or not check_shape(components, "components", self._faults, is_30=self.is_30):
            return
        readers: dict[str, Callable[[str, Node], object]] = {
            "schemas": lambda _, place: self.schemas.place(place),
            "responses": self.parts.response,
            "parameters": lambda _, place: self.parts.parameter(place),
            "examples": lambda _, place: self.parts.example(place),
            "requestBodies": lambda _, place: self.parts.request_body(place),
            "headers": self.parts.header,
            "links": lambda _, place: self.parts.link(place),
            "callbacks": self._read_callback,
            "pathItems": lambda _, place: self._read_path_item(place, None),
        }
        for section, members in components.items():
            for name, place in members.items():
                if not _COMPONENT_NAME.fullmatch(name):
                    message = f"{name!r} cannot name a component"
                    self._faults.append(place.fault(message, "use letters, digits, '.', '_' and '-'", of_key=True))
                if section in readers:
                    readers[section](name, place)

    def _read_paths(self, root: Node) -> None:
        paths = root.child("paths")
        forms: dict[str, str] = {}
        for text, place in paths.items() if paths else ():
            if text.startswith("x-"):
                continue
            try:
                template = parse_template(text)
            except ValueError as error:
                self._faults.append(place.fault(str(error), "write a template such as /cases/{case_no}", of_key=True))
                continue
            if template.form in forms:
                message = f"matches the same paths as {forms[template.form]!r}"
                self._faults.append(place.fault(message, "keep one of them", of_key=True))
            forms[template.form] = text
            self._read_path_item(place, template)

    def _read_path_item(self, place: Node, template: Template | None) -> list[Operation]:
        """Read the operations of a path; those of callbacks and webhooks have no template."""
        node = self.parts.open(place, "path item")
        if node is None:
            return []
        self._read_servers(node)
        shared = list(self.parts.parameters(node))
        self._check_template(shared, template)
        found: list[Operation] = []
        for method in METHODS:
            operation = node.child(method)
            if operation is not None and check_shape(operation, "operation", self._faults):
                read = self._read_operation(operation, method, template, shared)
                found.append(read)
                if template is not None and read.operation_id:
                    self.operations[read.operation_id] = read
        return found

    def _read_operation(
        self, node: Node, method: str, template: Template | None, shared: list[tuple[Node, Parameter]]
    ) -> Operation:
        own = list(self.parts.parameters(node))
        self._check_template(own, template)
        merged: dict[tuple[str, str], Parameter] = {
            (parameter.location, parameter.name): parameter for _, parameter in (*shared, *own)
        }
        self._check_declared(node, merged, template)
        body = node.child("requestBody")
        request_body = self.parts.request_body(body) if body else None
        responses = self.parts.responses(node)
        callbacks = self._read_callbacks(node)
        self._read_servers(node)
        security = node.child("security")
        required = read_requirements(security, self.security_schemes, self._faults) if security else self._security
        operation_id = self._identify(node, template)
        self._check_marks(node)
        return Operation(
            contract=self._name,
            operation_id=operation_id,
            method=method.upper(),
            path=template.text if template is not None else "",
            summary=node.text("summary"),
            parameters=tuple(merged.values()),
            request_body=request_body,
            responses=responses,
            security=required,
            actor=node.text("x-tongban-actor") or None,
            pointer=node.pointer,
            callbacks=tuple(callbacks),
            is_visit=node.flag("x-tongban-visit"),
        )

    def _check_marks(self, node: Node) -> None:
        actor, visit = node.child("x-tongban-actor"), node.child("x-tongban-visit")
        if actor is not None and not isinstance(actor.value, str):
            self._faults.append(actor.fault("must be text", "name the actor, such as clerk"))
        if visit is not None and visit.value is not True:
            self._faults.append(visit.fault("must be true", "write true, or remove it where nobody goes in person"))

    def _identify(self, node: Node, template: Template | None) -> str:
        """Return an operation's identifier, ``""`` after noting that it has none of its own."""
        place = node.child("operationId")
        operation_id = node.text("operationId")
        if not operation_id:
            if template is not None:
                message = "the operation has no operationId"
                self._faults.append((place or node).fault(message, "add one, such as submitApplication", of_key=True))
            return ""
        first = self._identifiers.setdefault(operation_id, node)
        known = self.operations.get(operation_id)
        is_same = self._sources.address(first) == self._sources.address(node)
        if place is not None and not (is_same and (known is None or template is None)):
            line = first.document.place(first.pointer).line
            message = f"the operationId {operation_id!r} stands twice, first in {first.document.file} on line {line}"
            self._faults.append(place.fault(message, "give each operation its own"))
            return ""
        return operation_id

    def _check_links(self) -> None:
        for link in self.parts.links:
            place = link.child("operationId")
            if place is not None and place.value not in self._identifiers:
                message = f"the link names no operation: {place.value!r}"
                self._faults.append(place.fault(message, "use an operationId of this document"))

    def _check_template(self, declared: list[tuple[Node, Parameter]], template: Template | None) -> None:
        for place, parameter in declared:
            if template is not None and parameter.location == "path" and parameter.name not in template.names:
                message = f"the path parameter {parameter.name!r} does not stand in {template.text}"
                self._faults.append(place.fault(message, "write it into the path in braces, or remove it"))

    def _check_declared(
        self, node: Node, merged: Mapping[tuple[str, str], Parameter], template: Template | None
    ) -> None:
        for name in template.names if template else ():
            if ("path", name) not in merged:
                message = f"the path parameter {name!r} is not declared"
                self._faults.append(node.fault(message, "declare it under parameters with 'in: path'", of_key=True))

    def _read_callbacks(self, node: Node) -> list[Operation]:
        callbacks = node.child("callbacks")
        return [
            found
            for name, place in (callbacks.items() if callbacks else ())
            for found in self._read_callback(name, place)
        ]

    def _read_callback(self, name: str, place: Node) -> list[Operation]:
        """Read a Callback Object: runtime expressions, each with the operations that are called there."""
        node: Node | None = place
        if isinstance(place.value, dict) and "$ref" in place.value:
            node = self._sources.follow(place)
        return [
            replace(operation, path=expression, operation_id=operation.operation_id or name)
            for expression, item in (node.items() if node else ())
            if not expression.startswith("x-")
            for operation in self._read_path_item(item, None)
        ]
