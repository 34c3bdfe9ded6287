"""`python -m app.bench._load RATE BATCH KEYS`: readings at a steady rate, stamped as they leave.

Prints its port as JSON, serves the envelope to every client that subscribes, ends with its
standard input. `observed` of every reading is this process's clock at the moment of sending.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from app.bench._city import key_of
from app.child import parent_gone

TICKS_PER_S = 100


def frames(rate: int, batch: int, keys: int) -> Iterator[list[str]]:
    """The frames of each tick, without end."""
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
                f'{{"key":"{key_of(number % keys)}","value":{number % 997 / 10},"observed":{now}}}'
                for number in range(index, index + size)
            )
            index += size
            tick.append(
                f'{{"t":"delta","seq":{seq},"prev":{seq - 1},"sent":{now},"readings":[{readings}]}}'
            )
        yield tick


async def _pour(socket: ServerConnection, rate: int, batch: int, keys: int) -> None:
    due = time.perf_counter()
    for tick in frames(rate, batch, keys):
        for frame in tick:
            await socket.send(frame)
        due += 1 / TICKS_PER_S
        await asyncio.sleep(max(0.0, due - time.perf_counter()))


async def main(rate: int, batch: int, keys: int) -> None:
    """Serve until standard input ends."""

    async def handler(socket: ServerConnection) -> None:
        await socket.send('{"t":"welcome","session":"bench"}')
        await socket.recv()
        await socket.send('{"t":"snapshot","seq":0}')
        try:
            await _pour(socket, rate, batch, keys)
        except ConnectionClosed:
            return  # the window under measurement has ended, as it should

    async with serve(handler, "127.0.0.1", 0, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        sys.stdout.write(json.dumps({"ws": f"ws://127.0.0.1:{port}"}) + "\n")
        sys.stdout.flush()
        await parent_gone()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
