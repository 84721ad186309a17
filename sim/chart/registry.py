"""The registry of charts: one file, one decorator, one entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from matplotlib import rc_context

from sim.chart.layout import sign
from sim.chart.letter import use_fonts
from sim.chart.model import Chart, Drawing, Medium, Table, View
from sim.chart.style import STYLE
from sim.chart.text import TEXTS
from sim.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    Draw = Callable[[View, Medium], Drawing]

CHARTS: Final[Registry[Chart]] = Registry("chart", "sim.chart")


def chart(name: str, *, unit: str, tabulate: Callable[[View], Table]) -> Callable[[Draw], Draw]:
    """Register a chart; its title is the text ``<name>.title``.

    Parameters
    ----------
    name : str
        Also the name of its files.
    unit : str
        Unit of what is drawn.
    tabulate : callable
        Makes the data behind it.
    """

    def register(draw: Draw) -> Draw:
        doc = (draw.__doc__ or "").strip().partition("\n")[0]
        CHARTS.add(name, Chart(name, TEXTS[f"{name}.title"], unit, doc, _styled(draw), tabulate))
        return draw

    return register


def _styled(draw: Draw) -> Draw:
    def styled(view: View, medium: Medium) -> Drawing:
        use_fonts()
        with rc_context(STYLE):
            drawing = draw(view, medium)
            if medium.is_titled:
                sign(drawing.figure, _origin(view))
            return drawing

    return styled


def _origin(view: View) -> str:
    """Return which run a picture that stands alone comes from; assumed figures are named as such on every chart."""
    manifest = view.bundle.manifest
    count = len(manifest.assumptions)
    texts = [manifest.name, view.say("origin.seed", seed=manifest.seed), manifest.digest[:8]]
    texts += [view.say("origin.partial")] if manifest.partial else []
    texts += [view.say("origin.assumed" if count > 1 else "origin.assumed_one", n=count)] if count else []
    return " · ".join(texts)
