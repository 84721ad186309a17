"""Loading: what good documents become, and what keeps a document from being read at all."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.catalog import Catalog
from sim.errors import DocumentError, UsageError
from sim.journey import Action, Criterion, Parameter, load_journey, load_journey_file
from tests.unit.journey.documents import CONTRACT, HEAD, Check, Load

ONE_STEP = "workflows: [{workflowId: w, steps: [{stepId: s, operationId: ping}]}]\n"


def test_a_document_becomes_a_typed_journey(load: Load) -> None:
    journey = load("""\
workflows:
  - workflowId: w
    summary: An errand
    failureActions: [{name: again, type: retry, retryAfter: 1.5, retryLimit: 2}, {name: stop, type: end}]
    steps:
      - stepId: list
        operationId: listPets
        parameters: [{reference: $components.parameters.limit, value: 3}]
        outputs: {first: $response.body#/0/id}
      - stepId: get
        operationPath: '{$sourceDescriptions.pets.url}#/paths/~1pets~1{id}/get'
        timeout: 1500
        x-tongban-division: home
        parameters: [{name: id, in: path, value: $steps.list.outputs.first}]
        onFailure: [{name: stop, type: end, criteria: [{condition: $statusCode == 404}]}]
    outputs: {pet: $steps.list.outputs.first}
components:
  parameters: {limit: {name: limit, in: query, value: 1}}
""")
    first, second = journey.main.steps
    place = "/workflows/0/steps/1/onFailure/0"

    assert (journey.name, journey.version, journey.main.summary) == ("errand", "1.1.0", "An errand")
    assert [step.operation.operation_id for step in journey.main.steps if step.operation] == ["listPets", "getPet"]
    assert first.parameters == (Parameter("limit", "query", 3, "/workflows/0/steps/0/parameters/0"),)
    assert (second.timeout, second.division, first.division) == (1.5, "home", "office")
    assert [action.name for action in first.on_failure] == ["again", "stop"]
    assert second.on_failure == (
        Action("stop", "end", (Criterion("$statusCode == 404", None, "simple", f"{place}/criteria/0"),), place),
        Action("again", "retry", (), "/workflows/0/failureActions/0", retry_after=1.5, retry_limit=2),
    )
    assert journey.main.outputs == {"pet": "$steps.list.outputs.first"}


def test_parameters_of_a_workflow_join_those_of_its_steps(load: Load) -> None:
    journey = load("""\
workflows:
  - workflowId: w
    parameters: [{name: limit, in: query, value: 1}, {name: id, value: x}]
    steps:
      - {stepId: a, operationId: listPets}
      - {stepId: b, operationId: listPets, parameters: [{name: limit, in: query, value: 2}]}
      - {stepId: c, workflowId: other}
  - workflowId: other
    inputs: {type: object, required: [id], properties: {id: {type: string}}}
    steps: [{stepId: s, operationId: ping}]
""")

    assert [[(one.name, one.value) for one in step.parameters] for step in journey.main.steps] == [
        [("limit", 1)],
        [("limit", 2)],
        [("id", "x")],
    ]


def test_inputs_are_kept_resolved(load: Load) -> None:
    journey = load(
        """\
workflows:
  - workflowId: w
    inputs:
      $ref: '#/components/inputs/base'
      properties: {number: {$ref: number.schema.json}}
    steps: [{stepId: s, operationId: ping}]
components:
  inputs: {base: {type: object, required: [a], properties: {a: {type: string, enum: [$ref]}}}}
""",
        files={"number.schema.json": '{"$id": "urn:x", "type": "integer", "default": 3, "$defs": {"x": {}}}'},
    )

    assert journey.main.inputs == {
        "properties": {"number": {"type": "integer", "default": 3}},
        "allOf": [{"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "enum": ["$ref"]}}}],
    }


def test_workflows_of_an_arazzo_source_are_named_by_their_source(load: Load) -> None:
    inner = (
        HEAD
        + """\
workflows:
  - workflowId: a
    dependsOn: [b]
    steps: [{stepId: s, operationId: ping, onFailure: [{name: g, type: goto, workflowId: b}]}]
  - {workflowId: b, steps: [{stepId: s, operationId: ping}]}
"""
    )
    journey = load(
        "workflows: [{workflowId: w, steps: [{stepId: s, workflowId: $sourceDescriptions.other.a}]}]",
        head=HEAD + "  - {name: other, url: sub/other.arazzo.yaml, type: arazzo}\n",
        files={"sub/other.arazzo.yaml": inner.replace("pets.openapi", "../pets.openapi")},
    )
    moved = journey.workflows["$sourceDescriptions.other.a"]

    assert list(journey.workflows) == ["w", "$sourceDescriptions.other.a", "$sourceDescriptions.other.b"]
    assert moved.depends_on == ("$sourceDescriptions.other.b",)
    assert moved.steps[0].on_failure[0].workflow_id == "$sourceDescriptions.other.b"


def test_steps_stand_in_the_order_that_depends_on_asks_for(load: Load) -> None:
    journey = load("""\
workflows:
  - workflowId: w
    steps:
      - {stepId: c, operationId: createPet, dependsOn: [b], requestBody: {payload: {x: $steps.b.outputs.o}}}
      - {stepId: a, operationId: ping}
      - {stepId: b, operationId: ping, outputs: {o: $response.body}}
""")

    assert [step.step_id for step in journey.main.steps] == ["a", "b", "c"]


def test_the_digest_follows_the_documents_that_are_referred_to(load: Load) -> None:
    head = HEAD + "  - {name: other, url: other.arazzo.yaml, type: arazzo}\n"
    other = HEAD + ONE_STEP
    digests = [
        load(ONE_STEP, head=head, files={"other.arazzo.yaml": text}).digest for text in (other, other, other + "\n")
    ]

    assert digests[0] == digests[1] != digests[2]


def test_a_journey_is_found_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "scenarios" / "journeys").mkdir(parents=True)
    (tmp_path / "pets.openapi.yaml").write_text(CONTRACT)
    text = HEAD.replace("url: pets", "url: ../../pets") + ONE_STEP
    (tmp_path / "scenarios" / "journeys" / "renew.arazzo.yaml").write_text(text)
    catalog = Catalog(tmp_path.resolve())

    assert load_journey(catalog, "renew").name == "renew"
    with pytest.raises(UsageError, match="no journey 'renews'"):
        load_journey(catalog, "renews")


def test_a_relative_self_is_what_addresses_start_from(load: Load) -> None:
    head = HEAD.replace("arazzo: 1.1.0\n", "arazzo: 1.1.0\n$self: sub/errand.yaml\n").replace(
        "url: pets", "url: ../pets"
    )

    assert load(ONE_STEP, head=head, files={"sub/x": ""}).main.workflow_id == "w"


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("arazzo: §1.2.0\n", "Arazzo 1.2.0 is not supported"),
        ("arazzo: §2\n", "Arazzo 2 is not supported"),
        ("§openapi: 3.1.0\n", "is not an Arazzo document"),
        ("§[]\n", "is not an Arazzo document"),
    ],
)
def test_a_document_of_another_kind_is_refused_at_once(check: Check, head: str, message: str) -> None:
    faults = check("", head=head)

    assert [found.startswith(message) for _, found, _ in faults] == [True]


def test_sources_that_cannot_be_used_are_told_together(check: Check) -> None:
    faults = check(
        ONE_STEP.replace("ping", "$sourceDescriptions.a.ping"),
        head="""\
arazzo: 1.0.1
info: {title: Errand, version: 1.0.0}
sourceDescriptions:
  - {name: a, url: §https://example.com/a.yaml, type: openapi}
  - {name: b, url: §../outside.yaml, type: openapi}
  - {name: c, url: §gone.yaml, type: openapi}
  - {name: d, url: pets.openapi.yaml, type: §asyncapi}
  - {name: §a, url: pets.openapi.yaml}
  - {name: e, url: §errand.arazzo.yaml, type: arazzo}
""",
    )

    assert [message for _, message, _ in faults] == [
        "'https://example.com/a.yaml' is an address; nothing is fetched",
        "'../outside.yaml' leaves the catalog",
        "'gone.yaml' names no file",
        "AsyncAPI sources are not supported",
        "the source description 'a' stands twice, first on line 4",
        "the Arazzo documents refer to each other in a circle",
    ]


def test_further_faults_of_sources(check: Check) -> None:
    faults = check(
        ONE_STEP.replace("ping", "$sourceDescriptions.a.ping"),
        head="""\
arazzo: 1.1.0
$self: §sub/x.yaml#part
info: §{title: Errand}
sourceDescriptions:
  - {name: d, url: pets.openapi.yaml, type: §wsdl}
  - {name: §a b, url: pets.openapi.yaml}
  - §{name: c, type: openapi}
  - {name: a, url: pets.openapi.yaml}
""".replace("url: pets", "url: ../pets"),
        files={"sub/x": ""},
    )

    assert [message for _, message, _ in faults] == [
        "$self holds a fragment",
        "lacks the field 'version'",
        "there is no source type 'wsdl'",
        "'a b' is not an id that expressions can name",
        "lacks the field 'url'",
    ]


def test_faults_of_a_contract_and_of_the_journey_come_together(load: Load) -> None:
    with pytest.raises(DocumentError) as caught:
        load(
            ONE_STEP.replace("operationId: ping", "operationId: ping, operationn: x"),
            files={"pets.openapi.yaml": "openapi: 3.1.0\n"},
        )

    files = {fault.file.rpartition("/")[2] for fault in caught.value.faults}
    assert files == {"pets.openapi.yaml", "errand.arazzo.yaml"}


def test_a_file_that_is_not_there_is_a_document_error(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="there is no such file"):
        load_journey_file(Catalog(tmp_path.resolve()), tmp_path / "gone.arazzo.yaml")


PIECES = st.sampled_from(
    [
        "arazzo: 1.1.0\n",
        "info: {title: t, version: v}\n",
        "sourceDescriptions: [{name: pets, url: pets.openapi.yaml}]\n",
        "sourceDescriptions: {}\n",
        "workflows:\n",
        "  - workflowId: w\n",
        "    steps: [{stepId: s, operationId: ping}]\n",
        "    steps: [{stepId: [s], parameters: {a: 1}, requestBody: [], outputs: [], onFailure: [1, {name: 2}]}]\n",
        "    steps: [{stepId: a, workflowId: w, successCriteria: [{condition: $a}], dependsOn: [a]}]\n",
        "    inputs: {$ref: '#/workflows/0/inputs'}\n",
        "    inputs: {type: [object], properties: 3}\n",
        "    outputs: {a: $steps.s.outputs.b, c: {context: $x, selector: y, type: z}}\n",
        "    x-tongban-parallel: maybe\n",
        "    dependsOn: [w, 3]\n",
        "components: {parameters: [], successActions: {a: {reference: $components.successActions.a}}}\n",
        "- \n",
        "\x00",
        "a: &a [*a]\n",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.lists(PIECES, max_size=8).map("".join), st.text(max_size=80)))
def test_any_text_loads_or_is_refused_with_its_faults(tmp_path: Path, text: str) -> None:
    (tmp_path / "pets.openapi.yaml").write_text(CONTRACT)
    (tmp_path / "x.arazzo.yaml").write_bytes(text.encode("utf-8", errors="replace"))
    try:
        journey = load_journey_file(Catalog(tmp_path.resolve()), tmp_path / "x.arazzo.yaml")
    except DocumentError as error:
        assert all(fault.message and fault.file for fault in error.faults)  # noqa: PT017  # most texts are refused
    else:
        assert journey.workflows
