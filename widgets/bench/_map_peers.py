"""Peers of the map in the same run: folium's FastMarkerCluster with its files beside it."""

import asyncio
import random
import time
from pathlib import Path
from statistics import median
from typing import Any

import folium
from folium.plugins import FastMarkerCluster
from PySide6.QtCore import QUrl
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile
from PySide6.QtWebEngineWidgets import QWebEngineView

from app.bench._points import LAT, LON, SPREAD
from app.child import ROOT
from widgets.bench._map_desk import MapDesk, until
from widgets.map.said import Drew
from widgets.panels.map import MapPanel
from widgets.session import Session

PEER = ROOT / "tests" / "bench" / "peers" / "markercluster"
LEAFLET = ROOT / "assets" / "web" / "vendor" / "leaflet"
ROUNDS = 3
SIZE = (1920, 1080)
WITHIN_S = 60.0
_CALLBACK = "function (row) { return L.marker(new L.LatLng(row[0], row[1])); }"
_READY = """
const ready = () => setTimeout(() => { document.title = "ready"; });
requestAnimationFrame(() => requestAnimationFrame(ready));
"""


def is_here() -> bool:
    """Whether the plugin's script lies beside the tests (it is no part of the program)."""
    return (PEER / "leaflet.markercluster.js").is_file()


async def first_interaction(session: Session, count: int, folder: Path) -> tuple[float, float]:
    """Seconds until a person can work with a view of so many points: the peer's and ours, each a
    further view of the same program."""
    desk = MapDesk(session)
    await desk.begin(count)
    page = written(folder, count)
    theirs, ours = [], []
    for _ in range(ROUNDS):
        theirs.append(await _theirs(page))
        ours.append(await _ours(desk))
    return median(theirs), median(ours)


def written(folder: Path, count: int) -> Path:
    """folium's page as it writes it, with Leaflet and the plugin from files, and nothing else."""
    draw = random.Random(5)  # noqa: S311
    rows = [
        [LAT + draw.uniform(-SPREAD, SPREAD), LON + draw.uniform(-SPREAD, SPREAD)]
        for _ in range(count)
    ]
    made = folium.Map(location=(LAT, LON), zoom_start=10, tiles=None, maxZoom=18)
    layer = FastMarkerCluster(rows, callback=_CALLBACK)  # type: ignore[no-untyped-call]
    layer.add_to(made)
    script, style = (LEAFLET / name for name in ("leaflet.js", "leaflet.css"))
    made.default_js = [("leaflet", script.as_uri())]
    made.default_css = [("leaflet_css", style.as_uri())]
    layer.default_js = [("cluster", (PEER / "leaflet.markercluster.js").as_uri())]
    layer.default_css = [("cluster_css", (PEER / "MarkerCluster.css").as_uri())]
    figure = made.get_root()
    figure.script.add_child(folium.Element(_READY))  # type: ignore[attr-defined]
    path = folder / "fastmarkercluster.html"
    path.write_text(figure.render(), encoding="utf-8")
    return path


async def _theirs(path: Path) -> float:
    profile = QWebEngineProfile()
    view = QWebEngineView()
    view.setPage(QWebEnginePage(profile, view))
    view.resize(*SIZE)
    view.show()
    ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def hear(title: str) -> None:
        if title == "ready" and not ready.done():
            ready.set_result(None)

    view.titleChanged.connect(hear)
    begun = time.perf_counter()
    view.load(QUrl.fromLocalFile(str(path)))
    async with asyncio.timeout(WITHIN_S):
        await ready
    taken = time.perf_counter() - begun
    view.close()
    view.page().deleteLater()
    view.deleteLater()
    await asyncio.sleep(0.2)
    profile.deleteLater()
    return taken


async def _ours(desk: MapDesk) -> float:
    begun = time.perf_counter()
    panel = MapPanel(desk.panel.context, desk.panel.options)
    panel.resize(*SIZE)
    panel.show()
    drawn: list[Any] = []
    await until(lambda: panel.view is not None, "a further view")
    assert panel.view is not None
    panel.view.said.connect(lambda said: drawn.append(said) if isinstance(said, Drew) else None)
    await until(lambda: bool(drawn), "the points in a further view")
    taken = time.perf_counter() - begun
    panel.stop()
    panel.close()
    panel.deleteLater()
    await asyncio.sleep(0.2)
    return taken
