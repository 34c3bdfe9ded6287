"""`python -m app.bench._load RATE BATCH KEYS [FILE]`: readings at a steady rate, stamped when sent.

With a FILE (`app.bench._town.write_values`) its keys are sent, with values in their ranges.

Prints its port as JSON, serves the envelope to every client that subscribes, ends with its
standard input. `observed` of every reading is this process's clock at the moment of sending.
"""

import asyncio
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from websockets.asyncio.server import ServerConnection

from app.bench._city import key_of
from app.bench._envelope_server import send_until_parent_gone

TICKS_PER_S = 100


Value = tuple[str, float, float]
"""Key, lowest and highest value."""


def values_of(keys: int, file: str = "") -> list[Value]:
    """What is sent: so many made-up keys, or those of a file."""
    if not file:
        return [(key_of(number), 0.0, 99.6) for number in range(keys)]
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    return [
        (key, float(low), float(high)) for key, low, high in (line.split("\t") for line in lines)
    ]


def frames(rate: int, batch: int, values: list[Value]) -> Iterator[list[str]]:
    """The frames of each tick, without end."""
    keys = len(values)
    seq, index, owed = 0, 0, 0.0
    while True:
        owed += rate / TICKS_PER_S
        tick: list[str] = []
        now = time.time_ns() // 1_000_000
        while owed >= 1:
            size = min(batch, int(owed))
            owed -= size
            seq += 1
            readings = ",".join(
                f'{{"key":"{key}","value":{low + (high - low) * (number % 997) / 996:g},'
                f'"observed":{now}}}'
                for number in range(index, index + size)
                for key, low, high in (values[number % keys],)
            )
            index += size
            tick.append(
                f'{{"t":"delta","seq":{seq},"prev":{seq - 1},"sent":{now},"readings":[{readings}]}}'
            )
        yield tick


async def _pour(socket: ServerConnection, rate: int, batch: int, values: list[Value]) -> None:
    due = time.perf_counter()
    for tick in frames(rate, batch, values):
        for frame in tick:
            await socket.send(frame)
        due += 1 / TICKS_PER_S
        await asyncio.sleep(max(0.0, due - time.perf_counter()))


async def main(rate: int, batch: int, values: list[Value]) -> None:
    """Serve until standard input ends."""
    await send_until_parent_gone(lambda socket: _pour(socket, rate, batch, values))


if __name__ == "__main__":
    asyncio.run(
        main(int(sys.argv[1]), int(sys.argv[2]), values_of(int(sys.argv[3]), *sys.argv[4:]))
    )
