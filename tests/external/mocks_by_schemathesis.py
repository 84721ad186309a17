"""Schemathesis against the running mocks of all contracts.

    python -m tests.external.mocks_by_schemathesis PROGRAM [SYSTEM]... [-- OPTION...]

PROGRAM is that of Schemathesis 4, installed in an environment of its own (``make schemathesis``). Every contract is
tried with requests by its examples, at the bounds of its schemas and at random, right ones and wrong ones, signed
(``schemathesis_hook``). Ends with 1 when a mock fails, answers what its contract does not declare, or takes what it
forbids.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT: Final = Path(__file__).resolve().parents[2]
HOOK: Final = Path(__file__).with_name("schemathesis_hook.py")
OPTIONS: Final = ("--seed", "1", "--max-examples", "40", "--continue-on-failure", "--no-color")
NOT_ASKED: Final = "positive_data_acceptance"
"""Whether all that fits the schemas is taken: check digits, used keys and rules between fields are beyond a schema."""


@contextmanager
def served(*options: str) -> Iterator[dict[str, Any]]:
    """Serve the mocks of all contracts; gives what ``tongban mock`` tells when it is ready."""
    command = [sys.executable, "-m", "sim.cli", "mock", "--port", "0", "--format", "json", "-q", *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - the command above
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def set_back(base: str) -> None:
    """Set the world of a mock back to its beginning."""
    connection = HTTPConnection(urlsplit(base).netloc)
    connection.request("POST", "/_tongban/reset")
    status = connection.getresponse().status
    connection.close()
    if status != 200:
        sys.exit(f"the mocks cannot be set back: {status}")


def attempt(program: str, contract: Path, base: str, ready: dict[str, Any], options: Sequence[str]) -> int:
    """Run Schemathesis against one mock and return its exit code."""
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": str(HOOK),
        "TONGBAN_TOKEN": ready["citizens"][0]["token"],
        "TONGBAN_KEY_ID": ready["secrets"]["signing_keyid"],
        "TONGBAN_SECRET": ready["secrets"]["signing_secret"],
    }
    command = [program, "run", str(contract), "--url", base, "--exclude-checks", NOT_ASKED, *OPTIONS, *options]
    with tempfile.TemporaryDirectory() as folder:  # it keeps a store of what it tried
        return subprocess.run(command, cwd=folder, env=environment, check=False).returncode  # noqa: S603 - as above


def main(words: Sequence[str]) -> int:
    """Try the mocks and return the worst exit code."""
    before, _, options = (list(words), "", []) if "--" not in words else _parted(words)
    if not before:
        sys.exit("name the program of Schemathesis")
    worst = 0
    with served() as ready:
        for system, base in ready["systems"].items():
            if before[1:] and system not in before[1:]:
                continue
            print(f"== {system}", flush=True)  # noqa: T201 - a script
            contract = ROOT / "contracts" / f"{system}.openapi.yaml"
            worst = max(worst, attempt(str(Path(before[0]).resolve()), contract, base, ready, options))
    return worst


def _parted(words: Sequence[str]) -> tuple[list[str], str, list[str]]:
    at = list(words).index("--")
    return list(words[:at]), "--", list(words[at + 1 :])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
