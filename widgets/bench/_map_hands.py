"""What a hand does on a map of many points: click, lasso, circle; how quickly tiles and clusters
come."""

import asyncio
import math
import random
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
import shapely
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from app.bench._map_city import BASE, CLUSTERED, POINTS
from app.bench._points import LAT, LON
from app.bench._tiles import EDGE, LEFT, TOP, ZOOM
from app.gis.content import Content
from app.gis.selection import select
from app.live.map_state import SHARED, MapArea, Picked
from widgets.bench._map_desk import MapDesk, until
from widgets.panels._map_thing import thing_of
from widgets.session import Session

ROUNDS = 40
CORNERS = 200
LASSO, RADIUS_M = 0.15, 5_000.0  # degrees; metres
NEAR_ZOOM = 15.0
WAITS_S = 5.0
AT_ONCE = 24
SETTLES_S = 3.0
EARTH_M = 6_371_008.8


async def click(session: Session, count: int, rounds: int = ROUNDS) -> list[float]:
    """Milliseconds from the press of the button to the card's thing, for as many points."""
    desk = MapDesk(session)
    await desk.begin(count)
    desk.show((POINTS,), zoom=NEAR_ZOOM)
    await desk.script("new Promise(done => setTimeout(done, 1500))")
    taken = []
    for number in range(rounds):
        place = await _a_point(desk, number)
        if place is not None and (ms := await _click_at(desk, place)) is not None:
            taken.append(ms)
        await asyncio.sleep(0.15)
    return taken


async def _a_point(desk: MapDesk, number: int) -> QPointF | None:
    """Where in the view a point of the layer stands that nothing covers."""
    found = await desk.script(
        f"""(() => {{
          const {{ map }} = chengmai.page, size = map.getSize();
          const {{ marks }} = chengmai.layers.held.get("{POINTS}");
          const seen = [];
          for (let i = 0; i < marks.n; i++) {{
            const [lon, lat] = chengmai.unproject(marks.shown[2 * i], marks.shown[2 * i + 1]);
            const p = map.latLngToContainerPoint([lat, lon]);
            const [right, bottom] = [size.x - 60, size.y - 60];
            if (p.x > 60 && p.y > 60 && p.x < right && p.y < bottom) seen.push([p.x, p.y]);
            if (seen.length > {number}) break;
          }}
          return seen[{number} % seen.length] || null;
        }})()"""
    )
    return None if found is None else QPointF(*found)


async def _click_at(desk: MapDesk, place: QPointF) -> float | None:
    """None where the click met nothing."""
    session, card = desk.session, asyncio.get_running_loop().create_future()
    state = session.runtime.seat.maps[SHARED]
    state.picked = None

    def heard() -> None:
        asyncio.get_running_loop().call_soon(look)

    def look() -> None:
        news.drain()
        if state.picked is not None and not card.done():
            _card(desk, state.picked)
            card.set_result(time.perf_counter())

    news = session.runtime.hub.subscribe(heard)
    begun = time.perf_counter()
    _press(desk, place)
    try:
        async with asyncio.timeout(WAITS_S):
            return 1000 * (await card - begun)
    except TimeoutError:
        return None
    finally:
        session.runtime.hub.unsubscribe(news)


def _card(desk: MapDesk, picked: Picked) -> None:
    """What the card says of it."""
    context, atlas = desk.panel.context, desk.session.maps.atlas
    config, content = atlas.configs[picked.layer], desk.composer.contents[picked.layer]
    thing_of(context, picked, atlas.layer(picked.layer).subject, config, content, context.now())


def _press(desk: MapDesk, place: QPointF) -> None:
    target = desk.view.web.focusProxy()
    there = QPointF(desk.view.mapToGlobal(place.toPoint()))
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    for kind, button, held in (
        (QEvent.Type.MouseMove, none, none),
        (QEvent.Type.MouseButtonPress, left, left),
        (QEvent.Type.MouseButtonRelease, left, none),
    ):
        keys = Qt.KeyboardModifier.NoModifier
        QCoreApplication.sendEvent(target, QMouseEvent(kind, place, there, button, held, keys))


async def areas(session: Session, count: int) -> dict[str, tuple[float, float]]:
    """`lasso` and `radius`: ms of ours, and of the plain way, over the points that came by the
    feed. Raises ValueError where what is found differs from what shapely and haversines find."""
    desk = MapDesk(session)
    await desk.begin(count)
    content: Content = desk.composer.contents[POINTS]
    assert content.marks is not None
    lon, lat, ids = content.marks.lon, content.marks.lat, content.marks.ids
    ring = _ring()
    shape = shapely.Polygon(ring)
    shapely.prepare(shape)
    found = {
        "lasso": (
            MapArea("lasso", tuple(ring)),
            lambda: set(ids[shapely.intersects_xy(shape, lon, lat)]),
            lambda: shapely.intersects_xy(shape, lon, lat),
        ),
        "radius": (
            MapArea("circle", ((LON, LAT),), RADIUS_M),
            None,
            lambda: np.flatnonzero(_haversine(lon, lat) <= RADIUS_M),
        ),
    }
    figures = {}
    for name, (area, wanted, plain) in found.items():
        mine = set(select(area, {POINTS: content}).layers[POINTS].ids)
        if wanted is not None and mine != wanted():
            raise ValueError(f"{name}: not what shapely finds")
        ours = _timed(lambda area=area: select(area, {POINTS: content}))
        figures[name] = (ours, _timed(plain))
    return figures


def _ring() -> list[tuple[float, float]]:
    """A lasso as a hand draws one: round, uneven, and not crossing itself."""
    draw = random.Random(8)  # noqa: S311
    ring = []
    for number in range(CORNERS):
        angle, away = 2 * math.pi * number / CORNERS, LASSO * draw.uniform(0.7, 1.0)
        ring.append((LON + away * math.cos(angle), LAT + away * math.sin(angle)))
    return ring


def _haversine(lon: Any, lat: Any) -> Any:
    east, north = np.radians(lon - LON), np.radians(lat - LAT)
    part = np.sin(north / 2) ** 2 + (
        np.cos(np.radians(lat)) * math.cos(math.radians(LAT)) * np.sin(east / 2) ** 2
    )
    return 2 * EARTH_M * np.arcsin(np.sqrt(part))


def _timed(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - begun))
    return median(taken)


async def tiles(session: Session, count: int = 3_000) -> float:
    """Tiles a second that the page is given through the scheme, each asked for once, when the
    start's own work is done."""
    desk = MapDesk(session)
    await desk.begin(0)
    await until(lambda: session.maps.gazetteer is not None, "the places of the map")
    await asyncio.sleep(SETTLES_S)  # the names of the palette
    desk.show((), base=BASE, zoom=float(ZOOM))
    rate: float = await desk.script(
        f"""(async () => {{
          let next = 0;
          const begun = performance.now();
          const one = async () => {{
            while (next < {count}) {{
              const at = (next++ * 1667) % {EDGE * EDGE};
              const [x, y] = [{LEFT} + (at % {EDGE}), {TOP} + Math.floor(at / {EDGE})];
              const got = await fetch(`city://map/tiles/{BASE}/{ZOOM}/${{x}}/${{y}}`);
              if (!got.ok || !(await got.arrayBuffer()).byteLength) throw new Error("no tile");
            }}
          }};
          await Promise.all(Array.from({{ length: {AT_ONCE} }}, one));
          return (1000 * {count}) / (performance.now() - begun);
        }})()"""
    )
    return rate


async def clusters(session: Session, count: int) -> tuple[float, float]:
    """Milliseconds of a query of the clusters in view: median and slowest over places and zooms."""
    desk = MapDesk(session)
    await desk.begin(count, CLUSTERED)
    taken: list[float] = []
    for zoom in range(8, 17):
        for step in range(4):
            taken.append(
                await desk.script(
                    f"""(async () => {{
                      const {{ clusters }} = chengmai.layers.held.get("{CLUSTERED}");
                      const before = clusters.asked;
                      chengmai.page.map.setView([{LAT} + {step} * 0.03, {LON}], {zoom});
                      const end = performance.now() + 5000;
                      while (clusters.asked === before || clusters.view?.zoom !== {zoom}) {{
                        if (performance.now() > end) throw new Error("no clusters");
                        await new Promise((done) => setTimeout(done, 5));
                      }}
                      return clusters.ms;
                    }})()"""
                )
            )
    return median(taken), max(taken)
