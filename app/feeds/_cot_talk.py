"""What a client says to a TAK server: who it is, signs of life, and the change to protobuf.

The server announces what it speaks (`t-x-takp-v`); the client asks (`t-x-takp-q`) and says nothing
until the answer (`t-x-takp-r`); from then on both sides speak protobuf. A server that announces
nothing goes on in XML. Source: the TAK protocol's published README (WIRE.md 2); `auth` as the TAK
servers' file authentication has it.
"""

from datetime import UTC, datetime
from xml.sax.saxutils import quoteattr

from takproto import TAKProtoVer, xml2proto  # type: ignore[import-untyped]

from app.core.model import Ms
from app.formats._xml import BadXml, Element, parse

_ANNOUNCED, _ANSWERED = "t-x-takp-v", "t-x-takp-r"
_CONTROL = b"t-x-takp-"
_MAX_CONTROL = 16_384
_VERSION = "1"
_GIVE_UP_MS = 60_000
_STALE_MS = 20_000


class CotTalk:
    """Our side of one connection. `protobuf`: ask for it where it is offered."""

    def __init__(self, uid: str, *, protobuf: bool) -> None:
        self._uid = uid
        self._wanted = protobuf
        self._asked: Ms = 0
        self.speaks_protobuf = False

    def auth(self, user: str, password: str) -> bytes:
        """The first words to a server that asks for a password on the line itself."""
        said = f"username={quoteattr(user)} password={quoteattr(password)}"
        return f"<auth><cot {said} uid={quoteattr(self._uid)}/></auth>".encode()

    def ping(self, now: Ms) -> bytes:
        """A sign of life; nothing while an answer is waited for."""
        if self._asked and now - self._asked < _GIVE_UP_MS:
            return b""
        event = self._event("t-x-c-t", f"{self._uid}-ping", now)
        if self.speaks_protobuf:
            return bytes(xml2proto(event, TAKProtoVer.STREAM))
        return event.encode()

    def heard(self, frame: bytes, now: Ms) -> tuple[bool, bytes]:
        """Whether a frame is of the protocol itself, and what to answer."""
        if _CONTROL not in frame[:2000] or not frame.startswith(b"<"):
            return False, b""
        try:
            event = parse(frame, _MAX_CONTROL)
        except BadXml:
            return False, b""
        kind = event.get("type", "")
        if kind == _ANNOUNCED:
            return True, self._ask(event, now)
        if kind == _ANSWERED:
            answer = event.find("detail/TakControl/TakResponse")
            agreed = answer is not None and answer.get("status", "").lower() == "true"
            self.speaks_protobuf = bool(self._asked) and agreed
            self._asked = 0
            return True, b""
        return False, b""

    def _ask(self, event: Element, now: Ms) -> bytes:
        offered = event.findall("detail/TakControl/TakProtocolSupport")
        if not self._wanted or self._asked or self.speaks_protobuf:
            return b""
        if not any(one.get("version") == _VERSION for one in offered):
            return b""
        self._asked = now
        wish = f'<TakControl><TakRequest version="{_VERSION}"/></TakControl>'
        return self._event("t-x-takp-q", str(event.get("uid", self._uid)), now, wish).encode()

    def _event(self, kind: str, uid: str, now: Ms, detail: str = "") -> str:
        start, stale = _iso(now), _iso(now + _STALE_MS)
        times = f'time="{start}" start="{start}" stale="{stale}"'
        point = '<point lat="0.0" lon="0.0" hae="0.0" ce="9999999" le="9999999"/>'
        return (
            f'<event version="2.0" uid={quoteattr(uid)} type="{kind}" how="m-g" {times}>'
            f"{point}<detail>{detail}</detail></event>"
        )


def _iso(moment: Ms) -> str:
    stated = datetime.fromtimestamp(moment / 1000, UTC)
    return stated.isoformat(timespec="milliseconds").replace("+00:00", "Z")
