"""The event service of an ONVIF camera: PullPoint subscriptions, their lives and what they keep.

`events = OnvifEvents(); device = OnvifDevice(..., events=events)`; `events.tell(...)` queues one.
Only a subscription that named itself as it was told to (reference parameters) is served.
"""

import asyncio
import re
from datetime import UTC, datetime

from tests.helpers.http_server import Asked, Handler, HttpServer, Reply

WSNT = "http://docs.oasis-open.org/wsn/b-2"
EVENTS = "http://www.onvif.org/ver10/events/wsdl"
_LOST = (
    "<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text>"
    "ResourceUnknownFault</s:Text></s:Reason></s:Fault>"
)


def item(name: str, value: str) -> str:
    """One SimpleItem."""
    return f'<tt:SimpleItem Name="{name}" Value="{value}"/>'


def endless(pause_s: float) -> Handler:
    """Answers with XML that never ends."""

    async def answer(_s: HttpServer, _a: Asked, writer: asyncio.StreamWriter) -> Reply | None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\n\r\n<a>")
        while not writer.is_closing():
            writer.write(b"<b/>" * (1 if pause_s else 10_000))
            await writer.drain()
            await asyncio.sleep(pause_s)
        return None

    return answer


class OnvifEvents:
    """`now` is the device's clock in seconds; `lives` how long a subscription is given (s); `raw`
    is answered to the next pull instead, as it stands."""

    def __init__(self, now: float) -> None:
        self.now = now
        self.lives = 60.0
        self.renews = True
        self.raw: bytes | None = None
        self.number = 0
        self.ends: dict[str, float] = {}  # subscriptions, by number
        self.standing: list[str] = []  # what each new subscription is told first
        self._queued: list[str] = []

    def tell(
        self,
        topic: str,
        source: str,
        data: str,
        at: float | None = None,
        operation: str = "Changed",
    ) -> str:
        """A notification, as it goes over the line, queued for the next pull."""
        moment = self._text(self.now if at is None else at)
        text = (
            "<wsnt:NotificationMessage>"
            '<wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">'
            f"{topic}</wsnt:Topic><wsnt:Message>"
            f'<tt:Message UtcTime="{moment}" PropertyOperation="{operation}">'
            f"<tt:Source>{source}</tt:Source><tt:Data>{data}</tt:Data></tt:Message>"
            "</wsnt:Message></wsnt:NotificationMessage>"
        )
        self._queued.append(text)
        return text

    def reboot(self, now: float) -> None:
        """Nothing is remembered, and the clock begins anew."""
        self.now = now
        self.ends.clear()
        self._queued.clear()

    def answer(self, name: str, text: str) -> str | None:
        """The body of an answer; None for a call of another service."""
        if name == "CreatePullPointSubscription":
            self.number += 1
            self.ends[str(self.number)] = self.now + self.lives
            self._queued += self.standing
            return (
                f'<E:R xmlns:E="{EVENTS}"><E:SubscriptionReference>'
                '<a:Address xmlns:a="http://www.w3.org/2005/08/addressing">'
                "http://192.168.1.64/onvif/events</a:Address>"
                '<a:ReferenceParameters xmlns:a="http://www.w3.org/2005/08/addressing">'
                f'<d:Id xmlns:d="urn:maker">{self.number}</d:Id></a:ReferenceParameters>'
                f"</E:SubscriptionReference>{self._times(str(self.number))}</E:R>"
            )
        if name not in ("PullMessages", "Renew", "Unsubscribe"):
            return None
        found = re.search(r"<s:Header>.*<(?:\w+:)?Id[^>]*>(\d+)<.*</s:Header>", text)
        mine = found.group(1) if found is not None else ""
        if self.now >= self.ends.get(mine, 0.0) or (name == "Renew" and not self.renews):
            return _LOST
        if name == "Renew":
            self.ends[mine] = self.now + self.lives
            return f"<wsnt:RenewResponse>{self._times(mine)}</wsnt:RenewResponse>"
        if name == "Unsubscribe":
            del self.ends[mine]
            return "<wsnt:UnsubscribeResponse/>"
        queued, self._queued = self._queued[:100], self._queued[100:]
        return f"<R>{self._times(mine)}{''.join(queued)}</R>"

    def _times(self, number: str) -> str:
        ends = self._text(self.ends[number])
        return (
            f"<wsnt:CurrentTime>{self._text(self.now)}</wsnt:CurrentTime>"
            f"<wsnt:TerminationTime>{ends}</wsnt:TerminationTime>"
        )

    def _text(self, moment: float) -> str:
        text = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
        return text.replace("+00:00", "Z")
