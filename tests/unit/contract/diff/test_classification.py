"""Single changes made for the purpose: each is found, and called what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sim.contract import CHANGE_RULES, SEVERITIES
from tests.unit.contract.diff.editions import (
    ALL_HARMLESS,
    CONSUMERS_BREAK,
    CONSUMERS_PASS,
    DESK,
    EDITS,
    PROVIDERS_BREAK,
    SAME,
    Edit,
    changes,
    edited,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_a_single_change_is_called_what_it_is(edit: Edit, tmp_path: Path) -> None:
    found = changes(tmp_path, DESK, edited(edit))
    told = {(change.rule, change.consumer, change.provider) for change in found}
    assert (edit.rule, edit.consumer, edit.provider) in told, told
    worst = min((edit.consumer, edit.provider), key=SEVERITIES.index)
    assert found[0].severity == worst, [str(change) for change in found]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_what_narrows_one_way_widens_the_other(edit: Edit, tmp_path: Path) -> None:
    """Read backwards, an edit is never missed either."""
    assert changes(tmp_path, edited(edit), DESK)


@pytest.mark.parametrize("edit", SAME, ids=lambda edit: edit[0])
def test_the_same_promise_in_other_words_is_no_change(edit: tuple[str, str, str], tmp_path: Path) -> None:
    assert changes(tmp_path, DESK, edited(edit)) == ()
    assert changes(tmp_path, edited(edit), DESK) == ()


def test_there_are_enough_single_changes_of_each_sort() -> None:
    assert len(CONSUMERS_BREAK) >= 20
    assert len(ALL_HARMLESS) >= 10
    assert len({edit.name for edit in EDITS}) == len(EDITS)
    assert all(edit.consumer == "breaking" for edit in CONSUMERS_BREAK)
    assert all(edit.provider == "breaking" for edit in PROVIDERS_BREAK)
    assert all(edit.consumer == "harmless" for edit in (*ALL_HARMLESS, *CONSUMERS_PASS))


def test_every_rule_says_what_it_means_and_what_to_do() -> None:
    for name, rule in CHANGE_RULES:
        assert rule.name == name
        assert rule.meaning
        assert rule.remedy
        assert rule.sender in SEVERITIES
        assert rule.receiver in SEVERITIES
