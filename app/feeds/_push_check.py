"""Whether a pushed message is from whom it says, not old, and not here already."""

import base64
import hashlib
import hmac
import re
from collections import OrderedDict
from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

import msgspec

from app.core.model import Ms
from app.core.privacy import Privacy
from app.feeds._gaps import fill_bytes, gaps, unknown
from app.feeds._push_server import Request
from app.options import bad, said

LINE_BYTES = 66
"""Of a message in a file."""
_LINE = re.compile(rb"[0-9a-f]{32} [0-9a-f]{32}")
_GAPS = ("timestamp", "nonce", "method", "path", "query", "body", "body_sha256")


class SignatureOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`signature` of an `http-push` feed's options: how the sender signs with the credential."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    algorithm: Annotated[Literal["hmac-sha256", "hmac-sm3"], said("of the signature")] = (
        "hmac-sha256"
    )
    header: Annotated[str, said("with the signature")] = "X-Signature"
    prefix: Annotated[str, said("before its value, such as sha256=")] = ""
    output: Annotated[Literal["hex", "base64"], said("of its value")] = "hex"
    text: Annotated[
        str,
        said("what is signed: {timestamp} {nonce} {method} {path} {query} {body} {body_sha256}"),
    ] = "{timestamp}.{body}"
    timestamp_header: Annotated[str, said("with the moment of sending")] = "X-Timestamp"
    timestamp: Annotated[Literal["epoch_s", "epoch_ms"], said("of that moment")] = "epoch_s"
    nonce_header: Annotated[str, said("with the nonce")] = "X-Nonce"
    window_s: Annotated[
        float, msgspec.Meta(ge=0, le=86_400), said("how old it may be; 0: not looked at")
    ] = 300.0


class Signature:
    """Checks signatures; construction raises ConfigError."""

    def __init__(self, feed: str, options: SignatureOptions) -> None:
        self._options = options
        self._hash = options.algorithm.removeprefix("hmac-")
        if gap := unknown(options.text, _GAPS):
            raise bad(feed, "options.signature.text", f"{{{gap}}}")
        found = gaps(options.text)
        if not found & {"body", "body_sha256"}:
            raise bad(feed, "options.signature.text", "no {body}")
        if options.window_s and "timestamp" not in found:
            raise bad(feed, "options.signature.text", "no {timestamp}; or window_s = 0")
        try:
            hashlib.new(self._hash)
        except ValueError as error:
            raise bad(feed, "options.signature.algorithm", str(error)) from error

    def good(self, request: Request, body: bytes, secret: str, now: Ms) -> bool:
        """Whether the request is signed with the secret, and now."""
        options = self._options
        timestamp = request.headers.get(options.timestamp_header.lower(), "")
        if options.window_s and not self._timely(timestamp, now):
            return False
        values: dict[str, str | bytes] = {
            "timestamp": timestamp,
            "nonce": request.headers.get(options.nonce_header.lower(), ""),
            "method": request.method,
            "path": request.path,
            "query": request.query,
            "body": body,
            "body_sha256": hashlib.sha256(body).hexdigest(),
        }
        made = hmac.new(secret.encode(), fill_bytes(options.text, values), self._hash).digest()
        shown = base64.b64encode(made).decode() if options.output == "base64" else made.hex()
        given = request.headers.get(options.header.lower(), "")
        if options.output == "hex":
            given = given.lower()
            shown = (options.prefix + shown).lower()
        else:
            shown = options.prefix + shown
        return hmac.compare_digest(given.encode(), shown.encode())

    def _timely(self, timestamp: str, now: Ms) -> bool:
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 16):
            return False
        moment = int(timestamp) * (1000 if self._options.timestamp == "epoch_s" else 1)
        return abs(now - moment) <= self._options.window_s * 1000


def bearer(request: Request, secret: str) -> bool:
    """Whether a request holds the token."""
    way, _, given = request.headers.get("authorization", "").partition(" ")
    return hmac.compare_digest(given.strip().encode(), secret.encode()) and way.lower() == "bearer"


class Remembered:
    """The last messages by their id, each with what it was: a repetition is told from a second
    message that took the same id. A message is a line of a file, so that a sender who repeats after
    a restart is known too; of id and message only the digests stand there."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[bytes, bytes] = OrderedDict()

    def __len__(self) -> int:
        return len(self._held)

    def look(self, name: str, body: bytes) -> Literal["new", "repeated", "other"]:
        """What a message with this id is."""
        held = self._held.get(_short(name.encode()))
        if held is None:
            return "new"
        return "repeated" if held == _short(body) else "other"

    def put(self, name: str, body: bytes) -> bytes:
        """It was taken; gives its line."""
        key, value = _short(name.encode()), _short(body)
        self._hold(key, value)
        return f"{key.hex()} {value.hex()}\n".encode()

    def recall(self, lines: Iterable[bytes]) -> None:
        """Know messages again, the oldest first; a line that is none is passed over."""
        for line in lines:
            if _LINE.fullmatch(line):
                self._hold(bytes.fromhex(line[:32].decode()), bytes.fromhex(line[33:].decode()))

    def forget(self, names: Iterable[str]) -> None:
        """They were not taken after all."""
        for name in names:
            self._held.pop(_short(name.encode()), None)

    def _hold(self, key: bytes, value: bytes) -> None:
        self._held[key] = value
        if len(self._held) > self._most:
            self._held.popitem(last=False)


def _short(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()
