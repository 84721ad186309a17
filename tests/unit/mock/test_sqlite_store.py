"""What a state file keeps, held against the store in memory."""

from __future__ import annotations

import json
import sqlite3
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from sim.errors import UsageError
from sim.mock import CHINA, Code, MemoryStore
from sim.mock.record_text import dump, load, plain_text, plain_value
from sim.mock.sqlite_store import SqliteStore
from tests.served import served

if TYPE_CHECKING:
    from pathlib import Path

    from sim.mock import Store

RECORD: dict[str, Any] = {
    "at": datetime(2022, 7, 26, 9, 0, 1, tzinfo=CHINA),
    "on": date(2022, 7, 26),
    "fee": Decimal("20.10"),
    "state": Code("parcel_state", "collected"),
    "digest": b"\x00\xff",
    "none": None,
    "list": [{"deep": Decimal(0)}],
    "looks": {"$date": "2022-07-26"},
    "text": "马晓芳",
}


def fill(store: Store) -> None:
    table = store.table("payment", "notices")
    for key in ("b", "a", "c"):
        table.put(key, {**RECORD, "key": key})
    table.put("b", {"key": "b", "again": True})
    table.remove("c")
    table.remove("nobody")
    store.count("payment", "notice")
    store.count("payment", "notice")


def content(store: Store) -> Any:
    snapshot = store.snapshot()
    return {place: list(records.items()) for place, records in snapshot.tables.items()}, dict(snapshot.counters)


def test_a_value_comes_back_as_it_was() -> None:
    assert load(dump(RECORD)) == RECORD
    assert json.loads(dump(RECORD))["fee"] == {"$decimal": "20.10"}
    with pytest.raises(TypeError, match="holds set, which is no domain value"):
        plain_text({"a": {1}})


@pytest.mark.parametrize("value", [{"$date": "x"}, {"$code": []}, {"$decimal": []}, {"$bytes": "?"}, {"$object": 1}])
def test_a_value_of_another_form_is_told(value: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        plain_value(value)


def test_a_file_holds_what_memory_holds_and_keeps_it(tmp_path: Path) -> None:
    memory, store = MemoryStore(), SqliteStore.open(tmp_path / "state.db")
    fill(memory)
    fill(store)
    assert content(store) == content(memory)
    store.close()
    again = SqliteStore.open(tmp_path / "state.db")
    assert content(again) == content(memory)
    assert again.count("payment", "notice") == 3
    again.close()


def test_what_was_not_committed_is_not_kept(tmp_path: Path) -> None:
    store = SqliteStore.open(tmp_path / "state.db")
    fill(store)
    store.commit()
    store.table("payment", "notices").put("late", {})
    store._connection.rollback()
    store.close()
    again = SqliteStore.open(tmp_path / "state.db")
    assert again.table("payment", "notices").get("late") is None
    assert len(again.table("payment", "notices")) == 2
    again.close()


def test_a_snapshot_takes_the_place_of_everything(tmp_path: Path) -> None:
    source, store = MemoryStore(), SqliteStore.open(tmp_path / "state.db")
    fill(source)
    store.table("other", "things").put("1", {})
    store.restore(source.snapshot())
    assert content(store) == content(source)
    store.close()
    again = SqliteStore.open(tmp_path / "state.db")
    assert content(again) == content(source)
    again.close()


def test_a_file_that_is_used_or_not_ours_is_refused(tmp_path: Path) -> None:
    store = SqliteStore.open(tmp_path / "state.db")
    with pytest.raises(UsageError, match="database is locked; end the mock that uses it"):
        SqliteStore.open(tmp_path / "state.db")
    store.close()
    (tmp_path / "text.db").write_text("not a database, but long enough to be taken for one" * 20, encoding="utf-8")
    with pytest.raises(UsageError, match="file is not a database"):
        SqliteStore.open(tmp_path / "text.db")
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE mine (a)")
    other.close()
    with pytest.raises(UsageError, match="it holds something else; name another file"):
        SqliteStore.open(tmp_path / "other.db")
    with pytest.raises(UsageError, match="unable to open database file"):
        SqliteStore.open(tmp_path / "no" / "folder.db")


def test_a_restarted_mock_remembers_cases_tokens_and_first_answers(tmp_path: Path) -> None:
    tokens, states = [], []
    for _ in range(2):
        store = SqliteStore.open(tmp_path / "state.db")
        with served(names=["provincial-platform"], store=store) as town:
            answer = town.get("provincial-platform", "/cases", Authorization=f"Bearer {town.token}")
            assert answer.status == 200
            tokens.append(town.token)
            states.append(town.control("GET", "/state"))
        store.close()
    assert tokens[0] == tokens[1]
    assert states[0] == states[1]
