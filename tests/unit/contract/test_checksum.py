"""Check characters, against published vectors and against python-stdnum."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2, mod_37_36

from sim.contract.checksum import (
    certificate_identifier_check,
    citizen_number_check,
    credit_code_check,
    is_certificate_identifier,
    is_citizen_number,
    is_credit_code,
)

BOUNDS = settings(max_examples=40, deadline=None, derandomize=True)
DIGITS = st.text("0123456789", min_size=17, max_size=17)
CREDIT = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17)
PART = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=21)


@pytest.mark.parametrize("number", ["110099199003070011", "440099201012310028", "650099195506150037"])
def test_published_citizen_numbers_are_right(number: str) -> None:
    assert is_citizen_number(number)


@pytest.mark.parametrize("code", ["91110000600037341L", "11100000000013338W", "11370800MB28559184"])
def test_published_credit_codes_are_right(code: str) -> None:
    assert is_credit_code(code)


@pytest.mark.parametrize(
    "identifier",
    [
        "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
        "1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0",
        "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9",
    ],
)
def test_published_certificate_identifiers_are_right(identifier: str) -> None:
    assert is_certificate_identifier(identifier)


@BOUNDS
@given(DIGITS)
def test_the_character_of_a_citizen_number_is_iso_7064_mod_11_2(first17: str) -> None:
    assert citizen_number_check(first17) == mod_11_2.calc_check_digit(first17)


@BOUNDS
@given(CREDIT)
def test_the_character_of_a_credit_code_is_that_of_stdnum(first17: str) -> None:
    assert credit_code_check(first17) == uscc.calc_check_digit(first17 + "0")


@BOUNDS
@given(PART, PART, PART, st.text("0123456789", min_size=3, max_size=3))
def test_the_character_of_a_certificate_identifier_is_iso_7064_mod_37_36(
    type_: str, issuer: str, serial: str, version: str
) -> None:
    expected = mod_37_36.calc_check_digit(type_ + issuer + serial + version)

    assert certificate_identifier_check(type_, issuer, serial, version) == expected


@BOUNDS
@given(DIGITS, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_of_a_citizen_number_is_noticed(first17: str, place: int, step: int) -> None:
    number = first17 + citizen_number_check(first17)
    other = str((int(number[place]) + step) % 10)

    assert is_citizen_number(number)
    assert not is_citizen_number(number[:place] + other + number[place + 1 :])


@pytest.mark.parametrize(
    "text",
    ["", "11009919900307001", "1100991990030700111", "11009919900307001x", "\uff1110099199003070011", "a" * 18],
)
def test_what_is_not_shaped_like_a_citizen_number_is_wrong(text: str) -> None:
    assert not is_citizen_number(text)


@pytest.mark.parametrize("text", ["", "91110000600037341l", "I1110000600037341L", "91110000600037341LL"])
def test_what_is_not_shaped_like_a_credit_code_is_wrong(text: str) -> None:
    assert not is_credit_code(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001",
        "1.2.156.3005.3.11100000MB03271699022.340100.000000016.001.9",
        "11100000MB03271699022.340100.000000016.001.9",
        "1.2.156.3005.2.11100000MB03271699022..340100000000016.001.9",
        "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.8",
    ],
)
def test_what_is_not_shaped_like_a_certificate_identifier_is_wrong(text: str) -> None:
    assert not is_certificate_identifier(text)


def test_a_check_character_of_the_wrong_text_is_refused() -> None:
    with pytest.raises(ValueError, match="is not 17 digits"):
        citizen_number_check("1234")
    with pytest.raises(ValueError, match="is not 17 characters"):
        credit_code_check("1234")
    with pytest.raises(ValueError, match="a part of the certificate identifier is empty"):
        certificate_identifier_check("1", "", "3", "4")
    with pytest.raises(ValueError, match="'a' cannot stand"):
        certificate_identifier_check("1", "a", "3", "4")
