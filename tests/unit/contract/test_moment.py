"""Dates and times that exist, in the forms that contracts name."""

from __future__ import annotations

import pytest

from sim.contract.moment import MOMENTS


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("date-basic", "20240229"),
        ("datetime-basic", "20220726T101500"),
        ("datetime-compact", "20220726235959"),
        ("datetime-colon", "2022072610:15:00"),
        ("datetime-rfc3339", "2022-07-26T10:15:00+08:00"),
        ("datetime-rfc3339", "2022-07-26t10:15:00.123456789Z"),
        ("datetime-rfc3339", "1990-12-31T23:59:60Z"),
    ],
)
def test_a_real_moment_is_accepted(form: str, text: str) -> None:
    assert MOMENTS[form](text)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("date-basic", "20230229"),
        ("date-basic", "2023-01-01"),
        ("date-basic", "202301"),
        ("date-basic", "\uff120230101"),
        ("datetime-basic", "20220726T240000"),
        ("datetime-basic", "20220726101500"),
        ("datetime-compact", "20220726106000"),
        ("datetime-compact", "20221301101500"),
        ("datetime-colon", "2022072610:15"),
        ("datetime-rfc3339", "2022-07-26T10:15:00"),
        ("datetime-rfc3339", "2022-02-30T10:15:00Z"),
        ("datetime-rfc3339", "2022-07-26T10:15:61Z"),
        ("datetime-rfc3339", "2022-07-26T10:15:00+24:00"),
    ],
)
def test_a_moment_that_does_not_exist_or_has_another_form_is_refused(form: str, text: str) -> None:
    assert not MOMENTS[form](text)
