"""What a line of the palette says of each kind of thing: its second line, and what stands now."""

import shlex
from collections.abc import Mapping

from app.core.directory import Camera, Point
from app.core.keys import reading_key
from app.live.commands import Verb
from app.live.map_names import FoundPlace, OnlinePlaces
from app.live.summary import indicator_keys
from widgets.context import Context
from widgets.models.found import FoundRow
from widgets.names import (
    BASE,
    BOOKMARK,
    BUREAU,
    CAMERA,
    COMMAND,
    INDEX,
    INDICATOR,
    LAYER,
    ONLINE,
    PANEL,
    PLACE,
    PLATE,
    POINT,
    REGION,
    SCENE,
    THEME,
    Entry,
    cameras_of,
)
from widgets.panels._names import bureau_name, region_name
from widgets.panels._values import age_text, sentence

SORTS = ("at", "stake", "lamp", "grid", "crossing", "address", "town", "village", "place", "event")
"""Kinds of places with a word of their own; the others are key places."""
CALLS = ("watch-layout", "video-layout")


class Lines:
    """Writes the rows of one opened palette; keys of indicators are looked up once."""

    def __init__(self, context: Context, verbs: Mapping[str, Verb]) -> None:
        self._context = context
        self._verbs = verbs
        spine = context.spine
        held, code = spine.picture.readings, context.city.code
        self._keys = indicator_keys(held, context.catalog, code)
        points = {place.id: place for place in getattr(spine.city, "points", ())}
        self._places: dict[str, Mapping[str, Point | Camera]] = {
            POINT: points,
            CAMERA: cameras_of(spine),
        }
        self._themes = {theme.code: theme for theme in getattr(spine.city, "themes", ())}

    def row(self, entry: Entry) -> FoundRow:
        """The row of a found thing, in the window's language."""
        context = self._context
        sort = context.text(f"hands.kind.{entry.kind}")
        title = context.translator.pick(entry.name_zh, entry.name_en)
        if entry.kind == COMMAND:
            return self._command(entry.id, sort, title)
        detail = self._detail(entry.kind, entry.id)
        return FoundRow(entry.kind, entry.id, sort, title, detail, self._note(entry))

    def layouts(self, text: str, most: int) -> list[FoundRow]:
        """Layouts of video walls that are kept under a name with this text in it: called with their
        cameras, or their cells alone. They are few, and not in the index: they come and go."""
        known, words = self._context.spine.seat.plans.known, text.strip().lower()
        names = [name for name in sorted(known) if len(words) > 1 and words in name]
        sort, rows = self._context.text(f"hands.kind.{COMMAND}"), list[FoundRow]()
        for name in names:
            for verb in CALLS:
                if verb in self._verbs:
                    title = self._context.translator.render(self._verbs[verb].name)
                    rows.append(self._command(f"{verb} {name}", sort, f"{title} {name}"))
        return rows[:most]

    def place(self, found: FoundPlace) -> FoundRow:
        """The row of a place that the gazetteer found; Enter flies there."""
        context = self._context
        own = f"maptool.kind.{found.kind}" if found.kind in SORTS else "hands.kind.point"
        sort = context.text(own)
        title = context.translator.pick(found.name_zh, found.name_en)
        note = context.translator.render(found.note) if found.note is not None else ""
        id_ = f"{shlex.quote(found.target)} zoom={round(found.zoom)}"
        detail = self._joined(note, found.key.partition(":")[2] or found.target)
        return FoundRow(PLACE, id_, sort, title, detail, context.text("hands.enter.point"))

    def online(self, text: str, service: OnlinePlaces) -> FoundRow:
        """The row that asks a service on the network; it says what leaves the house, and where
        to."""
        context = self._context
        name = context.translator.pick(service.name_zh, service.name_en)
        return FoundRow(
            ONLINE,
            text,
            context.text("hands.kind.online"),
            context.text("hands.online.title", text=text),
            context.text("hands.online.detail", name=name, host=service.host),
            context.text("hands.enter.online"),
        )

    def _command(self, text: str, sort: str, title: str) -> FoundRow:
        """A command with its form; what completes it already is its form."""
        verb = self._verbs.get(text.split(" ", 1)[0])
        if verb is None:
            return FoundRow(COMMAND, text, sort, title, text)
        detail = verb.usage if text == verb.verb else text
        note = "" if verb.allowed else self._refusal()
        return FoundRow(COMMAND, text, sort, title, detail, note, verb.allowed)

    def _detail(self, kind: str, id_: str) -> str:
        context = self._context
        if kind == INDICATOR:
            quantity = context.catalog.quantities[id_]
            return self._joined(bureau_name(context, quantity.bureau), id_)
        if kind in self._places and (place := self._places[kind].get(id_)) is not None:
            return self._joined(region_name(context, place.region), id_)
        if kind == THEME and id_ in self._themes:
            lead = self._themes[id_].lead_bureau
            return self._joined(bureau_name(context, lead), id_) if lead else id_
        if kind in (LAYER, PLATE):
            names = context.spine.seat.maps.names
            item = (names.layers if kind == LAYER else names.plates).get(id_)
            return self._joined(item.group if item is not None else "", id_)
        if kind == BUREAU:
            owned = sum(item.bureau == id_ for item in context.catalog.indicators)
            return self._joined(context.text("hands.owns", n=owned), id_)
        return f"switch-scene {id_}" if kind == SCENE else id_

    def _note(self, entry: Entry) -> str:
        """What a value says now, else what Enter does."""
        context = self._context
        if entry.kind in (INDICATOR, INDEX):
            key = self._keys.get(entry.id, "")
            if entry.kind == INDEX:
                key = reading_key(entry.id, context.city.code)
            return self._value(key)
        if entry.kind == CAMERA and context.videos is not None and context.videos.platforms:
            return context.text("videowall.hint.watch")
        if entry.kind in (POINT, CAMERA, REGION, PANEL, BUREAU, PLATE, LAYER, BASE, BOOKMARK):
            return context.text(f"hands.enter.{entry.kind}")
        return ""

    def _value(self, key: str) -> str:
        """What a key says now, with its age."""
        context = self._context
        if not key:
            return context.text("state.missing")
        view = context.view(key)
        return f"{sentence(context, view)}  {age_text(context, view, context.now())}"

    def _refusal(self) -> str:
        nobody = self._context.spine.seat.person is None
        return self._context.text(f"shell.palette.{'sign_on_first' if nobody else 'not_allowed'}")

    def _joined(self, *parts: str) -> str:
        return self._context.text("panels.comma").join(part for part in parts if part)
