"""Files of the page by name: ours, the vendored ones whose hash is right, the fonts, the
pictograms."""

import hashlib
import logging
from pathlib import Path
from typing import ClassVar

import msgspec

from app.config import load_toml
from app.core.privacy import Privacy

log = logging.getLogger(__name__)

ASSETS = Path(__file__).resolve().parents[2] / "assets"
MIMES = {
    ".js": "text/javascript;charset=utf-8",
    ".css": "text/css;charset=utf-8",
    ".html": "text/html;charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".otf": "font/otf",
}
BYTES = "application/octet-stream"


class File(msgspec.Struct, frozen=True):
    """What is given for an address."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    mime: str
    data: bytes


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


class Assets(dict[str, File]):
    """What stands under `city://map/assets/`, read when it is first asked for: `map/page.js`,
    `vendor/leaflet/leaflet.js`, `fonts/ChengmaiSans-Regular.otf`, `icons/...`. A vendored file
    whose hash is not the manifest's is not given."""

    def __init__(self, root: Path = ASSETS) -> None:
        super().__init__()
        vendor = root / "web" / "vendor"
        manifest = load_toml(vendor / "manifest.toml", Manifest)
        self._hashes = {f"vendor/{file.path}": file.sha256 for file in manifest.file}
        self._paths = {name: root / "web" / name for name in self._hashes}
        for folder, kinds in ((root / "web" / "map", (".js", ".css")), (root / "fonts", (".otf",))):
            for path in folder.iterdir():
                if path.suffix in kinds:
                    self._paths[f"{folder.name}/{path.name}"] = path

    def get(self, name: str, default: File | None = None) -> File | None:  # type: ignore[override]
        """A file; None where there is none or it is not what it was."""
        if name not in self and (path := self._paths.get(name)) is not None:
            data = path.read_bytes()
            expected = self._hashes.get(name)
            if expected is not None and hashlib.sha256(data).hexdigest() != expected:
                log.error("%s is not the file that was vendored; it is not used", name)
                return default
            self[name] = file_of(name, data)
        return super().get(name, default)


_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
    (b"{", "application/json"),
    (b"[", "application/json"),
)


def tile_file(reply: File | bytes | None) -> File | None:
    """What a provider gave with its type, which bytes tell by how they begin."""
    if reply is None or isinstance(reply, File):
        return reply
    found = next((mime for magic, mime in _MAGIC if reply.startswith(magic)), BYTES)
    return File(found, reply)
