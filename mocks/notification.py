"""Notification: short messages that take their time and get lost at times, and WeChat pushes with a quota."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zlib import crc32

from sim.mock import Problem, Reply

if TYPE_CHECKING:
    from sim.mock import Call, Citizen, Record, World

HOUR = 3600
MESSAGES_AN_HOUR = 5
PUSHES_A_MONTH = 4
PRICE = Decimal("0.05")
ONE_IN = 4  # who does not follow
LOST_OF_A_THOUSAND = 30
SHORTEST_DELAY, DELAYS = 2, 40  # seconds: from 2 to 41


def enrol(world: World, citizen: Citizen) -> None:
    """Let three of four citizens follow the account; the identity system gives each the next user number."""
    number = world.store.count("notification", "follower")
    if crc32(citizen.mobile.encode()) % ONE_IN != 0:
        world.store.table("notification", "followers").put(f"U{number:016d}", {"mobile": citizen.mobile})


def send_sms(call: Call) -> Reply:
    """Take a message; five an hour go to one number."""
    url = call.body.get("callback_url")
    call.check_address(url)
    mobile = call.body["mobile"]
    sent = [at for at in _sent(call, mobile) if (call.now - at).total_seconds() < HOUR]
    if len(sent) >= MESSAGES_AN_HOUR:
        wait = HOUR - int((call.now - sent[0]).total_seconds())
        raise Problem(429, "the number has had its messages of the hour", "quota", headers={"Retry-After": wait})
    call.table("sent").put(mobile, {"at": [*sent, call.now]})
    number = call.count("message")
    message_no = f"SM{call.now:%Y%m%d}{number:08d}"
    drawn = crc32(f"{mobile} {message_no}".encode())  # so that the same message is always late or lost
    arrives = call.now + timedelta(seconds=SHORTEST_DELAY + drawn % DELAYS)
    message = {"message_no": message_no, "taken_at": call.now, "cost_yuan": PRICE, "arrives_at": arrives}
    message |= {"lost": drawn // DELAYS % 1000 < LOST_OF_A_THOUSAND}
    call.table("messages").put(message_no, message)
    if url is not None:
        delay = (arrives - call.now).total_seconds()
        call.notify("notifyReceipt", url, _receipt(message, arrives), after=delay)
    return Reply(201, message)


def get_sms_receipt(call: Call) -> Reply:
    """Say what became of a message."""
    message = call.table("messages").get(call.path["message_no"])
    if message is None:
        raise Problem(404, "there is no message of that number", "not-found")
    return Reply(200, _receipt(message, call.now))


def push_wechat(call: Call) -> Reply:
    """Push a message to who follows; a template has a quota a month."""
    user_no, template = call.body["user_no"], call.body["template"]
    key = f"{user_no} {template} {call.now:%Y%m}"
    used = call.table("quotas").get(key) or {"pushes": 0}
    if used["pushes"] >= PUSHES_A_MONTH:
        raise Problem(429, "the template has had its pushes of the month", "quota", headers={"Retry-After": 86400})
    push = {"push_no": f"WX{call.now:%Y%m%d}{call.count('push'):08d}", "shown": False}
    if call.table("followers").get(user_no) is not None:
        call.table("quotas").put(key, {"pushes": used["pushes"] + 1})
        push |= {"shown": True, "shown_at": call.now}
    return Reply(201, push)


def _sent(call: Call, mobile: str) -> list[datetime]:
    held = call.table("sent").get(mobile)
    return list(held["at"]) if held is not None else []


def _receipt(message: Record, now: datetime) -> Record:
    if now < message["arrives_at"]:
        return {"message_no": message["message_no"], "state": "under-way"}
    if message["lost"]:
        return {"message_no": message["message_no"], "state": "lost"}
    return {"message_no": message["message_no"], "state": "delivered", "delivered_at": message["arrives_at"]}
