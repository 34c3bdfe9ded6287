"""An indicator by district as shades of one colour (色阶图), in five or six classes with round
limits. A district without a value is hatched as a hole, never given a colour.

Which indicator: the layer's `quantity`, or the code that its filter names.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, ClassVar

import msgspec
import numpy as np

from app.core.catalog import Quantity
from app.core.keys import reading_key
from app.core.message import Message, message
from app.core.model import Held, Origin
from app.core.outline import Ring
from app.core.privacy import Privacy
from app.gis.content import Content, LegendStep, ShapeStyle
from app.gis.layer import Ask, Ground, Layer, LayerConfig, LayerOptions, bad_option, options_of
from app.gis.layers._districts import Outlines, centre
from app.gis.layers._numbers import decimals_of, round_breaks, unit_of, written
from app.gis.layers._shapes import Gathered
from app.live.hub import Kind
from app.live.picture import Picture

CLASSES = 6
_HOLE = ShapeStyle(line="line2", hatch=True, fill="text4", opacity=0.35)


class Choropleth(Layer, kind="choropleth"):
    """Values of the picture under `reading/<quantity>/<district>`."""

    class Options(LayerOptions, frozen=True):
        """`quantity` is a code of the city's catalogue; `breaks` are limits of classes, rising,
        instead of round ones."""

        __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

        quantity: str = ""
        breaks: Annotated[tuple[float, ...], msgspec.Meta(max_length=CLASSES + 1)] = ()
        label_zoom: float = 5.0

    needs = frozenset({Kind.READING, Kind.INDEX})
    subject = "region"
    every_ms = 5000

    def __init__(self, config: LayerConfig, ground: Ground) -> None:
        super().__init__(config, ground)
        self.options = options_of(config, self.Options)
        if any(np.diff(self.options.breaks) <= 0) or len(self.options.breaks) == 1:
            raise bad_option(config, "options.breaks", "two limits or more, each above the last")
        self._outlines = Outlines(ground.city)

    @cached_property
    def _parts(self) -> Mapping[str, list[Ring]]:
        """Of a county with its townships only these: the whole would lie over its parts."""
        whole, every = self.ground.city.config.code, self._outlines.all
        return {code: rings for code, rings in every.items() if code != whole or len(every) == 1}

    def take(self, picture: Picture) -> Mapping[str, Held]:
        """The table of readings; `make` looks up a few of its keys."""
        return picture.readings

    def make(self, taken: Mapping[str, Held], ask: Ask) -> Content:
        """The districts of the city."""
        code = ask.filter.strip() or self.options.quantity
        quantity = self.ground.city.catalog.quantities.get(code)
        if quantity is None:
            return Content(
                connected=False,
                faults=(message("maplayer.no_quantity", code=code or "-"),),
            )
        if not self._parts:
            return Content(connected=False, faults=(message("maplayer.no_outlines"),))
        found = {
            region: held
            for region in self._parts
            if (held := taken.get(reading_key(code, region))) is not None
        }
        return self._content(quantity, found, ask)

    def _content(self, quantity: Quantity, found: dict[str, Held], ask: Ask) -> Content:
        values = {region: held.reading.value for region, held in found.items()}
        breaks = self.options.breaks
        if not breaks and values:
            finest = 10.0**-quantity.decimals  # as its values are written
            breaks = round_breaks(min(values.values()), max(values.values()), CLASSES, finest)
        shades = _shades(len(breaks) - 1)
        styles = (
            *(ShapeStyle(line="line2", fill=shade, opacity=0.75) for shade in shades),
            _HOLE,
        )
        shapes = Gathered(styles, closed=True)
        for region, rings in self._parts.items():
            value = values.get(region)
            style = len(shades) if value is None else _class(value, breaks)
            label = self._label(region, value, quantity, ask)
            shapes.add(region, rings, style, label, centre(self.ground.city, region))
        moments = [held.reading.as_of for held in found.values()]
        drawn = shapes.shapes(self.options.label_zoom)
        return Content(
            shapes=(drawn,) if drawn else (),
            count=len(found),
            newest=max(moments, default=0),
            oldest=min(moments, default=0),
            sources=tuple(sorted({held.source for held in found.values()})),
            steps=_steps(breaks, shades, len(self._parts) - len(found), ask),
            unit=unit_of(quantity, ask),
            title_zh=quantity.name_zh,
            title_en=quantity.name_en,
            estimated=any(held.reading.origin is Origin.ESTIMATED for held in found.values()),
            connected=bool(found),
            faults=() if found else (_no_values(quantity),),
        )

    def _label(self, code: str, value: float | None, quantity: Quantity, ask: Ask) -> str:
        region = self.ground.city.catalog.regions.get(code)
        name = ask.pick(region.short_zh, region.name_en) if region else code
        return name if value is None else f"{name} {written(value, quantity.decimals)}"


def _no_values(quantity: Quantity) -> Message:
    names = {"name_zh": quantity.name_zh, "name_en": quantity.name_en}
    return message("maplayer.no_values", **names)


def _shades(classes: int) -> tuple[str, ...]:
    """The names of so many shades out of the six of a theme, light to dark, well apart."""
    if classes <= 1:
        return ("sequential.3",) if classes == 1 else ()
    steps = np.round(np.linspace(1, CLASSES, classes)).astype(int)
    return tuple(f"sequential.{step}" for step in steps)


def _class(value: float, breaks: tuple[float, ...]) -> int:
    """The class of a value: from its lower limit on; what lies outside is in the first or last."""
    found = int(np.searchsorted(breaks, value, side="right")) - 1
    return min(max(found, 0), len(breaks) - 2)


def _steps(
    breaks: tuple[float, ...], shades: tuple[str, ...], holes: int, ask: Ask
) -> tuple[LegendStep, ...]:
    decimals = decimals_of(breaks)
    steps = [
        LegendStep(shade, f"{written(low, decimals)} – {written(high, decimals)}")
        for shade, low, high in zip(shades, breaks, breaks[1:], strict=False)
    ]
    if holes:
        steps.append(LegendStep("text4", ask.pick(f"无数据（{holes}）", f"No value ({holes})")))
    return tuple(steps)
