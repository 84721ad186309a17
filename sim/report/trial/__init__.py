"""The page of a trial: what ``tongban conform`` found, for people, in English and Chinese.

Takes a ``Trial``, gives one HTML file; promises what every report promises: escaped, asking nothing of the network, and
what was not exercised is never shown as passed.
"""

from sim.report.trial.page import trial_page

__all__ = ["trial_page"]
