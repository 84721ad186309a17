"""Whatever a scenario is turned into, the loader gives a scenario or says what is wrong."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.catalog import Catalog
from sim.document import parse_document
from sim.errors import DocumentError, UsageError
from sim.scenario import Scenario, load_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

UNIT = Path(__file__).parents[1] / "unit" / "scenario"
SAMPLE: Any = parse_document((UNIT / "sample.yaml").read_bytes(), path=UNIT / "sample.yaml", file="sample.yaml").value
FILES = {
    "divisions.csv": "code,name_en,name_zh,population_2020,source\n"
    "110000,A,甲,300,x\n120000,B,乙,1000000,x\n660000,C,丙,0,x\n",
    "demand.csv": "service_id,division_code,daily_mean,source\ncard,110000,3,x\ncard,120000,5,x\n",
    "profiles.csv": "hour,day,night,source\n" + "".join(f"{hour},1,{hour},x\n" for hour in range(24)),
}

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(
        [
            "1 s",
            "0 s",
            "999999999999999 week",
            "80 ms",
            "24:00",
            "24:30",
            "10:00",
            "unlimited",
            "none",
            "auto",
            "1 s 2 h",
            "",
            "visit",
            "window",
            "identity",
            "verify",
            "submit",
            "delay",
            "office",
            "120000",
            "data/divisions.csv",
            "data",
            "..",
            "data/profiles.csv",
            "2022-07-26T00:00:00+08:00",
            "0001-01-01T00:00:00+00:00",
            "9999-12-31T23:59:59-12:00",
            "exponential",
            "empirical",
            "erlang",
            "sample.yaml",
            "a" * 300,
            "../x",
            "\x00",
        ]
    ),
)
values = st.recursive(
    scalars,
    lambda part: (
        st.lists(part, max_size=3)
        | st.dictionaries(
            st.sampled_from(["law", "mean", "name", "assumed", "file", "values", "servers", "x"]), part, max_size=3
        )
    ),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from places(child, (*path, key))


PLACES = list(places(SAMPLE))


def changed(path: tuple[Any, ...], value: Any, *, is_removed: bool) -> Any:
    document = copy.deepcopy(SAMPLE)
    owner = document
    for key in path[:-1]:
        owner = owner[key]
    if is_removed:
        del owner[path[-1]]
    else:
        owner[path[-1]] = value
    return document


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("catalog").resolve()
    (root / "data").mkdir()
    for name, content in FILES.items():
        (root / "data" / name).write_text(content, encoding="utf-8")
    return root


def load(folder: Path, document: Any, overrides: dict[str, str] | None = None) -> Scenario | DocumentError:
    path = folder / "sample.yaml"
    path.write_text(json.dumps(document), encoding="utf-8")
    try:
        return load_scenario(Catalog(folder), path, settings=overrides or {})
    except DocumentError as error:
        return error


def test_the_document_that_is_changed_is_sound(folder: Path) -> None:
    assert isinstance(load(folder, SAMPLE), Scenario)


@settings(max_examples=400, deadline=None, database=None, derandomize=True)
@given(path=st.sampled_from(PLACES), value=values, is_removed=st.booleans())
def test_any_one_change_gives_a_scenario_or_its_faults(
    folder: Path,
    path: tuple[Any, ...],
    value: Any,
    is_removed: bool,  # noqa: FBT001 - hypothesis passes by keyword
) -> None:
    result = load(folder, changed(path, value, is_removed=is_removed))
    if isinstance(result, DocumentError):
        assert all(fault.message and str(fault) for fault in result.faults)


@settings(max_examples=100, deadline=None, database=None, derandomize=True)
@given(
    document=st.dictionaries(st.sampled_from([*SAMPLE, "outcomes", "extends", "variants", "end", "assumed"]), values)
)
def test_any_document_gives_a_scenario_or_its_faults(folder: Path, document: dict[str, Any]) -> None:
    load(folder, document)


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(path=st.sampled_from(PLACES), value=st.one_of(scalars.map(json.dumps), st.text(max_size=8)))
def test_any_setting_gives_a_scenario_or_what_is_wrong(folder: Path, path: tuple[Any, ...], value: str) -> None:
    with suppress(UsageError):
        load(folder, SAMPLE, {".".join(map(str, path)): value})
