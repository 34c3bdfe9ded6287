"""Frames that are cut out of the stream by us: the same messages, however the bytes come in."""

import asyncio
import base64
import hashlib
import random

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.frames import Frame, Opcode

from app.feeds._socket import BulkConnection

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
SIZES = (0, 1, 125, 126, 127, 65_535, 65_536, 70_000)


def frame(opcode: Opcode, data: bytes, fin: bool = True) -> bytes:
    return Frame(opcode, data, fin).serialize(mask=False)


def stream(rng: random.Random) -> tuple[bytes, list[bytes]]:
    """Bytes of a server: whole and fragmented messages with pings between and inside them."""
    wire, said = b"", []
    for size in rng.sample(SIZES, len(SIZES)):
        body = rng.randbytes(size)
        said.append(body)
        if rng.random() < 0.3:
            cut = rng.randint(0, size)
            wire += frame(Opcode.TEXT, body[:cut], False) + frame(Opcode.PING, b"x")
            wire += frame(Opcode.CONT, body[cut:])
        else:
            wire += frame(rng.choice((Opcode.TEXT, Opcode.BINARY)), body)
        if rng.random() < 0.5:
            wire += frame(rng.choice((Opcode.PING, Opcode.PONG)), b"still there")
    return wire, said


async def taken(wire: bytes, count: int, chunks: list[int], most: int = 1 << 20) -> list[bytes]:
    """What a client takes of `wire`, sent in pieces of these lengths right behind the handshake;
    with a `most` the server hangs up when the client first says something."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        key = head[head.lower().index(b"sec-websocket-key: ") + 19 :].partition(b"\r\n")[0]
        accept = base64.b64encode(hashlib.sha1(key + GUID).digest())
        answer = (
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        data, at = answer + wire, 0
        for size in chunks:
            writer.write(data[at : at + size])
            await writer.drain()
            await asyncio.sleep(0)
            at += size
        writer.write(data[at:])
        await reader.read(2 if most < 1 << 20 else -1)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    found: list[bytes] = []
    enough = asyncio.Event()

    def deliver(frames: list[bytes | bytearray]) -> None:
        found.extend(bytes(item) for item in frames)
        if len(found) >= count:
            enough.set()

    async with (
        server,
        connect(
            url,
            create_connection=BulkConnection,
            compression=None,
            proxy=None,
            max_size=most,
            close_timeout=0.1,
        ) as socket,
    ):
        assert isinstance(socket, BulkConnection)
        socket.deliver_to(deliver)
        done, waiting = await asyncio.wait(
            [asyncio.create_task(enough.wait()), asyncio.create_task(socket.wait_closed())],
            return_when=asyncio.FIRST_COMPLETED,
            timeout=20,
        )
        for task in waiting:
            task.cancel()
        assert done
        if socket.protocol.close_sent and not enough.is_set():
            raise WebSocketException(str(socket.protocol.close_sent.code))
    return found


@pytest.mark.parametrize("seed", range(12))
async def test_the_same_messages_whatever_the_pieces(seed: int) -> None:
    rng = random.Random(seed)
    wire, said = stream(rng)
    most = rng.choice((1, 7, 200, 5_000, 100_000))
    chunks = [rng.randint(1, most) for _ in range(300)]
    assert await taken(wire, len(said), chunks) == said


async def test_the_handshake_and_the_first_frames_in_one_piece() -> None:
    wire = frame(Opcode.TEXT, b"one") + frame(Opcode.TEXT, b"two")
    assert await taken(wire, 2, []) == [b"one", b"two"]


@pytest.mark.parametrize(
    ("wire", "code"),
    [
        (frame(Opcode.TEXT, b"x" * 2_000), "1009"),  # larger than allowed
        (b"\xf1\x01x", "1002"),  # reserved bits
        (b"\x83\x01x", "1002"),  # an opcode that there is not
        (Frame(Opcode.TEXT, b"hi").serialize(mask=True), "1002"),  # masked by a server
        (frame(Opcode.CONT, b"x"), "1002"),  # goes on with nothing
    ],
    ids=["too large", "reserved bits", "no opcode", "masked", "no beginning"],
)
async def test_what_may_not_be_is_refused_by_the_library(wire: bytes, code: str) -> None:
    with pytest.raises(WebSocketException, match=code):
        await taken(frame(Opcode.TEXT, b"ok") + wire, 9, [], most=1_000)
