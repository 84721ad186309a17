"""The page of a trial in a real browser: no request, no message, no sideways scrolling, in both languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from sim.chart import Language
from sim.conformance.verdict import ContractPlace, Got, Sent, StepPlace, Verdict
from sim.report.trial import trial_page
from tests.recordings import trial

CHROMIUM = "/usr/bin/chromium"
LONG = "a-name-that-does-not-end-where-one-would-wish-and_has_no_place_to_break" * 3
CHINESE = "办理进度查询"


def content(language: Language) -> str:
    found = Verdict(
        "body",
        "fail",
        "platform",
        LONG,
        journey="renew",
        step=LONG,
        citizen=2,
        reason="the body of the answer breaks enum",
        rule="enum",
        part="body",
        pointer=f"/{LONG}",
        expected='["1", "2"]',
        received=LONG,
        place=ContractPlace("contracts/a.yaml", 4, 7, f"/{LONG}"),
        request=Sent("tongban", "GET", "http://h/", (), "", f"curl http://h/{LONG} --data '{CHINESE}'"),
        answer=Got(200, (), f'{{"step_name": "{CHINESE}"}}', 0.1),
    )
    verdicts = (found, Verdict("reached", "skip", "platform", "accept", reason=LONG))
    return trial_page(trial(*verdicts, steps=(StepPlace("renew", LONG, "platform", LONG),)), language)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(params=[(language, width) for language in ("en", "zh") for width in (1400, 390)])
def page(browser: Browser, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Page]:
    language, width = request.param
    path = tmp_path / "conform.html"
    path.write_text(content(language), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900})
    seen: list[str] = []
    page.on("console", lambda message: seen.append(f"console: {message.text}"))
    page.on("request", lambda request: seen.append(f"request: {request.url}"))
    page.goto(path.as_uri())
    yield page
    page.close()
    assert [one for one in seen if not one.startswith("request: data:font/woff")] == [f"request: {path.as_uri()}"]


def test_nothing_is_wider_than_the_page(page: Page) -> None:
    wide = page.evaluate(
        """[...document.querySelectorAll('body *')].filter(one =>
            !one.closest('.scroll') && one.getBoundingClientRect().right > innerWidth + 1
        ).map(one => one.outerHTML.slice(0, 80))"""
    )
    widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert (wide, widths[0]) == ([], widths[1])


def test_a_finding_is_reached_from_its_step_and_chinese_letters_are_drawn(page: Page) -> None:
    page.locator("#journeys a").click()
    assert page.locator("#finding-1").is_visible()
    fonts = page.evaluate("document.fonts.ready.then(fonts => [...fonts].map(one => one.status))")
    assert fonts == ["loaded"]
    family = page.evaluate("getComputedStyle(document.querySelector('.finding code')).fontFamily")
    assert family.startswith('"Tongban Sans SC"')


def test_it_prints_with_all_findings(page: Page) -> None:
    page.emulate_media(media="print")
    assert page.locator("nav").is_hidden()
    assert page.locator(".finding pre").is_visible()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
