"""A hook of Schemathesis: every request carries a citizen's token and a system's signature.

Loaded by Schemathesis (``SCHEMATHESIS_HOOKS``) in an environment of its own, without tongban: the signature (RFC 9421,
HMAC-SHA256) is written here anew, so that the mock's reading of it is held against another hand's. The values stand in
``TONGBAN_TOKEN``, ``TONGBAN_KEY_ID`` and ``TONGBAN_SECRET``, as ``tongban mock --format json`` tells them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import time
import uuid
from typing import TYPE_CHECKING, Any

import schemathesis  # type: ignore[import-not-found]  # it has an environment of its own
from requests.auth import AuthBase

if TYPE_CHECKING:
    from requests import PreparedRequest


class Signed(AuthBase):
    """Adds ``Authorization``, ``Content-Digest``, ``Signature-Input`` and ``Signature`` to what goes over the wire."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign a request."""
        headers = request.headers
        headers["Authorization"] = f"Bearer {os.environ['TONGBAN_TOKEN']}"
        covered = ["@method", "@target-uri"]
        if request.body:
            content = request.body.encode() if isinstance(request.body, str) else request.body
            headers["Content-Digest"] = f"sha-256=:{_base64(hashlib.sha256(content).digest())}:"
            covered += ["content-type", "content-digest"]
        if "Idempotency-Key" in headers:
            covered.append("idempotency-key")
        listed = " ".join(f'"{name}"' for name in covered)
        key_id = os.environ["TONGBAN_KEY_ID"]
        parameters = f'({listed});created={int(time.time())};nonce="{uuid.uuid4().hex}";keyid="{key_id}"'
        parameters += ';alg="hmac-sha256"'
        values = {"@method": request.method, "@target-uri": request.url}
        lines = [f'"{name}": {values[name] if name in values else _text(headers.get(name, ""))}' for name in covered]
        base = "\n".join([*lines, f'"@signature-params": {parameters}'])
        mac = hmac.digest(os.environ["TONGBAN_SECRET"].encode(), base.encode("utf-8", "surrogateescape"), "sha256")
        headers["Signature-Input"] = f"sig={parameters}"
        headers["Signature"] = f"sig=:{_base64(mac)}:"
        return request


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _text(value: str | bytes) -> str:
    return (value.decode("latin-1") if isinstance(value, bytes) else value).strip()


schemathesis.auth.set_from_requests(Signed())


@schemathesis.hook  # type: ignore[untyped-decorator]  # as above
def before_load_schema(context: object, schema: dict[str, Any]) -> None:
    """Take the security out of a contract: else its headers are invented, judged wrong, and then signed above."""
    schema.pop("security", None)
    schema.get("components", {}).pop("securitySchemes", None)
    for operations in schema["paths"].values():
        for operation in operations.values():
            if isinstance(operation, dict):
                operation.pop("security", None)
