"""Digest access authentication as cameras ask for it (RFC 2617, MD5 without `qop`)."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping

REALM = "camera"
_PART = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))')


class Digest:
    """Asks one connection for a name and a password; the nonce is its own."""

    def __init__(self) -> None:
        self._nonce = secrets.token_hex(16)

    def challenge(self) -> str:
        """The value of `WWW-Authenticate`."""
        return f'Digest realm="{REALM}", nonce="{self._nonce}", algorithm="MD5"'

    def passes(self, method: str, given: str, users: Mapping[str, str]) -> bool:
        """Whether the value of `Authorization` proves one of the users (name to password)."""
        if not given.lower().startswith("digest "):
            return False
        parts = {name.lower(): quoted or plain for name, quoted, plain in _PART.findall(given)}
        name = parts.get("username", "")
        if name not in users or parts.get("nonce") != self._nonce:
            return False
        who = _md5(f"{name}:{REALM}:{users[name]}")
        what = _md5(f"{method}:{parts.get('uri', '')}")
        proof = _md5(f"{who}:{self._nonce}:{what}")
        return hmac.compare_digest(proof, parts.get("response", "").lower())


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
