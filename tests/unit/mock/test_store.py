"""What systems remember."""

from sim.mock import MemoryStore


def test_a_record_is_changed_only_by_putting_it_again() -> None:
    table = MemoryStore().table("a", "cases")
    record = {"state": "draft"}
    table.put("1", record)
    record["state"] = "applied"
    assert table.get("1") == {"state": "draft"}


def test_records_come_in_the_order_in_which_their_keys_first_came() -> None:
    table = MemoryStore().table("a", "cases")
    for key in ("b", "a", "b"):
        table.put(key, {"key": key})
    assert [key for key, _ in table.items()] == ["b", "a"]


def test_tables_and_counters_of_two_systems_are_apart() -> None:
    store = MemoryStore()
    store.table("a", "cases").put("1", {})
    assert store.table("b", "cases").get("1") is None
    assert [store.count("a", "n"), store.count("a", "n"), store.count("b", "n")] == [1, 2, 1]
