"""A seat on the demonstration city with a real picture, hub, store and commands."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.city import City, load_city
from app.core.clock import ManualClock
from app.core.health import FeedHealth, FeedState
from app.core.i18n import translator
from app.core.keys import reading_key
from app.core.model import Reading, Segment, Sourced, World
from app.live.commands import Commands
from app.live.hub import Hub, Kind
from app.live.picture import Picture
from app.live.seat import Seat, SignedOn
from app.registry import Registry
from app.store.store import Store
from tests.helpers.seat import NOW, REGION
from widgets.bridge import Bridge
from widgets.context import Context
from widgets.panels._base import Panel
from widgets.selection import Selection
from widgets.theme import Theme, WallProfile, load_theme

PANELS = Registry("widgets.panels", Panel)
THEMES: dict[tuple[str, bool], Theme] = {}


class Room:
    """The runtime's shape, put together from its real parts."""

    def __init__(self, city: City, folder: Path) -> None:
        self.city = city
        self.catalog = city.catalog
        self.clock = ManualClock(NOW)
        self.hub = Hub()
        self.picture = Picture({}, city.config.world)
        self.seat = Seat("desk", "DESK-02")
        self.store = Store.open(folder, self.clock, ballast_bytes=0)
        self.commands = Commands(
            self.picture, self.hub, self.store.ops, self.clock, self.seat, city.duty_roles
        )
        self.bridge = Bridge(self.hub)
        self.panels: list[Panel] = []

    def sign_on(self, role: str = "shift_head") -> None:
        """Somebody is at the desk."""
        self.seat.person = SignedOn("DX1002", role, NOW)

    def feed(self, name: str, state: FeedState = FeedState.LIVE, **more: Any) -> None:
        """How a feed stands now."""
        fields = {"last_message": self.clock.now() - 2000} | more
        self.picture.feeds[name] = FeedHealth(name, name, name, state, self.clock.now(), **fields)
        self.hub.publish(Kind.FEED, (name,))

    def read(self, code: str, value: float, age_ms: int = 0, feed: str = "f", **more: Any) -> str:
        """A reading of the whole city arrives."""
        now = self.clock.now()
        key = reading_key(code, REGION)
        reading = Reading(key, value, now - age_ms, **more)
        self.hub.publish(Kind.READING, self.picture.apply_readings(feed, now, [(key, reading)]))
        return key

    def bring(self, *records: Any, source: str = "s") -> None:
        """Events, warnings and device states arrive."""
        now = self.clock.now()
        changed = self.picture.apply_records(Sourced(source, now, item) for item in records)
        for kind, ids in changed.items():
            self.hub.publish(kind, ids)

    def remember(self, code: str, values: dict[int, float], region: str = REGION) -> None:
        """Put readings (by moment observed) into the store and wait until they are there."""
        key = reading_key(code, region)
        readings = [Reading(key, value, at) for at, value in values.items()]
        recorder = self.store.recorder
        wanted = recorder.counts.written + len(readings)
        recorder.submit([Segment("f", NOW, readings)], [])
        while recorder.counts.written < wanted:
            self.store.upkeep()  # takes its turn on the writer thread

    def context(self, seat: str = "desk", lang: str = "zh_CN", **look: Any) -> Context:
        """What one window hands to its panels."""
        name, light = look.get("theme", seat), look.get("light", False)
        if (name, light) not in THEMES:
            THEMES[name, light] = load_theme(name, light=light, reduced=True)
        return Context(
            spine=self,
            bridge=self.bridge,
            selection=Selection(self.hub),
            theme=THEMES[name, light],
            profile=WallProfile(),
            translator=translator(lang),
            seat=seat,
            zone=ZoneInfo("Asia/Shanghai"),
        )

    def open(
        self, kind: str, context: Context, size: tuple[int, int] = (900, 700), **options: Any
    ) -> Any:
        """A panel as the shell shows it."""
        cls = PANELS.load(kind)
        panel = cls(context, cls.Options(**options))
        panel.resize(*size)
        panel.show()
        self.panels.append(panel)
        return panel

    async def opened(
        self, kind: str, context: Context, size: tuple[int, int] = (900, 700), **options: Any
    ) -> Any:
        """The same, with every question that it asked answered."""
        panel = self.open(kind, context, size, **options)
        await self.settled(panel)
        return panel

    async def settled(self, panel: Panel) -> None:
        """Every question that the panel asked is answered, and what came is taken."""
        while panel._tasks:
            await asyncio.gather(*panel._tasks)
        self.bridge.drain()
        while panel._tasks:
            await asyncio.gather(*panel._tasks)

    def clear(self) -> None:
        """Close what a test opened."""
        for panel in self.panels:
            panel.stop()
            panel.close()
            panel.deleteLater()
        self.panels.clear()

    def close(self) -> None:
        """The end."""
        self.clear()
        self.bridge.stop()
        self.bridge.deleteLater()
        self.store.close()


@pytest.fixture(scope="session")
def city() -> City:
    """The demonstration city as it is shipped."""
    return load_city("huaian")


@pytest.fixture
def room(application: object, city: City, tmp_path: Path) -> Iterator[Room]:
    """A seat with nothing in it yet."""
    room = Room(city, tmp_path / "data")
    assert room.picture.world is World.DEMO
    yield room
    room.close()


def by_key(panel: Panel) -> dict[str, Any]:
    """What a panel says it shows."""
    return {item.key: item for item in panel.items()}


Run = Callable[[Any], Any]
