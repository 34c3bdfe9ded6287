"""ONVIF as far as a wall needs it: SOAP 1.2 envelopes by hand, a digest of the password in each.

Sources: ONVIF Core, Media and PTZ Service Specifications; WS-Security UsernameToken Profile 1.0.
The envelopes are few and fixed, so no WSDL is read; a library for them (onvif-zeep-async) does not
verify TLS, bounds no answer and sends the digest wherever a device points.
"""

import base64
import hashlib
import secrets
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from app.core.clock import Clock
from app.core.message import message
from app.formats._xml import BadXml, parse
from app.secrets import Secret
from app.video.platform import PlatformError
from app.video.platforms._http import PlatformHttp
from app.video.wire import Fault

MAX_BYTES = 2 << 20
SET_S = 2.0
"""A clock that is so far from where it was has been set."""
_TYPE = {"Content-Type": 'application/soap+xml; charset="utf-8"'}
_SOAP = "http://www.w3.org/2003/05/soap-envelope"
_WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
DEVICE = "http://www.onvif.org/ver10/device/wsdl"
MEDIA = "http://www.onvif.org/ver10/media/wsdl"
PTZ = "http://www.onvif.org/ver20/ptz/wsdl"
SCHEMA = "http://www.onvif.org/ver10/schema"


class Soap:
    """Calls one device. `own` is its address from the settings: nothing goes to another host."""

    def __init__(self, http: PlatformHttp, clock: Clock, platform: str) -> None:
        self._http = http
        self._clock = clock
        self._platform = platform
        self._skew_s: float | None = None  # of the device's clock over ours

    async def call(self, url: str, body: str, secret: Secret | None, header: str = "") -> Any:
        """The element within the answer's body; `header` is what stands in the envelope's besides
        who asks. Raises PlatformError."""
        if secret is None:
            return await self._send(url, header, body)
        known = self._skew_s
        if known is None:
            self._skew_s = await self._skew()
        try:
            return await self._send(url, header + self._security(secret), body)
        except PlatformError as error:
            if known is None or error.fault is not Fault.CREDENTIALS:
                raise
            # The device may have started again, with another clock: then it is no wrong password.
            self._skew_s = await self._skew()
            if abs(self._skew_s - known) < SET_S:
                raise
        return await self._send(url, header + self._security(secret), body)

    async def _send(self, url: str, header: str, body: str) -> Any:
        text = (
            f'<s:Envelope xmlns:s="{_SOAP}"><s:Header>{header}</s:Header>'
            f"<s:Body>{body}</s:Body></s:Envelope>"
        )
        own = self.at_home(url)
        status, _, data = await self._http.exchange(
            own, "POST", dict(_TYPE), text.encode(), MAX_BYTES
        )
        if status == 401:
            raise self._denied()
        try:
            root = parse(data, MAX_BYTES)
        except BadXml as error:
            raise self._bad(f"{status}, {error.reason}") from error
        inner = root.find(f"{{{_SOAP}}}Body")
        if inner is None or len(inner) == 0:
            raise self._bad(f"{status}, no body")
        if inner[0].tag == f"{{{_SOAP}}}Fault":
            raise self._fault(inner[0])
        return inner[0]

    def at_home(self, url: str) -> str:
        """An address that the device gave, at the host of the settings: devices behind another
        network name the one that they know."""
        home, given = urlsplit(self._http.url), urlsplit(url)
        if given.hostname == home.hostname:
            return url
        return given._replace(scheme=home.scheme, netloc=home.netloc).geturl()

    def _security(self, secret: Secret) -> str:
        user, password = secret.pair
        nonce = secrets.token_bytes(16)
        now = self._clock.now() / 1000 + (self._skew_s or 0.0)
        created = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        proof = hashlib.sha1(
            nonce + created.encode() + password.encode(), usedforsecurity=False
        ).digest()
        kind = f"{_WSS}-username-token-profile-1.0#PasswordDigest"
        coding = f"{_WSS}-soap-message-security-1.0#Base64Binary"
        return (
            f'<w:Security xmlns:w="{_WSS}-wssecurity-secext-1.0.xsd" s:mustUnderstand="1">'
            f"<w:UsernameToken><w:Username>{escape(user)}</w:Username>"
            f'<w:Password Type="{kind}">{base64.b64encode(proof).decode()}</w:Password>'
            f'<w:Nonce EncodingType="{coding}">{base64.b64encode(nonce).decode()}</w:Nonce>'
            f'<c:Created xmlns:c="{_WSS}-wssecurity-utility-1.0.xsd">{created}</c:Created>'
            "</w:UsernameToken></w:Security>"
        )

    async def _skew(self) -> float:
        """How far the device's clock is ahead: a digest is only good at its own time."""
        body = f'<GetSystemDateAndTime xmlns="{DEVICE}"/>'
        try:
            answer = await self._send(self._http.url, "", body)
        except PlatformError as error:
            if error.fault is Fault.CREDENTIALS:  # some ask for a digest even here
                return 0.0
            raise
        found = answer.find(f".//{{{SCHEMA}}}UTCDateTime")
        try:
            parts = [int(found.find(f".//{{{SCHEMA}}}{name}").text) for name in _CLOCK]
            then = datetime(*parts, tzinfo=UTC).timestamp()  # type: ignore[misc,arg-type]
        except (AttributeError, TypeError, ValueError):
            return 0.0
        return then - self._clock.now() / 1000

    def _fault(self, fault: Any) -> PlatformError:
        words = " ".join(" ".join(fault.itertext()).split())
        if "NotAuthorized" in words or "FailedAuthentication" in words:
            return self._denied()
        return PlatformError(
            message("videoplatform.refused", platform=self._platform, words=words[:200]),
            Fault.REFUSED,
        )

    def _denied(self) -> PlatformError:
        return PlatformError(
            message("videoplatform.login", platform=self._platform), Fault.CREDENTIALS
        )

    def _bad(self, error: str) -> PlatformError:
        return PlatformError(
            message("videoplatform.answer", platform=self._platform, error=error), Fault.REFUSED
        )


_CLOCK = ("Year", "Month", "Day", "Hour", "Minute", "Second")


def get_profiles() -> str:
    """Media: all profiles."""
    return f'<GetProfiles xmlns="{MEDIA}"/>'


def get_capabilities() -> str:
    """Device: where its services are."""
    return f'<GetCapabilities xmlns="{DEVICE}"><Category>All</Category></GetCapabilities>'


def get_stream_uri(profile: str) -> str:
    """Media: the RTSP address of a profile."""
    return (
        f'<GetStreamUri xmlns="{MEDIA}"><StreamSetup><Stream xmlns="{SCHEMA}">RTP-Unicast</Stream>'
        f'<Transport xmlns="{SCHEMA}"><Protocol>RTSP</Protocol></Transport></StreamSetup>'
        f"<ProfileToken>{escape(profile)}</ProfileToken></GetStreamUri>"
    )


def get_snapshot_uri(profile: str) -> str:
    """Media: the address of a profile's picture."""
    token = escape(profile)
    return f'<GetSnapshotUri xmlns="{MEDIA}"><ProfileToken>{token}</ProfileToken></GetSnapshotUri>'


def continuous_move(profile: str, pan: float, tilt: float, zoom: float) -> str:
    """PTZ: turn until it is stopped, but no longer than five seconds."""
    return (
        f'<ContinuousMove xmlns="{PTZ}"><ProfileToken>{escape(profile)}</ProfileToken><Velocity>'
        f'<PanTilt xmlns="{SCHEMA}" x={quoteattr(f"{pan:g}")} y={quoteattr(f"{tilt:g}")}/>'
        f'<Zoom xmlns="{SCHEMA}" x={quoteattr(f"{zoom:g}")}/></Velocity>'
        "<Timeout>PT5S</Timeout></ContinuousMove>"
    )


def stop(profile: str) -> str:
    """PTZ: stand still."""
    return (
        f'<Stop xmlns="{PTZ}"><ProfileToken>{escape(profile)}</ProfileToken>'
        "<PanTilt>true</PanTilt><Zoom>true</Zoom></Stop>"
    )


def get_presets(profile: str) -> str:
    """PTZ: directions that it remembers."""
    return f'<GetPresets xmlns="{PTZ}"><ProfileToken>{escape(profile)}</ProfileToken></GetPresets>'


def goto_preset(profile: str, preset: str) -> str:
    """PTZ: turn to one of them."""
    return (
        f'<GotoPreset xmlns="{PTZ}"><ProfileToken>{escape(profile)}</ProfileToken>'
        f"<PresetToken>{escape(preset)}</PresetToken></GotoPreset>"
    )


def host_of(url: str) -> str:
    """The host of an address, without its port."""
    return urlsplit(url).hostname or ""


def with_host(url: str, host: str) -> str:
    """The same address at another host, with its own port."""
    parts = urlsplit(url)
    named = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port is not None else ""
    return parts._replace(netloc=f"{named}{port}").geturl()
