"""The cameras that platforms list, on the main loop: fetched, kept, compared, known to the seat.

Fetched some time after the start, when the first pictures stand, then once a day and whenever
somebody asks. The first list of a platform holds at once, as does one that only adds cameras;
anything else is offered, and holds when a command takes it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from app.city import City
from app.core.catalog import DAY
from app.core.clock import Clock
from app.core.directory import Camera
from app.core.model import Ms
from app.core.visit import hidden_among
from app.live.camera_offers import PREFIX, CameraOffer
from app.live.hub import Hub, Kind, Subscription
from app.live.picture import Picture
from app.live.seat import Seat
from app.live.video_names import CameraNames
from app.store.cameras import CameraList, Stage
from app.store.driver import DatabaseError
from app.store.store import Store
from app.video.broken import tell_broken
from app.video.catalogue_diff import difference, has_place
from app.video.listing import digest, packed, unpacked
from app.video.platform import PlatformError
from app.video.wire import Fault

FIRST_S = 60.0
RETRY_S = 600.0

log = logging.getLogger("chengmai.video")

Cameras = tuple[Camera, ...]
Fetch = Callable[[str], Awaitable[Cameras]]


class Listed:
    """Made by `CityVideo`; `start` it, `await stop()` it. `fetch` gives what a platform lists now
    and raises PlatformError; without a `store` nothing is kept for the next start."""

    def __init__(
        self,
        city: City,
        platforms: Sequence[str],
        seat: Seat,
        picture: Picture,
        hub: Hub,
        clock: Clock,
        fetch: Fetch,
        store: Store | None,
        *,
        first_s: float = FIRST_S,
    ) -> None:
        self._city = city
        self._seat, self._picture, self._hub, self._clock = seat, picture, hub, clock
        self._fetch = fetch
        self._store = store
        self._first_s = first_s
        self._renewed = False
        self._lists: dict[tuple[str, Stage], Cameras] = {}
        self._at: dict[str, Ms] = {}  # when what holds was fetched
        self._next = dict.fromkeys(platforms, 0.0)  # when each is asked again, on the loop's clock
        self._wake = asyncio.Event()
        self._news: Subscription | None = None
        self._task: asyncio.Task[None] | None = None
        seat.videos.lists.platforms = frozenset(platforms)

    def start(self) -> None:
        """Begin with what was kept."""
        self._news = self._hub.subscribe(self._heard)
        self._task = asyncio.create_task(self._run(), name="cameras of platforms")
        self._task.add_done_callback(tell_broken)

    async def stop(self) -> None:
        """Fetch no more."""
        if self._news is not None:
            self._hub.unsubscribe(self._news)
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def use(self, city: City) -> None:
        """The city's files say something else of its cameras, or of what visitors see."""
        self._city, self._renewed = city, True
        self._wake.set()

    # ---- when

    def _heard(self) -> None:
        asyncio.get_running_loop().call_soon(self._look)

    def _look(self) -> None:
        if self._news is None:
            return
        keys = self._news.drain().get(Kind.SEAT, set())
        if self._seat.videos.lists.orders and any(key.startswith(PREFIX) for key in keys):
            self._wake.set()

    async def _run(self) -> None:
        await self._load()
        loop = asyncio.get_running_loop()
        for platform in self._next:
            age = (self._clock.now() - self._at.get(platform, 0)) / 1000
            self._next[platform] = loop.time() + max(self._first_s, DAY / 1000 - age)
        while True:
            await self._obey()
            for platform, due in list(self._next.items()):
                if due <= loop.time():
                    await self._ask(platform)
            wait = max(0.0, min(self._next.values(), default=DAY / 1000) - loop.time())
            try:
                async with asyncio.timeout(wait):
                    await self._wake.wait()
            except TimeoutError:
                continue
            self._wake.clear()

    async def _obey(self) -> None:
        if self._renewed:
            self._renewed = False
            await self._use()
        orders = self._seat.videos.lists.orders
        while orders:
            verb, platform = orders.pop(0)
            if verb == "list":
                await self._ask(platform)
            elif verb == "take":
                await self._take(platform)
            else:
                await self._undo(platform)

    # ---- what

    async def _load(self) -> None:
        if self._store is not None:
            try:
                rows = await self._store.queries.camera_lists()
            except DatabaseError:
                log.exception("the cameras of platforms cannot be read")
                rows = []
            for row in rows:
                if row.platform in self._next:
                    await self._unpack(row)
        for platform in self._next:
            await self._compare(platform)
        await self._use()

    async def _unpack(self, row: CameraList) -> None:
        try:
            cameras = await asyncio.to_thread(unpacked, row.body)
        except ValueError as error:  # also of msgspec
            log.error("cameras of %s (%s): %s", row.platform, row.stage.value, error)
            return
        self._lists[row.platform, row.stage] = cameras
        if row.stage is Stage.HELD:
            self._at[row.platform] = row.at

    async def _ask(self, platform: str) -> None:
        loop = asyncio.get_running_loop()
        try:
            cameras = await self._fetch(platform)
        except PlatformError as error:
            log.info("video platform %s lists no cameras: %s", platform, error)
            wait = DAY / 1000 if error.fault is Fault.REFUSED else RETRY_S
            self._next[platform] = loop.time() + wait
            return
        self._next[platform] = loop.time() + DAY / 1000
        await self._came(platform, cameras)

    async def _came(self, platform: str, cameras: Cameras) -> None:
        now, held = self._clock.now(), self._lists.get((platform, Stage.HELD))
        if held is None:
            await self._change(platform, now, {Stage.HELD: cameras}, known=True)
            return
        diff = await asyncio.to_thread(difference, held, cameras)
        if diff.is_empty:
            await self._change(platform, now, {Stage.HELD: cameras, Stage.OFFERED: None})
        elif diff.is_harmless:
            lists = {Stage.HELD: cameras, Stage.BEFORE: held, Stage.OFFERED: None}
            await self._change(platform, now, lists, known=True)
        else:
            await self._change(platform, now, {Stage.OFFERED: cameras})

    async def _take(self, platform: str) -> None:
        offered = self._lists.get((platform, Stage.OFFERED))
        held = self._lists.get((platform, Stage.HELD), ())
        if offered is not None:
            lists = {Stage.HELD: offered, Stage.BEFORE: held, Stage.OFFERED: None}
            await self._change(platform, self._clock.now(), lists, known=True)

    async def _undo(self, platform: str) -> None:
        before = self._lists.get((platform, Stage.BEFORE))
        held = self._lists.get((platform, Stage.HELD), ())
        if before is not None:
            lists = {Stage.HELD: before, Stage.OFFERED: held, Stage.BEFORE: None}
            await self._change(platform, self._clock.now(), lists, known=True)

    async def _change(
        self, platform: str, at: Ms, lists: dict[Stage, Cameras | None], *, known: bool = False
    ) -> None:
        """Keep lists, or forget those that are None; `known`: the seat's cameras are others."""
        rows, gone = [], []
        for stage, cameras in lists.items():
            if cameras is None:
                self._lists.pop((platform, stage), None)
                gone.append((platform, stage))
                continue
            self._lists[platform, stage] = cameras
            body = await asyncio.to_thread(packed, cameras)
            rows.append(CameraList(platform, stage, at, len(cameras), body))
        if Stage.HELD in lists:
            self._at[platform] = at
        if self._store is not None:
            try:
                await asyncio.wrap_future(self._store.keep_cameras(rows, gone))
            except DatabaseError as error:  # it is fetched again after the next start
                log.error("the cameras of %s are not kept: %s", platform, error)
        await self._compare(platform)
        if known:
            await self._use()
        self._hub.publish(Kind.SEAT, [f"{PREFIX}{platform}"])

    async def _compare(self, platform: str) -> None:
        lists, at = self._seat.videos.lists, self._at.get(platform, 0)
        held = self._lists.get((platform, Stage.HELD), ())
        for into, old, new in (
            (lists.offers, held, self._lists.get((platform, Stage.OFFERED))),
            (lists.taken, self._lists.get((platform, Stage.BEFORE)), held),
        ):
            into.pop(platform, None)
            if old is not None and new is not None:
                into[platform] = await asyncio.to_thread(_offer, platform, at, old, new)

    async def _use(self) -> None:
        """Let the seat know all of them; those of the city's own file stay as they are there."""
        city = self._city
        lists = [cameras for (_, stage), cameras in self._lists.items() if stage is Stage.HELD]
        placed, names = await asyncio.to_thread(_names, city, lists)
        self._picture.hidden_cameras = names.hidden
        self._seat.videos.cameras, self._picture.listed = names, placed
        self._hub.publish(Kind.SEAT, [PREFIX])
        self._hub.publish(Kind.DEVICE, [PREFIX])


def _names(city: City, lists: Sequence[Cameras]) -> tuple[Cameras, CameraNames]:
    """Those with a place beyond the city's own, and the names of all."""
    own = {camera.id for camera in city.cameras}
    more = tuple(camera for cameras in lists for camera in cameras if camera.id not in own)
    kinds = {point.id: point.kind for point in city.points}
    hidden = hidden_among(city.catalog.visit, city.cameras, more)
    placed = tuple(camera for camera in more if has_place(camera))
    return placed, CameraNames((*city.cameras, *more), kinds, hidden)


def _offer(platform: str, at: Ms, old: Cameras, new: Cameras) -> CameraOffer:
    diff = difference(old, new)
    return CameraOffer(
        platform,
        digest(new),
        at,
        len(new),
        added=len(diff.added),
        renamed=len(diff.renamed),
        moved=len(diff.moved),
        gone=frozenset(camera.id for camera in diff.gone),
        rebound=diff.rebound(),
    )
