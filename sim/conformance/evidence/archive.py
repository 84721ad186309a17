"""A ZIP in the one form that evidence has: members stored, by name, without dates, comments or extra fields.

Stored, not deflated: what a member holds is what stands in the file, so there is nothing to blow up (CWE-409), and the
bytes do not depend on whose zlib wrote them.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The first moment that ZIP knows (APPNOTE 6.3.10, section 4.4.6)."""
MODE: Final = 0o644
UNIX: Final = 3


def packed(members: Mapping[str, bytes]) -> bytes:
    """Return members as a ZIP: equal members give equal bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = MODE << 16
            entry.create_system = UNIX
            archive.writestr(entry, members[name])
    return content.getvalue()
