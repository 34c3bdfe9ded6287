"""The PIN of a person: stretched with scrypt, compared in constant time, tries slowed.

scrypt after RFC 7914 (N as stored, r 8, p 1, 16 bytes of salt): 16 MB and tens of milliseconds for
each try, so it runs beside the main loop.
"""

import hashlib
import hmac
import itertools
import secrets

from app.core.message import Refusal, message

COST = 2**14
DEMO_COST = 2**10  # the PINs of the demonstration are printed for all to see
SHORTEST = 6
LONGEST = 64
FREE_TRIES = 3
FIRST_WAIT_MS = 5_000
LONGEST_WAIT_MS = 900_000


def stretch(pin: str, salt: bytes, cost: int) -> bytes:
    """32 bytes from a PIN; slow on purpose."""
    return hashlib.scrypt(pin.encode(), salt=salt, n=cost, r=8, p=1, maxmem=2**26, dklen=32)


def new_salt() -> bytes:
    """16 bytes of chance."""
    return secrets.token_bytes(16)


def matches(pin: str, salt: bytes, expected: bytes, cost: int) -> bool:
    """Whether a PIN is the one; as slow for a wrong one as for the right one."""
    return hmac.compare_digest(stretch(pin, salt, cost), expected)


def wait_after(failed: int) -> int:
    """Milliseconds to wait after so many failures in a row: none, then 5 s, doubling to 15 min."""
    if failed < FREE_TRIES:
        return 0
    return min(FIRST_WAIT_MS << min(failed - FREE_TRIES, 20), LONGEST_WAIT_MS)


def require_good(pin: str) -> None:
    """Raise Refusal for a PIN that is too short, too long, or guessed first."""
    if not SHORTEST <= len(pin) <= LONGEST:
        raise Refusal(message("people.pin_length", shortest=SHORTEST, longest=LONGEST))
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        raise Refusal(message("people.pin_simple"))
