"""The maps of a seat by name: the shared one, those of walls, and views that left it."""

from app.core.map_decision import KeptMap
from app.live.map_names import MapNames
from app.live.map_state import SHARED, LayerChoice, MapPlace, MapState

PREFIX = "map/"
"""Before the name of a map in what the hub is told."""


class Maps:
    """A name that is new begins as a copy of the shared map. `names` is what there is to show;
    `apart` are the windows whose maps do not follow the shared one: a wall stands still while its
    desk looks round. `kept` is what each showed before this start (`app.live.map_kept`)."""

    def __init__(self, place: MapPlace) -> None:
        self._maps = {SHARED: MapState(place)}
        self.home = place
        self.names = MapNames()
        self.apart: set[str] = set()
        self.kept: dict[str, KeptMap] = {}  # by name: what they showed before this start

    def __getitem__(self, name: str) -> MapState:
        if name not in self._maps:
            self._maps[name] = MapState(self._maps[SHARED].place)
            self.copy(SHARED, name)
        return self._maps[name]

    def __contains__(self, name: str) -> bool:
        return name in self._maps

    def all(self) -> list[str]:
        """The names of those that there are."""
        return list(self._maps)

    def name_of(self, window: str, wanted: str = SHARED) -> str:
        """Which map a view of a window shows that asks for a name of its own, or for none."""
        return wanted or (window if window in self.apart else SHARED)

    def put_on(self, layer: str) -> list[str]:
        """Let every map show a layer that exists: what was just drawn is seen. Gives the maps that
        changed."""
        known = self.names.layers.get(layer)
        changed = []
        for name, state in self._maps.items():
            if known is not None and state.choice(layer) is None:
                state.layers = (*state.layers, LayerChoice(layer, known.opacity))
                changed.append(name)
        return changed

    def copy(self, source: str, target: str) -> None:
        """Let one map show what another does: layers, base, time and what is marked, not where."""
        one, other = self[source], self[target]
        for field in ("layers", "plate", "base", "at", "span_ms", "area", "picked", "region"):
            setattr(other, field, getattr(one, field))


def map_key(name: str) -> str:
    """What the hub is told when a map changed."""
    return f"{PREFIX}{name}"
