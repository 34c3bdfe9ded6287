"""What ONVIF devices notice, as they write it: the envelopes of PullPoint, notifications and their
topics.

Sources: ONVIF Core Specification, 9 (events, PullPoint; 9.4 to 9.6 topics and messages), Imaging
and Device IO Service Specifications (topics); OASIS WS-BaseNotification 1.3; WS-Addressing 1.0.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any, ClassVar
from xml.sax.saxutils import escape

import msgspec
from lxml import etree  # type: ignore[import-untyped]

from app.core.model import Ms
from app.core.privacy import Privacy
from app.formats._xml import child, children, text_of

EVENTS = "http://www.onvif.org/ver10/events/wsdl"
_WSNT = "http://docs.oasis-open.org/wsn/b-2"
_WSA = "http://www.w3.org/2005/08/addressing"
_PULL = f"{EVENTS}/PullPointSubscription"
_MANAGER = "http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager"

LIFE_S = 60
"""Asked for: a device whose watcher was killed forgets it soon, for it has room for a few."""
PULL_S = 5
AT_ONCE = 100
MOST_ITEMS = 16
MOST_TEXT = 200
MOST_REFERENCE = 4096
"""Characters of what a device wants repeated with each call."""

MOTION, INPUT, LOSS = "MotionAlarm", "DigitalInput", "SignalLoss"
_TOPICS: dict[tuple[str, ...], tuple[str, str]] = {
    ("RuleEngine", "CellMotionDetector", "Motion"): (MOTION, "IsMotion"),
    ("VideoSource", "MotionAlarm"): (MOTION, "State"),
    ("VideoSource", "ImageTooDark"): ("ImageTooDark", "State"),
    ("VideoSource", "ImageTooBright"): ("ImageTooBright", "State"),
    ("VideoSource", "ImageTooBlurry"): ("ImageTooBlurry", "State"),
    ("VideoSource", "GlobalSceneChange"): ("GlobalSceneChange", "State"),
    ("RuleEngine", "TamperDetector", "Tamper"): ("Tamper", "IsTamper"),
    ("VideoSource", "SignalLoss"): (LOSS, "State"),
    ("Device", "Trigger", "DigitalInput"): (INPUT, "LogicalState"),
}
"""By the beginning of a topic: our kind, and the item of its data that says whether it stands. The
topics of a picture end with the service that noticed it (`ImagingService`)."""
GROUPS = {MOTION: "motion", INPUT: "input", LOSS: "signal"}
"""What the settings call a kind; all others are `tamper`."""
_SOURCES = frozenset({"Source", "VideoSource", "VideoSourceToken", "VideoSourceConfigurationToken"})
"""Items that name the eye. ("VideoSource" alone is written by some encoders.)"""
_TRUTH = {"true": True, "1": True, "false": False, "0": False}


class Notice(msgspec.Struct, frozen=True):
    """One notification. `source` is the token of its eye or of the eye's configuration, empty where
    it names none; `stands` None where the property was deleted; `at` by the device's clock, None
    where that cannot be read; `first` says that a device told how it stands because it was asked
    for the first time."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    topic: str
    kind: str
    source: str
    stands: bool | None
    at: Ms | None
    first: bool = False
    text: str = ""

    @property
    def what(self) -> tuple[str, str, str]:
        """What stands or not: the topic and all that its message names."""
        return self.topic, self.source, self.text


def addressed(action: str, to: str, reference: str = "") -> str:
    """The header of a call (WS-Addressing): devices find the subscription by it."""
    return (
        f'<a:Action xmlns:a="{_WSA}">{escape(action)}</a:Action>'
        f'<a:To xmlns:a="{_WSA}">{escape(to)}</a:To>{reference}'
    )


def create(to: str) -> tuple[str, str]:
    """Header and body that ask for a subscription to all topics: filters differ between makers."""
    body = (
        f'<CreatePullPointSubscription xmlns="{EVENTS}">'
        f"<InitialTerminationTime>PT{LIFE_S}S</InitialTerminationTime>"
        "</CreatePullPointSubscription>"
    )
    return addressed(f"{EVENTS}/EventPortType/CreatePullPointSubscriptionRequest", to), body


def pull(to: str, reference: str) -> tuple[str, str]:
    """Header and body that ask for what came meanwhile."""
    body = (
        f'<PullMessages xmlns="{EVENTS}"><Timeout>PT{PULL_S}S</Timeout>'
        f"<MessageLimit>{AT_ONCE}</MessageLimit></PullMessages>"
    )
    return addressed(f"{_PULL}/PullMessagesRequest", to, reference), body


def renew(to: str, reference: str) -> tuple[str, str]:
    """Header and body that ask for a longer life."""
    body = f'<Renew xmlns="{_WSNT}"><TerminationTime>PT{LIFE_S}S</TerminationTime></Renew>'
    return addressed(f"{_MANAGER}/RenewRequest", to, reference), body


def unsubscribe(to: str, reference: str) -> tuple[str, str]:
    """Header and body that end a subscription."""
    body = f'<Unsubscribe xmlns="{_WSNT}"/>'
    return addressed(f"{_MANAGER}/UnsubscribeRequest", to, reference), body


def subscription_of(answer: Any) -> tuple[str, str]:
    """The address of a subscription, and what is to be repeated in the header of each call to it;
    raises ValueError."""
    whole = child(answer, "SubscriptionReference")
    address = text_of(whole, "Address") if whole is not None else ""
    if whole is None or not 0 < len(address) <= 2048:
        raise ValueError("no subscription")
    found = child(whole, "ReferenceParameters")
    parts = islice(found.iterchildren(), MOST_ITEMS) if found is not None else ()
    reference = "".join(etree.tostring(part, encoding="unicode", with_tail=False) for part in parts)
    if len(reference) > MOST_REFERENCE:
        raise ValueError("reference parameters")
    return address, reference


def life_of(answer: Any) -> float | None:
    """How long a subscription lives on in seconds, both times by the device's clock; None where
    the answer does not say."""
    now, end = moment(text_of(answer, "CurrentTime")), moment(text_of(answer, "TerminationTime"))
    return (end - now) / 1000 if now is not None and end is not None else None


def clock_of(answer: Any) -> Ms | None:
    """What the device's clock says."""
    return moment(text_of(answer, "CurrentTime"))


def notices(answer: Any) -> tuple[list[Notice], int]:
    """Those that we know in the answer to a pull, and how many could not be read. Other topics are
    nothing to us, and not counted."""
    found, bad = [], 0
    for message in islice(children(answer, "NotificationMessage"), 2 * AT_ONCE):
        try:
            notice = _notice(message)
        except ValueError:
            bad += 1
            continue
        if notice is not None:
            found.append(notice)
    return found, bad


def _notice(message: Any) -> Notice | None:
    topic = text_of(message, "Topic")[:MOST_TEXT]
    path = tuple(part.rpartition(":")[2] for part in topic.split("/"))
    kind, item = _TOPICS.get(path[:3]) or _TOPICS.get(path[:2]) or ("", "")
    if not kind:
        return None
    whole = child(message, "Message")
    inner = child(whole, "Message") if whole is not None else None
    if inner is None:
        raise ValueError("no message")
    operation = inner.get("PropertyOperation", "")
    source = dict(_items(inner, "Source"))
    data = dict(_items(inner, "Data"))
    stands = None if operation == "Deleted" else _TRUTH.get(data.get(item, "").lower())
    if stands is None and operation != "Deleted":
        raise ValueError(item)
    eye = next((value for name, value in source.items() if name in _SOURCES), "")
    named = source.get("InputToken", "") if kind == INPUT else source.get("Rule", "")
    return Notice(
        "/".join(path),
        kind,
        "" if kind == INPUT else eye,
        stands,
        moment(inner.get("UtcTime", "")),
        operation == "Initialized",
        named,
    )


def _items(inner: Any, part: str) -> Iterator[tuple[str, str]]:
    found = child(inner, part)
    items = children(found, "SimpleItem") if found is not None else []
    for item in items[:MOST_ITEMS]:
        yield item.get("Name", "")[:MOST_TEXT], item.get("Value", "").strip()[:MOST_TEXT]


def moment(text: str) -> Ms | None:
    """A time of XML Schema, of UTC where it has no zone; None for what is none."""
    try:
        then = datetime.fromisoformat(text.strip()[:40])
        return round((then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
