"""Metrics: measured figures with their intervals.

Takes a bundle, gives estimates over its replications, series over its bins and verdicts on its objectives, promises
that every figure has a unit, says over whom it is taken and has a 95 % interval as soon as two replications say
something.
"""

from sim.metric.comparison import Side, differences
from sim.metric.document import summary_document
from sim.metric.model import LEVEL, Estimate, Scope, Series, Summary, Verdict
from sim.metric.registry import METRICS, Metric, quantile_name
from sim.metric.replayed import Replayed
from sim.metric.scope import rows_of
from sim.metric.summary import estimate, interval, judge, series, summarise
from sim.metric.view import Places

__all__ = [
    "LEVEL",
    "METRICS",
    "Estimate",
    "Metric",
    "Places",
    "Replayed",
    "Scope",
    "Series",
    "Side",
    "Summary",
    "Verdict",
    "differences",
    "estimate",
    "interval",
    "judge",
    "quantile_name",
    "rows_of",
    "series",
    "summarise",
    "summary_document",
]
