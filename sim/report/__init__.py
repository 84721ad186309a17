"""Reports: what a run says to people and programs, one file a format.

Takes a bundle and its summary, gives ``report.html`` with its charts, Markdown, JSON and CSV; promises that every
figure stands with its interval or says why it has none, that assumed figures are named as such, that what was not
exercised is never shown as passed, and that a page asks nothing of the network.
"""

from sim.report.registry import FORMATS, Format
from sim.report.text import language_of
from sim.report.write import write_report

__all__ = ["FORMATS", "Format", "language_of", "write_report"]
