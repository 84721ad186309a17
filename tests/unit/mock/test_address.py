"""Addresses for callbacks."""

import pytest

from sim.mock import Problem
from sim.mock.address import split_address


def test_an_address_is_split_into_origin_path_and_query() -> None:
    assert split_address("https://a.example/x?y=1") == ("https://a.example", "/x", "y=1")
    assert split_address("http://[::1]:80") == ("http://[::1]:80", "/", "")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://a/",
        "https:///x",
        "https://u@a/",
        "https://a:99999/",
        "https://a/{b}",
        "https://a/ b",
        "https://a/\r\nX: y",
        "https://a/马",
        "https://[::1",
    ],
)
def test_one_that_cannot_be_called_is_refused(url: str) -> None:
    with pytest.raises(Problem, match="422"):
        split_address(url)
