"""Synthetic citizens: right numbers that belong to nobody, the same for the same seed."""

from itertools import islice

from stdnum import numdb
from stdnum.cn import ric

from sim.mock import citizens, make_citizen


def test_the_same_seed_gives_the_same_citizens() -> None:
    assert list(islice(citizens(7, "a"), 20)) == list(islice(citizens(7, "a"), 20))


def test_another_seed_or_stream_gives_other_citizens() -> None:
    assert make_citizen(7, "a", 0) != make_citizen(8, "a", 0)
    assert make_citizen(7, "a", 0) != make_citizen(7, "b", 0)


def test_numbers_have_a_right_check_character_and_a_county_part_that_no_province_assigns() -> None:
    for citizen in islice(citizens(1, "numbers"), 200):
        assert citizen.number[2:6] == "0099"
        assert ric.calc_check_digit(citizen.number) == citizen.number[17]
        assigned = numdb.get("cn/loc").info(citizen.number[:6])
        assert all("county" not in known for _, known in assigned)


def test_the_number_tells_province_birth_date_and_sex() -> None:
    for citizen in islice(citizens(3, "parts"), 100):
        assert citizen.number[:2] == citizen.home_division[:2]
        assert citizen.number[6:14] == citizen.birth_date.strftime("%Y%m%d")
        assert int(citizen.number[16]) % 2 == (1 if citizen.sex == "male" else 0)


def test_numbers_do_not_repeat_within_a_stream() -> None:
    numbers = [citizen.number for citizen in islice(citizens(5, "unique"), 1000)]
    assert len(set(numbers)) == 1000


def test_the_office_is_among_those_that_take_part_and_some_homes_are_elsewhere() -> None:
    people = list(islice(citizens(5, "home", offices=["640000", "660000"]), 300))
    assert {citizen.office_division for citizen in people} == {"640000", "660000"}
    away = sum(citizen.home_division != citizen.office_division for citizen in people)
    assert 10 <= away <= 60


def test_people_of_the_corps_carry_numbers_of_their_province() -> None:
    person = next(citizen for citizen in citizens(5, "corps", offices=["660000"]) if citizen.home_division == "660000")
    assert person.number.startswith("650099")


def test_names_fit_the_standard_and_mobile_numbers_have_the_one_form() -> None:
    for citizen in islice(citizens(9, "names"), 100):
        assert 2 <= len(citizen.name) <= 4
        assert not any(character.isdigit() for character in citizen.name)
        assert citizen.mobile.startswith("1990099")
        assert len(citizen.mobile) == 11


def test_every_citizen_has_a_parent_of_their_own() -> None:
    people = list(islice(citizens(6, "parents"), 200))
    parents = {citizen.parent_number for citizen in people}
    assert len(parents | {citizen.number for citizen in people}) == 400
    assert all(ric.calc_check_digit(number) == number[17] for number in parents)
    assert all(citizen.parent_number in citizen.personal_values for citizen in people)
