"""Courts: which judgments name a person."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from zlib import crc32

from sim.mock import Reply

if TYPE_CHECKING:
    from sim.mock import Call, Citizen, World

SYSTEM = "court"
# Whom a judgment names: one in so many, by number; every second of them was not punished.
ONE_JUDGED_IN = 20


def enrol(world: World, citizen: Citizen) -> None:
    """File the judgment of the few citizens who have one."""
    turn = crc32(citizen.number.encode())
    if turn % ONE_JUDGED_IN == 7:
        judgment = {
            "judgment_no": f"(2015)示0099刑初{turn % 1000}号",
            "court": "示例县人民法院",
            "judged_on": date(2015, 3, 26),
            "penalty": turn // ONE_JUDGED_IN % 2 == 0,
        }
        world.store.table(SYSTEM, "judgments").put(citizen.number, {"name": citizen.name, "judgments": [judgment]})


def query_judgments(call: Call) -> Reply:
    """List the judgments that name a person."""
    held = call.table("judgments").get(call.body["id_no"])
    found = held["judgments"] if held is not None and held["name"] == call.body["name"] else []
    page, shown = call.page(found)
    return Reply(200, {**page, "judgments": shown})
