"""The programs that run a workload: tongban's engines and their peers, each in a fresh process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from benchmarks.model import document, model_of, settings_of
from sim.bundle import open_bundle
from sim.bundle.record import STATION_COUNTS
from sim.engine import ENGINES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT: Final = Path(__file__).resolve().parents[1]
PEERS: Final = ROOT / "benchmarks" / "peers"
PYTHON: Final = ROOT / ".venv" / "peers" / "bin" / "python"
STARTED: Final = STATION_COUNTS.index("started")

C: Final = ("gcc", "-O3", "-march=native", "-ffp-contract=off", "-std=gnu11")
IMPATIENT: Final = "-DIMPATIENT=1"


class BenchmarkError(Exception):
    """A program failed, or ran another model."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one run cost.

    Parameters
    ----------
    journeys, services : int
        Journeys ended and services begun.
    cpu_seconds : float
        Of the run itself, as the program reports it: start-up and compilation apart.
    mean_sojourn : float
        Of the journeys, in seconds.
    memory_megabytes : float or None
        Peak of the resident memory over that at the start of the run; None where it was not measured.
    """

    journeys: int
    services: int
    cpu_seconds: float
    mean_sojourn: float
    memory_megabytes: float | None

    @property
    def rate(self) -> float:
        """Services per CPU second."""
        return self.services / self.cpu_seconds


class Program(Protocol):
    """Something that runs a workload."""

    @property
    def name(self) -> str:
        """What users call it."""

    def missing(self, workload: str) -> str:
        """Return why it cannot run a workload, ``""`` when it can."""

    def measure(self, workload: str, journeys: int) -> Measurement:
        """Run a workload with about so many journeys.

        Raises
        ------
        BenchmarkError
            The program failed.
        """


@dataclass(frozen=True, slots=True)
class EngineProgram:
    """An engine, through ``tongban run``."""

    name: str
    work: Path

    def missing(self, workload: str) -> str:
        """Return ``""``: an engine runs every scenario."""
        return "" if document(workload).is_file() else f"there is no workload {workload}"

    def measure(self, workload: str, journeys: int) -> Measurement:
        """Run one replication on one worker."""
        answer = self.run(workload, journeys)
        bundle = open_bundle(Path(answer["bundle"]))
        records = bundle.records
        shutil.rmtree(answer["bundle"])
        ended = sum(int(record.group_outcomes.sum()) for record in records)
        return Measurement(
            journeys=ended,
            services=sum(int(record.station_counts[:, :, STARTED].sum()) for record in records),
            cpu_seconds=answer["seconds"]["engine"],
            mean_sojourn=sum(float(record.group_sums[:, :, 0].sum()) for record in records) / ended,
            memory_megabytes=None,
        )

    def run(self, workload: str, journeys: int, *, replications: int = 1, workers: int = 1) -> dict[str, Any]:
        """Return what ``tongban run --format json`` prints; its bundle is left for the caller to remove."""
        command = [sys.executable, "-m", "sim.cli", "run", str(document(workload)), "--engine", self.name, "--force"]
        command += ["--replications", str(replications), "--workers", str(workers), "--format", "json"]
        command += ["--out", str(self.work), "--quiet"]
        for key, value in settings_of(workload, journeys).items():
            command += ["--set", f"{key}={value}"]
        answer: dict[str, Any] = json.loads(_output(command))
        return answer

    def footprint(self, workload: str, journeys: int) -> float:
        """Return the engine's memory over its start, in megabytes."""
        command = [sys.executable, "-m", "benchmarks.footprint", workload, str(journeys), self.name]
        return float(json.loads(_output(command))["memory_megabytes"])


@dataclass(frozen=True, slots=True)
class PythonPeer:
    """A peer in Python, in the peers' environment; one module a workload."""

    name: str
    work: Path
    modules: Mapping[str, str]

    def missing(self, workload: str) -> str:
        """Return why it cannot run."""
        if workload not in self.modules:
            return f"it has no program for {workload}"
        if not PYTHON.is_file():
            return f"{PYTHON.relative_to(ROOT)} is missing: make benchmark-peers"
        found = subprocess.run([PYTHON, "-c", f"import {self.name}"], capture_output=True, check=False)  # noqa: S603 - names from this file
        return "" if found.returncode == 0 else f"{PYTHON.relative_to(ROOT)} has no {self.name}: make benchmark-peers"

    def measure(self, workload: str, journeys: int) -> Measurement:
        """Run the module."""
        path = self.work / f"{workload}-{journeys}.json"
        if not path.exists():
            path.write_text(model_of(workload, journeys).as_json(), encoding="utf-8")
        return measurement(_output([str(PYTHON), "-m", f"benchmarks.peers.{self.modules[workload]}", str(path)]))


@dataclass(frozen=True, slots=True)
class CompiledPeer:
    """A peer that is compiled first, with the words of a command by workload."""

    name: str
    work: Path
    source: str
    compilers: Mapping[str, Sequence[str]]
    libraries: Sequence[str]
    package: str
    options: Sequence[str] = ()

    def missing(self, workload: str) -> str:
        """Compile; return why that failed."""
        if workload not in self.compilers:
            return f"it has no program for {workload}"
        command = list(self.compilers[workload])
        if shutil.which(command[0]) is None:
            return f"there is no {command[0]}: apt-get install {self.package}"
        words = [*command, str(PEERS / self.source), "-o", str(self._binary(workload)), *self.libraries]
        compiled = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - words of this file
        if compiled.returncode:
            return f"{self.source} does not compile (apt-get install {self.package}): {compiled.stderr.strip()[:500]}"
        return ""

    def measure(self, workload: str, journeys: int) -> Measurement:
        """Run the program; ``missing`` compiled it."""
        return measurement(self.output(workload, journeys))

    def output(self, workload: str, journeys: int, *more: str) -> str:
        """Return what the program prints."""
        path = self.work / f"{workload}-{journeys}.txt"
        if not path.exists():
            path.write_text(model_of(workload, journeys).as_text(), encoding="utf-8")
        return _output([str(self._binary(workload)), str(path), *more, *self.options])

    def _binary(self, workload: str) -> Path:
        return self.work / f"{self.name}-{workload}"


def c_program(work: Path) -> CompiledPeer:
    """Return the program in C that has the engines' draws and statistics; it is compiled into ``work``."""
    compilers = {"w1": C, "w2": C, "w3": (*C, IMPATIENT)}
    return CompiledPeer("c", work, "network.c", compilers, ("-lm",), "gcc libc6-dev")


def peers(work: Path) -> tuple[Program, ...]:
    """Return all peers, the one to whom others are compared first."""
    cpp = ("g++", "-O3", "-march=native", "-std=c++17")
    plain = {"w1": "{}_network", "w2": "{}_network"}
    impatient = {**plain, "w3": "{}_impatient"}

    def modules(name: str, all_of: Mapping[str, str]) -> dict[str, str]:
        return {workload: module.format(name) for workload, module in all_of.items()}

    simgrid = CompiledPeer(
        name="simgrid",
        work=work,
        source="simgrid.cpp",
        compilers={"w1": cpp, "w2": cpp},
        libraries=("-lsimgrid",),
        package="g++ libsimgrid-dev",
        # a stack of 64 kB an actor was its fastest setting
        options=("--cfg=contexts/stack-size:64", "--log=root.thresh:error"),
    )
    return (
        PythonPeer("simpy", work, modules("simpy", impatient)),
        PythonPeer("salabim", work, modules("salabim", impatient)),
        PythonPeer("ciw", work, modules("ciw", plain)),
        simgrid,
        c_program(work),
    )


def engines(work: Path) -> tuple[EngineProgram, ...]:
    """Return all engines of the product."""
    return tuple(EngineProgram(name, work) for name in ENGINES)


def measurement(line: str) -> Measurement:
    """Return the measurement of a program's last line."""
    return Measurement(**json.loads(line.strip().splitlines()[-1]))


def _output(command: Sequence[str]) -> str:
    """Return what a program prints.

    Raises
    ------
    BenchmarkError
        It ended with an error.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment)  # noqa: S603 - built here
    if done.returncode:
        message = f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()[-1000:]}"
        raise BenchmarkError(message)
    return done.stdout
