"""Positions as they are stored for maps that look back: columns to bytes and back, and who stores
them every minute.

Places to a decimetre (1e-6 degrees), headings and speeds as half floats, moments relative to the
snapshot. Of more than MOST things of a layer every second, third... is kept, always the same ones.
"""

import asyncio
import logging
import zlib
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any, ClassVar

import msgspec
import numpy as np
import zstandard

from app.core.clock import Clock
from app.core.message import Refusal
from app.core.model import Ms
from app.core.privacy import Privacy
from app.live.batch import PositionColumns
from app.live.picture import Picture
from app.store.driver import DatabaseError
from app.store.positions import EVERY_MS, Snapshot

log = logging.getLogger(__name__)

MOST = 20_000
_MAX_BYTES = 64 * 1024 * 1024
_DEGREE = 1e6
_SLICE = 4096
_FAR_MS = 2**31 - 1
Key = tuple[str, str]


class _Body(msgspec.Struct, frozen=True):
    """The columns of a snapshot; numbers as little-endian bytes."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    ids: list[str]
    names: list[str]
    kinds: list[str]
    lon: bytes  # i4, 1e-6 degrees
    lat: bytes
    age: bytes  # i4, ms before the snapshot
    heading: bytes  # f2
    speed: bytes
    expires: bytes  # i8
    suspect: bytes  # u1


def pack(columns: PositionColumns, moment: Ms) -> Snapshot:
    """A layer as it is stored; not for the main loop."""
    keep = np.isfinite(columns.lon) & np.isfinite(columns.lat)
    keep &= (np.abs(columns.lon) <= 180) & (np.abs(columns.lat) <= 90)
    share = -(-int(keep.sum()) // MOST)
    if share > 1:
        keep &= _every(columns.ids, share)
    body = _Body(
        [str(one) for one in columns.ids[keep]],
        [str(one) for one in columns.names[keep]],
        [str(one) for one in columns.kinds[keep]],
        np.rint(columns.lon[keep] * _DEGREE).astype("<i4").tobytes(),
        np.rint(columns.lat[keep] * _DEGREE).astype("<i4").tobytes(),
        np.clip(moment - columns.observed[keep], -_FAR_MS, _FAR_MS).astype("<i4").tobytes(),
        columns.heading[keep].astype("<f2").tobytes(),
        np.clip(columns.speed[keep], -60_000, 60_000).astype("<f2").tobytes(),
        columns.expires[keep].astype("<i8").tobytes(),
        columns.suspect[keep].astype("u1").tobytes(),
    )
    packed = zstandard.compress(msgspec.msgpack.encode(body))
    return Snapshot(moment, columns.source, columns.layer, len(body.ids), packed)


def unpack(row: Snapshot) -> PositionColumns:
    """The layer again; raises ValueError for bytes that are none."""
    try:
        raw = zstandard.ZstdDecompressor().decompress(row.body, max_output_size=_MAX_BYTES)
        body = msgspec.msgpack.decode(raw, type=_Body)
        found = PositionColumns(
            source=row.source,
            layer=row.layer,
            received=row.at,
            ids=np.array(body.ids, object),
            lon=np.frombuffer(body.lon, "<i4") / _DEGREE,
            lat=np.frombuffer(body.lat, "<i4") / _DEGREE,
            observed=row.at - np.frombuffer(body.age, "<i4").astype(np.int64),
            heading=np.frombuffer(body.heading, "<f2").astype(np.float32),
            speed=np.frombuffer(body.speed, "<f2").astype(np.float32),
            expires=np.frombuffer(body.expires, "<i8").astype(np.int64),
            suspect=np.frombuffer(body.suspect, "u1").astype(np.bool_),
            names=np.array(body.names, object),
            kinds=np.array(body.kinds, object),
        )
    except (zstandard.ZstdError, msgspec.MsgspecError) as error:
        raise ValueError("no snapshot of positions") from error
    sizes = {len(column) for column in msgspec.structs.astuple(found)[3:]}
    if sizes != {row.things}:
        raise ValueError("columns of different length")
    return found


def _every(ids: Any, share: int) -> Any:
    """The same things each time, about one of `share`."""
    kept = np.zeros(len(ids), np.bool_)
    for begin in range(0, len(ids), _SLICE):
        part = ids[begin : begin + _SLICE]
        kept[begin : begin + _SLICE] = [zlib.crc32(str(one).encode()) % share == 0 for one in part]
    return kept


class PositionKeeper:
    """Stores the positions of a picture every minute, as far as they changed; `await run()` on the
    main loop until it is cancelled. `keep` hands rows to the store."""

    def __init__(
        self, picture: Picture, clock: Clock, keep: Callable[[Iterable[Snapshot]], Future[None]]
    ) -> None:
        self._picture, self._clock, self._keep = picture, clock, keep
        self._stored: dict[Key, PositionColumns] = {}
        self._failed = False

    async def run(self) -> None:
        """Every minute."""
        while True:
            await asyncio.sleep(EVERY_MS / 1000)
            await self.store()

    async def store(self) -> int:
        """Store what changed since the last time; gives how many layers."""
        held = dict(self._picture.positions)
        due = [columns for key, columns in held.items() if self._stored.get(key) is not columns]
        if not due:
            return 0
        moment = self._clock.now() // EVERY_MS * EVERY_MS
        rows = await asyncio.to_thread(lambda: [pack(columns, moment) for columns in due])
        try:
            await asyncio.wrap_future(self._keep(rows))
        except (Refusal, DatabaseError) as error:
            if not self._failed:  # said once; the next minute tries again
                log.error("positions are not kept: %s", error)
            self._failed = True
            return 0
        self._failed, self._stored = False, held
        return len(rows)
