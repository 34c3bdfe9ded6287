"""folium's part of the document: the map, our element on it, and nothing from elsewhere.

folium's classes name scripts and styles of public servers (`default_js`, `default_css`). Those of
our table come from our assets; the others are dropped for every element of the document, so that a
plugin that is added later cannot load anything either.
"""

import json
from typing import Any

import folium
from branca.element import Element, Figure, MacroElement
from folium.elements import JSCSSMixin
from folium.template import Template
from lxml import html  # type: ignore[import-untyped]

from app.gis.document import ASSETS, PAGE, Document, Wish, is_ours

OURS = {
    "leaflet": ASSETS + "vendor/leaflet/leaflet.js",
    "leaflet_css": ASSETS + "vendor/leaflet/leaflet.css",
}
"""By folium's name for it. jQuery, Bootstrap and the icon fonts are not used by our page."""


class Leak(ValueError):
    """The document would load what is not ours, or holds a script in an attribute."""


class LivePage(JSCSSMixin, MacroElement):
    """Our scripts on folium's map. They boot when the document is read."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        chengmai.boot({{ this._parent.get_name() }}, {{ this.origin | tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, wish: Wish) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "LivePage"
        self._id = "live"
        self.origin = {"lon": wish.lon, "lat": wish.lat}
        self.default_js = [(name, f"{ASSETS}map/{name}") for name in wish.scripts]
        self.default_css = [(name, f"{ASSETS}map/{name}") for name in wish.styles]


def build(wish: Wish) -> Document:
    """The document of a wish; raises Leak."""
    made = folium.Map(
        location=(wish.lat, wish.lon),
        zoom_start=wish.zoom,  # type: ignore[arg-type]  # Leaflet takes fractions
        tiles=None,
        zoom_control=False,
        attribution_control=False,
        minZoom=wish.min_zoom,
        maxZoom=wish.max_zoom,
        zoomSnap=0.25,
        boxZoom=False,
        doubleClickZoom=False,
        worldCopyJump=False,
        zoomAnimationThreshold=6,
    )
    made._id = "city"
    LivePage(wish).add_to(made)
    figure = made.get_root()
    assert isinstance(figure, Figure)
    figure._id = "page"
    localise(figure)
    return taken_apart(figure.render())


def localise(element: Element) -> None:
    """Let an element and all below it name nothing but ours."""
    for kind in ("default_js", "default_css"):
        named = getattr(element, kind, None)
        if named is not None:
            found = [(name, OURS.get(name, address)) for name, address in named]
            setattr(element, kind, [pair for pair in found if pair[1].startswith(ASSETS)])
    for child in element._children.values():
        localise(child)


def taken_apart(text: str) -> Document:
    """The document with each script and style in a file of its own; raises Leak."""
    page = html.document_fromstring(text)
    files: dict[str, str] = {}
    for number, element in enumerate(page.xpath("//script[not(@src)] | //style")):
        script = element.tag == "script"
        name = f"part-{number}.{'js' if script else 'css'}"
        files[name] = ("'use strict';\n" if _is_ours_alone(element) else "") + (element.text or "")
        _point(element, PAGE + name)
    _head_first(page)
    _check(page, files)
    files["index.html"] = html.tostring(page, doctype="<!DOCTYPE html>", encoding="unicode")
    return Document(files)


def _is_ours_alone(element: Any) -> bool:
    return element.tag == "script" and "chengmai.boot" in (element.text or "")


def _point(element: Any, address: str) -> None:
    if element.tag == "script":
        element.text = None
        element.set("src", address)
        return
    link = element.makeelement("link", {"rel": "stylesheet", "href": address})
    link.tail = element.tail
    element.getparent().replace(element, link)


def _head_first(page: Any) -> None:
    """What must be known before anything is loaded; the rules themselves (CSP) are a header."""
    head = page.find("head")
    rules = [
        {"charset": "utf-8"},
        {"http-equiv": "x-dns-prefetch-control", "content": "off"},
        {"name": "referrer", "content": "no-referrer"},
    ]
    for position, attributes in enumerate(rules):
        head.insert(position, head.makeelement("meta", attributes))


def _check(page: Any, files: dict[str, str]) -> None:
    for element in page.iter():
        for name, value in element.attrib.items():
            if name.startswith("on") or name == "style":
                raise Leak(f"<{element.tag} {name}>")
            if name in ("src", "href", "action", "data", "srcset", "ping") and not is_ours(
                value, files
            ):
                raise Leak(json.dumps(value[:200]))
