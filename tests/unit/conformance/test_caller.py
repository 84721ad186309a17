"""Step paths lead to the step whose answer is read."""

from sim.conformance.caller import Errand
from sim.journey import Read
from tests.partners import journey as bundled_journey


def test_a_path_into_a_called_workflow_is_followed() -> None:
    journey = bundled_journey("register-residence")
    errand = Errand(journey, journey.main)
    workflow, step = errand.locate("registration/check-person")
    assert (workflow.workflow_id, step.step_id) == ("check-and-confirm", "check-person")
    assert Read("body", "/matched") in errand.reads_at("registration/check-person")


def test_a_workflow_that_was_entered_otherwise_stands_before_a_colon() -> None:
    journey = bundled_journey("register-residence")
    workflow, step = Errand(journey, journey.main).locate("check-and-confirm:open")
    assert (workflow.workflow_id, step.step_id) == ("check-and-confirm", "open")
