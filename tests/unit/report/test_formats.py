"""Every report format: complete, escaped, self-contained."""

import base64
import csv
import io
import json
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped] # it ships no types

from sim.bundle import Bundle, Finding
from sim.chart import View
from sim.errors import UsageError
from sim.metric import summarise
from sim.report import FORMATS, write_report
from sim.report.page import make_page
from sim.report.text import TEXTS
from sim.scenario.model import Assumption, Text
from tests.synthetic_day import DESKS, Desk, synthetic_bundle

VOID = frozenset({"meta", "br", "hr", "img", "input", "link", "path", "rect", "use", "image"})
HOSTILE = "<script>alert(1)</script> \"'& =cmd()"


class Reader(HTMLParser):
    """Collects tags, identifiers and references of a page, and notes what is not balanced."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.identifiers: list[str] = []
        self.references: list[str] = []
        self.attributes: Counter[str] = Counter()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        for name, value in attrs:
            self.attributes[name] += 1
            if name == "id":
                self.identifiers.append(value or "")
            if name in {"href", "src", "xlink:href", "action"}:
                self.references.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return synthetic_bundle(replications=2, bins=96)


@pytest.fixture(scope="module")
def page(bundle: Bundle, tmp_path_factory: pytest.TempPathFactory) -> str:
    (path,) = write_report(bundle, tmp_path_factory.mktemp("report"))
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def chinese() -> str:
    bundle = synthetic_bundle(replications=2, bins=8)
    return str(FORMATS.get("html").render(View(bundle, summarise(bundle), "zh")))


@pytest.fixture(scope="module")
def reader(page: str) -> Reader:
    return read(page)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def hostile() -> Bundle:
    plain = synthetic_bundle(replications=2, bins=4, title=HOSTILE, desks=(*DESKS, Desk(HOSTILE, 3.0, 2)))
    finding = Finding(HOSTILE, HOSTILE, HOSTILE, "request", HOSTILE, HOSTILE, "/x", HOSTILE, HOSTILE, "", "fail", 3)
    manifest = replace(
        plain.manifest,
        command=HOSTILE,
        name=HOSTILE,
        assumptions=(Assumption(HOSTILE, HOSTILE),),
        labels=(
            *plain.manifest.labels,
            *[replace(plain.manifest.labels[0], name=HOSTILE, title=Text(HOSTILE, HOSTILE))],
        ),
    )
    return replace(plain, manifest=manifest, conformance=replace(plain.conformance, findings=(finding,)))


def test_the_page_is_balanced_and_every_identifier_stands_once(reader: Reader) -> None:
    assert reader.open == []
    assert [name for name, count in Counter(reader.identifiers).items() if count > 1] == []


def test_every_reference_inside_the_page_has_its_target(reader: Reader, page: str) -> None:
    inside = {reference[1:] for reference in reader.references if reference.startswith("#")}
    inside |= set(re.findall(r"url\(#([^)]+)\)", page))

    assert inside - set(reader.identifiers) == set()


def test_the_page_asks_nothing_of_the_network_and_runs_no_script(reader: Reader, page: str) -> None:
    allowed = re.compile(r"#|charts/[a-z_]+\.(svg|png|csv)$|data:image/png;base64,")

    assert [reference[:60] for reference in reader.references if not allowed.match(reference)] == []
    assert reader.tags["script"] == reader.tags["link"] == reader.tags["iframe"] == 0
    assert not [name for name in reader.attributes if name.startswith("on")]
    assert "http:" not in page
    assert "https:" not in page
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in page
    assert "@import" not in page


def test_every_key_figure_and_objective_stands_in_the_page_with_its_interval(bundle: Bundle, reader: Reader) -> None:
    text = " ".join(" ".join(reader.text).split())
    report = make_page(View(bundle, summarise(bundle)), has_charts=False)

    assert len(report.objectives) == 3
    assert len(report.figures) == 7
    for tile in (*report.objectives, *report.figures):
        shown = f"{tile.title} {tile.value} {tile.unit} {tile.interval} {tile.objective}"
        assert " ".join(shown.split()) in text
    assert " ".join(report.headline.split()) in text


def test_the_tables_show_names_findings_and_assumptions(reader: Reader) -> None:
    text = " ".join(reader.text)

    for part in (
        "Renewal of an ID card",
        "not exercised",
        "/applicant/mobile",
        "stations.officer.servers",
        "9f2c" * 16,
    ):
        assert part in text


def test_a_chinese_page_carries_its_letters_and_an_english_one_no_font(page: str, chinese: str) -> None:
    (content,) = re.findall(r"data:font/woff;base64,([A-Za-z0-9+/=]+)", chinese)
    font = TTFont(io.BytesIO(base64.b64decode(content)))

    assert {ord(letter) for letter in chinese if ord(letter) >= 0x2E80} <= set(font.getBestCmap())
    assert "SIL Open Font License" in font["name"].getDebugName(13)
    assert "data:font" not in page
    assert len(chinese.encode()) < 900_000


def test_a_chinese_page_is_chinese_throughout(chinese: str) -> None:
    text = " ".join(read(re.sub(r"<(code|style)\b.*?</\1>", "", chinese, flags=re.DOTALL)).text)

    assert "办事窗口" in text
    assert [word for word in ("Service", "begun", "objective", "window ", "journeys", "pass") if word in text] == []


def test_every_chart_has_a_text_alternative_files_and_data(page: str, reader: Reader) -> None:
    for name in ("throughput", "waiting", "utilisation", "queue_length", "network", "outcomes"):
        (figure,) = re.findall(rf'<figure id="chart-{name}">.*?</figure>', page, re.DOTALL)
        assert re.search(r'role="img" aria-label="[^"]{40,}"', figure)
        for kind in ("svg", "png", "csv"):
            assert f'href="charts/{name}.{kind}"' in figure
        assert ("<details>" in figure) == (name not in {"network", "outcomes"})
    assert reader.tags["figcaption"] == reader.tags["figure"] == 6


def test_a_day_in_quarter_hours_stays_small(page: str) -> None:
    assert len(page.encode()) < 800_000


def test_hostile_text_stays_text_in_the_page() -> None:
    bundle = hostile()
    reader = read(str(FORMATS.get("html").render(View(bundle, summarise(bundle)))))

    assert reader.tags["script"] == 0
    assert reader.open == []
    assert HOSTILE in " ".join(reader.text)


def test_hostile_text_stays_text_in_markdown(tmp_path: Path) -> None:
    (path,) = write_report(hostile(), tmp_path, formats=("markdown",))

    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("    ") and re.search(r"(?<!\\)[<>]", line)] == []
    assert not (tmp_path / "charts").exists()


def test_json_holds_every_estimate_and_every_verdict(bundle: Bundle, tmp_path: Path) -> None:
    summary = summarise(bundle)
    (path,) = write_report(bundle, tmp_path, formats=("json",), summary=summary)
    content = json.loads(path.read_text(encoding="utf-8"))

    assert [estimate["value"] for estimate in content["metrics"]] == [one.value for one in summary.estimates]
    assert [one["verdict"] for one in content["objectives"]] == [verdict.outcome for verdict in summary.verdicts]
    assert content["digest"] == "41d7" * 16


def test_csv_holds_every_estimate_with_its_interval_and_unit(bundle: Bundle, tmp_path: Path) -> None:
    summary = summarise(bundle)
    (path,) = write_report(bundle, tmp_path, formats=("csv",), summary=summary)
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))

    assert [row["value"] for row in rows] == ["" if one.value is None else repr(one.value) for one in summary.estimates]
    assert {row["level"] for row in rows} == {"0.95"}
    assert {row["unit"] for row in rows} == {"s", "1", "1/h", "count"}


def test_markdown_tells_the_objectives_with_their_verdicts(bundle: Bundle, tmp_path: Path) -> None:
    (path,) = write_report(bundle, tmp_path, formats=("markdown",))
    text = path.read_text(encoding="utf-8").replace("\N{NO-BREAK SPACE}", " ")

    assert text.startswith("# A working day in Ningxia\n")
    assert "objective: at most 20 min; " in text
    assert "## How to reproduce" in text


def test_the_same_run_gives_the_same_bytes(chinese: str) -> None:
    bundle = synthetic_bundle(replications=2, bins=8)

    assert FORMATS.get("html").render(View(bundle, summarise(bundle), "zh")) == chinese


def test_an_unknown_format_is_answered_with_the_known_ones_and_writes_nothing(bundle: Bundle, tmp_path: Path) -> None:
    folder = tmp_path / "nothing"

    with pytest.raises(UsageError, match="no report format 'doc'; use one of csv, html, json, junit, markdown, pdf"):
        write_report(bundle, folder, formats=("html", "doc"))
    assert not folder.exists()


def test_an_existing_report_is_replaced(bundle: Bundle, tmp_path: Path) -> None:
    (tmp_path / "report.md").write_text("old", encoding="utf-8")

    write_report(bundle, tmp_path, formats=("markdown",))

    assert (tmp_path / "report.md").read_text(encoding="utf-8") != "old"


def test_every_format_is_documented() -> None:
    assert FORMATS.names() == ("csv", "html", "json", "junit", "markdown", "pdf")
    for name, entry in FORMATS:
        assert entry.name == name
        assert entry.doc.endswith(".")


def test_texts_have_the_same_places_for_values_in_both_languages() -> None:
    for key, text in TEXTS.items():
        assert text.en.strip(), key
        assert text.zh.strip(), key
        assert fields(text.en) == fields(text.zh), key


def fields(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field}
