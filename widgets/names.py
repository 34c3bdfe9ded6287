"""Everything the palette can find on a seat: commands, scenes, indicators, each by its names."""

from collections.abc import Mapping
from typing import Any

from app.core.i18n import LANGUAGES, translator
from app.core.message import Message
from app.live.commands import Verb
from app.live.summary import indicator_keys
from app.registry import deferred
from widgets.context import Spine
from widgets.scene import LoadedScene

COMMAND, SCENE, INDICATOR = "command", "scene", "indicator"
SEARCH_MODULE = "app.core.text"  # reads the pinyin dictionaries: never on the GUI thread


class Names:
    """Finds by characters, pinyin, initials and codes. Build it off the GUI thread (0.3 s)."""

    def __init__(
        self,
        verbs: list[Verb],
        scenes: Mapping[str, LoadedScene],
        indicators: list[tuple[str, str, str]],
    ) -> None:
        self._search: Any = deferred(SEARCH_MODULE)
        name = self._search.name
        found = [name(COMMAND, verb.verb, *_both(verb.name)) for verb in verbs]
        found += [
            name(SCENE, scene.name, scene.scene.name_zh, scene.scene.name_en)
            for scene in scenes.values()
        ]
        found += [name(INDICATOR, code, zh, en) for code, zh, en in indicators]
        self._all = tuple(found)

    def find(self, text: str, limit: int) -> Any:
        """The best matches (`app.core.text.Found`)."""
        return self._search.find(self._all, text, limit)


def indicator_names(spine: Spine) -> list[tuple[str, str, str]]:
    """Code and names of the city's indicators."""
    return [(item.code, item.name_zh, item.name_en) for item in spine.catalog.indicators]


def indicator_key(spine: Spine, code: str) -> str:
    """The key that stands for an indicator now."""
    region = spine.city.config.code
    return indicator_keys(spine.picture.readings, spine.catalog, region).get(code, "")


def _both(words: Message) -> tuple[str, str]:
    zh, en = (translator(language).render(words) for language in LANGUAGES)
    return zh, en
