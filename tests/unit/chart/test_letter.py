"""Letters: what the fonts can draw, how wide it is and where it breaks."""

import pytest
from matplotlib.font_manager import findfont

from sim.catalog import Catalog
from sim.chart.letter import CHINESE, CHINESE_FILE, columns, drawable, is_drawable, label, shorten, use_fonts, wrap
from sim.chart.text import TEXTS
from sim.report.text import TEXTS as REPORT_TEXTS


@pytest.mark.parametrize("texts", [TEXTS, REPORT_TEXTS], ids=["charts", "report"])
def test_the_fonts_have_every_letter_of_our_texts(texts: dict[str, object]) -> None:
    assert [key for key, text in texts.items() if not is_drawable(text.en) or not is_drawable(text.zh)] == []  # type: ignore[attr-defined] # texts


def test_the_fonts_have_every_letter_of_the_bundled_scenarios_and_divisions() -> None:
    files = [*Catalog.bundled().root.glob("scenarios/*.yaml"), *Catalog.bundled().root.glob("scenarios/data/*.csv")]
    letters = {letter for file in files for letter in file.read_text(encoding="utf-8")} - {"\n"}

    assert files
    assert [letter for letter in sorted(letters) if not is_drawable(letter)] == []


def test_a_letter_that_no_font_has_becomes_a_question_mark() -> None:
    assert drawable("窗口 \N{HANGUL SYLLABLE GA} window") == "窗口 ? window"


@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_the_shipped_font_is_found_by_its_name_in_every_weight(weight: str) -> None:
    use_fonts()

    from matplotlib.font_manager import FontProperties  # noqa: PLC0415 - only here

    assert findfont(FontProperties(family=CHINESE, weight=weight), fallback_to_default=False) == str(CHINESE_FILE)


def test_the_font_is_small_and_its_licence_stands_beside_it() -> None:
    assert CHINESE_FILE.stat().st_size < 2_000_000
    assert "SIL OPEN FONT LICENSE Version 1.1" in (CHINESE_FILE.parent / "OFL.txt").read_text(encoding="utf-8")


def test_a_chinese_letter_is_as_wide_as_two_others() -> None:
    assert columns("窗口 p95") == 8


def test_a_title_without_letters_gives_way_to_the_name() -> None:
    assert label("\N{HANGUL SYLLABLE GA}", "desk") == "desk"
    assert label("服务窗口", "desk") == "服务窗口"


def test_a_long_text_ends_in_an_ellipsis_by_its_width() -> None:
    assert shorten("机动车新车注册登记", 9) == "机动车新…"
    assert shorten("a  b\nc", 9) == "a b c"


@pytest.mark.parametrize(
    ("text", "widest", "lines"),
    [
        ("one two three", 8, ["one two", "three"]),
        ("等候最长的是窗口。", 8, ["等候最长", "的是窗", "口。"]),
        ("共（窗口）办结", 6, ["共（窗", "口）办", "结"]),  # noqa: RUF001 - Chinese marks
        ("p95 不超过 20\N{NO-BREAK SPACE}min", 10, ["p95 不超过", "20\N{NO-BREAK SPACE}min"]),
        ("provincial-platform -5", 14, ["provincial-", "platform -5"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("one\ntwo", 20, ["one", "two"]),
        ("", 5, [""]),
    ],
)
def test_lines_break_between_words_and_chinese_letters_but_not_beside_marks(
    text: str, widest: int, lines: list[str]
) -> None:
    assert wrap(text, widest) == lines
