"""Loading the behaviour of a mocked system: Python, so only of catalogs that the user trusts.

``mocks/<system>.py`` holds one function an operation, named by the operationId in snake case (``verifyIdentity`` is
``verify_identity``), and may hold ``enrol``, which is told of each citizen before the first call, and ``PARTNERS``, the
systems that its functions call. The file is read by path; it is no module of any package.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from traceback import extract_tb
from typing import TYPE_CHECKING

from sim.document import display_name
from sim.errors import DocumentError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path
    from types import ModuleType

    from sim.catalog import Catalog
    from sim.mock.call import Behaviour
    from sim.mock.citizen import Citizen
    from sim.mock.world import World

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class Mock:
    """What answers for one system.

    Parameters
    ----------
    path : Path or None
        The file it came from; None when answers come from the contract's examples.
    operations : mapping
        Functions by operationId; an operation without one is answered from its examples.
    enrol : callable or None
        Told of each citizen before the first call.
    partners : tuple of str
        Systems that its functions call.
    withheld : Path or None
        The file that was left alone, as its catalog is not trusted.
    """

    path: Path | None = None
    operations: Mapping[str, Behaviour] = field(default_factory=dict)
    enrol: Callable[[World, Citizen], None] | None = None
    partners: tuple[str, ...] = ()
    withheld: Path | None = None


def load_mock(catalog: Catalog, system: str, operation_ids: Iterable[str]) -> Mock:
    """Load what answers for a system.

    Parameters
    ----------
    catalog : Catalog
        Its mock file is executed when the catalog is trusted; else it is left alone.
    operation_ids : iterable of str
        Operations of the system's contract.

    Raises
    ------
    DocumentError
        The file raises an error or holds a public function that is no operation.
    """
    if system not in catalog.names("mock"):
        return Mock()
    path = catalog.path("mock", system)
    if not catalog.trusted:
        return Mock(withheld=path)
    module = _execute(path, system)
    functions = {function_name(operation_id): operation_id for operation_id in operation_ids}
    own = {
        name: value
        for name, value in vars(module).items()
        if callable(value) and getattr(value, "__module__", None) == module.__name__ and not name.startswith("_")
    }
    enrol = own.pop("enrol", None)
    strangers = sorted(name for name, value in own.items() if name not in functions and not isinstance(value, type))
    if strangers:
        raise DocumentError([_stranger(path, name) for name in strangers])
    operations = {functions[name]: value for name, value in own.items() if name in functions}
    partners = vars(module).get("PARTNERS", ())
    if not isinstance(partners, tuple) or not all(isinstance(partner, str) for partner in partners):
        message = "PARTNERS is not a tuple of texts"
        raise DocumentError([Fault(display_name(path), 0, 0, "", message, "name the systems that its functions call")])
    return Mock(path, operations, enrol, partners)


def function_name(operation_id: str) -> str:
    """Return the name of the function that an operation has in a mock: its operationId in snake case."""
    return _WORD.sub("_", operation_id).lower().replace("-", "_").replace(".", "_")


def failure(path: Path, error: BaseException, where: str) -> DocumentError:
    """Return the fault of a mock whose code raised an error; the place is the last line of the mock that ran."""
    lines = [frame.lineno for frame in extract_tb(error.__traceback__) if frame.filename == str(path)]
    message = f"{where} raised {type(error).__name__}: {error}"
    place = Fault(display_name(path), lines[-1] if lines and lines[-1] else 0, 0, "", message, "correct the mock")
    return DocumentError([place])


def _execute(path: Path, system: str) -> ModuleType:
    spec = spec_from_file_location(f"tongban_mock_{system.replace('-', '_')}", path)
    if spec is None or spec.loader is None:
        raise DocumentError([Fault(display_name(path), 0, 0, "", "is not a Python file", "give it the suffix .py")])
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise failure(path, error, "loading it") from error
    return module


def _stranger(path: Path, name: str) -> Fault:
    message = f"the function {name!r} is no operation of the system's contract"
    return Fault(display_name(path), 0, 0, "", message, "name it after an operationId, or begin its name with _")
