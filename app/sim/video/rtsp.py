"""An RTSP 1.0 server (RFC 2326) of clips: RTP in the connection and in datagrams, digest
authentication, faults asked for in the address (`StreamFaults`).

    server = RtspServer(Shelf(folder_of_clips(folder)))
    port = await server.start()
"""

import asyncio
import logging
import time
from collections import Counter

from app.sim.video.connection import Connection
from app.sim.video.faults import StreamFaults
from app.sim.video.messages import MAX_LINE
from app.sim.video.shelf import Offers

log = logging.getLogger(__name__)

MAX_CONNECTIONS = 1024
MAX_REMEMBERED = 10_000


class RtspServer:
    """Listens on loopback unless it is told to listen elsewhere."""

    def __init__(self, offers: Offers, host: str = "127.0.0.1") -> None:
        self.offers = offers
        self.host = host
        self.port = 0
        self.plays: Counter[str] = Counter()
        """How often each address (path and query) was played."""
        self._first: dict[str, float] = {}
        self._connections: dict[asyncio.Task[None], Connection] = {}
        self._server: asyncio.Server | None = None

    @property
    def watching(self) -> int:
        """How many streams are being sent."""
        return sum(connection.playing for connection in self._connections.values())

    @property
    def url(self) -> str:
        """Its address without a path."""
        return f"rtsp://{self.host}:{self.port}"

    async def start(self, port: int = 0) -> int:
        """Listen; gives the port. Raises OSError."""
        self._server = await asyncio.start_server(self._serve, self.host, port, limit=MAX_LINE)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self.port

    async def stop(self) -> None:
        """Cut all connections and give up the port; it may be started again."""
        if self._server is not None:
            self._server.close()
        tasks = list(self._connections)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._server is not None:
            await self._server.wait_closed()
            self._server = None

    def cut(self) -> int:
        """Cut every connection without a word and go on listening; gives how many there were."""
        for connection in self._connections.values():
            connection.cut()
        return len(self._connections)

    def played(self, address: str) -> int:
        """Count a play of an address; gives how many there were before."""
        if len(self._first) >= MAX_REMEMBERED:
            self._first.clear()
            self.plays.clear()
        self._first.setdefault(address, time.monotonic())
        self.plays[address] += 1
        return self.plays[address] - 1

    def until_switch(self, address: str, faults: StreamFaults) -> float:
        """Seconds until the address's clip is another one; it counts from the first play."""
        first = self._first.get(address)
        _, after = faults.other
        return after if first is None else first + after - time.monotonic()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if len(self._connections) >= MAX_CONNECTIONS:
            writer.close()
            return
        connection = Connection(self, reader, writer)
        self._connections[task] = connection
        try:
            await connection.run()
        except asyncio.CancelledError:
            return  # the server stops; asyncio would log a cancelled handler as an error
        except (ConnectionError, asyncio.IncompleteReadError):
            log.debug("an RTSP connection is gone")
        finally:
            del self._connections[task]
            connection.close()
