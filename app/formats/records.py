"""Our own records as plain JSON: one object or an array, as they come over MQTT.

The topic says which kind: a level that is `event`, `warning`, `device`, `position` or
`stock` gives those, anything else gives readings.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from app.config import Limits
from app.core.model import DeviceStatus, Event, Position, Reading, Record, Stock, Warning
from app.formats._base import DECODE_ERRORS, Format, Made, Payload, Refuse

KINDS: dict[str, type[Record]] = {
    "reading": Reading,
    "event": Event,
    "warning": Warning,
    "device": DeviceStatus,
    "position": Position,
    "stock": Stock,
}
_many: dict[str, msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(struct | list[struct])  # type: ignore[valid-type]
    for kind, struct in KINDS.items()
}
_one: dict[str, msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(struct) for kind, struct in KINDS.items()
}
_raws = msgspec.json.Decoder(list[msgspec.Raw])


class Records(Format, kind="records"):
    """Our own records; what a feed sends that states no format."""

    example = """
        [[feed]]
        id = "iot"
        kind = "mqtt"
        name_zh = "物联网平台"
        name_en = "IoT platform"
        url = "mqtts://broker.example"

        [feed.options]
        topics = ["reading/#", "device"]
    """

    def read(self, payload: Payload) -> Iterator[Made]:
        """See Format.read."""
        refused: list[Made] = []
        good = decode_records(
            payload.data,
            kind_of(payload.topic),
            self.config.limits,
            lambda reason, sample: refused.append(Made(sample, reason=reason)),
        )
        yield from refused
        for number, record in enumerate(good, 1):
            yield Made(None, number, record)


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
