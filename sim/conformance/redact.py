"""Nothing personal in a finding.

Takes what a message held at the place of a breach, gives a text for the report; promises that citizen numbers, names,
mobile numbers, addresses and credentials do not survive: by the place (the schema's checksum, the property's name, the
header), by the values known of the replayed citizen, and by form.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

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

_FORMS = (
    re.compile(r"(?<![0-9])[1-9][0-9]{5}[- ]?[0-9]{8}[- ]?[0-9]{3}[0-9Xx](?![0-9])"),  # citizen number, 18 characters
    re.compile(r"(?<![0-9])1[0-9]{10}(?![0-9])"),  # mobile number
    re.compile(r"(?i)bearer\s+[!-~]+"),
)


class Redactor:
    """Takes personal values out of texts.

    Parameters
    ----------
    values : iterable of str
        What is known to be personal or secret in this exchange.
    """

    def __init__(self, values: Iterable[str]) -> None:
        forms = {form for value in values if value for form in _forms(value)}
        self._values = sorted(forms, key=len, reverse=True)

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
        """Return a text without the known values and without what has the form of a personal one."""
        for value in self._values:
            text = text.replace(value, REDACTED)
        for form in _FORMS:
            text = form.sub(REDACTED, text)
        return text


def _forms(value: str) -> tuple[str, ...]:
    """Return how a value may be written: as it is, in an address (RFC 3986, section 2.1), with JSON's escapes."""
    quoted = quote(value, safe="")
    return (value, quoted, quoted.lower(), ascii(value)[1:-1])


def _is_personal_place(part: str, pointer: str) -> bool:
    tokens = [token.lower() for token in pointer.split("/")]
    if part == "header" and not SECRET_HEADERS.isdisjoint(tokens):
        return True
    return not PERSONAL_PROPERTIES.isdisjoint(tokens)
