"""TLS to the outside: verification is always on; one context per trust set, shared by feeds."""

import ssl
from asyncio import sslproto
from collections.abc import Iterable
from functools import lru_cache

from app.config import ConfigError, Tls
from app.core.message import message

BUFFER_BYTES = 32_768
"""Twice the longest TLS record."""


def bound_buffers() -> None:
    """asyncio keeps a read buffer of 256 kB for every TLS connection, 500 feeds of them 130 MB. Of
    this process they are as large as two records; the rate at which a feed is read is the same."""
    sslproto.SSLProtocol.max_size = BUFFER_BYTES


class _Closing(ssl.SSLSocket):
    """Closes itself when the handshake fails; the MQTT client leaves it open."""

    def do_handshake(self, block: bool = False) -> None:
        """Shake hands, or close."""
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise


class _Neutral(ssl.SSLContext):
    """Offers no protocol by name (ALPN): httpcore writes its own into the context that it is given,
    and a broker that shares the context would refuse a client that says it speaks HTTP."""

    def set_alpn_protocols(self, alpn_protocols: Iterable[str]) -> None:
        """Not done; a server without it takes HTTP/1.1 for granted."""


@lru_cache(maxsize=64)
def client_context(tls: Tls) -> ssl.SSLContext:
    """A context that verifies name and chain against the system's authorities and `tls.ca`.

    A context costs 20 ms and 0.8 MB, so feeds with the same settings share one.
    """
    context = _Neutral(ssl.PROTOCOL_TLS_CLIENT)  # checks chain and name
    context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    context.sslsocket_class = _Closing
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        if tls.ca:
            context.load_verify_locations(cafile=tls.ca)
        if tls.certificate:
            context.load_cert_chain(tls.certificate, tls.key or None)
    except (OSError, ssl.SSLError) as error:
        name = tls.ca if tls.ca and not tls.certificate else tls.certificate
        raise ConfigError(message("feed.certificate_file", file=name, error=str(error))) from error
    return context
