"""Bytes of the `ws-json` envelope to frames; one bad record quarantines itself, not its frame."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, ClassVar

import msgspec

from app.core.envelope import Delta, Refilled, ServerFrame, Snapshot
from app.core.model import DeviceStatus, Event, Position, Reading, Stock, Warning
from app.core.privacy import INTERNAL, Privacy
from app.formats._base import DECODE_ERRORS, Refuse

Records = Snapshot | Delta | Refilled
_Raws = Annotated[list[msgspec.Raw], INTERNAL]


class _Loose(msgspec.Struct):
    """A frame whose records are not looked into yet."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    t: str
    seq: int = 0
    prev: int = 0
    sent: int = 0
    final: bool | None = None
    readings: _Raws = []
    events: _Raws = []
    warnings: _Raws = []
    devices: _Raws = []
    positions: _Raws = []
    stocks: _Raws = []
    source: str = ""
    open: list[str] | None = None


_message = msgspec.json.Decoder(ServerFrame | list[ServerFrame])
_bundle = msgspec.json.Decoder(list[msgspec.Raw])
_loose = msgspec.json.Decoder(_Loose)
_records: dict[str, msgspec.json.Decoder[Any]] = {
    "readings": msgspec.json.Decoder(Reading),
    "events": msgspec.json.Decoder(Event),
    "warnings": msgspec.json.Decoder(Warning),
    "devices": msgspec.json.Decoder(DeviceStatus),
    "positions": msgspec.json.Decoder(Position),
    "stocks": msgspec.json.Decoder(Stock),
}
_kinds: dict[str, type[Records]] = {"snapshot": Snapshot, "delta": Delta, "refilled": Refilled}


def decoded(messages: Iterable[bytes | bytearray], refuse: Refuse) -> Iterator[ServerFrame]:
    """The frames of messages, in order: of each the one it is, or those of a bundle. The quick way
    takes a whole message; what it refuses is looked at part by part."""
    for data in messages:
        try:
            found = _message.decode(data)
        except DECODE_ERRORS:
            yield from _one_by_one(data, refuse)
            continue
        if type(found) is not list:
            yield found
        elif found:
            yield from found
        else:
            refuse("not_a_frame", bytes(data))


def _one_by_one(data: bytes | bytearray, refuse: Refuse) -> Iterator[ServerFrame]:
    if data[:1] != b"[":
        lenient = decode_leniently(data, refuse)
        if lenient is not None:
            yield lenient
        return
    try:
        raws = _bundle.decode(data)
    except DECODE_ERRORS:
        refuse("not_a_frame", bytes(data[:4000]))
        return
    for raw in raws:
        if bytes(raw)[:1] != b"[":  # no bundle of bundles
            yield from decoded((bytes(raw),), refuse)
        else:
            refuse("not_a_frame", bytes(raw)[:4000])


def decode_leniently(data: bytes | bytearray, refuse: Refuse) -> Records | None:
    """A frame that the quick way refused, record by record; None where nothing can be used."""
    try:
        loose = _loose.decode(data)
    except DECODE_ERRORS:
        refuse("not_a_frame", bytes(data[:4000]))
        return None
    kind = _kinds.get(loose.t)
    if kind is None:
        refuse("not_a_frame", bytes(data[:4000]))
        return None
    fields: dict[str, Any] = {"seq": loose.seq, "prev": loose.prev, "sent": loose.sent}
    if len(loose.source) <= 200:
        fields["source"] = loose.source
    if loose.open is not None and all(0 < len(id_) <= 120 for id_ in loose.open):
        fields["open"] = loose.open
    if kind is not Delta and loose.final is not None:
        fields["final"] = loose.final
    for name, decoder in _records.items():
        good = _good(getattr(loose, name), decoder, refuse)
        if good:
            fields[name] = good
    if loose.seq < 0 or loose.prev < 0:
        refuse("not_a_frame", bytes(data[:4000]))
        return None
    return kind(**fields)


def _good(raws: list[msgspec.Raw], decoder: msgspec.json.Decoder[Any], refuse: Refuse) -> list[Any]:
    good: list[Any] = []
    for raw in raws:
        try:
            good.append(decoder.decode(raw))
        except DECODE_ERRORS:
            refuse("bad_record", bytes(raw)[:4000])
    return good
