"""The report in a real browser: no request, no message, no sideways scrolling, readable at every width."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from sim.report import write_report
from tests.synthetic_day import DESKS, Desk, synthetic_bundle
from tests.wide_day import wide_bundle

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AXE = Path(__file__).resolve().parents[2] / ".venv/axe/node_modules/axe-core/axe.min.js"
LONG = "A station with a name that does not end where one would wish it to end and_has_no_place_to_break_either" * 2


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    bundle = synthetic_bundle(replications=2, desks=(*DESKS, Desk(LONG, 420.0, 30, title=LONG)), title=LONG)
    (path,) = write_report(bundle, tmp_path_factory.mktemp("report"))
    return path


@pytest.fixture(scope="module", params=["en", "zh"])
def day(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    (path,) = write_report(synthetic_bundle(replications=2), tmp_path_factory.mktemp("day"), lang=request.param)
    return path


@pytest.fixture(scope="module", params=["en", "zh"])
def wide(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    (path,) = write_report(wide_bundle(), tmp_path_factory.mktemp("wide"), lang=request.param)
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(params=[1400, 768, 390, 320])
def page(browser: Browser, report: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": request.param, "height": 900})
    seen: list[str] = []
    page.on("console", lambda message: seen.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: seen.append(f"error: {error}"))
    page.on("request", lambda request: seen.append(f"request: {request.url}"))
    page.goto(report.as_uri())
    yield page
    page.close()
    assert seen == [f"request: {report.as_uri()}"]


def test_the_page_never_scrolls_sideways_even_with_all_data_open(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")

    widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")

    assert widths[0] == widths[1]


def test_each_chart_shows_one_picture_whose_text_is_large_enough(page: Page) -> None:
    pictures = page.evaluate(
        """[...document.querySelectorAll('.picture')].map(picture => {
            const shown = [...picture.querySelectorAll('svg')].filter(one => one.getBoundingClientRect().width > 0);
            const scale = shown[0].getBoundingClientRect().width / shown[0].viewBox.baseVal.width;
            const sizes = [...shown[0].querySelectorAll('text')].map(one => parseFloat(getComputedStyle(one).fontSize));
            return [shown.length, Math.min(...sizes) * scale];
        })"""
    )

    assert [count for count, _ in pictures] == [1] * 6
    assert min(size for _, size in pictures) >= (7.4 if (page.viewport_size or {"width": 0})["width"] >= 390 else 6.5)


def test_nothing_in_the_page_is_wider_than_its_container(page: Page) -> None:
    wide = page.evaluate(
        """[...document.querySelectorAll('main *:not(svg *)')].filter(one =>
            !one.closest('.scroll') && one.getBoundingClientRect().right > innerWidth + 1
        ).map(one => one.outerHTML.slice(0, 80))"""
    )

    assert wide == []


def test_text_has_enough_contrast(browser: Browser, report: Path) -> None:
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.goto(report.as_uri())

    weak = page.evaluate(
        """() => {
            const rgb = text => text.match(/[\\d.]+/g).map(Number);
            const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
                .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
                .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
            const behind = one => {
                for (; one; one = one.parentElement) {
                    const colour = rgb(getComputedStyle(one).backgroundColor);
                    if (colour.length === 3 || colour[3] === 1) return colour;
                }
                return [255, 255, 255];
            };
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            const found = [];
            while (walker.nextNode()) {
                const one = walker.currentNode.parentElement;
                if (!walker.currentNode.data.trim() || one.closest('svg')) continue;
                const [a, b] = [light(rgb(getComputedStyle(one).color)), light(behind(one))].sort((x, y) => y - x);
                if ((a + 0.05) / (b + 0.05) < 4.5) found.push(one.outerHTML.slice(0, 80));
            }
            return found;
        }"""
    )
    page.close()

    assert weak == []


@pytest.mark.parametrize("width", [1400, 390])
def test_axe_finds_no_violation_of_accessibility(browser: Browser, day: Path, width: int) -> None:
    assert _violations(browser, day, width) == []


@pytest.mark.parametrize("width", [1400, 390])
def test_axe_finds_no_violation_in_folded_tables_either(browser: Browser, wide: Path, width: int) -> None:
    assert _violations(browser, wide, width) == []


def _violations(browser: Browser, path: Path, width: int) -> list[object]:
    """Return what axe finds with everything open."""
    assert AXE.is_file(), f"{AXE} is missing: run `make test-browser`, which installs axe-core"
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.evaluate(AXE.read_text(encoding="utf-8"))

    found = page.evaluate(
        """axe.run().then(result => [result.passes.length, result.violations.map(
            one => [one.impact, one.id, one.nodes[0].html.slice(0, 80)])])"""
    )
    page.close()

    assert found[0] > 20
    violations: list[object] = found[1]
    return violations


@pytest.mark.parametrize(("width", "most"), [(1400, 14_000), (390, 22_000)])
def test_a_wide_run_stays_short_until_it_is_opened(browser: Browser, wide: Path, width: int, most: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(wide.as_uri())

    closed = page.evaluate("document.documentElement.scrollHeight")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    opened, wide_by = page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]")
    page.close()

    assert closed < most
    assert opened > 1.5 * closed
    assert wide_by == width


def test_every_link_of_the_contents_leads_to_something_that_can_be_seen(browser: Browser, wide: Path) -> None:
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.goto(wide.as_uri())
    page.locator(".index summary").click()

    places = page.evaluate(
        """[...document.querySelectorAll('nav a')].map(link => {
            const target = document.getElementById(link.hash.slice(1));
            return [link.hash, target !== null && target.getBoundingClientRect().height > 0];
        })"""
    )
    page.close()

    assert len(places) > 30
    assert [place for place, is_seen in places if not is_seen] == []


def test_a_chart_says_what_the_picture_shows_that_is_seen(browser: Browser, wide: Path) -> None:
    for width, kind in ((1400, "wide"), (390, "narrow")):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto(wide.as_uri())
        texts = page.evaluate(
            "[...document.querySelectorAll('#chart-waiting figcaption span')].map(e => [e.className, e.offsetWidth])"
        )
        page.close()
        assert [name for name, seen in texts if seen] == [kind]


def test_rows_of_a_statement_become_blocks_on_a_narrow_page(browser: Browser, wide: Path) -> None:
    widths = {}
    for width in (1400, 390):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto(wide.as_uri())
        widths[width] = page.evaluate(
            "[...document.querySelectorAll('#statements .scroll')].map(e => [e.scrollWidth, e.clientWidth])"
        )
        is_block = page.evaluate("getComputedStyle(document.querySelector('#statements td')).display")
        assert is_block == ("block" if width == 390 else "table-cell")
        page.close()
    assert all(inner == outer for pairs in widths.values() for inner, outer in pairs)


def test_chinese_letters_are_drawn_without_a_font_of_the_system(browser: Browser, tmp_path: Path) -> None:
    (path,) = write_report(synthetic_bundle(replications=2, bins=8), tmp_path, lang="zh")
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.goto(path.as_uri())

    status = page.evaluate("document.fonts.ready.then(fonts => [...fonts].map(one => [one.family, one.status]))")
    is_wide = page.evaluate(
        """() => {
            const draw = (text, font) => {
                const context = document.createElement('canvas').getContext('2d');
                context.font = font;
                return context.measureText(text).width;
            };
            return draw('办事窗口', '20px "Tongban Sans SC"');
        }"""
    )
    page.close()

    assert [[family.strip('"'), state] for family, state in status] == [["Tongban Sans SC", "loaded"]]
    assert is_wide == pytest.approx(80.0, abs=0.1)


def test_the_page_prints_on_a4_without_cutting(browser: Browser, report: Path) -> None:
    page = browser.new_page(viewport={"width": 703, "height": 1000})  # A4 less the margins, in CSS pixels
    page.emulate_media(media="print")
    page.goto(report.as_uri())

    assert page.locator("nav").is_hidden()
    assert page.locator("figure details").first.is_hidden()
    assert page.locator(".paper").is_visible()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    page.close()


def test_paper_says_what_is_folded_and_holds_what_was_opened(browser: Browser, wide: Path) -> None:
    page = browser.new_page(viewport={"width": 703, "height": 1000})
    page.goto(wide.as_uri())
    page.locator("#utilisation .more summary").first.click()
    page.emulate_media(media="print")

    folded = page.locator("#waiting .more").first
    assert folded.locator("summary").is_visible()
    assert folded.locator("table").is_hidden()
    assert page.locator("#utilisation .more table").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 703
    page.close()


def test_a_figure_of_tens_of_millions_stands_on_one_line_of_a_narrow_tile(browser: Browser, wide: Path) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.goto(wide.as_uri())

    one, many = page.evaluate(
        """['1', '120,421,851'].map(text => {
            const value = document.querySelector('.figures .value');
            value.textContent = text;
            return value.getBoundingClientRect().height;
        })"""
    )
    page.close()

    assert one == many
