"""A pair of ports for RTP and RTCP, the first even (RFC 3550, 11)."""

import asyncio

TRIES = 50


class Quiet(asyncio.DatagramProtocol):
    """Takes what comes and does nothing with it; a reader that is gone is no error here."""

    def error_received(self, exc: Exception) -> None:
        """The other side's port is closed: its connection will say so."""


async def port_pair(
    host: str,
) -> tuple[asyncio.DatagramTransport, asyncio.DatagramTransport]:
    """Two neighbouring ports; raises OSError where none are free."""
    loop = asyncio.get_running_loop()
    for _ in range(TRIES):
        first, _protocol = await loop.create_datagram_endpoint(Quiet, local_addr=(host, 0))
        port = int(first.get_extra_info("sockname")[1])
        if port % 2 == 0:
            try:
                second, _protocol = await loop.create_datagram_endpoint(
                    Quiet, local_addr=(host, port + 1)
                )
            except OSError:
                first.close()
                continue
            return first, second
        first.close()
    raise OSError("no pair of ports is free")
