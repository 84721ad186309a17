from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import pytest

from sim.bundle.codec import decode, encode

if TYPE_CHECKING:
    from sim.document import JsonValue


@dataclass(frozen=True)
class Inner:
    name: str
    share: float


@dataclass(frozen=True)
class Outer:
    count: int
    kind: Literal["a", "b"]
    when: datetime
    inner: Inner | None
    rows: tuple[Inner, ...]
    pair: tuple[str, int]


VALUE = Outer(3, "a", datetime.fromisoformat("2022-07-26T00:00:00+08:00"), None, (Inner("x", 0.1),), ("y", 2))
JSON: dict[str, JsonValue] = {
    "count": 3,
    "kind": "a",
    "when": "2022-07-26T00:00:00+08:00",
    "inner": None,
    "rows": [{"name": "x", "share": 0.1}],
    "pair": ["y", 2],
}


def test_values_become_plain_json_and_come_back() -> None:
    assert encode(VALUE) == JSON
    assert decode(Outer, JSON) == VALUE


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"count": True}, "/count: 'True' is not int"),
        ({"count": 1.5}, "/count: '1.5' is not int"),
        ({"kind": "c"}, "/kind: 'c' is not"),
        ({"when": 5}, "/when: '5' is not datetime"),
        ({"rows": {}}, "/rows: '{}' is not a list"),
        ({"rows": [{"name": "x"}]}, "/rows/0: "),
        ({"pair": ["y"]}, "/pair: .* is not 2 items"),
        ({"inner": {"name": "x", "share": "much"}}, "/inner/share: 'much' is not float"),
        ({"more": 1}, "is not an object with count, kind"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(change: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        decode(Outer, {**JSON, **change})
