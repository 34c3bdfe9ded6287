"""What panels of a map share: which map they are about, what it shows, what is done to it."""

import shlex
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.message import Refusal
from app.core.model import Freshness, Ms
from app.gis.content import Content
from app.gis.layer import LayerConfig
from app.live.commands import Outcome
from app.live.map_orders import shared_or
from app.live.map_state import LayerChoice, MapState
from app.live.maps import map_key
from widgets.context import Context
from widgets.map_house import MapHouse
from widgets.panels._base import Changes, Panel, PanelOptions
from widgets.panels._painted import Painted
from widgets.panels._sheet import feed_name


class MapOptions(PanelOptions, frozen=True, forbid_unknown_fields=True):
    """`map`: a map of its own by name; empty: the seat's shared one, or the window's own."""

    map: str = ""


class AboutMap:
    """Beside a `Panel`: the map it is about."""

    context: Context
    options: MapOptions
    said: str

    @property
    def house(self) -> MapHouse | None:
        """Where layers come from; None where no map is shown, as in the pictures of tests."""
        return self.context.maps

    @property
    def map_name(self) -> str:
        """Which map."""
        return self.context.spine.seat.maps.name_of(self.context.window, self.options.map)

    @property
    def state(self) -> MapState:
        """What it shows."""
        return self.context.spine.seat.maps[self.map_name]

    @property
    def configs(self) -> Mapping[str, LayerConfig]:
        """The layers that this seat may see, by id; empty until they are known."""
        house = self.house
        if house is None or house.atlas is None:
            return {}
        found: Mapping[str, LayerConfig] = house.atlas.for_seat(self.context.seat)
        return found

    def key_of(self, choice: LayerChoice) -> str:
        """How the composer calls a layer as this map shows it."""
        house, state = self.house, self.state
        if house is None or house.atlas is None:
            return choice.id
        composer = house.composer(self.context)
        return str(composer.key(choice, since=state.span_ms, at=state.at))

    def content(self, choice: LayerChoice) -> Content | None:
        """What was made of it last; None before the first."""
        house = self.house
        if house is None:
            return None
        found: Content | None = house.contents(self.context).get(self.key_of(choice))
        return found

    def touches(self, changes: Changes) -> bool:
        """Whether something of this map changed; the first refresh and ticks have no changes."""
        key = map_key(self.map_name)
        return not changes or any(key in keys for keys in changes.values())

    def paint_said(self, painter: QPainter, rect: QRectF, word: str) -> None:
        """A sentence and the one below it, instead of rows."""
        assert isinstance(self, Painted)
        say = self.context.text
        self.paint_empty(painter, rect, say(f"mapwords.{word}"), say(f"mapwords.{word}.why"))

    def do(self, text: str) -> None:
        """Do a command of this map; a refusal is said on the panel."""
        self.do_whole(f"{text}{shared_or(self.map_name)}")

    def do_named(self, verb: str) -> None:
        """The same for a verb that wants nothing but the map."""
        self.do_whole(f"{verb} {quoted(self.map_name)}" if self.map_name else verb)

    def do_whole(self, text: str) -> None:
        """Do the command of a text as it is."""
        assert isinstance(self, Panel)
        try:
            command = self.context.commands.parse(text)
        except Refusal as refusal:
            self.said = self.context.translator.render(refusal.reason)
            self.update()
            return
        self.ask(self._submit(command))

    async def _submit(self, command: Any) -> None:
        outcome: Outcome = await self.context.commands.submit(command)
        reason = outcome.reason if not outcome.done else None
        self.said = self.context.translator.render(reason) if reason is not None else ""
        if self.said and isinstance(self, QWidget):
            self.update()


def layer_name(context: Context, config: LayerConfig) -> str:
    """A layer's name in the window's language."""
    return context.translator.pick(config.name_zh, config.name_en)


def layer_title(context: Context, config: LayerConfig, content: Content | None) -> str:
    """Its name, or what its steps are of: the indicator of a choropleth."""
    own = context.translator.pick(content.title_zh, content.title_en) if content is not None else ""
    return own or layer_name(context, config)


def content_age(context: Context, content: Content, now: Ms) -> str:
    """How old the newest of a layer is, as 缓存 once nobody tells it any more; empty where nothing
    in it ages."""
    if not content.newest:
        return ""
    fresh = content_freshness(context, content, now)
    if fresh is Freshness.CACHED:
        zone, translator = context.zone, context.translator
        return wording.state_age(content.newest, now, 0, fresh, zone, translator)
    return wording.ago(max(0, now - content.newest), context.translator)


def content_freshness(context: Context, content: Content, now: Ms) -> Freshness:
    """Cached once the lines of all feeds behind a layer are down: what it shows was heard last."""
    picture, feeds = context.picture, content.sources
    cut = bool(feeds) and not any(picture.connected(feed, now) for feed in feeds)
    return Freshness.CACHED if cut else Freshness.LIVE


def sources_of(context: Context, config: LayerConfig, content: Content | None) -> str:
    """Where a layer comes from: its feeds by name, else the words of its table."""
    feeds = content.sources if content is not None else ()
    if feeds:
        names = [feed_name(context, source) for source in feeds[:2]]
        more = len(feeds) - len(names)
        told = context.text("panels.comma").join(names)
        return context.text("mapwords.sources", names=told, n=len(feeds)) if more else told
    return context.translator.pick(config.source_zh, config.source_en)


def quoted(word: str) -> str:
    """A word of a command's text."""
    return shlex.quote(word)
