"""`python -m app.bench._systems RATE [CERT KEY]`: the systems of many bureaus, in one process.

Prints its addresses as JSON and ends with its standard input. Over WebSocket `/ours/<n>` speaks our
envelope and `/theirs/<n>` a bureau's own JSON, each RATE messages a second (0: none). Over HTTP
`/poll/<n>` answers a list of 20 foreign records, `/still/<n>` the same one for ever (ETag),
`/big/xml` and `/big/geojson` ten megabytes of them, `/cut` breaks every WebSocket and `/connects`
lists when connections came after that (seconds). Values of system n belong to the indicators 4n to
4n + 3 of `app.bench._city`.
"""

import asyncio
import json
import ssl
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from websockets.asyncio.server import ServerConnection, serve

from app.bench._city import REGION, key_of
from app.bench._documents import geojson, xml
from app.child import parent_gone

TICKS_PER_S = 100
PER_SYSTEM = 4
PER_POLL = 20
_EAST_8 = timedelta(hours=8)


class Systems:
    """All connections, and one clock that says when each has something to tell."""

    def __init__(self, rate: int) -> None:
        self._every = TICKS_PER_S // rate if rate else 0
        self._talkers: dict[ServerConnection, Callable[[int], bytes]] = {}
        self._all: set[ServerConnection] = set()
        self._connects: list[float] = []
        self._cut = 0.0
        self._documents: dict[str, bytes] = {}

    async def handle(self, socket: ServerConnection) -> None:
        """One WebSocket until it ends."""
        self._connects.append(time.monotonic() - self._cut)
        self._all.add(socket)
        request = socket.request
        _, kind, number = (request.path if request else "//0").split("/")
        if kind == "ours":
            await socket.send('{"t":"welcome","session":"bench"}')
            await socket.recv()
            await socket.send('{"t":"snapshot","seq":1}')
        self._talkers[socket] = ours(int(number)) if kind == "ours" else theirs(int(number))
        try:
            await socket.wait_closed()
        finally:
            self._all.discard(socket)
            self._talkers.pop(socket, None)

    async def talk(self) -> None:
        """Every system at its own tick of the period."""
        tick, due = 0, time.perf_counter()
        while self._every:
            tick += 1
            for place, (socket, say) in enumerate(list(self._talkers.items())):
                if (tick + place) % self._every == 0 and not socket.transport.is_closing():
                    socket.transport.write(text_frame(say(tick)))
            due += 1 / TICKS_PER_S
            await asyncio.sleep(max(0.0, due - time.perf_counter()))

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One HTTP connection, kept alive."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode("latin-1").split("\r\n")
                path = lines[0].split(" ")[1].split("?")[0]
                still = path.startswith("/still/")
                if still and any(line.lower().startswith("if-none-match:") for line in lines):
                    writer.write(b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n')
                    continue
                body = self._body(path)
                tag = 'ETag: "1"\r\n' if still else ""
                kind = "xml" if path.endswith("/xml") else "json"
                writer.write(
                    f"HTTP/1.1 200 OK\r\nContent-Type: application/{kind}\r\n{tag}"
                    f"Content-Length: {len(body)}\r\n\r\n".encode()
                )
                writer.write(body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has what it came for
        finally:
            writer.close()

    def _body(self, path: str) -> bytes:
        _, what, *rest = path.split("/")
        if what == "cut":
            self._cut, self._connects = time.monotonic(), []
            for socket in list(self._all):
                socket.transport.abort()
            return b"{}"
        if what == "connects":
            return json.dumps(self._connects).encode()
        if what == "big":
            make = xml if rest[0] == "xml" else geojson
            return self._documents.setdefault(rest[0], make())
        return polled(int(rest[0]))


def ours(number: int) -> Callable[[int], bytes]:
    """A delta of one reading, newer each time."""
    seq = 1

    def say(tick: int) -> bytes:
        nonlocal seq
        seq += 1
        now = time.time_ns() // 1_000_000
        key = key_of(number * PER_SYSTEM + seq % PER_SYSTEM)
        return (
            f'{{"t":"delta","seq":{seq},"prev":{seq - 1},"sent":{now},"readings":'
            f'[{{"key":"{key}","value":{tick % 90},"observed":{now}}}]}}'
        ).encode()

    return say


def theirs(number: int) -> Callable[[int], bytes]:
    """One record in a bureau's own words."""
    first = number * PER_SYSTEM
    head = f'{{"adcode":"{REGION}","item":"bench.i'

    def say(tick: int) -> bytes:
        item = first + tick % PER_SYSTEM
        return f'{head}{item}","val":"{tick % 90}","tm":"{_local(tick)}","remark":"正常"}}'.encode()

    return say


def text_frame(data: bytes) -> bytes:
    """A text of up to 64 kB as a server sends it (RFC 6455, 5.2): not masked, in one frame. The
    library's own costs as much as all the rest."""
    size = len(data)
    head = bytes((0x81, size)) if size < 126 else b"\x81\x7e" + size.to_bytes(2)
    return head + data


@lru_cache(maxsize=4)
def _local(tick: int) -> str:
    return (datetime.now(UTC) + _EAST_8).strftime("%Y-%m-%d %H:%M:%S.%f")


def polled(number: int) -> bytes:
    """A page of records, a twentieth of a second apart."""
    first, now = number * PER_SYSTEM, datetime.now(UTC) + _EAST_8
    records = []
    for place in range(PER_POLL):
        moment = now - (PER_POLL - place) * timedelta(milliseconds=50)
        record = {
            "adcode": REGION,
            "item": f"bench.i{first + place % PER_SYSTEM}",
            "val": str(place),
            "tm": moment.strftime("%Y-%m-%d %H:%M:%S.%f"),
            "remark": "正常",
        }
        records.append(record)
    return json.dumps({"data": records}).encode()


async def main(rate: int, files: list[str]) -> None:
    """Serve until standard input ends."""
    systems = Systems(rate)
    secure: ssl.SSLContext | None = None
    if files:
        secure = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        secure.load_cert_chain(*files)
    web = await asyncio.start_server(systems.answer, "127.0.0.1", 0)
    options = {"compression": None, "ping_interval": None, "ssl": secure}
    async with serve(systems.handle, "127.0.0.1", 0, **options) as server:  # type: ignore[arg-type]
        talking = asyncio.create_task(systems.talk())
        ports = [next(iter(each.sockets)).getsockname()[1] for each in (server, web)]
        scheme = "wss" if secure else "ws"
        ready = {
            "ws": f"{scheme}://127.0.0.1:{ports[0]}",
            "http": f"http://127.0.0.1:{ports[1]}",
        }
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
        await parent_gone()
        talking.cancel()
        web.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2:]))
