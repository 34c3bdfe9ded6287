"""The geofences of a seat or of a gatherer: every batch of positions is held against them.

`heed` is called by `Runtime.apply` and only keeps references. The judging is done in a thread of
its own, the newest positions at a time; what follows comes back to the main loop as warnings of the
source `fence`, into the picture, the history and the hub, as those of any feed.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from zoneinfo import ZoneInfo

from app.catalogue.outline import load_outlines
from app.city import City, city_folder
from app.core.clock import Clock
from app.core.i18n import translator
from app.core.map_decision import Fence, FenceRule
from app.core.message import Message, Refusal, message
from app.core.model import Ms, Sourced, Warning
from app.gis.fence_alarms import SOURCE, FenceAlarms, thing
from app.gis.fence_judge import Judge, Line
from app.gis.fence_zone import Outlines, Zone
from app.live.batch import PositionColumns
from app.live.hub import Hub
from app.live.picture import Picture
from app.live.warnings import is_open

log = logging.getLogger(__name__)

Keep = Callable[[list[Sourced]], object]
_NO_OUTLINE = "maptool.fence.no_outline"


class Geofences:
    """Make it, `start()` it in the loop when the picture holds what was open, `stop()` it there."""

    def __init__(
        self,
        picture: Picture,
        hub: Hub,
        clock: Clock,
        city: City,
        keep: Keep,
        language: Callable[[], str] = str,
    ) -> None:
        """`keep` gives warnings to the history; `language` is that of the seat's windows."""
        self.faults: dict[str, Message] = {}
        """Geofences that cannot be watched, by id, and why."""
        self._picture = picture
        self._hub = hub
        self._clock = clock
        self._city = city
        self._zone = ZoneInfo(city.config.zone)
        self._keep = keep
        self._language = language
        self._judge = Judge()
        self._alarms = FenceAlarms(picture.world, self._say, self._time)
        self._fences: tuple[Fence, ...] = ()
        self._outlines: Outlines | None = None
        self._waiting: dict[Line, PositionColumns] = {}
        self._named: dict[str, tuple[Line, str]] = {}  # things by the short name of their warnings
        self._counted: dict[Line, int] = {}
        self._executor: ThreadPoolExecutor | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._busy = False
        self.idle = asyncio.Event()
        """Set while nothing waits to be judged."""
        self.idle.set()
        picture.own.add(SOURCE)

    def start(self) -> None:
        """Begin; what the history left open is known."""
        self._loop = asyncio.get_running_loop()
        now = self._clock.now()
        held = [item.record for item in self._picture.warnings.values() if item.source == SOURCE]
        self._alarms.remember(
            record for record in held if isinstance(record, Warning) and is_open(record, now)
        )
        self.look()

    def stop(self) -> None:
        """End the thread; the last batch is finished."""
        self._loop = None
        if self._executor is not None:
            self._executor.shutdown()

    def use(self, city: City) -> None:
        """Another version of the city: its outlines are read anew."""
        self._city, self._outlines, self._fences = city, None, ()
        self.look()

    def heed(self, positions: Mapping[Line, PositionColumns]) -> None:
        """On the main loop: these positions came."""
        self._waiting.update(positions)
        self.look()

    def look(self) -> None:
        """On the main loop, now and then: whether a geofence began or ended; then all positions
        are looked at."""
        if self._loop is None or self._busy:
            return
        now = self._clock.now()
        watched = self._picture.map.watched(now)
        renewed = watched != self._fences
        if renewed:
            self._waiting = dict(self._picture.positions) | self._waiting
        if not renewed and not (watched and self._waiting):
            self._waiting.clear()
            return
        self._fences = watched
        taken, self._waiting = self._waiting, {}
        self._busy = True
        self.idle.clear()
        if self._executor is None:
            self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="fence")
        work = self._executor.submit(self.judged, taken, watched if renewed else None, now)
        work.add_done_callback(self._done)

    # ---- in the thread

    def judged(
        self, positions: Mapping[Line, PositionColumns], fences: Iterable[Fence] | None, now: Ms
    ) -> list[Warning]:
        """What follows from positions; with `fences` these are watched from now on."""
        over: list[Warning] = []
        if fences is not None:
            zones = self._zones(fences)
            self._judge.use(zones)
            kept = {zone.fence.id for zone in zones}
            over = self._alarms.drop(self._alarms.fences() - kept, now)
        found = self._judge.judge(positions, now)
        raised = self._alarms.heed(found, now)
        return over + raised + self._settled(positions, now)

    def _zones(self, fences: Iterable[Fence]) -> list[Zone]:
        zones = []
        self.faults = {}
        for fence in fences:
            try:
                if fence.region and fence.region not in self._outline():
                    raise Refusal(message(_NO_OUTLINE, code=fence.region))
                zones.append(Zone(fence, self._outline() if fence.region else {}))
            except Refusal as refusal:
                reason = self._say(refusal.reason)
                fault = message("maptool.fence.no_place", name=fence.name, reason=reason)
                self.faults[fence.id] = fault
                log.warning("%s", fault)
        return zones

    def _outline(self) -> Outlines:
        if self._outlines is None:
            folder = city_folder(self._city.read_from)
            has = (folder / "regions.geojson").is_file()
            self._outlines = load_outlines(folder) if has else {}
        return self._outlines

    def _settled(self, positions: Iterable[Line], now: Ms) -> list[Warning]:
        """Warnings from before the start whose things turn out to have gone."""
        over: list[Warning] = []
        waiting = [
            (zone_fence, who)
            for zone_fence in self._judge.fences()
            if zone_fence.rule is not FenceRule.LEAVE
            for who in self._alarms.unsettled(zone_fence.id)
        ]
        if not waiting:
            return []
        for line in positions:
            ids = self._judge.ids(line)
            new = (
                ids[self._counted.get(line, 0) :] if len(ids) >= self._counted.get(line, 0) else ids
            )
            self._counted[line] = len(ids)
            self._named.update((thing(line[1], id_), (line, id_)) for id_ in new)
        for fence, who in waiting:
            named = self._named.get(who)
            if named is not None and self._judge.is_outside(fence.id, *named):
                self._alarms.settle(fence.id, who)
                over += self._alarms.end(fence, who, now, set())
        return over

    def _say(self, what: Message) -> str:
        return translator(self._language() or "zh_CN").render(what)

    def _time(self, at: Ms) -> str:
        return datetime.fromtimestamp(at / 1000, self._zone).strftime("%m-%d %H:%M:%S")

    # ---- back on the main loop

    def _done(self, work: "Future[list[Warning]]") -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._take, work)

    def _take(self, work: "Future[list[Warning]]") -> None:
        self._busy = False
        error = work.exception()
        if error is not None:
            log.error("geofences could not be judged", exc_info=error)
        elif warnings := work.result():
            self._show(warnings)
        self.look()
        if not self._busy:
            self.idle.set()

    def _show(self, warnings: list[Warning]) -> None:
        now = self._clock.now()
        records = [Sourced(SOURCE, now, warning) for warning in warnings]
        self._keep(records)
        for kind, ids in self._picture.apply_records(records).items():
            self._hub.publish(kind, ids)
