"""Library cards: how the system behaves, one function an operation, named after its operationId.

Security, the form of messages, JSON and dates are dealt with around it: a function takes and returns values of Python.
"""

from datetime import timedelta

from sim.mock import Call, Problem, Record, Reply

YEARS_VALID = 2


def apply_for_card(call: Call) -> Reply:
    """Take an application under a new number."""
    application_no = f"A{call.count('application'):06d}"
    call.table("applications").put(application_no, {"name": call.body["name"], "decision": "open"})
    return Reply(201, {"application_no": application_no, "applied_at": call.now})


def decide_application(call: Call) -> Reply:
    """Note what the clerk decided; a decision stands."""
    application_no, application = _application(call)
    if application["decision"] != "open":
        raise Problem(409, "the application is decided", "wrong-state")
    call.table("applications").put(application_no, {**application, "decision": call.body["decision"]})
    return Reply(200, {"decision": call.body["decision"]})


def issue_card(call: Call) -> Reply:
    """Make the card of an approved application."""
    _, application = _application(call)
    if application["decision"] != "approved":
        raise Problem(409, "the application is not approved", "wrong-state")
    valid_until = call.now.date() + timedelta(days=365 * YEARS_VALID)
    return Reply(201, {"card_no": f"C{call.count('card'):06d}", "valid_until": valid_until})


def _application(call: Call) -> tuple[str, Record]:
    """Return the application that the path names. Names with _ in front are no operations."""
    application_no = str(call.path["application_no"])
    application = call.table("applications").get(application_no)
    if application is None:
        raise Problem(404, "there is no application of that number", "not-found")
    return application_no, application
