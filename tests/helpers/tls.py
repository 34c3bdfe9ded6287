"""A certificate authority of the test's own."""

import ssl
from pathlib import Path

import trustme


class Authority:
    """Issues a certificate for localhost; `file` is what a client must trust."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self._authority = trustme.CA()
        self._folder = folder
        self.file = folder / f"{name}.pem"
        self._authority.cert_pem.write_to_path(str(self.file))

    def server(self, host: str = "localhost") -> tuple[Path, Path]:
        """Certificate chain and key files of a server."""
        return self._issued(host)

    def _issued(self, name: str) -> tuple[Path, Path]:
        issued = self._authority.issue_cert(name)
        chain, key = self._folder / f"{name}.pem", self._folder / f"{name}.key"
        chain.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        issued.private_key_pem.write_to_path(str(key))
        return chain, key

    def client(self, name: str = "sender@bureau.example") -> tuple[Path, Path]:
        """Certificate chain and key files of somebody who asks."""
        return self._issued(name)

    def server_context(self, host: str = "localhost") -> ssl.SSLContext:
        """A server's context."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.server(host))
        return context
