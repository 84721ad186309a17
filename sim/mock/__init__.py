"""The partner runtime: mocked systems that speak their contracts and remember.

Takes contracts, the behaviour in ``mocks/`` (of trusted catalogs alone) and a seed, gives a ``World`` that answers
requests, promises that mocks deal in domain values and know no edition, and that every call, a mock's own included,
passes security, contract and idempotency.

::

    request -> match -> security -> contract -> idempotency -> decode -> mock function -> encode -> answer
                                                                            |
                                                         Call.ask: the same gate of another system
"""

from sim.mock.behaviour import Mock, function_name, load_mock
from sim.mock.call import Call, Fields, Parts, Reply
from sim.mock.citizen import Citizen, citizen_number, citizens, make_citizen
from sim.mock.clock import Clock, RunningClock, VirtualClock
from sim.mock.codec import Codec
from sim.mock.notice import Notice
from sim.mock.problem import Problem
from sim.mock.reader import CodecError
from sim.mock.security import Caller, Grant, Keyring, authorise, base_url
from sim.mock.signature import SignatureError, SigningKey, content_digest, signature_headers, verify_signature
from sim.mock.store import MemoryStore, Store, Table
from sim.mock.value import CHINA, Code, Record, Value
from sim.mock.world import Exchange, Live, System, World

__all__ = [
    "CHINA",
    "Call",
    "Caller",
    "Citizen",
    "Clock",
    "Code",
    "Codec",
    "CodecError",
    "Exchange",
    "Fields",
    "Grant",
    "Keyring",
    "Live",
    "MemoryStore",
    "Mock",
    "Notice",
    "Parts",
    "Problem",
    "Record",
    "Reply",
    "RunningClock",
    "SignatureError",
    "SigningKey",
    "Store",
    "System",
    "Table",
    "Value",
    "VirtualClock",
    "World",
    "authorise",
    "base_url",
    "citizen_number",
    "citizens",
    "content_digest",
    "function_name",
    "load_mock",
    "make_citizen",
    "signature_headers",
    "verify_signature",
]
