"""What a NATS server is told of who we are: password, token, NKEY or a `.creds` file's content.

NKEY: base32 of prefix, key and CRC-16 (nats-io/nkeys, README); a seed is an Ed25519 private key of
which the server gets the public one and its signature of a nonce.
"""

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any, ClassVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core.privacy import Privacy
from app.secrets import Secret

_SEED = re.compile(r"SU[A-Z2-7]{56}")
_JWT = re.compile(r"-{3,}BEGIN NATS USER JWT-{3,}\s+([\w.-]+)\s+-{3,}END NATS USER JWT-{3,}")
_SEED_PREFIX = 18 << 3  # "S", and the kind's five bits after it
_USER_PREFIX = 20 << 3  # "U"
_SEED_BYTES = 36  # two of prefix, 32 of key, two of sum


class Key(msgspec.Struct, frozen=True):
    """How to say it: `options` of the client's connect; `public` where the NKEY itself is known
    to the server."""

    __privacy__: ClassVar[Privacy] = Privacy.SECRET

    options: dict[str, Any]
    public: str = ""


class BadKey(ValueError):
    """A seed that is none."""


def key_of(secret: Secret | None) -> Key:
    """What a secret says; raises BadKey."""
    if secret is None:
        return Key({})
    text = secret.reveal()
    seed = _SEED.search(text)
    jwt = _JWT.search(text)
    if jwt is not None and seed is not None:
        token = jwt.group(1).encode()
        signed = _signer(_private(seed.group()))
        return Key({"signature_cb": signed, "user_jwt_cb": lambda: token})
    if seed is not None and seed.group() == text:
        private = _private(text)
        return Key({"signature_cb": _signer(private)}, public_nkey(private))
    user, password = secret.pair
    if user:
        return Key({"user": user, "password": password})
    return Key({"token": password})


def public_nkey(private: Ed25519PrivateKey) -> str:
    """The public key as the server's settings have it."""
    body = bytes([_USER_PREFIX]) + private.public_key().public_bytes_raw()
    body += binascii.crc_hqx(body, 0).to_bytes(2, "little")
    return base64.b32encode(body).decode().rstrip("=")


def _private(seed: str) -> Ed25519PrivateKey:
    raw = base64.b32decode(seed + "=" * (-len(seed) % 8))
    whole = len(raw) == _SEED_BYTES and raw[0] & 0xF8 == _SEED_PREFIX
    if not whole or binascii.crc_hqx(raw[:-2], 0) != int.from_bytes(raw[-2:], "little"):
        raise BadKey
    return Ed25519PrivateKey.from_private_bytes(raw[2:-2])


def _signer(private: Ed25519PrivateKey) -> Callable[[str], bytes]:
    return lambda nonce: base64.b64encode(private.sign(nonce.encode()))
