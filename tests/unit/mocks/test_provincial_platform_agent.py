"""The provincial platform's mock: who acts for another, and how items are found."""

from datetime import date
from typing import Any

import pytest

from sim.mock import Reply
from tests.partners import CARD, Town

PLATFORM = "provincial-platform"
RELATIVE = {"name": "马建国", "id_no": "640099199003070015"}


class Agent:
    """A citizen who acts for their relative."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.path = {"delegation_no": "W2022072600000009"}

    def authorise(self, **changes: Any) -> Reply:
        principal = {"principal_name": RELATIVE["name"], "principal_id_no": RELATIVE["id_no"]}
        agent = {"agent_name": self.town.citizen.name, "agent_id_no": self.town.citizen.number}
        body = {**principal, **agent, "relation": "relative", "until": date(2022, 12, 31)}
        body |= changes
        answer = self.town.call(PLATFORM, "authoriseAgent", body=body)
        if answer.is_success:
            self.path = {"delegation_no": answer.body["delegation_no"]}
        return answer

    def draft(self, token: str = "", **changes: str) -> Reply:
        citizen = self.town.citizen
        body = {"agent_name": citizen.name, "agent_id_no": citizen.number, "implementation_code": CARD}
        body |= {"applicant_division": "640000", "entry_point": "app", **changes}
        return self.town.call(PLATFORM, "actAsAgent", path=self.path, body=body, token=token)

    def revoke(self) -> int:
        return self.town.call(PLATFORM, "revokeAgent", path=self.path).status

    def submit(self, case_no: str, token: str) -> Reply:
        citizen = self.town.citizen
        application = {
            "implementation_code": CARD,
            "applicant_name": RELATIVE["name"],
            "applicant_id_no": RELATIVE["id_no"],
            "agent_name": citizen.name,
            "agent_id_no": citizen.number,
            "contact_mobile": citizen.mobile,
            "address": citizen.address,
            "applicant_division": "640000",
            "delivery": "pick-up",
            "materials": [],
        }
        path = {"case_no": case_no}
        return self.town.call(PLATFORM, "submitApplication", path=path, body=application, token=token)


def test_an_agent_drafts_hands_in_and_looks_up_in_the_principals_name() -> None:
    town = Town()
    agent = Agent(town)
    agent.authorise()
    draft = agent.draft(town.token)
    assert (draft.status, draft.body["applicant_id_no"]) == (201, RELATIVE["id_no"])
    case_no = draft.body["case_no"]
    assert agent.submit(case_no, town.token).status == 201
    stranger = town.world.keyring.grant("640099199208150027")
    seen = [
        town.call(PLATFORM, "getCase", path={"case_no": case_no}, token=token).status
        for token in (town.token, stranger)
    ]
    assert seen == [200, 403]


@pytest.mark.parametrize("who", ["principal_name", "agent_name"])
def test_both_must_be_who_they_claim_to_be(who: str) -> None:
    assert Agent(Town()).authorise(**{who: "马某某"}).status == 422


def test_an_authorisation_ends_with_its_day_and_when_it_is_revoked() -> None:
    agent = Agent(Town())
    agent.authorise(until=date(2022, 7, 26))
    assert agent.draft().status == 201
    agent.town.world.clock.advance(86_400)
    assert agent.draft().status == 422
    agent.authorise()
    assert [agent.revoke(), agent.revoke(), agent.draft().status] == [204, 204, 422]


def test_nobody_uses_the_authorisation_of_another() -> None:
    agent = Agent(Town())
    assert (agent.draft().status, agent.revoke()) == (404, 404)
    agent.authorise()
    assert agent.draft(agent.town.world.keyring.grant("640099199208150027")).status == 403
    assert agent.draft(agent_name=RELATIVE["name"], agent_id_no=RELATIVE["id_no"]).status == 422


def search(words: str, **query: Any) -> Reply:
    return Town().call(PLATFORM, "searchItems", query={"words": words, **query})


@pytest.mark.parametrize(
    ("words", "name", "exact"),
    [
        ("身份证换领", "居民身份证换领", True),
        ("护照", "普通护照", True),
        ("证件到期换证", "驾驶证期满换证", False),
    ],
)
def test_the_first_item_has_most_of_the_characters(words: str, name: str, exact: bool) -> None:  # noqa: FBT001  # a case
    found = search(words).body
    assert (found["items"][0]["item_name"], found["exact"]) == (name, exact)
    assert found["best"] == found["items"][0]["implementation_code"]


def test_words_that_no_item_has_find_nothing() -> None:
    assert search("天气预报").status == 404


def test_a_menu_holds_what_its_channel_offers() -> None:
    menus = {
        channel: Town().call(PLATFORM, "getMenu", path={"entry_point": channel}, query={"page_size": 50}).body
        for channel in ("app", "kiosk")
    }
    offered = {name: {entry["item_name"] for entry in menu["entries"]} for name, menu in menus.items()}
    assert offered["app"] - offered["kiosk"] == {"机动车检验预约", "互联网站备案", "铁路电子临时乘车身份证明"}
    assert menus["app"]["total"] == len(offered["app"])


def test_every_item_has_a_guide() -> None:
    town = Town()
    entries = town.call(PLATFORM, "getMenu", path={"entry_point": "app"}, query={"page_size": 100}).body["entries"]
    for entry in entries:
        path = {"implementation_code": entry["implementation_code"]}
        guide = town.call(PLATFORM, "getItemGuide", path=path)
        assert (guide.status, guide.body["item_name"]) == (200, entry["item_name"])
