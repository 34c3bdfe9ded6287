"""A WebSocket server on loopback whose every word the test decides."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from ssl import SSLContext

import msgspec
from websockets.asyncio.server import ServerConnection, serve

from app.core.envelope import ClientFrame, Welcome

Handler = Callable[[ServerConnection], Awaitable[None]]
_client = msgspec.json.Decoder(ClientFrame)


@asynccontextmanager
async def serving(
    handler: Handler, *, port: int = 0, ssl: SSLContext | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[str]:
    """Serve on a free port; gives the address."""
    async with serve(
        handler, host, port, ssl=ssl, compression=None, max_size=None, close_timeout=1
    ) as server:
        number = next(iter(server.sockets)).getsockname()[1]
        name = "localhost" if ssl else host
        yield f"{'wss' if ssl else 'ws'}://{name}:{number}"


async def say(socket: ServerConnection, *frames: msgspec.Struct) -> None:
    """Send frames of the envelope."""
    for frame in frames:
        await socket.send(msgspec.json.encode(frame).decode())


async def hear(socket: ServerConnection) -> ClientFrame:
    """The client's next frame."""
    return _client.decode(await socket.recv())


async def greet(socket: ServerConnection, session: str = "s1") -> ClientFrame:
    """Welcome a client; gives its subscription."""
    await say(socket, Welcome(session=session))
    return await hear(socket)
