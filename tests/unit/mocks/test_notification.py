"""The notification mock: messages take their time, get lost at times, and have limits."""

import json
from typing import Any

from sim.mock import Reply
from tests.departments import Desk, seed_where

HOUR = 1 / 24


class Carrier(Desk):
    """A town with the carrier."""

    def __init__(self, seed: int = 1) -> None:
        super().__init__("notification", "identity", seed=seed)

    def send(self, mobile: str = "19900990117", **more: Any) -> Reply:
        return self.call("sendSms", mobile=mobile, template="progress", **more)

    def receipt(self, message_no: str) -> Any:
        return self.call("getSmsReceipt", {"message_no": message_no}).body

    def push(self, user_no: str = "U0000000000000001") -> Reply:
        return self.call("pushWechat", user_no=user_no, template="result")


def test_five_messages_an_hour_go_to_one_number_and_the_next_is_told_when() -> None:
    carrier = Carrier()
    assert [carrier.send().status for _ in range(6)] == [201] * 5 + [429]
    assert carrier.send("19900990118").status == 201
    carrier.later(days=HOUR / 2)
    assert carrier.send().headers["Retry-After"] == "1793"  # each of the seven calls took a second
    carrier.later(days=HOUR / 2)
    assert carrier.send().status == 201


def test_a_message_is_under_way_and_then_delivered_or_lost_for_good() -> None:
    carrier = Carrier()
    sent = [carrier.send(f"1990099{number:04d}").body["message_no"] for number in range(200)]
    last = carrier.send().body["message_no"]
    assert carrier.receipt(last)["state"] == "under-way"
    carrier.later(days=HOUR)
    states = [carrier.receipt(number)["state"] for number in sent]
    assert set(states) == {"delivered", "lost"}
    assert states.count("lost") <= 15  # three of a hundred
    assert [carrier.receipt(number)["state"] for number in sent] == states


def test_the_receipt_is_told_where_the_sender_asked_for_it() -> None:
    carrier = Carrier()
    message_no = carrier.send(callback_url="https://platform.example/told").body["message_no"]
    carrier.send("19900990118")
    (notice,) = carrier.town.world.notices
    assert notice.base == "https://platform.example"
    assert json.loads(notice.request.body)["message_no"] == message_no


def test_a_push_is_shown_to_who_follows() -> None:
    follower = Carrier(seed_where(lambda code: code % 4 != 0, of="mobile"))
    stranger = Carrier(seed_where(lambda code: code % 4 == 0, of="mobile"))
    assert (follower.push().body["shown"], stranger.push().body["shown"]) == (True, False)
    assert "shown_at" not in stranger.push().body


def test_a_template_goes_to_a_follower_four_times_a_month() -> None:
    carrier = Carrier(seed_where(lambda code: code % 4 != 0, of="mobile"))
    assert [carrier.push().status for _ in range(5)] == [201] * 4 + [429]
    carrier.later(days=6)  # it is August
    assert carrier.push().status == 201


def test_an_unknown_message_is_not_found() -> None:
    assert Carrier().call("getSmsReceipt", {"message_no": "SM2022072600000001"}).status == 404
