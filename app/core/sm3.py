"""SM3, the hash of GB/T 32905-2016, from the system's OpenSSL."""

import hashlib

from app.core.message import Refusal, message


def available() -> bool:
    """Whether this machine's OpenSSL has SM3 (1.1.1 and newer, where it is not built without)."""
    return "sm3" in hashlib.algorithms_available


def sm3(data: bytes) -> str:
    """The hash as 64 hexadecimal digits; raises Refusal where the machine has no SM3."""
    if not available():
        raise Refusal(message("audit.no_sm3"))
    return hashlib.new("sm3", data).hexdigest()
