"""The report as one HTML file: no script, no request, everything inside."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from sim.report.page import make_page
from sim.report.registry import report_format
from sim.report.text import Words
from sim.report.typeface import face

if TYPE_CHECKING:
    from jinja2 import Template

    from sim.chart import View
    from sim.report.model import Page


@report_format("html", file="report.html", is_shown=False)
def render_html(view: View) -> str:
    """Give a self-contained page with charts, for reading and printing."""
    page, words, css = make_page(view), Words(view.language), _read("report.css")
    plain = _render(page, words, css)
    letters = face(plain)
    return _render(page, words, letters + css) if letters else plain


def _render(page: Page, words: Words, css: str) -> str:
    return _template().render(page=page, words=words, css=Markup(css), drawn=Markup)  # noqa: S704 - our own style sheet and pictures; everything else is escaped


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_read("report.html.jinja"))


def _read(name: str) -> str:
    return files("sim.report").joinpath(name).read_text(encoding="utf-8")
