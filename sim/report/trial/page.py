"""The page of a trial as a value, and as HTML."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import sim
from sim.conformance.level import standings
from sim.conformance.requirement import RANKS
from sim.conformance.trial.ledger import by_operation
from sim.conformance.verdict import OUTCOMES, RELAYED, worst
from sim.report.model import Cell, Column, Grid
from sim.report.rendering import rendered
from sim.report.text import Words
from sim.report.trial.reason import sentence
from sim.report.trial.text import TEXTS
from sim.units import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sim.chart import Language
    from sim.conformance.verdict import Outcome, StepPlace, Trial, Verdict
    from sim.report.model import Mark

TEMPLATE: Final = ("sim.report.trial", "trial.html.jinja")
SHEETS: Final = (("sim.report", "report.css"), ("sim.report.trial", "trial.css"))
MOST: Final = 200
"""Findings that are shown."""
MOST_BODY: Final = 600
"""Characters of an answer's body that are shown."""
TOLD: Final[tuple[Outcome, ...]] = ("fail", "error", "review", "warning")
MARKS: Final[dict[Outcome, Mark]] = {"fail": "bad", "pass": "good"}
REQUIREMENT_MARKS: Final[dict[str, Mark]] = {"failed": "bad", "passed": "good", "not tested": "quiet"}
COLUMNS: Final[tuple[Outcome, ...]] = ("fail", "error", "review", "warning", "pass", "skip")
ALWAYS: Final = frozenset(("fail", "pass", "skip"))
"""Outcomes that are counted in the table of operations even where there is none."""


@dataclass(frozen=True, slots=True)
class Level:
    """A class of checks, as a tile shows it."""

    title: str
    value: str
    counts: str
    about: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding, explained.

    Parameters
    ----------
    facts : tuple of (str, str, str)
        Name, value, and ``code``, ``text`` or ``shell``: how it is set.
    """

    anchor: str
    title: str
    subject: str
    outcome: str
    mark: Mark
    facts: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A step of a journey.

    Parameters
    ----------
    depth : int
        Workflows that it stands in.
    findings : tuple of (str, str, str)
        Anchor, title and outcome in words of what was found at it.
    """

    step: str
    depth: int
    operation: str
    words: str
    mark: Mark
    findings: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """A journey."""

    name: str
    ends: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class TrialPage:
    """A trial for people, in words; ``more`` counts findings that are not shown, ``lead`` requirements by outcome."""

    language: str
    product: str
    title: str
    subtitle: tuple[str, ...]
    warning: str
    headline: str
    mark: Mark
    levels: tuple[Level, ...]
    findings: tuple[Finding, ...]
    more: int
    branches: tuple[Branch, ...]
    operations: Grid
    lead: str
    unexercised: Grid
    requirements: Grid
    meanings: Grid


def trial_page(trial: Trial, language: Language) -> str:
    """Return a trial as one HTML file."""
    words = Words(language, TEXTS)
    return rendered(TEMPLATE, SHEETS, page=make_page(trial, words), words=words)


def make_page(trial: Trial, words: Words) -> TrialPage:
    """Return the page of a trial."""
    told = [one for one in trial.verdicts if one.outcome in TOLD]
    return TrialPage(
        language=words.language,
        product=sim.__version__,
        title=words("title", system=trial.system),
        subtitle=_subtitle(trial, words),
        warning=words("bound", bound=sentence(trial.bound, words.language)) if trial.bound else "",
        headline=_headline(trial, words),
        mark=_mark(trial.outcome),
        levels=tuple(_levels(trial, words)),
        findings=tuple(_finding(number, one, words) for number, one in enumerate(told[:MOST])),
        more=max(0, len(told) - MOST),
        branches=tuple(_branch(name, trial, told[:MOST], words) for name in trial.journeys),
        operations=_operations(trial, words),
        lead=_requirements_lead(trial, words),
        unexercised=_unexercised(trial, words),
        requirements=_requirements(trial, words),
        meanings=_meanings(trial, words),
    )


def _subtitle(trial: Trial, words: Words) -> tuple[str, ...]:
    if trial.recorded is not None:
        source = words("recorded", file=trial.recorded.file)
        extent = words("extent.recorded", entries=trial.recorded.entries, matched=trial.recorded.matched)
    else:
        source = trial.target or words("calls")
        extent = words(
            "extent.live",
            errands=len(trial.errands),
            requests=trial.requests,
            received=trial.received,
            span=format_duration(trial.seconds),
        )
    return source, ", ".join(trial.journeys), extent, trial.started.replace("T", " ").replace("Z", " UTC")


def _headline(trial: Trial, words: Words) -> str:
    core = standings(trial)[0]
    found = [words(f"headline.{trial.outcome}"), words("core.reached" if core.is_reached else "core.missed")]
    reviews = trial.counts()["review"]
    if reviews:
        found.append(words("reviews_one") if reviews == 1 else words("reviews", n=reviews))
    return ("" if words.language == "zh" else " ").join(found)


def _levels(trial: Trial, words: Words) -> Iterable[Level]:
    for one in standings(trial):
        value = words("standing.reached" if one.is_reached else f"standing.{one.outcome}")
        counts = words("standing.counts", passed=one.passed, told=one.told)
        mark: Mark = "good" if one.is_reached else "bad" if one.outcome == "fail" else "open"
        yield Level(words(f"level.{one.level}"), value, counts, words(f"about.{one.level}"), mark)


def _finding(number: int, one: Verdict, words: Words) -> Finding:
    many = f" ({words('times', n=one.count)})" if one.count > 1 else ""
    who = words("citizen", n=one.citizen) if one.citizen is not None else ""
    part = sentence(one.part, words.language)
    rule = words("of", rule=one.rule, part=part, pointer=one.pointer or "/") if one.rule else ""
    answer = f"{one.answer.status} {_short(one.answer.body)}".rstrip() if one.answer is not None else ""
    facts = (
        ("what", sentence(one.reason, words.language) + many, "text"),
        ("where", ", ".join(part for part in (f"{one.journey} {one.step}".strip(), who) if part), "text"),
        ("expected", sentence(one.expected, words.language), "code"),
        ("received", sentence(one.received, words.language), "code"),
        ("rule", rule, "code"),
        ("contract", _contract(one), "code"),
        ("answer", answer, "code"),
        ("again", one.request.curl if one.request is not None else "", "shell"),
        ("more", f"tongban explain {one.check}", "code"),
    )
    return Finding(
        anchor=f"finding-{number + 1}",
        title=words.name("check", one.check),
        subject=_subject(one.contract, one.operation, words),
        outcome=words(f"outcome.{one.outcome}"),
        mark=_mark(one.outcome),
        facts=tuple((words(f"field.{name}"), value, kind) for name, value, kind in facts if value),
    )


def _contract(one: Verdict) -> str:
    return f"{one.place} #{one.place.pointer}" if one.place is not None else ""


def _short(text: str) -> str:
    return text if len(text) <= MOST_BODY else f"{text[:MOST_BODY]}..."


def _branch(name: str, trial: Trial, told: Sequence[Verdict], words: Words) -> Branch:
    ends = Counter(one.outcome for one in trial.errands if one.journey == name)
    many = [words("end" if n > 1 else "end_one", outcome=words.term("outcome", end), n=n) for end, n in ends.items()]
    rows = tuple(_row(place, trial, told, words) for place in trial.steps if place.journey == name)
    reached, walked = trial.ends().get(name, (0, 0))
    told_ends = words("ends", reached=reached, walked=walked, ends=words.listed(many)) if many else ""
    return Branch(name, told_ends, rows)


def _row(place: StepPlace, trial: Trial, told: Sequence[Verdict], words: Words) -> Row:
    of_operation = [one for one in trial.verdicts if (one.contract, one.operation) == (place.system, place.operation)]
    found = tuple(
        (f"finding-{number + 1}", words.name("check", one.check), words(f"outcome.{one.outcome}"))
        for number, one in enumerate(told)
        if one.journey == place.journey and _is_at(one, place)
    )
    depth = place.step.count("/") + place.step.count(":")
    text, mark = _standing(place, trial, of_operation, words)
    step = place.step.replace(":", "/").rpartition("/")[2]
    return Row(step, min(depth, 4), place.operation, text, mark, found)


def _is_at(one: Verdict, place: StepPlace) -> bool:
    """Tell whether a finding belongs to a step: to its own call, or to one that a partner made there."""
    step, _, relayed = one.step.partition(RELAYED)
    return step == place.step and (bool(relayed) or one.operation == place.operation)


def _standing(place: StepPlace, trial: Trial, verdicts: Sequence[Verdict], words: Words) -> tuple[str, Mark]:
    """Return in words how the operation of a step stands."""
    if not place.operation:
        return words("step.workflow"), "quiet"
    if not verdicts and place.system != trial.system:
        return words("step.other", system=place.system), "quiet"
    outcome = worst(one.outcome for one in verdicts if one.outcome not in ("skip", "omit"))
    passed = sum(one.outcome == "pass" for one in verdicts)
    if outcome == "skip":
        return words("step.unexercised"), "open"
    if outcome == "pass":
        return words("step.passed", n=passed) if passed != 1 else words("step.passed_one"), "good"
    return words(f"outcome.{outcome}"), _mark(outcome)


def _operations(trial: Trial, words: Words) -> Grid:
    found = {one.outcome for one in trial.verdicts}
    shown = [one for one in COLUMNS if one in found or one in ALWAYS]
    heads = (Column(words("column.operation")), *(Column(words(f"outcome.{one}"), is_number=True) for one in shown))
    rows = []
    for (contract, operation), verdicts in by_operation(trial.verdicts).items():
        counted = Counter(one.outcome for one in verdicts)
        numbers = [Cell(str(counted[one]), mark="" if counted[one] else "quiet") for one in shown]
        rows.append((Cell(_subject(contract, operation, words)), *numbers))
    return Grid(words("operations.caption"), heads, tuple(rows))


def _unexercised(trial: Trial, words: Words) -> Grid:
    found: dict[tuple[str, str], list[str]] = {}
    for one in trial.verdicts:
        if one.outcome == "skip":
            where = f"{one.operation or words('whole')}"
            found.setdefault((one.reason, one.check), []).append(where)
    heads = tuple(Column(words(f"column.{name}")) for name in ("checks", "reason", "operation"))
    rows = tuple(
        (
            Cell(words.name("check", check)),
            Cell(sentence(reason, words.language)),
            Cell(", ".join(dict.fromkeys(where))),
        )
        for (reason, check), where in sorted(found.items())
    )
    return Grid(words("unexercised.caption"), heads, rows)


def _requirements(trial: Trial, words: Words) -> Grid:
    heads = tuple(Column(words(f"column.{name}")) for name in ("requirement", "verdict", "required", "reason"))
    told = sorted(trial.requirements, key=lambda one: RANKS.index(one.outcome))
    rows = tuple(
        (
            Cell(one.requirement.name),
            Cell(words(f"requirement.{one.outcome}"), mark=REQUIREMENT_MARKS.get(one.outcome, "open")),
            Cell(f"{one.requirement.conformance}: {one.requirement.text}"),
            Cell(sentence(one.reason, words.language)),
        )
        for one in told
    )
    return Grid(words("requirements.caption"), heads, rows)


def _requirements_lead(trial: Trial, words: Words) -> str:
    counts = Counter(one.outcome for one in trial.requirements)
    told = [
        words("requirements.count", outcome=words(f"requirement.{one}"), n=counts[one]) for one in RANKS if counts[one]
    ]
    return f"{'、'.join(told)}。" if words.language == "zh" else f"{', '.join(told)}."


def _meanings(trial: Trial, words: Words) -> Grid:
    heads = tuple(
        Column(words(f"column.{name}"), is_number=name == "number") for name in ("verdict", "number", "meaning")
    )
    counts = trial.counts()
    rows = tuple(
        (Cell(words(f"outcome.{one}"), mark=_mark(one)), Cell(str(counts[one])), Cell(words(f"meaning.{one}")))
        for one in OUTCOMES
    )
    return Grid(words("meanings.caption"), heads, rows)


def _subject(contract: str, operation: str, words: Words) -> str:
    return f"{contract} {operation}".strip() if operation else f"{contract} {words('whole')}".strip()


def _mark(outcome: Outcome) -> Mark:
    return MARKS.get(outcome, "open")
