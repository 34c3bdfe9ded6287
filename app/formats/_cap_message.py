"""A CAP message as it was written: what the standard demands is there and in its words.

CAP 1.2 and 1.1, from the schema cap12.xsd (1.1 has the same elements in another namespace, without
`responseType`'s later words) and the messages of google/cap-library. A message without a namespace
is read as 1.2. XML signatures are passed over: nothing here says that a sender is who he claims to
be; that is for the line it came over. GB/T 35965.1-2018, the Chinese relative, could not be had:
what is known of it are its identifiers (see `_cap_china`) and the four colours.
"""

import re
from datetime import datetime
from typing import Any, ClassVar

import msgspec

from app.core.model import Ms
from app.core.privacy import Privacy
from app.formats._xml import Element, child, children, text_of

NAMESPACES = ("urn:oasis:names:tc:emergency:cap:1.2", "urn:oasis:names:tc:emergency:cap:1.1", "")
OLD = ("http://www.incident.com/cap/1.0", "urn:oasis:names:tc:emergency:cap:1.0")

MOST_INFOS = 50
MOST_AREAS = 500
MOST_REFERENCES = 100
MOST_PAIRS = 5000  # geocodes of one info, parameters

STATUSES = frozenset({"actual", "exercise", "system", "test", "draft"})
TYPES = frozenset({"alert", "update", "cancel", "ack", "error"})
SCOPES = frozenset({"public", "restricted", "private"})
AXES = {
    "urgency": frozenset({"immediate", "expected", "future", "past", "unknown"}),
    "severity": frozenset({"extreme", "severe", "moderate", "minor", "unknown"}),
    "certainty": frozenset({"observed", "likely", "possible", "unlikely", "unknown"}),
}
# The schema demands an offset in figures; `Z` means the same and is often written.
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[+-]\d\d:\d\d|Z)", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

Pairs = tuple[tuple[str, str], ...]
"""Names and values: parameters, codes of an event, codes of a place."""


class BadCap(ValueError):
    """A message that cannot be used: the reason's word and the element."""

    def __init__(self, reason: str, field: str) -> None:
        super().__init__(reason, field)
        self.reason = reason
        self.field = field


class Place(msgspec.Struct, frozen=True):
    """An `area` as it was written."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    name: str
    polygons: tuple[str, ...] = ()
    circles: tuple[str, ...] = ()
    codes: Pairs = ()


class Info(msgspec.Struct, frozen=True):
    """An `info` as it was written; words of the axes in lower case, times in ms, 0: not stated."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    language: str
    event: str
    urgency: str
    severity: str
    certainty: str
    responses: tuple[str, ...] = ()
    effective: Ms = 0
    onset: Ms = 0
    expires: Ms = 0
    issuer: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    event_codes: Pairs = ()
    parameters: Pairs = ()
    places: tuple[Place, ...] = ()


class Reference(msgspec.Struct, frozen=True):
    """An earlier message; `sent` is 0 where its time cannot be read."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    key: str
    sent: Ms


class Alert(msgspec.Struct, frozen=True):
    """A message. `flaws` are optional elements that could not be used, and why."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    identifier: str
    sender: str
    sent: Ms
    status: str
    type: str
    scope: str
    references: tuple[Reference, ...] = ()
    infos: tuple[Info, ...] = ()
    flaws: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """What another message calls this one."""
        return key_of(self.sender, self.identifier)


def key_of(sender: str, identifier: str) -> str:
    """A message's name among all: who sent it and his name for it."""
    return f"{sender},{identifier}"


def read_alert(element: Element) -> Alert:
    """The message of an `alert` element; raises BadCap."""
    flaws: list[tuple[str, str]] = []
    status = _word(element, "status", STATUSES)
    type_ = _word(element, "msgType", TYPES)
    sent = moment(_demanded(element, "sent"))
    if not sent:
        raise BadCap("bad_time", "sent")
    infos = children(element, "info")
    if len(infos) > MOST_INFOS:
        raise BadCap("cap_too_much", "info")
    return Alert(
        identifier=clean(_demanded(element, "identifier"), 300),
        sender=clean(_demanded(element, "sender"), 300),
        sent=sent,
        status=status,
        type=type_,
        scope=_word(element, "scope", SCOPES),
        references=references(text_of(element, "references")),
        infos=tuple(_info(item, flaws) for item in infos),
        flaws=tuple(flaws),
    )


def references(text: str) -> tuple[Reference, ...]:
    """The messages of `references`: `sender,identifier,sent` apart by blanks; the oldest first."""
    found = []
    for word in text.split()[:MOST_REFERENCES]:
        sender, _, rest = word.partition(",")
        identifier, _, sent = rest.rpartition(",")
        if sender and identifier:
            found.append(Reference(key_of(sender, identifier), moment(sent)))
    return tuple(sorted(found, key=lambda item: item.sent))


def moment(text: str) -> Ms:
    """A time with its offset in ms; 0 for one that cannot be read or that no record can bear."""
    if not _TIME.fullmatch(text):
        return 0
    try:
        at = round(datetime.fromisoformat(text).timestamp() * 1000)
    except (ValueError, OverflowError):
        return 0
    return at if 0 < at <= 4_102_444_800_000 else 0


def clean(text: str, most: int, *, lines: bool = False) -> str:
    """A text without control characters and marks that turn its direction, cut to a length."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if lines:
        return "\n".join(line.strip() for line in text.split("\n")).strip()[:most]
    return " ".join(text.split())[:most]


def _info(element: Element, flaws: list[tuple[str, str]]) -> Info:
    _demanded(element, "category")
    places = children(element, "area")
    if len(places) > MOST_AREAS:
        flaws.append(("cap_too_much", "area"))
    return Info(
        language=text_of(element, "language") or "en-US",  # the schema's default
        event=clean(_demanded(element, "event"), 200),
        responses=tuple((item.text or "").strip() for item in children(element, "responseType")),
        issuer=clean(text_of(element, "senderName"), 200),
        headline=clean(text_of(element, "headline"), 400),
        description=clean(text_of(element, "description"), 8000, lines=True),
        instruction=clean(text_of(element, "instruction"), 8000, lines=True),
        event_codes=_pairs(element, "eventCode"),
        parameters=_pairs(element, "parameter"),
        places=tuple(_place(item) for item in places[:MOST_AREAS]),
        urgency=_axis(element, "urgency"),
        severity=_axis(element, "severity"),
        certainty=_axis(element, "certainty"),
        effective=_time(element, "effective", flaws),
        onset=_time(element, "onset", flaws),
        expires=_time(element, "expires", flaws),
    )


def _time(element: Element, name: str, flaws: list[tuple[str, str]]) -> Ms:
    text = text_of(element, name)
    at = moment(text)
    if text and not at:
        flaws.append(("bad_time", name))
    return at


def _place(element: Element) -> Place:
    return Place(
        name=clean(text_of(element, "areaDesc"), 200),
        polygons=tuple(item.text or "" for item in children(element, "polygon")),
        circles=tuple(item.text or "" for item in children(element, "circle")),
        codes=_pairs(element, "geocode"),
    )


def _pairs(element: Element, name: str) -> Pairs:
    return tuple(
        (clean(text_of(item, "valueName"), 200), clean(text_of(item, "value"), 400))
        for item in children(element, name)[:MOST_PAIRS]
    )


def _demanded(element: Element, name: str) -> str:
    """The text of an element that must be there; raises BadCap."""
    found: Any = child(element, name)
    text = (found.text or "").strip() if found is not None else ""
    if not text:
        raise BadCap("missing", name)
    return str(text)


def _word(element: Element, name: str, known: frozenset[str]) -> str:
    word = _demanded(element, name).lower()
    if word not in known:
        raise BadCap("cap_word", name)
    return word


def _axis(element: Element, name: str) -> str:
    word = _demanded(element, name).lower()
    if name == "certainty" and word == "very likely":  # of CAP 1.0, deprecated
        return "likely"
    if word not in AXES[name]:
        raise BadCap("cap_word", name)
    return word
