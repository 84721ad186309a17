"""The logistics mock."""

import json
from typing import Any

from sim.mock import Code
from tests.partners import Town

SIGNED = Code("parcel_action", "signed by addressee")


def order(town: Town, **more: str) -> dict[str, str]:
    body = {
        **more,
        "case_no": "1",
        "sender_unit": "示例县公安局",
        "receiver": town.citizen.name,
        "mobile": town.citizen.mobile,
        "address": town.citizen.address,
    }
    return {"waybill_no": town.call("logistics", "createDeliveryOrder", body=body).body["waybill_no"]}


def deliver(town: Town, path: dict[str, str], action: Code = SIGNED) -> Any:
    body = {"receiver": town.citizen.name, "parcel_action": action}
    return town.call("logistics", "deliverParcel", path=path, body=body)


def test_a_parcel_is_collected_then_delivered_each_once() -> None:
    town = Town()
    path = order(town)
    assert deliver(town, path).status == 409
    assert [town.call("logistics", "collectParcel", path=path).status for _ in range(2)] == [201, 409]
    delivered = deliver(town, path)
    assert (delivered.status, delivered.body["parcel_state"]) == (201, Code("parcel_state", "signed"))
    assert deliver(town, path).status == 409


def test_its_way_is_told_newest_first() -> None:
    town = Town()
    path = order(town)
    town.call("logistics", "collectParcel", path=path)
    deliver(town, path)
    events = town.call("logistics", "trackParcel", path=path).body
    assert [event["parcel_state"].label for event in events["events"]] == ["signed", "collected"]
    assert town.call("logistics", "trackParcel", path=path, query={"page": 2, "page_size": 1}).body["total"] == 2


def test_an_order_is_cancelled_before_the_courier_comes() -> None:
    town = Town()
    path, other = order(town), order(town)
    town.call("logistics", "collectParcel", path=other)
    assert town.call("logistics", "cancelDeliveryOrder", path=path).status == 204
    assert town.call("logistics", "cancelDeliveryOrder", path=path).status == 404
    assert town.call("logistics", "cancelDeliveryOrder", path=other).status == 409


def test_an_identity_document_is_not_left_in_a_locker() -> None:
    town = Town()
    path = order(town)
    town.call("logistics", "collectParcel", path=path)
    assert deliver(town, path, Code("parcel_action", "signed at locker")).status == 400


def test_each_event_of_a_parcel_is_told_where_the_order_asked_for_it() -> None:
    town = Town()
    path = order(town, callback_url="https://platform.example/parcels")
    town.call("logistics", "collectParcel", path=path, body={})
    deliver(town, path)
    states = [json.loads(notice.request.body)["parcel_state"] for notice in town.world.notices]
    assert states == ["1", "3"]
    assert {notice.operation.operation_id for notice in town.world.notices} == {"notifyParcelEvent"}


def test_a_parcel_that_nobody_takes_goes_back_and_is_handed_over_no_more() -> None:
    town = Town()
    path = order(town)
    body = {"parcel_action": Code("parcel_action", "cannot contact")}
    assert town.call("logistics", "returnParcel", path=path, body=body).status == 409
    town.call("logistics", "collectParcel", path=path)
    returned = town.call("logistics", "returnParcel", path=path, body=body)
    assert (returned.status, returned.body["parcel_state"]) == (201, Code("parcel_state", "problem"))
    assert deliver(town, path).status == 409
    (latest, _) = town.call("logistics", "trackParcel", path=path).body["events"]
    assert latest["parcel_action"] == Code("parcel_action", "cannot contact")


def test_a_parcel_goes_back_for_a_reason_of_delivery_alone() -> None:
    town = Town()
    path = order(town)
    town.call("logistics", "collectParcel", path=path)
    body = {"parcel_action": Code("parcel_action", "signed by addressee")}
    assert town.call("logistics", "returnParcel", path=path, body=body).status == 400
