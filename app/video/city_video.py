"""Live video within a running seat: the service of a city's platforms, beside hub, picture and
store. All of it is for the main loop."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from app.city import City, city_folder
from app.config import PlatformConfig
from app.core.clock import Clock
from app.core.directory import Camera
from app.core.message import Message, message
from app.core.model import DeviceState, DeviceStatus, Sourced
from app.live.camera_masks import PREFIX as MASKS
from app.live.camera_rollup import CameraRollup
from app.live.hub import Hub, Kind, Subscription
from app.live.picture import Picture
from app.live.recent_keeper import RecentKeeper
from app.live.seat import Seat
from app.live.video_mark import MARK
from app.live.view_keeper import ViewKeeper
from app.rules.causes import closure
from app.secrets import Secrets
from app.store.store import Store
from app.video.alarm_intake import AlarmIntake
from app.video.demo_platform import DemoPlatform
from app.video.listed import Listed
from app.video.listing import collect
from app.video.platform import CameraState
from app.video.replays import tell
from app.video.service import VideoService

SIMULATED = "sim://"
SLICE = 400
"""Camera states that are taken at once: a millisecond."""

log = logging.getLogger("chengmai.video")

Record = Callable[[Sequence[Sourced]], object]


class CityVideo:
    """Made by the runtime where the city has a `[[platform]]`; `start` it, `await stop()` it.
    `record` gives records to the history, `said` takes what an officer is to be told."""

    def __init__(
        self,
        city: City,
        folder: Path,
        picture: Picture,
        hub: Hub,
        seat: Seat,
        clock: Clock,
        record: Record,
        said: Callable[[Message], object],
        store: Store | None = None,
    ) -> None:
        self._city = city
        self._folder = folder
        self._picture = picture
        self._hub = hub
        self._seat = seat
        self._clock = clock
        self._record = record
        self._said = said
        self._above = {link.id: link.depends for link in city.config.link}
        self._demo: DemoPlatform | None = None
        self._states: list[CameraState] = []
        self._unheard: frozenset[str] = frozenset()  # platforms whose alarms do not arrive
        self._rollup = (
            CameraRollup(picture, seat, city.config.code, hub, clock, store)
            if store is not None
            else None
        )
        world = picture.world
        self._views = None if store is None else ViewKeeper(seat, store.ops, clock, world)
        self._recent = None if store is None else RecentKeeper(seat, store.ops, clock)
        self._news: Subscription | None = None
        self._later: asyncio.Handle | None = None
        self.use(city)
        self._platforms = [config.id for config in platforms_of(city)]
        where = city_folder(city.read_from)
        self.service = VideoService(
            platforms_of(city),
            city.cameras,
            folder,
            clock,
            Secrets(folder),
            self._serve,
            city.config.zone,
            hidden=self._hidden,
            masks=seat.videos.masks.of,
            city_folder=where if isinstance(where, Path) else None,
        )
        self.alarms = AlarmIntake(
            picture, hub, seat.videos, record, lambda: seat.videos.cameras.cameras
        )
        self.listed = Listed(city, self._platforms, seat, picture, hub, clock, self._fetch, store)

    def start(self) -> None:
        """Start the service; it costs next to nothing until somebody wants to see something."""
        loop = asyncio.get_running_loop()
        self._demo = DemoPlatform(self._city, self._said)
        self._news = self._hub.subscribe(self._heard)
        self.service.start(lambda: loop.call_soon_threadsafe(self._take))
        self._hold()
        self.alarms.start()
        self.listed.start()
        if self._views is not None:
            self._views.start()
        if self._recent is not None:
            self._recent.start()

    def use(self, city: City) -> None:
        """What a city's files say of its cameras' pictures holds from now on."""
        masks = self._seat.videos.masks
        before, masks.fixed = masks.fixed, city.video.masks
        self._seat.videos.mark.rules = city.video.watermark
        self._of_city = frozenset(city.catalog.visit.hidden_cameras)
        changed = [
            camera
            for camera in {*before, *masks.fixed}
            if before.get(camera) != masks.fixed.get(camera)
        ]
        self._hub.publish(Kind.SEAT, (*(f"{MASKS}{camera}" for camera in changed), MARK))

    async def stop(self) -> None:
        """End the service, then the demonstration's platform."""
        if self._news is not None:
            self._hub.unsubscribe(self._news)
        if self._later is not None:
            self._later.cancel()
        await self.listed.stop()
        if self._rollup is not None:
            await self._rollup.stop()
        if self._views is not None:
            await self._views.stop()
        if self._recent is not None:
            await self._recent.stop()
        await self.service.stop()
        if self._demo is not None:
            await self._demo.stop()

    async def _fetch(self, platform: str) -> tuple[Camera, ...]:
        return await self.service.ask(f"{platform}:", collect)

    def _serve(self) -> dict[str, str]:
        """In a thread: start the demonstration's platform, where the city has one."""
        simulated = any(one.url.startswith(SIMULATED) for one in self._city.config.platform)
        return self._demo.serve() if simulated and self._demo is not None else {}

    def _hidden(self) -> frozenset[str]:
        """For the video thread: cameras that no window of this seat may show now. Where visitors
        see some windows only, those windows hide them (`widgets.panels._video_cells`)."""
        visit = self._seat.visit
        if visit is None or not visit.covers(self._seat.kind):
            return frozenset()
        return self._seat.videos.cameras.hidden | self._of_city

    # ---- what the service says

    def _take(self) -> None:
        news = self.service.take()
        tell(self._seat.videos.replays, self.service, self._platforms)
        self.alarms.take(self.service.take_alarms(), self._clock.now())
        self._tell_unheard(self.service.unheard())
        if news:
            self._hub.publish(Kind.VIDEO, news)
        waiting = bool(self._states)
        self._states += self.service.take_states()
        if self._rollup is not None:
            self._rollup.heard(self.service.take_answers())
        if not waiting:
            self._take_states()

    def _tell_unheard(self, unheard: dict[str, Message]) -> None:
        """Say once that a platform's alarms do not arrive, and once that they do again."""
        for platform, why in unheard.items():
            if platform not in self._unheard:
                self._said(why)
        for platform in self._unheard - unheard.keys():
            names = [one.name_zh for one in platforms_of(self._city) if one.id == platform]
            self._said(message("videoalarm.heard_again", platform=(*names, platform)[0]))
        self._unheard = frozenset(unheard)

    def _take_states(self) -> None:
        """Bring what platforms say of their cameras into the picture, a slice at a time."""
        part, self._states = self._states[:SLICE], self._states[SLICE:]
        now, held = self._clock.now(), self._picture.devices
        records, changed = [], []
        for state in part:
            record = DeviceStatus(
                id=state.camera,
                observed=min(state.observed, now),
                state=DeviceState.ONLINE if state.online else DeviceState.OFFLINE,
            )
            sourced = Sourced(state.camera.partition(":")[0], now, record)
            records.append(sourced)
            before = held.get(state.camera)
            if before is None or getattr(before.record, "state", None) is not record.state:
                changed.append(sourced)
        if changed:
            self._record(changed)
        for kind, ids in self._picture.apply_records(records).items():
            self._hub.publish(kind, ids)
        if self._states:
            self._later = asyncio.get_running_loop().call_soon(self._take_states)
        elif self._rollup is not None:
            self._rollup.count()

    # ---- what the service is told

    def _heard(self) -> None:
        asyncio.get_running_loop().call_soon(self._look)

    def _look(self) -> None:
        if self._news is None:
            return
        news = self._news.drain()
        if Kind.OUTAGE in news:
            self._hold()
        for key in news.get(Kind.SEAT, ()):
            if key.startswith(MASKS):
                self.service.cover(key.removeprefix(MASKS))

    def _hold(self) -> None:
        """Tell the links that are cut, with all that lies behind them."""
        cut = {link for outage in self._picture.outages.values() for link in outage.links}
        behind = {link for link in self._above if not cut.isdisjoint(closure((link,), self._above))}
        self.service.hold(frozenset(cut | behind))


def platforms_of(city: City) -> list[PlatformConfig]:
    """The platforms of a city that are switched on; what `[[link]]` says of their cameras counts
    as what they go through."""
    found = []
    for config in city.config.platform:
        links = [link.id for link in city.config.link if config.id in link.cameras]
        depends = tuple(dict.fromkeys((*config.depends, *links)))
        if config.enabled:
            found.append(msgspec.structs.replace(config, depends=depends))
    return found
