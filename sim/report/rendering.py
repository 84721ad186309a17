"""From a template and style sheets to one HTML file: escaped, nothing fetched, its Chinese letters inside."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from sim.report.typeface import face

if TYPE_CHECKING:
    from jinja2 import Template

Part = tuple[str, str]
"""Package, and name of a file in it."""


def rendered(template: Part, sheets: tuple[Part, ...], **values: Any) -> str:  # whatever the template takes
    """Return a page.

    Parameters
    ----------
    sheets : tuple of Part
        Style sheets, in order.
    """
    css = "".join(_read(sheet) for sheet in sheets)
    plain = _template(template).render(css=Markup(css), drawn=Markup, **values)  # noqa: S704 - our own style sheets and pictures; everything else is escaped
    head, style, rest = plain.partition("<style>")
    return f"{head}{style}{face(plain)}{rest}"


@cache
def _template(part: Part) -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_read(part))


@cache
def _read(part: Part) -> str:
    package, name = part
    return files(package).joinpath(name).read_text(encoding="utf-8")
