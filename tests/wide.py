"""Random scenarios in which everything that a scenario can say occurs, and random Arazzo errands."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import strategies as st

from sim.discipline import DISCIPLINES
from sim.plan import CallShare, compile_plan
from sim.scenario.model import (
    Backoff,
    Call,
    Channel,
    Cost,
    InlineJourney,
    InlineStep,
    Law,
    Scenario,
    Station,
    StationFault,
    Variant,
)
from tests.scenarios import FLAT, MONDAY, division, exponential, fixed, line, office_hours, scenario
from tests.workflows import action, call, journey, when, workflow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sim.journey.model import Action, Step, Workflow
    from sim.plan import Compiled
    from sim.scenario.model import Calendar, DemandLine

NAMES = ("north", "south", "west")
OPERATIONS = ("ask", "tell", "deep")
DIVISIONS = (division("11"), division("12", 3_000_000), division("13", 500_000, simulated=False))
ANSWER = "$response.body#/result == '1'"
DOWN = "$statusCode == 503"
Outcomes = dict[str, dict[str, float]]


class Made(NamedTuple):
    """A scenario and all else that a Plan is compiled from."""

    scenario: Scenario
    workflows: tuple[Workflow, ...] = ()
    shares: Mapping[str, CallShare] | None = None
    editions: Mapping[str, Mapping[str, CallShare]] | None = None

    def compile(self) -> Compiled:
        """Return its Plan."""
        journeys = {"visit": journey(*self.workflows)} if self.workflows else {}
        return compile_plan(self.scenario, journeys, self.shares, self.editions)


class Pace(NamedTuple):
    """How fast all goes: seconds a beat, beats of demand, arrivals a beat, days of carry-over."""

    beat: float
    beats: float
    rate: float
    days: int = 0


PACES = (
    Pace(1.0, 120.0, 0.25),
    Pace(1.0, 120.0, 0.25),
    Pace(1.0, 60.0, 1.5),
    Pace(0.01, 40.0, 2.0),  # two hundred arrivals a second
    Pace(60.0, 120.0, 0.03, days=1),
    Pace(3600.0, 96.0, 0.2),  # through night and day
)


def pick(draw: st.DrawFn, *options: Any) -> Any:  # any kind of value
    return draw(st.sampled_from(options))


def often(draw: st.DrawFn) -> bool:
    """Return true two times of three."""
    return draw(st.integers(0, 2)) > 0


def beats(draw: st.DrawFn, pace: Pace, low: int, high: int) -> float:
    return draw(st.integers(low, high)) * pace.beat


LAWS: tuple[Callable[[float, float], Law], ...] = (
    lambda mean, _: fixed(mean),
    lambda mean, _: exponential(mean),
    lambda mean, ratio: Law("lognormal", (("mean", mean), ("cv", ratio))),
    lambda mean, ratio: Law("gamma", (("mean", mean), ("cv", 2.0 * ratio))),
    lambda mean, ratio: Law("erlang", (("mean", mean), ("shape", 4.0 * ratio // 1.0))),
    lambda mean, ratio: Law("hyperexponential", (("mean", mean), ("cv", 1.0 + ratio))),
    lambda mean, ratio: Law("exponential-mixture", (("share", ratio / 2.0), ("first", mean), ("second", 2.0 * mean))),
    lambda mean, ratio: Law("uniform", (("low", ratio * mean), ("high", 2.0 * mean))),
    lambda mean, ratio: Law("triangular", (("low", 0.0), ("mode", ratio * mean), ("high", 2.0 * mean))),
    lambda mean, ratio: Law("weibull", (("mean", mean), ("shape", 2.0 * ratio))),
    lambda mean, ratio: Law("empirical", table=(mean, ratio * mean, mean, 3.0 * mean)),
)


def law(draw: st.DrawFn, pace: Pace, least: int = 0) -> Law:
    """Return any law, its mean about some beats; at least one for ``least`` 1, so that a cycle takes time."""
    made = pick(draw, *LAWS)(beats(draw, pace, 1, 6), pick(draw, 0.5, 0.8, 1.0))
    return fixed(0.0) if least == 0 and draw(st.integers(0, 9)) == 0 else made


def calendar(draw: st.DrawFn, pace: Pace, start: float) -> Calendar | None:
    """Return servers that come and go, or none; hours are counted from Monday."""
    if not draw(st.booleans()):
        return None
    first, second = draw(st.integers(5, 40)), draw(st.integers(45, 60))
    cuts = [start + number * pace.beat for number in (first, second, second + 30)]
    return office_hours((0.0, cuts[0], 1.0), (cuts[1], cuts[2], 0.5), (cuts[2] + 0.5 * pace.beat, 604800.0, 1.0))


def station(draw: st.DrawFn, name: str, pace: Pace, start: float) -> Station:
    servers = pick(draw, 1, 1, 1, 2, 2, 3, None)
    per_division = draw(st.booleans())
    return Station(
        name,
        per_division=per_division,
        servers=(servers, servers) if per_division else (servers,),
        slots=pick(draw, None, None, 1, 3),
        queue=pick(draw, None, None, None, 0, 2, 10),
        discipline=pick(draw, *DISCIPLINES.names()),
        calendar=calendar(draw, pace, start),
    )


def cost(draw: st.DrawFn, name: str, pace: Pace, calls: tuple[Call, ...] = (), least: int = 0) -> Cost:
    return Cost(
        name,
        pick(draw, *NAMES),
        law(draw, pace, least),
        calls=calls,
        patience=law(draw, pace, least) if draw(st.booleans()) else None,
        timeout=beats(draw, pace, 1, 12) if draw(st.booleans()) else None,
        on_timeout=pick(draw, "orphan", "cancel"),
        backoff=Backoff(pick(draw, 1.0, 2.0), pick(draw, 0.0, 0.5)),
    )


NESTED: tuple[tuple[Call, ...], ...] = (
    (),
    (),
    (Call("ask", "home"),),
    (Call("deep", "office"),),
    (Call("deep", "office"), Call("tell", "home")),
)


def inline_step(draw: st.DrawFn, name: str, pace: Pace) -> InlineStep:
    return InlineStep(
        name,
        cost(draw, f"visit.{name}", pace, pick(draw, *NESTED)),
        pick(draw, "home", "office"),
        retry_limit=pick(draw, 0, 0, 1, 3),
        retry_after=beats(draw, pace, 0, 3),
        channels=pick(draw, (), (), ("app",)),
    )


def fault(draw: st.DrawFn, pace: Pace) -> StationFault:
    effect = pick(draw, "drain", "suspend", "suspend", "fail", "fail")
    return StationFault("f", pick(draw, *NAMES), None, beats(draw, pace, 0, 50), beats(draw, pace, 1, 30), effect)


def demand_line(draw: st.DrawFn, name: str, pace: Pace, rank: int, hour: int) -> DemandLine:
    rate = pace.rate / pace.beat
    profile = tuple(2.0 / 26.0 if one in (hour, (hour + 5) % 24) else 1.0 / 26.0 for one in range(24))
    both = (Channel("app", 0.5, FLAT), Channel("window", 0.5, pick(draw, FLAT, profile)))
    return line(
        name,
        rates=(("11", pick(draw, 0.5, 1.0) * rate), ("12", rate)),
        priority_class=rank,
        cross_province=pick(draw, 0.0, 0.4),
        process=pick(draw, "poisson", "poisson", "regular"),
        channels=pick(draw, both, (Channel("app", 1.0, profile),)),
    )


def scene(draw: st.DrawFn, pace: Pace, least: int = 0) -> Made:
    """Return stations, demand, calls, faults and editions without journeys; see ``law`` for ``least``."""
    start = pick(draw, 0.0, 9.0 * 3600.0 + 1817.0)
    duration = pace.beat * pace.beats
    warm_up = pick(draw, 0.0, 0.0, 0.25) * duration
    made = scenario(
        [],
        [station(draw, name, pace, start) for name in NAMES],
        start=MONDAY + timedelta(seconds=start),
        divisions=DIVISIONS,
        costs={
            "tell": cost(draw, "tell", pace, (), least),
            "ask": cost(draw, "ask", pace, pick(draw, (), (Call("tell", "office"),)), least),
            "deep": cost(draw, "deep", pace, (Call("ask", "home"),), least),
        },
        journeys={},
        demand=tuple(demand_line(draw, *one, int(start // 3600)) for one in (("lions", pace, 0), ("bees", pace, 7))),
        faults=tuple(fault(draw, pace) for _ in range(pick(draw, 0, 2, 3, 4))),
        clock=pick(draw, 0.0, 0.0, 1.0),
        duration=duration,
        warm_up=warm_up,
        interval=(duration - warm_up) / pick(draw, 1, 3),
        carry_over_days=pace.days,
        end=pick(draw, "drain", "drain", "stop"),
        drain_limit=pick(draw, 20.0, 2000.0) * pace.beat,
        variants=(Variant("behind", ("11",), 0.5, "system", "older"),),
    )
    share = CallShare(refused=0.2, breached=0.1)
    known = pick(draw, {}, {"tell": share}, {"tell": share, "ask": CallShare(breached=0.5)})
    return Made(made, (), pick(draw, None, {"ask": share}), {"behind": known})


@st.composite
def networks(draw: st.DrawFn) -> Made:
    """Any scenario of inline journeys."""
    pace = pick(draw, *PACES)
    made = scene(draw, pace)
    steps = tuple(inline_step(draw, f"s{number}", pace) for number in range(draw(st.integers(1, 4))))
    return made._replace(scenario=replace(made.scenario, journeys={"visit": InlineJourney("visit", steps)}))


# Arazzo. A workflow calls, and goes to, those after it alone, so none leads to itself.


@st.composite
def errands(draw: st.DrawFn) -> Made:
    """Any scenario of an Arazzo journey: workflows in sequence and in parallel, inside each other."""
    pace = pick(draw, *PACES)
    made = scene(draw, pace, least=1)
    size = pick(draw, 1, 2, 3, 3, 4)
    outcomes: Outcomes = {}
    workflows = tuple(one_workflow(draw, number, size, pace, outcomes) for number in range(size))
    return made._replace(scenario=replace(made.scenario, outcomes={"visit": outcomes}), workflows=workflows)


class Place(NamedTuple):
    """Where a step stands: the ids of its workflow's steps, its own, and the workflows that may follow."""

    names: tuple[str, ...]
    at: int
    later: tuple[str, ...]
    is_parallel: bool

    @property
    def onward(self) -> tuple[str, ...]:
        """Return the steps to which control may go on."""
        return () if self.is_parallel else self.names[self.at + 1 :]

    @property
    def back(self) -> tuple[str, ...]:
        """Return the steps to which control may go back, this one included."""
        return () if self.is_parallel else self.names[: self.at + 1]


def one_workflow(draw: st.DrawFn, number: int, size: int, pace: Pace, outcomes: Outcomes) -> Workflow:
    is_parallel = often(draw)
    names = tuple(f"w{number}s{place}" for place in range(draw(st.integers(1, 3 + is_parallel))))
    later = tuple(f"w{other}" for other in range(number + 1, size))
    steps = [one_step(draw, Place(names, at, later, is_parallel), pace, outcomes) for at in range(len(names))]
    before = pick(draw, (), (), later[-1:]) if number == 0 else ()
    return workflow(f"w{number}", steps, parallel=is_parallel, depends_on=before)


def one_step(draw: st.DrawFn, place: Place, pace: Pace, outcomes: Outcomes) -> Step:
    name, earlier = place.names[place.at], place.names[: place.at]
    given: dict[str, Any] = {
        "timeout": beats(draw, pace, 2, 15) if draw(st.booleans()) else None,
        "on_failure": failures(draw, place, pace),
    }
    if place.is_parallel and earlier:
        given["depends_on"] = tuple(one for one in earlier if not often(draw))
    if len(place.later) > 0 and draw(st.booleans()):
        return call(name, workflow_id=place.later[0], **given)
    is_doubtful = not often(draw)
    given["of"], given["is_visit"] = pick(draw, *OPERATIONS), often(draw)
    given["division"] = pick(draw, "home", "office")
    given["success_criteria"] = when(ANSWER) if is_doubtful else ()
    given["on_success"] = successes(draw, place)
    table = {one.name: 0.3 for one in given["on_success"] if one.name == "again"}
    if is_doubtful:
        table |= {one.name: 0.3 for one in given["on_failure"][:1] if not one.criteria}
    if table or is_doubtful:
        outcomes[name] = {**table, "default": 1.0 - sum(table.values())}
    return call(name, **given)


def successes(draw: st.DrawFn, place: Place) -> tuple[Action, ...]:
    """Return what may follow a success: going back by chance, then an end or a way on."""
    found: list[Action] = []
    if place.back and not often(draw):
        found.append(action("again", "goto", ANSWER, step_id=pick(draw, *place.back)))
    return (*found, *way_on(draw, place))


def failures(draw: st.DrawFn, place: Place, pace: Pace) -> tuple[Action, ...]:
    """Return what may follow a failure: repeats, then an end or a way on."""
    found: list[Action] = []
    if draw(st.booleans()):
        after, limit = beats(draw, pace, 0, 3), draw(st.integers(1, 2))
        found.append(action("repeat", "retry", pick(draw, "", "", DOWN), retry_after=after, retry_limit=limit))
    return (*found, *way_on(draw, place))


def way_on(draw: st.DrawFn, place: Place) -> tuple[Action, ...]:
    """Return nothing, an end by name, or a way to a later step or workflow; some by one channel only."""
    condition = pick(draw, "", "", "$inputs.channel == 'app'")
    ways: list[tuple[Action, ...]] = [(), (), (action(pick(draw, "enough", "gone"), "end", condition),)]
    if place.onward:
        ways.append((action("on", "goto", condition, step_id=pick(draw, *place.onward)),))
    if place.later:
        ways.append((action("over", "goto", condition, workflow_id=pick(draw, *place.later)),))
    return ways[draw(st.integers(0, len(ways) - 1))]


def deepest(clock: float = 0.0) -> Made:
    """Return what chance seldom makes: branches inside branches past a deadline, a time-out in a call left behind.

    On a whole-second clock an outer and an inner deadline pass at one instant.
    """
    costs = {
        "tell": Cost("tell", "west", fixed(9.0)),
        "ask": Cost("ask", "south", fixed(1.0), calls=(Call("tell", "office"),), timeout=5.0 - 3.0 * clock),
        "deep": Cost("deep", "north", fixed(1.0), calls=(Call("ask", "home"),), timeout=3.0),
    }
    made = scenario(
        [],
        [Station(name, per_division=False, servers=(2,)) for name in NAMES],
        costs=costs,
        journeys={},
        demand=(line(rate=0.2, process="poisson"),),
        clock=clock,
        duration=60.0,
    )
    once_more = (action("repeat", "retry", retry_after=1.0, retry_limit=1),)
    outer = workflow("outer", [call("first", workflow_id="middle", timeout=9.5, on_failure=once_more)])
    middle = workflow("middle", [call("one", workflow_id="inner"), call("two", of="deep")], parallel=True)
    inner = workflow("inner", [call("three", of="tell"), call("four", of="tell")], parallel=True)
    return Made(made, (outer, middle, inner))
