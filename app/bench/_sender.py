"""`python -m app.bench._sender FRAMES BATCH`: sends frames of the envelope, made beforehand.

Prints its address as JSON, sends to every client that subscribes, ends with its standard input.
"""

import asyncio
import json
import sys
import time

from websockets.asyncio.server import ServerConnection, serve
from websockets.frames import Frame, Opcode

from app.child import parent_gone

_KEYS = 2000
_BLOB = 262_144


def payload(number: int, batch: int, begin: int) -> bytes:
    """Delta `number` (from 1) with `batch` readings that are newer than all before."""
    first = (number - 1) * batch
    readings = ",".join(
        f'{{"key":"reading/water.level/320812/st{index % _KEYS}",'
        f'"value":{index % 977 / 11:.2f},"observed":{begin + index // _KEYS}}}'
        for index in range(first, first + batch)
    )
    text = f'{{"t":"delta","seq":{number},"prev":{number - 1},"readings":[{readings}]}}'
    return text.encode()


def blobs(frames: int, batch: int) -> list[bytes]:
    """All frames as bytes of the wire, in pieces that the socket takes at once."""
    begin = time.time_ns() // 1_000_000 - 600_000
    pieces: list[bytes] = []
    held: list[bytes] = []
    size = 0
    for number in range(1, frames + 1):
        data = Frame(Opcode.TEXT, payload(number, batch, begin)).serialize(mask=False)
        held.append(data)
        size += len(data)
        if size >= _BLOB:
            pieces.append(b"".join(held))
            held, size = [], 0
    return [*pieces, b"".join(held)]


async def main(frames: int, batch: int) -> None:
    """Serve until standard input ends."""
    ready = blobs(frames, batch)

    async def handler(socket: ServerConnection) -> None:
        await socket.send('{"t":"welcome","session":"bench"}')
        await socket.recv()
        transport = socket.transport
        transport.set_write_buffer_limits(high=4 * _BLOB)
        for blob in ready:
            transport.write(blob)
            await socket.drain()
        await socket.wait_closed()

    async with serve(handler, "127.0.0.1", 0, compression=None, ping_interval=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        sys.stdout.write(json.dumps({"ws": f"ws://127.0.0.1:{port}"}) + "\n")
        sys.stdout.flush()
        await parent_gone()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
