"""A map as one file of HTML that any browser opens without a network.

It carries Leaflet, our drawing scripts, the frames of every layer that is shown, the tiles of the
shown view where the base's licence lets them be kept, and what a map owes: legend, ages, sources,
review status, classification, the moment, the seat and the command that made it. Its rules (CSP)
let nothing be loaded and no script run but those whose hashes stand in it; text from outside is
escaped here, and put in with textContent there.
"""

import base64
import hashlib
import html
import re
import struct
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import msgspec

from app.core.privacy import Privacy, mask_text
from app.gis.document import WEB
from app.gis.frames import FRAME, bundle, unbundle

SCRIPTS = (
    "renderer.js", "wire.js", "page.js", "look.js", "state.js", "icons.js", "symbols.js",
    "sprites.js", "screen.js", "stage.js", "marks.js", "splat.js", "webgl.js", "raster.js",
    "shapes.js", "clusters.js", "picking.js", "labels.js", "layers.js", "base_drawn.js",
)  # fmt: skip
"""Those of the page that draw; what asks the program for something stays behind."""
_FONT_FACES = re.compile(r"@font-face\s*\{[^}]*\}")


class Sign(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of the legend: a heading (a layer with its count, age and source), or one of its
    classes with how it is drawn (`mark`, `shape` as in frames, or a colour's name)."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    text: str
    note: str = ""
    head: bool = False
    mark: dict[str, Any] | None = None
    shape: dict[str, Any] | None = None
    closed: bool = True
    colour: str = ""


class Situation(msgspec.Struct, frozen=True):
    """What is exported. Degrees are WGS-84; `frames` as the page gets them; `tiles` data by
    `z/x/y` with their type, all of zoom `tile_zoom`; `turned`: a light base under a dark theme;
    `names` of layers by key; `facts` stand at the head, `foot` below the map."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    title: str
    world: str  # 演示数据, or empty
    facts: tuple[str, ...]
    foot: tuple[str, ...]
    legend: tuple[Sign, ...]
    names: dict[str, str]
    origin: tuple[float, float]
    box: tuple[float, float, float, float]  # west, south, east, north of what was seen
    frames: tuple[bytes, ...]
    language: str = "zh_CN"
    tiles: dict[str, tuple[str, bytes]] = {}
    tile_zoom: int = 0
    tile_size: int = 256
    turned: bool = False


def standalone(situation: Situation) -> bytes:
    """The document. Takes no time worth naming beside its bytes; may run in any thread."""
    scripts = [_harmless(text) for text in _scripts()]
    styles = list(_styles())
    rules = "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hashes(scripts)}",
            f"style-src {_hashes(styles)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    lang = "en" if situation.language == "en" else "zh-CN"
    parts = [
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(rules)}">',
        '<meta name="referrer" content="no-referrer">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{html.escape(mask_text(situation.title))}</title>",
        *(f"<style>{text}</style>" for text in styles),
        "</head>\n<body>",
        *_body(situation),
        f'<script type="application/json" id="brought">{_brought(situation)}</script>',
        *(f"<script>{text}</script>" for text in scripts),
        "</body>\n</html>\n",
    ]
    return "\n".join(parts).encode()


def cleaned(frame: bytes) -> bytes:
    """A frame whose words carry no telephone or identity-card number."""
    head, rest = _taken_apart(frame)
    labels = head.get("labels")
    if not labels:
        return frame
    head["labels"] = [mask_text(label) for label in labels]
    text = msgspec.json.encode(head)
    size = 8 + len(text)
    return struct.pack("<4sI", FRAME, len(text)) + text + bytes(-size % 8) + rest


def _taken_apart(frame: bytes) -> tuple[dict[str, Any], bytes]:
    (length,) = struct.unpack_from("<I", frame, 4)
    head: dict[str, Any] = msgspec.json.decode(frame[8 : 8 + length])
    size = 8 + length
    return head, frame[size + -size % 8 :]


def _scripts() -> Iterable[str]:
    vendor = WEB / "vendor"
    yield (vendor / "leaflet" / "leaflet.js").read_text(encoding="utf-8")
    yield (vendor / "supercluster" / "supercluster.min.js").read_text(encoding="utf-8")
    yield (WEB / "export" / "first.js").read_text(encoding="utf-8")
    for name in SCRIPTS:
        yield (WEB / "map" / name).read_text(encoding="utf-8")
    yield (WEB / "export" / "last.js").read_text(encoding="utf-8")


def _styles() -> Iterable[str]:
    """Without fonts and pictures: those of the machine that opens it are taken."""
    leaflet = (WEB / "vendor" / "leaflet" / "leaflet.css").read_text(encoding="utf-8")
    ours = (WEB / "map" / "page.css").read_text(encoding="utf-8")
    yield re.sub(r"url\([^)]*\)", "none", leaflet)
    yield _FONT_FACES.sub("", ours)
    yield (WEB / "export" / "page.css").read_text(encoding="utf-8")


def _harmless(script: str) -> str:
    """Nothing in it ends the element that it stands in; the same program (HTML, 4.12.1.3)."""
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _hashes(texts: Sequence[str]) -> str:
    found = (base64.b64encode(hashlib.sha256(text.encode()).digest()) for text in texts)
    return " ".join(f"'sha256-{digest.decode()}'" for digest in found)


def _body(situation: Situation) -> Iterable[str]:
    world = f'<span class="world">{_said(situation.world)}</span>' if situation.world else ""
    facts = "".join(f"<span>{_said(fact)}</span>" for fact in situation.facts)
    foot = "".join(f"<span>{_said(line)}</span>" for line in situation.foot)
    yield f"<header><h1>{_said(situation.title)}</h1>{world}{facts}</header>"
    yield '<main><div id="place"><div id="map" class="folium-map"></div></div>'
    yield f'<aside><section id="picked"></section>{"".join(_legend(situation.legend))}</aside>'
    yield f"</main>\n<footer>{foot}</footer>"


def _legend(signs: Sequence[Sign]) -> Iterable[str]:
    for sign in signs:
        drawn = ""
        if sign.mark or sign.shape or sign.colour:
            told = msgspec.json.encode(
                {"mark": sign.mark, "shape": sign.shape, "closed": sign.closed,
                 "colour": sign.colour}
            ).decode()  # fmt: skip
            drawn = f'<canvas data-sign="{html.escape(told)}"></canvas>'
        note = f"<p>{_said(sign.note)}</p>" if sign.note else ""
        if sign.head:
            yield f"<h2>{drawn}{_said(sign.text)}</h2>{note}"
        else:
            yield f"<ul><li>{drawn}<span>{_said(sign.text)}</span></li></ul>{note}"


def _said(text: str) -> str:
    return html.escape(mask_text(text))


def _brought(situation: Situation) -> str:
    frames = bundle([cleaned(one) for data in situation.frames for one in unbundle(data)])
    told = {
        "box": situation.box,
        "origin": {"lon": situation.origin[0], "lat": situation.origin[1]},
        "names": {key: mask_text(name) for key, name in situation.names.items()},
        "tile_zoom": situation.tile_zoom,
        "tile_size": situation.tile_size,
        "turned": situation.turned,
        "tiles": {at: _address(*tile) for at, tile in situation.tiles.items()},
        "frames": base64.b64encode(frames).decode(),
    }
    # In a script element of data nothing may look like markup (HTML, 4.12.1.3).
    return msgspec.json.encode(told).decode().replace("<", "\\u003c")


def _address(mime: str, data: bytes) -> str:
    safe = mime if re.fullmatch(r"image/(png|jpeg|webp|gif)", mime) else "image/png"
    return f"data:{safe};base64,{base64.b64encode(data).decode()}"
