"""A layer that is made from another: heat of events, rings around hazards, areas of many events.

Its options name the other as a layer's table does: `{ kind = "events", types = ["HL*"] }`. Where
several are named under `choices`, the first word of the filter chooses one of them.
"""

from typing import Any, ClassVar, NamedTuple

import msgspec
import numpy as np

from app.core.privacy import Privacy
from app.gis.content import Content, Floats, Marks
from app.gis.layer import Ask, Ground, Layer, LayerConfig, LayerOptions, bad_option, options_of
from app.live.hub import Kind
from app.live.picture import Picture
from app.registry import Registry, UnknownKind

_KINDS: Registry[Layer] = Registry("app.gis.layers", Layer)
Table = dict[str, Any]


def inner_layer(config: LayerConfig, ground: Ground, key: str, table: Table) -> Layer:
    """The layer that a table of options describes; raises ConfigError."""
    kind = table.get("kind")
    options = {name: value for name, value in table.items() if name != "kind"}
    if not isinstance(kind, str) or kind == config.kind:
        raise bad_option(config, f"options.{key}", "a table with the kind of another layer")
    try:
        made = _KINDS.load(kind)
    except UnknownKind as error:
        raise bad_option(config, f"options.{key}.kind", str(error)) from error
    return made(msgspec.structs.replace(config, kind=kind, options=options), ground)


class InnerOptions(LayerOptions, frozen=True):
    """`of` is the other layer, `choices` more of them by the filter's first word."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    of: Table
    choices: dict[str, Table] = msgspec.field(default_factory=dict)


class Inner:
    """The layers that one is made from: `of`, and by a word those of `choices`."""

    def __init__(self, config: LayerConfig, ground: Ground, options: InnerOptions) -> None:
        self._of = inner_layer(config, ground, "of", options.of)
        self._choices = {
            word: inner_layer(config, ground, f"choices.{word}", table)
            for word, table in options.choices.items()
        }
        self._all = [self._of, *self._choices.values()]
        self.needs: frozenset[Kind] = frozenset().union(*(layer.needs for layer in self._all))

    def take(self, picture: Picture) -> list[Any]:
        """What each of them takes; all refer only, so this stays cheap."""
        return [layer.take(picture) for layer in self._all]

    def make(self, taken: list[Any], ask: Ask) -> Content:
        """The content of the one that the filter's first word chooses, with the other words as its
        filter; without such a word that of `of`."""
        word, _, rest = ask.filter.strip().partition(" ")
        chosen = self._choices.get(word)
        if chosen is None:
            return self._of.make(taken[0], ask)
        index = self._all.index(chosen)
        return chosen.make(taken[index], msgspec.structs.replace(ask, filter=rest))


class OfInner(Layer):
    """The base of the layers that draw something else from another layer's marks."""

    Options: ClassVar[type[InnerOptions]] = InnerOptions
    needs = frozenset({Kind.EVENT, Kind.POSITION, Kind.DEVICE})
    every_ms = 2000

    def __init__(self, config: LayerConfig, ground: Ground) -> None:
        super().__init__(config, ground)
        self.options = options_of(config, self.Options)
        self._inner = Inner(config, ground, self.options)

    def take(self, picture: Picture) -> list[Any]:
        """What the other layers take."""
        return self._inner.take(picture)


class Found(NamedTuple):
    """Places of an inner content, without its cluster marks and bad data."""

    ids: list[str]
    lon: Floats
    lat: Floats
    content: Content

    def says(self, **changes: Any) -> Content:
        """Count, ages and sources of the inner content, with what is drawn instead."""
        content = self.content
        kept = {
            "count": content.count,
            "newest": content.newest,
            "oldest": content.oldest,
            "sources": content.sources,
            "connected": content.connected,
            "faults": content.faults,
        }
        return Content(**{**kept, **changes})


def places(content: Content) -> Found:
    """Where the marks of a content stand; what is crossed out as bad data stands nowhere."""
    marks = content.marks
    if marks is None:
        return Found([], np.empty(0), np.empty(0), content)
    good = _believed(marks)
    return Found(marks.ids[good].tolist(), marks.lon[good], marks.lat[good], content)


def _believed(marks: Marks) -> np.ndarray[Any, np.dtype[np.bool_]]:
    crossed = [number for number, style in enumerate(marks.styles) if style.form == "cross"]
    return np.asarray(~np.isin(marks.style, crossed))
