"""What the programs that send to a measured program share: one server of the envelope, which ends
with its standard input."""

import json
import sys
from collections.abc import Awaitable, Callable

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from app.child import parent_gone


async def send_until_parent_gone(pour: Callable[[ServerConnection], Awaitable[None]]) -> None:
    """Print the address as JSON; greet every client that subscribes and `pour` into it."""

    async def handler(socket: ServerConnection) -> None:
        await socket.send('{"t":"welcome","session":"bench"}')
        await socket.recv()
        await socket.send('{"t":"snapshot","seq":0}')
        try:
            await pour(socket)
        except ConnectionClosed:
            return  # the window under measurement has ended, as it should

    async with serve(handler, "127.0.0.1", 0, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        sys.stdout.write(json.dumps({"ws": f"ws://127.0.0.1:{port}"}) + "\n")
        sys.stdout.flush()
        await parent_gone()
