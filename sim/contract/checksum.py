"""Check characters of national identifiers.

Takes identifiers as text, tells whether their check character is right and gives the character for the rest, promises
that what is not shaped like the identifier is wrong, never an error.

``x-checksum`` in a schema names one of ``CHECKSUMS``.
"""

from __future__ import annotations

from operator import mul
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

CERTIFICATE_ROOT: Final = "1.2.156.3005.2"

_CITIZEN_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CITIZEN_CHECKS: Final = "10X98765432"
_CITIZEN_ZEROS: Final = ord("0") * sum(_CITIZEN_WEIGHTS)
"""What 17 times the character 0 weighs."""
_CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS: Final = tuple(3**place % 31 for place in range(17))
_NO_PLACE: Final = 255
_CREDIT_PLACES: Final = bytes(
    _CREDIT_ALPHABET.index(chr(code)) if chr(code) in _CREDIT_ALPHABET else _NO_PLACE for code in range(256)
)
"""Place in the alphabet by character."""
_ALPHABET_36: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def citizen_number_check(first17: str) -> str:
    """Return the last character of a citizen number.

    Parameters
    ----------
    first17 : str
        Division (6), birth date (8) and sequence (3): 17 digits.

    Returns
    -------
    str
        ``0`` to ``9`` or ``X``.

    Raises
    ------
    ValueError
        The text is not 17 digits.

    References
    ----------
    GB 11643-1999, section 4; ISO 7064 MOD 11-2.
    """
    if not (len(first17) == 17 and first17.isascii() and first17.isdigit()):
        message = f"{first17!r} is not 17 digits"
        raise ValueError(message)
    return _CITIZEN_CHECKS[(sum(map(mul, first17.encode(), _CITIZEN_WEIGHTS)) - _CITIZEN_ZEROS) % 11]


def credit_code_check(first17: str) -> str:
    """Return the last character of a unified social credit code.

    Parameters
    ----------
    first17 : str
        17 characters of the code's alphabet (digits and capitals without I, O, S, V and Z).

    Returns
    -------
    str
        One character of the same alphabet.

    Raises
    ------
    ValueError
        The text is not 17 such characters.

    References
    ----------
    GB 32100-2015, annex A: MOD 31-3, weights 3^(i-1) mod 31.
    """
    places = first17.encode("ascii", "replace").translate(_CREDIT_PLACES)
    if len(places) != 17 or max(places) == _NO_PLACE:
        message = f"{first17!r} is not 17 characters of a credit code"
        raise ValueError(message)
    return _CREDIT_ALPHABET[-sum(map(mul, places, _CREDIT_WEIGHTS)) % 31]


def certificate_identifier_check(type_: str, issuer: str, serial: str, version: str) -> str:
    """Return the last character of an e-certificate identifier.

    Parameters
    ----------
    type_, issuer, serial, version : str
        The four parts between the root OID and the check character: digits and capital letters.

    Returns
    -------
    str
        A digit or a capital letter.

    Raises
    ------
    ValueError
        A part is empty or holds other characters.

    References
    ----------
    GB/T 36904-2018; ISO 7064 MOD 37,36 (hybrid) over the parts without dots and without the root OID.
    """
    parts = (type_, issuer, serial, version)
    remainder = 36
    for character in "".join(parts):
        place = _ALPHABET_36.find(character)
        if place < 0:
            message = f"{character!r} cannot stand in a certificate identifier"
            raise ValueError(message)
        remainder = ((remainder + place) % 36 or 36) * 2 % 37
    if not all(parts):
        message = "a part of the certificate identifier is empty"
        raise ValueError(message)
    return _ALPHABET_36[(1 - remainder) % 36]


def is_citizen_number(text: str) -> bool:
    """Tell whether a text is a citizen number of 18 characters with the right check character."""
    first17 = text[:17]
    if len(text) != 18 or not (first17.isascii() and first17.isdigit()):
        return False
    return _CITIZEN_CHECKS[(sum(map(mul, first17.encode(), _CITIZEN_WEIGHTS)) - _CITIZEN_ZEROS) % 11] == text[17]


def is_credit_code(text: str) -> bool:
    """Tell whether a text is a credit code of 18 characters with the right check character."""
    try:
        return len(text) == 18 and credit_code_check(text[:17]) == text[17]
    except ValueError:
        return False


def is_certificate_identifier(text: str) -> bool:
    """Tell whether a text is ``root.type.issuer.serial.version.check`` with the right check character."""
    parts = text.removeprefix(CERTIFICATE_ROOT + ".").split(".")
    if not text.startswith(CERTIFICATE_ROOT + ".") or len(parts) != 5:
        return False
    type_, issuer, serial, version, check = parts
    try:
        return certificate_identifier_check(type_, issuer, serial, version) == check
    except ValueError:
        return False


CHECKSUMS: Final[dict[str, Callable[[str], bool]]] = {
    "certificate-identifier": is_certificate_identifier,
    "citizen-number": is_citizen_number,
    "credit-code": is_credit_code,
}
