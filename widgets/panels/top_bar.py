"""The bar at the top of every screen: mode, centre, scene | the one clock | weather, duty, mark."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.core import wording
from app.core.model import AlarmKind, Level, World
from app.live.alarms import AUDIBLE, Group, board, waiting
from app.live.hub import Kind
from app.live.presentation import Cover
from app.live.seat import Seat
from app.live.summary import indicator_keys
from widgets.context import Context
from widgets.paint.alarm import AlarmMark
from widgets.paint.badge import Mode, ModeCell
from widgets.paint.chrome import TopBar, paint_top_bar
from widgets.paint.fresh import Fresh
from widgets.paint.waits import Waits
from widgets.panels._bar import Bar
from widgets.panels._base import Changes, PanelOptions
from widgets.panels._names import role_name
from widgets.panels._values import age_text, sentence
from widgets.screen_item import ScreenItem, record_item, value_item


class TopBarPanel(Bar, kind="top-bar"):
    """The clock's state is the state of the lines; the mark of a demonstration cannot be hidden."""

    class Options(PanelOptions, frozen=True, forbid_unknown_fields=True):
        """`weather`: the indicator at the right, where the catalogue has it."""

        weather: str = "weather.temp"

    needs = frozenset({Kind.FEED, Kind.SEAT, Kind.MODE, Kind.WARNING})

    def __init__(self, context: Context, options: Options, parent: QWidget | None = None) -> None:
        super().__init__(context, options, parent)
        self.weather = options.weather
        self._weather_key = ""
        self._held = -1

    def refresh(self, changes: Changes) -> None:
        """Everything anew each second; it is a handful of words, painted where they differ."""
        self._now = self.context.now()
        self._find_weather()
        self.say_anew()

    def paint_bar(self, painter: QPainter, whole: QRectF) -> None:
        """The painter does it all."""
        paint_top_bar(painter, whole, self.bar, self.theme, self.edges_x)

    def items(self) -> list[ScreenItem]:
        """Clock, mode, the mark of the world, the weather."""
        if self.bar is None:
            return []
        context, now, world = self.context, self._now, self.context.picture.world

        def word(key: str, value: str) -> ScreenItem:
            label = context.text(f"panels.bar.item.{key}")
            return record_item(
                f"bar/{key}", label, value, observed=now, now=now, source="clock", world=world
            )

        found = [
            word("clock", self.bar.clock),
            word("state", self.bar.state_word),
            word("mode", self.bar.mode.word),
        ]
        if self.bar.demo:
            found.append(word("mark", self.bar.demo))
        if self.bar.waits is not None:
            label, words = context.text("detail.bar.item"), self.bar.waits.words
            found.append(record_item("bar/waits", label, words, observed=now, now=now, world=world))
        if self.bar.duty:
            found.append(word("duty", self.bar.duty))
        if self._weather_key:
            found.append(value_item(context.view(self._weather_key), context.translator))
        return found

    def _find_weather(self) -> None:
        picture = self.context.picture
        if self._held == len(picture.readings):
            return
        self._held = len(picture.readings)
        if self.weather in self.context.catalog.quantities:
            found = indicator_keys(picture.readings, self.context.catalog, self.context.city.code)
            self._weather_key = found.get(self.weather, "")

    def said(self) -> TopBar:
        """See Bar."""
        context, city, now = self.context, self.context.city, self._now
        state, word = self._state()
        weather = ""
        if self._weather_key:
            view = context.view(self._weather_key)
            if view.value is not None:
                # One text: the value never stands without its age, nor the age without it.
                age = age_text(context, view, now)
                weather = f"{context.label(view)} {sentence(context, view)}  {age}"
        seat = self._seat
        place = context.translator.pick(city.centre_name_zh, city.centre_name_en)
        return TopBar(
            mode=self._mode(),
            place=place,
            scene=self._scene(),
            state=state,
            state_word=word,
            clock=wording.clock(now, context.zone),
            date=wording.weekday(now, context.zone, context.translator),
            weather=weather,
            duty=self._duty(seat),
            demo=self._mark(),
            short=context.translator.pick(city.name_zh, city.name_en),
            waits=self._waits(),
        )

    @property
    def _seat(self) -> Seat | None:
        return getattr(self.context.spine, "seat", None)

    def _waits(self) -> Waits | None:
        """Red and orange that nobody has acknowledged: told on every scene of a seat where somebody
        answers for them, also where no panel of warnings stands."""
        if not self.interactive:
            return None
        picture = self.context.picture
        warnings, taken = picture.warnings.values(), picture.acknowledged
        cards = waiting(board(warnings, taken, self._now, picture.world).cards)
        if not cards:
            return None
        text = self.context.text
        counts = {lv: sum(card.warning.level is lv for card in cards) for lv in AUDIBLE}
        said = [f"{text(f'level.word_{lv.value}')} {n}" for lv, n in counts.items() if n]
        gravest = Level.RED if counts[Level.RED] else Level.ORANGE
        issued = any(c.group is Group.ISSUED for c in cards if c.warning.level is gravest)
        kind = AlarmKind.ISSUED if issued else AlarmKind.LIMIT
        words = text("detail.bar.waits", levels=" ".join(said))
        return Waits(AlarmMark(gravest, kind, unacked=True), words, said[0])

    def _mode(self) -> ModeCell:
        if self.context.picture.world is World.DRILL:
            mode = Mode.DRILL
        else:
            mode = Mode.WAR if self.theme.name == "war" else Mode.PEACE
        return ModeCell(mode, " ".join((self.context.text(f"mode.{mode.value}"), *self._marks())))

    def _marks(self) -> list[str]:
        """Visitors are in the room; the picture below stands still."""
        seat = self._seat
        if seat is None:
            return []
        marks = [self.context.text("visit.mode")] if seat.visit is not None else []
        covered = seat.presentation.covered.get(self.context.window)
        if covered is not None and covered.how is Cover.FROZEN:
            marks.append(self.context.text("visit.frozen"))
        return marks

    def _mark(self) -> str:
        world = self.context.picture.world
        return "" if world is World.REAL else self.context.text(f"state.{world.value}")

    def _state(self) -> tuple[Fresh, str]:
        """The clock is the machine's; its word says whether the city still comes through."""
        feeds = self.context.picture.feeds.values()
        if self.context.picture.world is World.REPLAY:
            return Fresh.REPLAY, self.context.text("state.replay")
        connected = sum(health.connected for health in feeds)
        if not feeds:
            return Fresh.CACHED, self.say("bar.clock_none")
        if not connected:
            return Fresh.CACHED, self.say("bar.clock_offline")
        if 2 * connected < len(feeds):
            return Fresh.LATE, self.say("bar.clock_partial")
        return Fresh.LIVE, self.context.text("state.live")

    def _scene(self) -> str:
        city = self.context.city
        zh, en = self.context.scene
        name = self.context.translator.pick(zh or city.name_zh, en or city.name_en)
        rotation = self._rotation()
        said = [part for part in (name, self._about(), rotation) if part]
        return self.context.text("panels.comma").join(said)

    def _about(self) -> str:
        """What the scene is about, by the word of its address: a theme, an index, an indicator."""
        context, seat = self.context, self._seat
        shown = seat.stage.shown.get(context.window, "") if seat is not None else ""
        word = shown.partition("#")[0].partition("/")[2].partition("/")[0]
        themes = {theme.code: theme for theme in getattr(context.spine.city, "themes", ())}
        quantities = context.catalog.quantities
        found = themes.get(word) or quantities.get(word) or quantities.get(f"index.{word}")
        return context.translator.pick(found.name_zh, found.name_en) if found is not None else ""

    def _rotation(self) -> str:
        """That the scenes take turns, or what holds them."""
        seat = self._seat
        rotation = seat.stage.rotating.get(self.context.window) if seat is not None else None
        if rotation is None:
            return ""
        return self.context.text("scene.held" if rotation.held else "scene.rotating")

    def _duty(self, seat: Seat | None) -> str:
        """At a desk the post and work number; on the wall nobody is named. Then the sound."""
        if seat is None:
            return ""
        parts = []
        if self.context.seat == "desk":
            person = seat.person
            if person is None:
                parts.append(self.say("bar.nobody"))
            else:
                parts.append(f"{role_name(self.context, person.role)} {person.number}")
        elif seat.person is not None:
            parts.append(role_name(self.context, seat.person.role))
        until = seat.muted_until(self._now)
        if until is not None:
            time = wording.clock(until, self.context.zone, seconds=False)
            parts.append(self.say("bar.muted_until", time=time))
        if not seat.audible:
            parts.append(self.say("bar.silent"))
        elif seat.sound_test_due(self._now):
            parts.append(self.say("bar.sound_test"))
        return self.context.text("panels.comma").join(parts)
