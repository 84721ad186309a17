"""What an engine costs beside its peers, how that grows, and what a second core gives.

    python -m benchmarks.compare peers  --workload w2 --journeys 1e6 --rounds 5 --peers simpy c
    python -m benchmarks.compare growth --workload w2 --sizes 1e4 1e5 1e6 1e7
    python -m benchmarks.compare cores  --workload w2 --journeys 3e5 --replications 4 --rounds 3

``--json FILE`` keeps every number. How and why: docs/explanations/performance.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.cores import measure_cores
from benchmarks.growth import exponent, measure_growth
from benchmarks.model import WORKLOADS
from benchmarks.program import BenchmarkError, engines, peers
from benchmarks.rounds import Ratio, ratios, run_rounds
from sim.engine import ENGINES
from sim.errors import TongbanError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.program import EngineProgram, Program
    from benchmarks.rounds import Round

BOUNDS: Final = {"salabim": 20_000, "ciw": 10_000}
"""Most journeys of peers that would take hours, or whose memory grows with each."""
FASTEST: Final = "kernel" if "kernel" in ENGINES else "reference"
COMPARED_TO: Final = ("simpy", "c", "simgrid")


def main() -> int:
    """Measure and print; return the exit code."""
    options = _parser().parse_args()
    with tempfile.TemporaryDirectory(prefix="tongban-benchmark-") as folder:
        try:
            found = {"peers": _peers, "growth": _growth, "cores": _cores}[options.mode](options, Path(folder))
        except (BenchmarkError, TongbanError) as error:
            print(error, file=sys.stderr)
            return 1
    if options.json:
        whole = {"mode": options.mode, "workload": options.workload, "machine": _machine(), **found}
        options.json.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.compare", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("mode", nargs="?", choices=["peers", "growth", "cores"], default="peers")
    parser.add_argument("--workload", choices=WORKLOADS, default="w2")
    parser.add_argument("--journeys", type=_count, default=100_000, help="about how many; bounded for slow peers")
    parser.add_argument("--rounds", type=_count, default=5)
    parser.add_argument("--engines", nargs="+", choices=sorted(ENGINES), default=[FASTEST])
    parser.add_argument("--peers", nargs="*", default=None, help="all by default: simpy salabim ciw simgrid c")
    parser.add_argument(
        "--bound", nargs="+", type=_bound, default=[], metavar="PEER=N", help="fewer journeys for a peer"
    )
    parser.add_argument("--sizes", nargs="+", type=_count, default=[10_000, 100_000, 1_000_000], help="of growth")
    parser.add_argument("--replications", type=_count, default=4, help="of cores")
    parser.add_argument("--json", type=Path, help="file for every number")
    return parser


def _count(text: str) -> int:
    value = float(text)
    if value < 1 or value != int(value):
        message = f"{text} is not a whole number of at least 1"
        raise argparse.ArgumentTypeError(message)
    return int(value)


def _bound(text: str) -> tuple[str, int]:
    name, _, number = text.partition("=")
    return name, _count(number)


# Peers.


def _peers(options: argparse.Namespace, work: Path) -> dict[str, Any]:
    chosen, skipped = _chosen(options, work)
    bounds = {**BOUNDS, **dict(options.bound)}
    journeys = {one.name: min(options.journeys, bounds.get(one.name, options.journeys)) for one in chosen}
    for engine in chosen:
        if engine.name in ENGINES:
            engine.measure(options.workload, 100)  # what is compiled once is on the disk from here on
    found = run_rounds(chosen, options.workload, journeys, options.rounds, print)
    memory = {one.name: one.footprint(options.workload, journeys[one.name]) for one in _engines(options, work)}
    print()
    print("\n".join(_table(options.workload, found, memory)))
    for name, why in skipped.items():
        print(f"skipped {name}: {why}")
    return {
        "rounds": [{name: asdict(one) for name, one in each.items()} for each in found],
        "ratios": {to: {name: asdict(ratio) for name, ratio in ratios(found, to).items()} for to in COMPARED_TO},
        "memory_megabytes": memory,
        "skipped": skipped,
    }


def _engines(options: argparse.Namespace, work: Path) -> list[EngineProgram]:
    return [one for one in engines(work) if one.name in options.engines]


def _chosen(options: argparse.Namespace, work: Path) -> tuple[list[Program], dict[str, str]]:
    """Return the programs that can run, and why the others cannot."""
    known = peers(work)
    names = [one.name for one in known] if options.peers is None else options.peers
    unknown = sorted(set(names) - {one.name for one in known})
    if unknown:
        message = f"there is no peer {', '.join(unknown)}; use {', '.join(one.name for one in known)}"
        raise BenchmarkError(message)
    wanted: list[Program] = [*_engines(options, work), *(one for one in known if one.name in names)]
    skipped = {one.name: why for one in wanted if (why := one.missing(options.workload))}
    return [one for one in wanted if one.name not in skipped], skipped


def _table(workload: str, found: Sequence[Round], memory: dict[str, float]) -> list[str]:
    compared = [to for to in COMPARED_TO if to in found[0]]
    lines = [f"{workload}, {len(found)} rounds; medians, and (least to most) of the ratios within a round", ""]
    head = f"{'program':10} {'journeys':>11} {'services/CPU s':>15} {'mean sojourn':>13} {'memory':>10}"
    lines.append(head + "".join(f"  {'to ' + to:>25}" for to in compared))
    by_peer = {to: ratios(found, to) for to in compared}
    for name, one in found[-1].items():
        rate = Ratio.of([each[name].rate for each in found]).median
        peak = memory.get(name, one.memory_megabytes)
        figures = f"{one.journeys:11,} {rate:15,.0f} {one.mean_sojourn:11.2f} s {peak:7.1f} MB"
        lines.append(f"{name:10} {figures}" + "".join(f"  {_told(by_peer[to][name]):>25}" for to in compared))
    return lines


def _told(ratio: Ratio) -> str:
    return f"{ratio.median:.3g} ({ratio.least:.3g} to {ratio.most:.3g})"


# Growth and cores.


def _growth(options: argparse.Namespace, work: Path) -> dict[str, Any]:
    found = {}
    for engine in _engines(options, work):
        print(f"{options.workload}, engine {engine.name}")
        print(f"{'journeys':>11} {'services':>13} {'CPU seconds':>12} {'us/service':>11} {'memory':>10}")
        sizes = measure_growth(engine, options.workload, options.sizes)
        for one in sizes:
            cost = one.cpu_seconds / one.services * 1e6
            size = f"{one.journeys:11,} {one.services:13,}"
            print(f"{size} {one.cpu_seconds:12.3f} {cost:11.4f} {one.memory_megabytes:7.1f} MB")
        power = exponent(sizes)
        print(f"CPU seconds grow with the services to the power of {power:.3f}; 1 is linear")
        found[engine.name] = {"sizes": [asdict(one) for one in sizes], "exponent": power}
    return {"engines": found}


def _cores(options: argparse.Namespace, work: Path) -> dict[str, Any]:
    found = {}
    for engine in _engines(options, work):
        runs = measure_cores(engine, options.workload, options.journeys, options.replications, options.rounds)
        print(f"{options.workload}, engine {engine.name}, {options.replications} replications")
        for one in runs:
            print(f"{one.workers} workers: {one.wall_seconds:.2f} s by the clock, {one.engine_seconds:.2f} CPU seconds")
        speed_up = Ratio.of(
            [one.wall_seconds / two.wall_seconds for one, two in zip(runs[::2], runs[1::2], strict=True)]
        )
        print(f"two workers are {_told(speed_up)} times as fast as one; the results are equal")
        found[engine.name] = {"runs": [asdict(one) for one in runs], "speed_up": asdict(speed_up)}
    return {"engines": found, "replications": options.replications}


# The machine.


def _machine() -> dict[str, str | int]:
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 0,
        "system": platform.platform(aliased=True, terse=True),
        "python": platform.python_version(),
        "gcc": _first_line("gcc", "--version"),
    }


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _first_line(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.partition("\n")[0]  # noqa: S603 - words of this file
    except OSError:
        return ""


if __name__ == "__main__":
    sys.exit(main())
