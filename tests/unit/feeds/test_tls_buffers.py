"""What a TLS connection of asyncio holds, which this Python must still let us choose."""

import asyncio
import ssl
from asyncio import sslproto

from app.feeds._tls import BUFFER_BYTES, bound_buffers


async def test_a_connection_holds_two_records_and_not_sixteen() -> None:
    bound_buffers()
    context = ssl.create_default_context()
    protocol = sslproto.SSLProtocol(  # type: ignore[call-arg]
        asyncio.get_running_loop(),
        asyncio.Protocol(),
        context,
        None,
        server_hostname="a.example",
    )
    assert len(protocol.get_buffer(-1)) == BUFFER_BYTES
    protocol.connection_lost(None)  # else it complains of itself, in whatever test comes later
