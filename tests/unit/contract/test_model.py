"""Messages as values."""

from dataclasses import replace

from sim.contract import Request

REQUEST = Request("GET", "/cases", (), (("Key", "a"), ("key", "b"), ("Host", "c")), b"")


def test_headers_are_found_by_name_in_lower_case_the_last_of_each() -> None:
    assert REQUEST.fields == {"key": "b", "host": "c"}


def test_a_request_with_other_headers_does_not_answer_by_the_old_ones() -> None:
    assert REQUEST.fields
    assert replace(REQUEST, headers=(("Other", "d"),)).fields == {"other": "d"}


def test_requests_that_say_the_same_are_equal_whether_or_not_their_headers_were_looked_up() -> None:
    other = replace(REQUEST)
    assert REQUEST.fields
    assert (other == REQUEST, hash(REQUEST) == hash(other)) == (True, True)
