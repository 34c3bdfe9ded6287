"""Signed requests, as gateways of data sharing ask for them: which parts, in which order, how.

Every gateway has a text that is signed, a digest with a secret, and a place for the result. They
differ in nothing else, so a feed states them (`[feed.options.sign]`) and no code is written:

    [feed.options.sign]                  # WVP's surroundings API
    algorithm = "sm3"
    text = "{query_joined}{body}{secret}"
    fields = {appKey = "{app_key}", timestamp = "{timestamp}"}

SM3 is GB/T 32905-2016 as the system's OpenSSL has it; HMAC is RFC 2104.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Annotated, ClassVar, Literal
from urllib.parse import quote

import msgspec

from app.core.message import message
from app.core.model import Ms
from app.core.privacy import SECRET, Privacy
from app.feeds._base import Refused
from app.feeds._gaps import fill_bytes, fill_text, unknown
from app.feeds._http_call import Call
from app.feeds._time_text import FORMS, TimeText
from app.options import bad, said

_OF_FIELDS = ("app_key", "timestamp", "nonce", "token")
_OF_TEXT = (
    *_OF_FIELDS,
    *("secret", "method", "host", "path", "query", "query_sorted", "query_encoded"),
    *("query_joined", "body", "body_sha256", "body_sm3"),
)
_USUAL_FIELDS = {"appKey": "{app_key}", "timestamp": "{timestamp}", "nonce": "{nonce}"}


class SignOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`sign` of a feed's options. The credential is `app key:secret`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    algorithm: Annotated[
        Literal["hmac-sha256", "hmac-sm3", "sm3", "sha256"],
        said("of the signature; without hmac the text has {secret} in it"),
    ] = "hmac-sha256"
    text: Annotated[
        str,
        said(
            "what is signed: {method} {host} {path} {query} as sent, {query_sorted} a=1&b=2, "
            "{query_encoded} the same encoded, {query_joined} a1b2, {timestamp} {nonce} {app_key} "
            "{token} {secret} {body} {body_sha256} {body_sm3}"
        ),
    ] = "{method}\n{path}\n{query_sorted}\n{timestamp}\n{nonce}\n{body_sha256}"
    fields: Annotated[
        dict[str, str],
        said("sent beside it, of {app_key} {timestamp} {nonce} {token}; else the first three"),
    ] = msgspec.field(default_factory=lambda: dict(_USUAL_FIELDS))
    place: Annotated[Literal["query", "header"], said("of signature and fields")] = "query"
    name: Annotated[str, said("of the signature's parameter or header")] = "sign"
    prefix: Annotated[str, said("before the signature's value")] = ""
    output: Annotated[Literal["hex", "HEX", "base64"], said("of the signature")] = "hex"
    timestamp: Annotated[str, said(FORMS)] = "epoch_ms"
    zone: Annotated[str, said("of a timestamp by pattern; of none: the city's")] = ""
    token: Annotated[str, said("name of a second secret, for {token}"), SECRET] = ""


class Signer:
    """Signs requests. Construction raises ConfigError for what can never be signed."""

    def __init__(self, feed: str, options: SignOptions, zone: str) -> None:
        self.options = options
        self._time = TimeText(
            feed, "options.sign", "timestamp", options.timestamp, options.zone or zone
        )
        self._digest = _digest(feed, options.algorithm)
        if "{body_sm3}" in options.text:
            _digest(feed, "sm3")
        if gap := unknown(options.text, _OF_TEXT):
            raise bad(feed, "options.sign.text", f"{{{gap}}}")
        if gap := unknown(options.fields, _OF_FIELDS):
            raise bad(feed, "options.sign.fields", f"{{{gap}}}")
        if "hmac" not in options.algorithm and "{secret}" not in options.text:
            raise bad(feed, "options.sign.text", "no {secret}")

    def sign(self, call: Call, pair: tuple[str, str], token: str, now: Ms, nonce: str = "") -> None:
        """Put fields and signature into a request; `pair` is app key and secret."""
        options = self.options
        app_key, secret = pair
        if not secret or not app_key:
            raise Refused(message("feed.sign_pair"))
        values: dict[str, str] = {
            "app_key": app_key,
            "token": token,
            "timestamp": str(self._time(now)),
            "nonce": nonce or secrets.token_hex(16),
        }
        self._put(call, {name: fill_text(text, values) for name, text in options.fields.items()})
        parts: dict[str, str | bytes] = {**values, **_parts(call), "secret": secret}
        if "{body_sm3}" in options.text:
            parts["body_sm3"] = hashlib.new("sm3", call.body).hexdigest()
        text = fill_bytes(options.text, parts)
        result = self._digest(secret.encode(), text)
        self._put(call, {options.name: options.prefix + self._shown(result)})

    def _put(self, call: Call, fields: dict[str, str]) -> None:
        if self.options.place == "header":
            call.headers.update(fields)
        elif fields:
            call.url = call.url.copy_merge_params(fields)

    def _shown(self, result: bytes) -> str:
        if self.options.output == "base64":
            return base64.b64encode(result).decode()
        return result.hex().upper() if self.options.output == "HEX" else result.hex()


def _parts(call: Call) -> dict[str, str | bytes]:
    """What a signed text may be made of. A parameter that stands there twice counts once, with
    its first value, as gateways count."""
    pairs: dict[str, str] = {}
    for name, value in call.url.params.multi_items():
        pairs.setdefault(name, value)
    ordered = sorted(pairs.items())
    return {
        "method": call.method,
        "host": call.url.netloc.decode("ascii"),
        "path": call.url.raw_path.partition(b"?")[0].decode("ascii"),
        "query": call.url.query.decode("ascii"),
        "query_sorted": "&".join(f"{name}={value}" for name, value in ordered),
        "query_encoded": "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in ordered),
        "query_joined": "".join(f"{name}{value}" for name, value in ordered),
        "body": call.body,
        "body_sha256": hashlib.sha256(call.body).hexdigest(),
    }


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")


def _digest(feed: str, algorithm: str) -> Callable[[bytes, bytes], bytes]:
    """A function of secret and text."""
    name = algorithm.removeprefix("hmac-")
    try:
        hashlib.new(name)
    except ValueError as error:
        raise bad(feed, "options.sign.algorithm", str(error)) from error
    if algorithm.startswith("hmac-"):
        return lambda secret, text: hmac.new(secret, text, name).digest()
    return lambda _secret, text: hashlib.new(name, text).digest()
