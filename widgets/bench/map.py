"""`bench map`: 200,000 points from a socket to the screen, hands on them, tiles, views, peers.

Points come over a loopback WebSocket from a process of their own (`app.bench._points`) through the
feed, the ingest thread, the runtime and the composer to the page, as any feed's do; the desk is the
real session on the offscreen platform.
"""

import tempfile
from collections.abc import Awaitable, Callable, Sequence
from math import nan
from pathlib import Path
from typing import TypeVar

from app.bench import _qgis
from app.bench._base import Figure
from app.bench._map_city import write_map_city
from app.bench._tiles import made_file
from app.child import Child
from widgets.bench import _map_hands as hands
from widgets.bench import _map_peers as peers
from widgets.bench import _map_views as views
from widgets.bench._desk import measure
from widgets.bench._map_points import Flow, flow, lateness
from widgets.bench._map_slope import slope
from widgets.session import Session

T = TypeVar("T")
MEASURED_S = 15.0
HOURS, FULL_HOURS = 3.0, 12.0
SIZE = (1920, 1080)


class Scale:
    """How much is measured; a test takes less."""

    def __init__(self, share: float = 1.0, seconds: float = MEASURED_S, *, full: bool) -> None:
        self.seconds = seconds
        self.rounds = max(3, round(hands.ROUNDS * share))
        self.hours = FULL_HOURS if full else HOURS * share
        self._share = share

    def points(self, count: int) -> int:
        """So many instead of a figure's own number."""
        return round(count * self._share)


def run(
    only: Sequence[str] = (), *, full: bool = False, scale: Scale | None = None
) -> list[Figure]:
    """The figures of issue 5; `only` names some of them, `full` takes twelve hours for `slope`."""
    size = scale or Scale(full=full)
    found: list[Figure] = []
    for names, work in GROUPS:
        if not only or set(names) & set(only):
            found += [figure for figure in work(size) if not only or figure.name in only]
    return found


def _with_points(
    count: int, hz: float, work: Callable[[Session], Awaitable[T]], scene: str = "map"
) -> T:
    with tempfile.TemporaryDirectory(prefix="chengmai-bench-") as place:
        sender = Child("app.bench._points", [str(count), str(hz)])
        try:
            city = write_map_city(Path(place) / "city", sender.start()["ws"])
            return measure(work, str(city), scene=scene)
        finally:
            sender.stop()


def _points200k(size: Scale) -> list[Figure]:
    count = size.points(200_000)
    told: Flow = _with_points(count, 1.0, lambda session: flow(session, count, size.seconds))
    return [
        Figure(
            "points200k_python", told.python_ms, "ms of the main thread an update",
            "with its waiting for the lock", told.held_ms,
        ),
        Figure(
            "points200k_drawn", told.drawn_ms, "ms from batch to drawn",
            "the slowest of the run", told.drawn_max_ms,
        ),
    ]  # fmt: skip


def _gui_late(size: Scale) -> list[Figure]:
    count = size.points(50_000)
    with tempfile.TemporaryDirectory(prefix="chengmai-bench-") as place:
        city = write_map_city(Path(place) / "city")
        idle = measure(lambda session: lateness(session, 0, size.seconds), str(city))
    busy = _with_points(count, 4.0, lambda session: lateness(session, count, size.seconds), "")
    return [Figure("gui_late_p99_50k4hz", busy, "ms", "same desk, no feed", idle)]


def _peers(size: Scale) -> list[Figure]:
    """Both until the picture is complete in memory: QGIS shows it on no screen."""
    count = size.points(100_000)
    ours: Flow = _with_points(count, 1.0, lambda session: flow(session, count, size.seconds))
    qgis = _qgis.frame_ms(count, *SIZE)
    if qgis is None:
        first = Figure("vs_qgis_100k", nan, "QGIS is not installed here; our drawn update in ms",
                       "", ours.complete_ms)  # fmt: skip
    else:
        version, ms = qgis
        first = Figure(
            "vs_qgis_100k", ms, f"ms, a picture of QGIS {version}",
            f"our update from its batch to a complete picture ({ours.drawn_ms:.1f} until seen)",
            ours.complete_ms,
        )  # fmt: skip
    return [first]


def _cluster_peer(size: Scale) -> list[Figure]:
    if not peers.is_here():
        return [Figure("vs_fastmarkercluster", nan, "leaflet.markercluster is not here")]
    count = size.points(100_000)
    with tempfile.TemporaryDirectory(prefix="chengmai-bench-") as place:
        theirs, ours = _with_points(
            count, 1.0, lambda session: peers.first_interaction(session, count, Path(place))
        )
    return [
        Figure(
            "vs_fastmarkercluster", theirs, "s to first interaction, folium's FastMarkerCluster",
            "our further view", ours,
        )
    ]  # fmt: skip


def _click(size: Scale) -> list[Figure]:
    count = size.points(100_000)
    taken = _with_points(count, 1.0, lambda session: hands.click(session, count, size.rounds))
    middle = sorted(taken)[len(taken) // 2]
    return [Figure("click_100k", middle, f"ms, median of {len(taken)}", "slowest", max(taken))]


def _areas(size: Scale) -> list[Figure]:
    count = size.points(100_000)
    found = _with_points(count, 1.0, lambda session: hands.areas(session, count))
    lasso, radius = found["lasso"], found["radius"]
    return [
        Figure("lasso_100k", lasso[0], "ms, 200 vertices, exact", "shapely, prepared", lasso[1]),
        Figure("radius_100k", radius[0], "ms, 5 km", "haversines in numpy", radius[1]),
    ]


def _tiles(size: Scale) -> list[Figure]:
    count = size.points(3_000)
    with tempfile.TemporaryDirectory(prefix="chengmai-bench-") as place:
        file = made_file(Path(place))
        city = write_map_city(Path(place) / "city", tiles=file)
        rate = measure(lambda session: hands.tiles(session, count), str(city), scene="map")
    return [Figure("tiles_rate", rate, "tiles/s through the scheme")]


def _clusters(size: Scale) -> list[Figure]:
    count = size.points(40_000)
    middle, most = _with_points(count, 0.2, lambda session: hands.clusters(session, count))
    return [Figure("clusters_40k", most, "ms, the slowest query", "median", middle)]


def _first_map(_: Scale) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="chengmai-bench-") as place:
        first, bare = views.first_map(Path(place))
    return [Figure("first_map", first, "s from process start", "a bare, empty web view", bare)]


def _further(_: Scale) -> list[Figure]:
    seconds, held = measure(views.further, views.CITY, scene="map")
    return [
        Figure("next_map", seconds, "s until drawn"),
        Figure("view_memory", held, "MiB PSS a further view"),
    ]


def _slope(size: Scale) -> list[Figure]:
    grows, held = slope(size.hours)
    told = f"MB/h over {size.hours:g} accelerated hours"
    if size.hours < FULL_HOURS:
        told += f" (--full: {FULL_HOURS:g})"
    return [Figure("slope", grows, told, "MB held", held)]


GROUPS: tuple[tuple[tuple[str, ...], Callable[[Scale], list[Figure]]], ...] = (
    (("points200k_python", "points200k_drawn"), _points200k),
    (("gui_late_p99_50k4hz",), _gui_late),
    (("vs_qgis_100k",), _peers),
    (("vs_fastmarkercluster",), _cluster_peer),
    (("click_100k",), _click),
    (("lasso_100k", "radius_100k"), _areas),
    (("tiles_rate",), _tiles),
    (("first_map",), _first_map),
    (("next_map", "view_memory"), _further),
    (("clusters_40k",), _clusters),
    (("slope",), _slope),
)
NAMES = tuple(name for names, _ in GROUPS for name in names)
