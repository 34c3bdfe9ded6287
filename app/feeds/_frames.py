"""Bytes of the `ws-json` envelope to frames; one bad record quarantines itself, not its frame.

A large message is decoded in parts: whole, 5,000 positions hold Python's lock for 2 to 4 ms in one
call, in which the windows cannot even ask for it (docs/decisions/0009-windows-first.md).
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any, ClassVar

import msgspec

from app.core.envelope import Delta, Refilled, ServerFrame, Snapshot
from app.core.model import DeviceStatus, Event, Position, Reading, Stock, Warning
from app.core.privacy import INTERNAL, Privacy
from app.formats._base import DECODE_ERRORS, Refuse

LARGE_BYTES = 65_536
PART = 1_000
"""So many records of a large message are decoded at once."""
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
_types: dict[str, type[msgspec.Struct]] = {
    "readings": Reading,
    "events": Event,
    "warnings": Warning,
    "devices": DeviceStatus,
    "positions": Position,
    "stocks": Stock,
}
_records: dict[str, msgspec.json.Decoder[Any]] = {
    name: msgspec.json.Decoder(kind) for name, kind in _types.items()
}
_parts: dict[str, msgspec.json.Decoder[Any]] = {
    name: msgspec.json.Decoder(list[kind])  # type: ignore[valid-type]
    for name, kind in _types.items()
}
_kinds: dict[str, type[Records]] = {"snapshot": Snapshot, "delta": Delta, "refilled": Refilled}


def _nothing() -> None:
    """Nobody goes first."""


def decoded(
    messages: Iterable[bytes | bytearray], refuse: Refuse, give_way: Callable[[], None] = _nothing
) -> Iterator[ServerFrame]:
    """The frames of messages, in order: of each the one it is, or those of a bundle. The quick way
    takes a whole message; what it refuses is looked at record by record. `give_way` is called
    between two parts of a large one."""
    for data in messages:
        if len(data) >= LARGE_BYTES and (frame := _in_parts(data, refuse, give_way)) is not None:
            yield frame
            continue
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


def _in_parts(
    data: bytes | bytearray, refuse: Refuse, give_way: Callable[[], None]
) -> Records | None:
    """A large frame of records, part by part; None for anything else. It comes to the same as the
    quick way, or as the lenient one where that refuses: a part with a bad record is looked at
    record by record."""
    try:
        loose = _loose.decode(data)
    except DECODE_ERRORS:
        return None
    if loose.t not in _kinds or min(loose.seq, loose.prev) < 0:
        return None

    def good(raws: list[msgspec.Raw], name: str) -> list[Any]:
        found: list[Any] = []
        for start in range(0, len(raws), PART):
            give_way()
            part = raws[start : start + PART]
            try:
                found += _parts[name].decode(b"[" + b",".join(part) + b"]")
            except DECODE_ERRORS:
                found += _good(part, _records[name], refuse)
        return found

    return _made(loose, good)


def decode_leniently(data: bytes | bytearray, refuse: Refuse) -> Records | None:
    """A frame that the quick way refused, record by record; None where nothing can be used."""
    try:
        loose = _loose.decode(data)
    except DECODE_ERRORS:
        refuse("not_a_frame", bytes(data[:4000]))
        return None
    if loose.t not in _kinds:
        refuse("not_a_frame", bytes(data[:4000]))
        return None
    made = _made(loose, lambda raws, name: _good(raws, _records[name], refuse))
    if loose.seq < 0 or loose.prev < 0:
        refuse("not_a_frame", bytes(data[:4000]))
        return None
    return made


def _made(loose: _Loose, good: Callable[[list[msgspec.Raw], str], list[Any]]) -> Records:
    """The frame of those records that are `good`."""
    kind = _kinds[loose.t]
    fields: dict[str, Any] = {"seq": loose.seq, "prev": loose.prev, "sent": loose.sent}
    if len(loose.source) <= 200:
        fields["source"] = loose.source
    if loose.open is not None and all(0 < len(id_) <= 120 for id_ in loose.open):
        fields["open"] = loose.open
    if kind is not Delta and loose.final is not None:
        fields["final"] = loose.final
    for name in _records:
        if found := good(getattr(loose, name), name):
            fields[name] = found
    return kind(**fields)


def _good(raws: list[msgspec.Raw], decoder: msgspec.json.Decoder[Any], refuse: Refuse) -> list[Any]:
    good: list[Any] = []
    for raw in raws:
        try:
            good.append(decoder.decode(raw))
        except DECODE_ERRORS:
            refuse("bad_record", bytes(raw)[:4000])
    return good
