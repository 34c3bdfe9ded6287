"""Bytes of the `ws-json` envelope to frames; one bad record quarantines itself, not its frame."""

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


_frame = msgspec.json.Decoder(ServerFrame)
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

decode_strict = _frame.decode
"""The quick way: a whole frame, or an error of DECODE_ERRORS."""


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
