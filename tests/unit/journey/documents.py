"""Documents for tests of journeys: a contract of a few operations, and the head of an Arazzo document."""

from collections.abc import Callable
from typing import TypeAlias

from sim.journey import Journey

CONTRACT = """\
openapi: 3.1.0
info: {title: Pets, version: 1.0.0}
security: []
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
        - {name: tags, in: query, schema: {type: array, items: {type: string}}}
      responses: {'200': {description: pets}}
    post:
      operationId: createPet
      requestBody: {required: true, content: {application/json: {schema: {type: object}}}}
      responses: {'201': {description: made}}
  /pets/{id}:
    get:
      operationId: getPet
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: X-Trace, in: header, schema: {type: string}}
      responses: {'200': {description: pet}, '404': {description: none}}
  /ping:
    get: {operationId: ping, responses: {'200': {description: pong}}}
"""

HEAD = """\
arazzo: 1.1.0
info: {title: Errand, version: 1.0.0}
sourceDescriptions:
  - {name: pets, url: pets.openapi.yaml, type: openapi}
"""

Load: TypeAlias = Callable[..., Journey]
Check: TypeAlias = Callable[..., list[tuple[str, str, str]]]


def one_step(step: str) -> str:
    return f"workflows:\n  - workflowId: w\n    steps:\n      - {step}\n"


def step_with(fields: str) -> str:
    return one_step(f"{{stepId: s, operationId: ping, {fields}}}")


def workflow(fields: str, *steps: str) -> str:
    lines = "".join(f"      - {step}\n" for step in steps or ("{stepId: s, operationId: ping}",))
    return f"workflows:\n  - workflowId: w\n    {fields}\n    steps:\n{lines}"


def messages(faults: list[tuple[str, str, str]]) -> list[str]:
    return [message for _, message, _ in faults]
