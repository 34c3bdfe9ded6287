"""What a marked place holds in numbers: its area, its districts, the states of what lies in it, the
stocks that lie there."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from app.core import wording
from app.core.model import Sourced
from app.gis.content import Content
from app.live.map_state import MapArea
from app.live.picture import Picture
from app.live.station_coverage import outlines_of
from app.registry import deferred
from widgets.context import Context

SELECTION, COUNTS = "app.gis.selection", "app.gis.area_stats"
NAMED = 6  # districts, states and stocks in one line
_STATES = {
    "event": "panels.queue.status",
    "device": "device.state",
    "camera": "device.state",
    "warning": "level",
}


class AreaCounter:
    """Asked in a thread; the geometry is loaded with the first place that is marked."""

    def __init__(self, city: str) -> None:
        """`city` is where its files were read from."""
        self._city = city
        self._districts: Any = None

    def look(
        self,
        area: MapArea,
        contents: Mapping[str, Content],
        subjects: Mapping[str, str],
        picture: Picture,
        stocks: list[Sourced],
    ) -> tuple[Any, Any]:
        """`Selection` and `AreaCount`; `stocks` is a copy of the picture's."""
        counts = deferred(COUNTS)
        if self._districts is None:
            self._districts = counts.Districts(outlines_of(self._city))
        found = deferred(SELECTION).select(area, contents)
        return found, counts.count(found, subjects, picture, stocks, self._districts)


def summary(context: Context, counted: Any, subjects: Mapping[str, str]) -> list[tuple[str, str]]:
    """Name and words of each line; lines of which nothing is known are left out."""
    say, render = context.text, context.translator.render
    area = deferred("app.gis.measure").area_message(counted.area_m2)
    districts: Counter[str] = Counter()
    states: dict[str, Counter[str]] = {}
    for layer, one in counted.layers.items():
        districts.update(one.districts)
        subject = subjects.get(layer, "")
        if subject in _STATES:
            states.setdefault(subject, Counter()).update(one.states)
    found = [(say("maptool.sum.area"), render(area))]
    names = {code: _region(context, code) for code in districts}
    found.append((say("maptool.sum.districts"), _listed(context, districts, names)))
    for subject, held in states.items():
        words = {state: say(f"{_STATES[subject]}.{state}") for state in held}
        found.append((say(f"maptool.sum.{subject}"), _listed(context, held, words)))
    stocks = [f"{one.item} {wording.number(one.quantity)} {one.unit}" for one in counted.stocks]
    found.append((say("maptool.sum.stocks"), say("panels.comma").join(stocks[:NAMED])))
    return [(name, words) for name, words in found if words]


def _listed(context: Context, counts: Counter[str], names: Mapping[str, str]) -> str:
    parts = [f"{names[key]} {wording.number(n)}" for key, n in counts.most_common(NAMED) if n]
    return context.text("panels.comma").join(parts)


def _region(context: Context, code: str) -> str:
    region = context.catalog.regions.get(code)
    if region is None:
        return context.text("maptool.sum.outside")
    return context.translator.pick(region.short_zh or region.name_zh, region.name_en)
