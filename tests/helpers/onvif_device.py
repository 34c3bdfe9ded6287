"""A camera that speaks as much ONVIF as a wall asks for, and checks who asks.

It answers on a test's `http_server`: `OnvifDevice("duty", "secret").stand(server)`.
"""

import base64
import hashlib
import re
from datetime import UTC, datetime

from tests.helpers.http_server import Asked, HttpServer, Reply
from tests.helpers.onvif_events import WSNT, OnvifEvents

SOAP = "http://www.w3.org/2003/05/soap-envelope"
SCHEMA = "http://www.onvif.org/ver10/schema"
PROFILES = """
<trt:Profiles token="big"><tt:Name>main</tt:Name>
  <tt:VideoSourceConfiguration token="set">
  <tt:SourceToken>eye</tt:SourceToken></tt:VideoSourceConfiguration>
  <tt:VideoEncoderConfiguration><tt:Resolution><tt:Width>1920</tt:Width><tt:Height>1080</tt:Height>
  </tt:Resolution></tt:VideoEncoderConfiguration><tt:PTZConfiguration token="p"/></trt:Profiles>
<trt:Profiles token="small"><tt:Name>sub</tt:Name>
  <tt:VideoSourceConfiguration token="set">
  <tt:SourceToken>eye</tt:SourceToken></tt:VideoSourceConfiguration>
  <tt:VideoEncoderConfiguration><tt:Resolution><tt:Width>640</tt:Width><tt:Height>360</tt:Height>
  </tt:Resolution></tt:VideoEncoderConfiguration></trt:Profiles>
<trt:Profiles token="other"><tt:Name>second eye</tt:Name>
  <tt:VideoSourceConfiguration token="set2">
  <tt:SourceToken>eye2</tt:SourceToken></tt:VideoSourceConfiguration>
</trt:Profiles>"""


def envelope(body: str) -> bytes:
    """A whole answer."""
    spaces = f'xmlns:s="{SOAP}" xmlns:tt="{SCHEMA}"'
    spaces += f' xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:wsnt="{WSNT}"'
    spaces += ' xmlns:tns1="http://www.onvif.org/ver10/topics"'
    return f"<s:Envelope {spaces}><s:Body>{body}</s:Body></s:Envelope>".encode()


class OnvifDevice:
    """`now` is its clock in seconds; `events` what it notices (None: no such service); `asked`
    the names of the calls, `bodies` what they held."""

    def __init__(
        self,
        user: str,
        password: str,
        now: float = 1_700_000_000.0,
        events: OnvifEvents | None = None,
    ) -> None:
        self._user = user
        self._password = password
        self.now = now
        self.events = events
        self.asked: list[str] = []
        self.bodies: list[str] = []
        self.nonces: set[str] = set()
        self.host = "192.168.1.64"  # as the camera knows itself, behind another network
        self.nonce = "abc123"

    def stand(self, server: HttpServer) -> None:
        """Answer on a server."""
        for path in ("/onvif/device_service", "/onvif/media", "/onvif/ptz", "/onvif/events"):
            server.on(path, self._soap)
        server.on("/snap.jpg", self._snap)

    async def _soap(self, _server: HttpServer, asked: Asked, _writer: object) -> Reply:
        text = asked.body.decode()
        found = re.search(r"<s:Body><(\w+)", text)
        assert found is not None
        name = found.group(1)
        self.asked.append(name)
        self.bodies.append(text)
        if name != "GetSystemDateAndTime" and not self._known(text):
            subcode = "<s:Subcode><s:Value>ter:NotAuthorized</s:Value></s:Subcode>"
            fault = f"<s:Fault><s:Code><s:Value>s:Sender</s:Value>{subcode}</s:Code></s:Fault>"
            return Reply(envelope(fault), 400, {"Content-Type": "application/soap+xml"})
        events = self.events
        if events is not None and name == "PullMessages" and events.raw is not None:
            raw, events.raw = events.raw, None
            return Reply(raw, 200, {"Content-Type": "application/soap+xml"})
        told = events.answer(name, text) if events is not None else None
        body = envelope(told if told is not None else self._answer(name, text))
        status = 400 if b"<s:Fault>" in body else 200
        return Reply(body, status, {"Content-Type": "application/soap+xml"})

    def _known(self, text: str) -> bool:
        parts = [re.search(rf"<\w:{name}(?: [^>]*)?>([^<]*)<", text) for name in _TOKEN]
        if None in parts:
            return False
        user, proof, nonce, created = (part.group(1) for part in parts if part is not None)
        made = datetime.strptime(created, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
        raw = base64.b64decode(nonce) + created.encode() + self._password.encode()
        fresh = nonce not in self.nonces and abs(made - self.now) < 5
        self.nonces.add(nonce)
        right = base64.b64encode(hashlib.sha1(raw).digest()).decode()
        return fresh and user == self._user and proof == right

    def _answer(self, name: str, text: str) -> str:
        if name == "GetSystemDateAndTime":
            then = datetime.fromtimestamp(self.now, UTC)
            time = f"<tt:Hour>{then.hour}</tt:Hour><tt:Minute>{then.minute}</tt:Minute>"
            time += f"<tt:Second>{then.second}</tt:Second>"
            date = f"<tt:Year>{then.year}</tt:Year><tt:Month>{then.month}</tt:Month>"
            date += f"<tt:Day>{then.day}</tt:Day>"
            both = f"<tt:Time>{time}</tt:Time><tt:Date>{date}</tt:Date>"
            return f"<R><tt:UTCDateTime>{both}</tt:UTCDateTime></R>"
        if name == "GetCapabilities":
            services = "".join(
                f"<tt:{kind}><tt:XAddr>http://{self.host}/onvif/{kind.lower()}</tt:XAddr>"
                f"</tt:{kind}>"
                for kind in ("Media", "PTZ", *(("Events",) if self.events else ()))
            )
            return f"<R><Capabilities>{services}</Capabilities></R>"
        if name == "GetProfiles":
            return f"<R>{PROFILES}</R>"
        if name == "GetStreamUri":
            token = text.partition("<ProfileToken>")[2].partition("<")[0]
            return f"<R><tt:Uri>rtsp://{self.host}:554/{token}?a=1&amp;b=2</tt:Uri></R>"
        if name == "GetSnapshotUri":
            return f"<R><tt:Uri>http://{self.host}/snap.jpg</tt:Uri></R>"
        if name == "GetPresets":
            return '<R><Preset token="1"><tt:Name>门口</tt:Name></Preset><Preset token="2"/></R>'
        return "<R/>"

    async def _snap(self, _server: HttpServer, asked: Asked, _writer: object) -> Reply:
        def hashed(text: str) -> str:
            return hashlib.md5(text.encode()).hexdigest()

        given = dict(re.findall(r'(\w+)="?([^",]+)"?', asked.headers.get("authorization", "")))
        who = hashed(f"{self._user}:cam:{self._password}")
        what = hashed("GET:/snap.jpg")
        count = f"{given.get('nc')}:{given.get('cnonce')}:auth"
        if given.get("response") != hashed(f"{who}:{self.nonce}:{count}:{what}"):
            asks = f'Digest realm="cam", nonce="{self.nonce}", qop="auth"'
            return Reply(b"", 401, {"WWW-Authenticate": asks})
        return Reply(b"\xff\xd8picture", 200, {"Content-Type": "image/jpeg"})


_TOKEN = ("Username", "Password", "Nonce", "Created")
