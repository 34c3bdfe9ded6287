"""Files of the page by name: ours, vendored ones whose hash is right, the fonts."""

import hashlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Protocol

import msgspec

from app.config import load_toml
from app.core.privacy import Privacy

log = logging.getLogger(__name__)

ASSETS = Path(__file__).resolve().parents[2] / "assets"
MIMES = {
    ".js": "text/javascript;charset=utf-8",
    ".css": "text/css;charset=utf-8",
    ".html": "text/html;charset=utf-8",
    ".otf": "font/otf",
}
BYTES = "application/octet-stream"


class File(msgspec.Struct, frozen=True):
    """What is given for an address: bytes, or a large file that is read when it is asked for."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    mime: str
    data: bytes = b""
    path: str = ""


class Vendored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that others wrote. `path` and `licence_file` are relative to the manifest."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    path: str
    name: str
    version: str
    licence: str
    licence_file: str
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`assets/web/vendor/manifest.toml`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    file: list[Vendored]


def file_of(name: str, data: bytes) -> File:
    """A file with the type of its name."""
    return File(MIMES.get(Path(name).suffix, BYTES), data)


def load_assets(root: Path = ASSETS) -> dict[str, File]:
    """What stands under `city://map/assets/`: `map/page.js`, `vendor/leaflet/leaflet.js`,
    `fonts/ChengmaiSans-Regular.otf`. A vendored file whose hash is not the manifest's is left out
    and told in the log. Raises ConfigError, OSError."""
    found = dict(_vendored(root / "web" / "vendor"))
    for path in (root / "web" / "map").iterdir():
        if path.suffix in (".js", ".css"):
            found[f"map/{path.name}"] = file_of(path.name, path.read_bytes())
    for path in (root / "fonts").glob("*.otf"):
        found[f"fonts/{path.name}"] = File(MIMES[".otf"], path=str(path))
    return found


def _vendored(vendor: Path) -> Iterator[tuple[str, File]]:
    for known in load_toml(vendor / "manifest.toml", Manifest).file:
        data = (vendor / known.path).read_bytes()
        if hashlib.sha256(data).hexdigest() == known.sha256:
            yield f"vendor/{known.path}", file_of(known.path, data)
        else:
            log.error("%s is not the file that was vendored; it is not used", known.path)


_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
    (b"{", "application/json"),
    (b"[", "application/json"),
)


class Typed(Protocol):
    """Bytes that come with their MIME type, as a tile does."""

    type: str
    data: bytes


def typed(reply: File | Typed | bytes | None) -> File | None:
    """What a provider gave with its type, which bytes tell by how they begin."""
    if reply is None or isinstance(reply, File):
        return reply
    if not isinstance(reply, bytes):
        return File(reply.type, reply.data)
    found = next((mime for magic, mime in _MAGIC if reply.startswith(magic)), BYTES)
    return File(found, reply)
