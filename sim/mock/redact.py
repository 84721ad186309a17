"""Nothing personal in a finding, a log or a list of what was seen.

Takes what a message held, gives a text for people; promises that citizen numbers, names, mobile numbers, addresses and
credentials do not survive: by the place (the schema's checksum, the property's name, the header), by the values known
of the citizen, and by form.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sim.document import JsonValue

REDACTED: Final = "<redacted>"

PERSONAL_PROPERTIES: Final = frozenset(
    (
        *("name", "applicant_name", "agent_name", "holder_name", "receiver", "receiver_name", "sender", "payer"),
        *(
            "reviewer",
            "officer",
            "step_officer",
            "accepted_by",
            "cashier",
            "signer",
            "legal_representative",
            "username",
        ),
        *("citizen_number", "id_no", "applicant_id_no", "agent_id_no", "holder_id_no", "user_no"),
        *("mobile", "contact_mobile", "receiver_mobile", "telephone", "phone", "address", "receiver_address"),
        *("birth_date", "attachment", "photo", "access_token", "refresh_token", "token"),
    )
)
"""Properties whose values name a person or open a door, wherever they stand."""
SECRET_HEADERS: Final = frozenset(
    ("authorization", "proxy-authorization", "cookie", "set-cookie", "signature", "signature-input", "idempotency-key")
)
PERSONAL_CHECKSUMS: Final = frozenset(("citizen-number",))

# Digits of any script; between groups of them a space or a hyphen may stand.
_GAP = r"[-\s\u2010-\u2015]?"
_FORMS = (
    re.compile(rf"(?<!\d)\d(?:{_GAP}\d){{16}}{_GAP}[\dXx](?!\d)"),  # citizen number, 18 characters
    re.compile(r"(?<!\d)[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)"),  # of before 1999: 15 digits
    re.compile(rf"(?<!\d)(?:(?:\+|00)?86{_GAP})?1\d\d(?:{_GAP}\d{{4}}){{2}}(?!\d)"),  # mobile number
    re.compile(r"(?i:bearer)\s+[!-~]+|(?i:basic)\s+(?=[a-z]*[A-Z0-9+/=])[A-Za-z0-9+/]{8,}={0,2}"),
    re.compile(r"(?<![\w-])eyJ[\w-]+\.[\w-]*(?:\.[\w-]*)?"),  # JSON Web Token
    re.compile(r"(?i)(?:token|password|passwd|pwd|secret|api[-_ ]?key|密码|口令)[\"']?\s*[=:]\s*[\"']?[^\s\"',;]+"),
)
# A text that was cut may end in a piece of what would else be known by its form; fewer digits tell nothing.
_CUT = "..."
_END = 64  # characters in which such a piece has room
_CUT_NUMBER = re.compile(rf"\d(?:{_GAP}\d){{5,}}{_GAP}\.\.\.$")


class Redactor:
    """Takes personal values out of texts.

    Parameters
    ----------
    values : iterable of str
        What is known to be personal or secret in this exchange.
    """

    def __init__(self, values: Iterable[str]) -> None:
        forms = {form for value in values if value for form in _forms(value)}
        self._whole = frozenset(form for form in forms if _is_short(form))
        self._values = sorted(forms - self._whole, key=len, reverse=True)

    def text(self, text: str, *, part: str, pointer: str, checksum: str | None = None) -> str:
        """Return a text without personal values.

        Parameters
        ----------
        part, pointer : str
            Place of the breach in the message.
        checksum : str or None
            ``x-checksum`` of the schema at that place.
        """
        if checksum in PERSONAL_CHECKSUMS or _is_personal_place(part, pointer):
            return REDACTED
        if text.startswith(("{", "[")):
            return "an object" if text.startswith("{") else "an array"
        return self.scrub(text)

    def scrub(self, text: str) -> str:
        """Return a text without the known values and without what has the form of a personal one.

        A value so short that it is part of many words is taken out where it is all there is.
        """
        if text in self._whole:
            return REDACTED
        for value in self._values:
            text = text.replace(value, REDACTED)
        for form in _FORMS:
            text = form.sub(REDACTED, text)
        return self._scrub_end(text) if text.endswith(_CUT) else text

    def _scrub_end(self, text: str) -> str:
        """Return a text that was cut without the piece of a personal value that it may end in."""
        stem = text.removesuffix(_CUT)
        longest = max((_overlap(stem, value) for value in self._values), default=0)
        if longest:
            return stem[: len(stem) - longest] + REDACTED + _CUT
        return text[:-_END] + _CUT_NUMBER.sub(REDACTED + _CUT, text[-_END:])


def _is_short(form: str) -> bool:
    """Tell whether a form is a letter or two, which say nothing amid a text; a name of two Chinese characters does."""
    return len(form) < (3 if form.isascii() else 2)


def _overlap(text: str, value: str) -> int:
    """Return how many characters that a value begins with a text ends in."""
    return next((size for size in range(min(len(text), len(value)), 0, -1) if text.endswith(value[:size])), 0)


def _forms(value: str) -> tuple[str, ...]:
    """Return how a value may be written: as it is, in an address (RFC 3986, section 2.1), with JSON's escapes."""
    quoted = quote(value, safe="")
    return (value, quoted, quoted.lower(), ascii(value)[1:-1])


def _is_personal_place(part: str, pointer: str) -> bool:
    tokens = [token.lower() for token in pointer.split("/")]
    if part == "header" and not SECRET_HEADERS.isdisjoint(tokens):
        return True
    return not PERSONAL_PROPERTIES.isdisjoint(tokens)


def redact_value(redactor: Redactor, value: JsonValue) -> JsonValue:
    """Return a JSON value without what stands at personal places, and without known values and personal forms."""
    if isinstance(value, dict):
        return {
            redactor.scrub(name): REDACTED if name.lower() in PERSONAL_PROPERTIES else redact_value(redactor, member)
            for name, member in value.items()
        }
    if isinstance(value, list):
        return [redact_value(redactor, member) for member in value]
    if value is None or isinstance(value, bool):
        return value
    scrubbed = redactor.scrub(str(value))
    return value if scrubbed == str(value) else scrubbed


def personal_values(value: JsonValue) -> Iterator[str]:
    """Yield the texts and numbers that stand at, or below, personal places of a JSON value."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _texts(member) if name.lower() in PERSONAL_PROPERTIES else personal_values(member)
    elif isinstance(value, list):
        for member in value:
            yield from personal_values(member)


def _texts(value: JsonValue) -> Iterator[str]:
    """Yield the texts and numbers of a JSON value."""
    if isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _texts(member)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def redact_headers(redactor: Redactor, headers: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return headers as pairs, credentials redacted."""
    return [[name, REDACTED if name.lower() in SECRET_HEADERS else redactor.scrub(value)] for name, value in headers]
