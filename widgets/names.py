"""Everything that can be found on a seat, each by its names: what the palette and `/` search."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from app.core.directory import Camera
from app.core.i18n import LANGUAGES, translator
from app.core.message import Message
from app.live.commands import Verb
from app.live.map_names import may_see
from app.live.summary import indicator_keys
from app.live.video_names import CameraNames
from app.registry import deferred
from widgets.context import Spine
from widgets.scene import LoadedScene

SEARCH_MODULE = "app.core.search"  # reads the pinyin dictionaries: never on the GUI thread
TOGETHER = "app.core.search_all"
SCENE, PANEL, COMMAND = "scene", "panel", "command"
INDEX, INDICATOR, THEME = "index", "indicator", "theme"
BUREAU, REGION, POINT, CAMERA = "bureau", "region", "point", "camera"
FEED = "feed"
DEVICE = "device"
LAYER, PLATE, BASE, BOOKMARK = "layer", "plate", "base", "bookmark"
PLACE = "place"
"""What the gazetteer finds beyond the lists; its id is what `fly-to` takes, with a zoom."""
ONLINE = "online"
"""The words themselves, to be asked of a service on the network."""
KINDS = (
    SCENE, PANEL, INDEX, INDICATOR, THEME, BUREAU, REGION, PLATE, LAYER, BASE, BOOKMARK,
    COMMAND, POINT, CAMERA, FEED, DEVICE,
)  # fmt: skip
"""Equal matches stand in this order."""
DATA = (
    INDEX, INDICATOR, THEME, BUREAU, REGION, PLATE, LAYER, BOOKMARK, POINT, CAMERA, FEED, DEVICE
)  # fmt: skip
"""What `/` looks for."""
REMEMBERED = 32


class Entry(NamedTuple):
    """A thing that can be found; `id` is a command's whole text where it asks for nothing more."""

    kind: str
    id: str
    name_zh: str
    name_en: str
    aliases: tuple[str, ...] = ()


class Names:
    """Finds by characters, pinyin, initials and codes, what was chosen last before its equals.

    Build it off the GUI thread: half a second for 50,000 entries.
    """

    def __init__(self, entries: Iterable[Entry], cameras: CameraNames | None = None) -> None:
        search: Any = deferred(SEARCH_MODULE)
        ordered = sorted(entries, key=lambda entry: KINDS.index(entry.kind))
        self._own: Any = search.Index(search.Name(*entry) for entry in ordered)
        self._index: Any = None
        self._recent: list[tuple[str, str]] = []
        self.use_cameras(cameras or CameraNames())

    def use_cameras(self, cameras: CameraNames) -> None:
        """Find these cameras, by the index that others find them by, too; in a thread."""
        parts = (self._own, cameras.index.make())
        self._index = deferred(TOGETHER).Indexes(parts, KINDS)

    def find(self, text: str, limit: int, kinds: Sequence[str] = ()) -> Any:
        """The best matches (`app.core.text.Found`); of all kinds where none is named."""
        return self._index.find(text, limit, kinds=kinds, recent=self._recent)

    def remember(self, kind: str, id_: str) -> None:
        """It was chosen just now."""
        self._recent = [key for key in self._recent if key != (kind, id_)]
        self._recent = [(kind, id_), *self._recent][:REMEMBERED]


def entries_of(
    spine: Spine,
    verbs: Sequence[Verb],
    scenes: Mapping[str, LoadedScene],
    orders: Mapping[str, Sequence[str]],
) -> list[Entry]:
    """All that a seat has but its cameras; `orders` are the words that complete a command
    (`set-theme light`)."""
    found = [_scene(scene) for scene in scenes.values()]
    found += _panels(scenes.values())
    found += _data(spine)
    found += _maps(spine)
    for verb in verbs:
        found.append(Entry(COMMAND, verb.verb, *_both(verb.name)))
        found += _orders(verb, orders.get(verb.verb, ()))
    return found


def _scene(loaded: LoadedScene) -> Entry:
    return Entry(SCENE, loaded.name, loaded.scene.name_zh, loaded.scene.name_en)


def _panels(scenes: Iterable[LoadedScene]) -> Iterator[Entry]:
    """The panels that a scene of the seat holds; bars along an edge are no place to go to."""
    kinds = {panel.kind for item in scenes for panel in item.scene.panel if not panel.edge}
    for kind in sorted(kinds):
        names = [panel_name(translator(language), kind) for language in LANGUAGES]
        yield Entry(PANEL, kind, names[0], names[1])


def panel_name(words: Any, kind: str) -> str:
    """What a kind of panel is called; its own word where nobody has named it."""
    id_ = f"hands.panel.{kind}"
    return str(words.text(id_)) if id_ in words else kind.replace("-", " ")


def _data(spine: Spine) -> Iterator[Entry]:
    catalog, city = spine.catalog, spine.city
    for spec in catalog.plan.specs.values():
        yield Entry(INDEX, spec.code, spec.name_zh, spec.name_en)
    for item in catalog.indicators:
        yield Entry(INDICATOR, item.code, item.name_zh, item.name_en)
    for theme in getattr(city, "themes", ()):
        yield Entry(THEME, theme.code, theme.name_zh, theme.name_en)
    for bureau in catalog.bureaus.values():
        yield Entry(BUREAU, bureau.code, bureau.name_zh, bureau.name_en, (bureau.short_zh,))
    for region in catalog.regions.values():
        yield Entry(REGION, region.code, region.name_zh, region.name_en, (region.short_zh,))
    for kind, field in ((POINT, "points"), (DEVICE, "devices")):
        for place in getattr(city, field, ()):
            yield Entry(kind, place.id, place.name_zh, place.name_en)
    for feed in city.config.feed:
        yield Entry(FEED, feed.id, feed.name_zh, feed.name_en or feed.name_zh)


def camera_names_of(spine: Spine) -> CameraNames:
    """All cameras of the seat: those of the city's file, and those that platforms list."""
    known = spine.seat.videos.cameras
    return known if known.cameras else CameraNames(getattr(spine.city, "cameras", ()))


def cameras_of(spine: Spine) -> Mapping[str, Camera]:
    """The same by id."""
    known = spine.seat.videos.cameras.cameras
    return known or {camera.id: camera for camera in getattr(spine.city, "cameras", ())}


def _maps(spine: Spine) -> Iterator[Entry]:
    """What a map can show, as far as the seat may see it, and the views that were kept."""
    names, seat = spine.seat.maps.names, spine.seat.kind.value
    for kind, there in ((PLATE, names.plates), (LAYER, names.layers), (BASE, names.bases)):
        for item in there.values():
            if may_see(item, seat):
                group = getattr(item, "group", "")
                yield Entry(kind, item.id, item.name_zh, item.name_en, (group,) if group else ())
    for name in spine.picture.map.bookmarks:
        yield Entry(BOOKMARK, name, name, name)


def _orders(verb: Verb, words: Sequence[str]) -> Iterator[Entry]:
    names = _both(verb.name)
    for word in words:
        said = [translator(language).text(f"hands.order.{word.lower()}") for language in LANGUAGES]
        both = [f"{name} {value}" for name, value in zip(names, said, strict=True)]
        yield Entry(COMMAND, f"{verb.verb} {word}", both[0], both[1])


def indicator_key(spine: Spine, code: str) -> str:
    """The key that stands for an indicator now."""
    region = spine.city.config.code
    return indicator_keys(spine.picture.readings, spine.catalog, region).get(code, "")


def _both(words: Message) -> tuple[str, str]:
    zh, en = (translator(language).render(words) for language in LANGUAGES)
    return zh, en
