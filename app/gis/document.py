"""The page's document. folium builds it once for a city; what it wrote is kept, so that the next
start need not load folium.

The page's rules (CSP) allow no script and no style that stands in the document, so each is taken
out of it into a file of its own beside it, and an address that is not ours ends the building.
"""

import hashlib
import logging
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import ClassVar

import msgspec

from app.core.privacy import Privacy
from app.registry import deferred

log = logging.getLogger(__name__)

ORIGIN = "city://map/"
ASSETS = ORIGIN + "assets/"
PAGE = ORIGIN + "page/"
WEB = Path(__file__).resolve().parents[2] / "assets" / "web"
FIRST_SCRIPTS = (
    "renderer.js",
    "wire.js",
    "say.js",
    "page.js",
    "closed.js",
    "live.js",
    "look.js",
    "state.js",
)
FIRST_STYLES = ("page.css",)
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""The page's Content-Security-Policy (W3C CSP 3)."""


class Document(msgspec.Struct, frozen=True):
    """What `city://map/page/` gives: files by name; `index.html` is the document."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    files: dict[str, str]


class Wish(msgspec.Struct, frozen=True):
    """What a document is built from: the city's centre (WGS-84 degrees), the zoom to begin with,
    the scripts and styles in the order in which they are loaded."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    lon: float
    lat: float
    zoom: float
    scripts: tuple[str, ...]
    styles: tuple[str, ...]
    min_zoom: float = 3.0
    max_zoom: float = 20.0

    def digest(self) -> str:
        """The same for the same wish, the same folium and the same building."""
        parts = [
            msgspec.json.encode(self),
            metadata.version("folium").encode(),
            Path(__file__).read_bytes(),
            Path(__file__).with_name("_page_folium.py").read_bytes(),
        ]
        return hashlib.sha256(b"\0".join(parts)).hexdigest()[:32]


def wish_of(lon: float, lat: float, zoom: float, folder: Path = WEB / "map") -> Wish:
    """Every script and style of ours: those that others need first, then by name. Scripts of a
    worker (`*.worker.js`) are loaded by who needs them."""
    scripts = [path.name for path in sorted(folder.glob("*.js")) if ".worker." not in path.name]
    styles = [path.name for path in sorted(folder.glob("*.css"))]
    return Wish(lon, lat, zoom, _ordered(FIRST_SCRIPTS, scripts), _ordered(FIRST_STYLES, styles))


def document_of(wish: Wish, kept: Path | None = None) -> Document:
    """The document, from the folder `kept` where it lies there; a file that cannot be used is built
    anew, and a folder that cannot be written is told in the log alone."""
    path = None if kept is None else kept / f"page-{wish.digest()}.json"
    if path is not None and path.is_file():
        try:
            return msgspec.json.decode(path.read_bytes(), type=Document)
        except (OSError, msgspec.DecodeError) as error:
            log.info("the page that was kept cannot be used, it is built anew: %s", error)
    built: Document = deferred("app.gis._page_folium").build(wish)
    if path is not None:
        _keep(path, built)
    return built


def _keep(path: Path, built: Document) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in path.parent.glob("page-*.json"):
            old.unlink()
        new = path.with_suffix(".new")
        new.write_bytes(msgspec.json.encode(built))
        new.replace(path)
    except OSError as error:
        log.info("the page is not kept for the next start: %s", error)


def _ordered(first: tuple[str, ...], names: list[str]) -> tuple[str, ...]:
    return first + tuple(name for name in names if name not in first)


def is_ours(address: str, files: Mapping[str, str]) -> bool:
    """Whether a document may name an address: an asset, or a file beside the document."""
    if address.startswith(ASSETS):
        return ".." not in address
    return address.startswith(PAGE) and address.removeprefix(PAGE) in files
