"""`python -m app.bench._points COUNT HZ`: so many points, all of them anew HZ times a second.

Prints its port as JSON, serves the `ws-json` envelope to every client that subscribes, ends with
its standard input. The records are of fixed width and written by numpy, so that the sender is not
what is measured.
"""

import asyncio
import sys
import time
from typing import Any

import numpy as np
from websockets.asyncio.server import ServerConnection

from app.bench._envelope_server import send_until_parent_gone

LAYER = "bench"
LON, LAT, SPREAD = 119.0, 33.4, 0.4
"""Degrees: the middle of the town and how far points stand from it at most."""
PER_FRAME = 5_000
_RECORD = (
    f'{{"id":"p0000000","layer":"{LAYER}","lon":000.000000,"lat":00.000000,"observed":'
    f'0000000000000,"heading":100}},'
).encode()
Pixels = np.ndarray[Any, np.dtype[np.uint8]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]


def id_of(number: int) -> str:
    """The id of a point."""
    return f"p{number:07d}"


class Points:
    """Points on their ways; `records(now)` is where all of them are at a moment, as JSON."""

    def __init__(self, count: int) -> None:
        draw = np.random.default_rng(5)
        self._count = count
        self._lon = draw.uniform(LON - SPREAD, LON + SPREAD, count)
        self._lat = draw.uniform(LAT - SPREAD, LAT + SPREAD, count)
        self._way = draw.uniform(-2e-4, 2e-4, (2, count))  # degrees a second
        self._rows = np.tile(np.frombuffer(_RECORD, np.uint8), (count, 1))
        self._at = {name: _RECORD.index(part) + len(part) for name, part in _NAMES.items()}
        _write(self._rows, self._at["id"], np.arange(count, dtype=np.int64), 7)
        self._begun: float | None = None

    def frames(self, now: int, seq: int) -> list[bytes]:
        """The messages of one update, at `now` in ms UTC; `seq` is the number of its first."""
        if self._begun is None:
            self._begun = now / 1000
        # To and fro within two minutes, so that nothing leaves the view in a long run.
        passed = abs((now / 1000 - self._begun + 60) % 120 - 60)
        for name, place, way in (("lon", self._lon, 0), ("lat", self._lat, 1)):
            micro = np.round((place + self._way[way] * passed) * 1e6).astype(np.int64)
            _write(self._rows, self._at[name], micro // 1_000_000, 3 if way == 0 else 2)
            _write(self._rows, self._at[name] + (4 if way == 0 else 3), micro % 1_000_000, 6)
        _write(self._rows, self._at["observed"], np.full(self._count, now, np.int64), 13)
        made = []
        for number, start in enumerate(range(0, self._count, PER_FRAME)):
            records = self._rows[start : start + PER_FRAME].tobytes()[:-1]
            head = (
                f'{{"t":"delta","seq":{seq + number},"prev":{seq + number - 1},'
                f'"sent":{now},"positions":['
            )
            made.append(head.encode() + records + b"]}")
        return made


_NAMES = {"id": b'"id":"p', "lon": b'"lon":', "lat": b'"lat":', "observed": b'"observed":'}


def _write(rows: Pixels, at: int, numbers: Numbers, digits: int) -> None:
    for place in range(digits - 1, -1, -1):
        rows[:, at + place] = 48 + numbers % 10
        numbers = numbers // 10


async def main(count: int, hz: float) -> None:
    """Serve until standard input ends."""
    points = Points(count)

    async def pour(socket: ServerConnection) -> None:
        seq, due = 1, time.perf_counter()
        while True:
            for frame in points.frames(time.time_ns() // 1_000_000, seq):
                await socket.send(frame, text=True)
                seq += 1
            due += 1 / hz
            await asyncio.sleep(max(0.0, due - time.perf_counter()))

    await send_until_parent_gone(pour)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
