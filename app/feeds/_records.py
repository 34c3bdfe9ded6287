"""Our own records as plain JSON: one object or an array, as they come over MQTT.

The topic says which kind: a level that is `event`, `warning`, `device` or `position` gives those,
anything else gives readings.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from app.config import Limits
from app.core.model import DeviceStatus, Event, Position, Reading, Record, Warning
from app.feeds._frames import DECODE_ERRORS, Refuse

KINDS: dict[str, type[Record]] = {
    "reading": Reading,
    "event": Event,
    "warning": Warning,
    "device": DeviceStatus,
    "position": Position,
}
_many: dict[str, msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(struct | list[struct])  # type: ignore[valid-type]
    for kind, struct in KINDS.items()
}
_one: dict[str, msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(struct) for kind, struct in KINDS.items()
}
_raws = msgspec.json.Decoder(list[msgspec.Raw])


def kind_of(topic: Sequence[str]) -> str:
    """The kind of record that a topic carries."""
    return next((level for level in topic if level in KINDS), "reading")


def decode_records(data: bytes, kind: str, limits: Limits, refuse: Refuse) -> list[Record]:
    """The records of a payload; a bad one is refused alone. Nothing is raised."""
    if len(data) > limits.max_bytes:
        refuse("oversized", f"{len(data)} bytes")
        return []
    try:
        decoded = _many[kind].decode(data)
    except DECODE_ERRORS:
        return _one_by_one(data, kind, refuse)
    return decoded if isinstance(decoded, list) else [decoded]


def _one_by_one(data: bytes, kind: str, refuse: Refuse) -> list[Record]:
    try:
        raws = _raws.decode(data)
    except DECODE_ERRORS:
        refuse("bad_record", data[:4000])
        return []
    good: list[Record] = []
    for raw in raws:
        try:
            good.append(_one[kind].decode(raw))
        except DECODE_ERRORS:
            refuse("bad_record", bytes(raw)[:4000])
    return good
