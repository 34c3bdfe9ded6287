"""Sensing devices: how each is, and its newest value as its label.

Filled: it can be worked with. Hollow: lost, or its line is cut. A ring: its values are odd (stuck,
drifting, impossible). A warning's shape in outline, a limit crossed: the value is over one.
"""

from typing import ClassVar, NamedTuple

import numpy as np

from app.core.condition import Condition, DeviceCondition
from app.core.directory import Device
from app.core.keys import reading_key
from app.core.model import DeviceState, DeviceStatus, Held, Level, Sourced
from app.core.privacy import Privacy
from app.gis.content import EMPTY, Content, Form, Marks, MarkStyle
from app.gis.layer import Ask, Ground, Layer, LayerConfig, LayerOptions, options_of
from app.gis.layers._columns import texts
from app.gis.layers._numbers import unit_of, written
from app.gis.layers._words import fitting
from app.live.hub import Kind
from app.live.picture import Picture

GOOD, GONE, ODD, UNKNOWN = range(4)
_OVER = {Level.BLUE: 4, Level.YELLOW: 5, Level.ORANGE: 6, Level.RED: 7}
_STATES = {
    Condition.LOST: GONE,
    Condition.UNREACHABLE: GONE,
    Condition.FAULT: GONE,
    Condition.IMPOSSIBLE: ODD,
    Condition.FLAT: ODD,
    Condition.DRIFT: ODD,
    Condition.UNKNOWN: UNKNOWN,
}
_TOLD = {
    DeviceState.ONLINE: GOOD,
    DeviceState.OFFLINE: GONE,
    DeviceState.FAULT: GONE,
    DeviceState.UNKNOWN: UNKNOWN,
}
_LIMITS = {"blue": "蓝色", "yellow": "黄色", "orange": "橙色", "red": "红色"}


class Taken(NamedTuple):
    """What was taken of the picture, in the order of the devices."""

    conditions: list[DeviceCondition | None]
    states: list[Sourced | None]
    readings: list[Held | None]


class Sensors(Layer, kind="sensors"):
    """The city's `devices.csv` of one or more kinds."""

    class Options(LayerOptions, frozen=True):
        """`kinds` are codes of `device_kinds.csv`, none: all. `quantity` keeps those that measure
        it. `values` writes the newest value beside each."""

        __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

        kinds: tuple[str, ...] = ()
        quantity: str = ""
        form: Form = "dot"
        icon: str = ""
        colour: str = "text1"
        size: float = 8.0
        values: bool = True
        cluster: bool = True
        label_zoom: float = 13.0

    needs = frozenset({Kind.DEVICE, Kind.READING})
    subject = "device"
    every_ms = 2000

    def __init__(self, config: LayerConfig, ground: Ground) -> None:
        super().__init__(config, ground)
        self.options = options_of(config, self.Options)
        kinds = {kind.code: kind for kind in ground.city.device_kinds}
        self._devices: list[Device] = []
        self._keys: list[str] = []
        for device in ground.city.devices:
            kind = kinds.get(device.kind)
            measures = kind.quantity if kind is not None else ""
            if self.options.kinds and device.kind not in self.options.kinds:
                continue
            if self.options.quantity and measures != self.options.quantity:
                continue
            self._devices.append(device)
            self._keys.append(
                reading_key(measures, device.region, device.foreign_id) if measures else ""
            )
        self.brought = bool(self._devices)
        self._ids = [device.id for device in self._devices]
        self._styles = _styles(self.options)

    def take(self, picture: Picture) -> Taken:
        """Conditions, states and newest values of its devices."""
        return Taken(
            list(map(picture.conditions.get, self._ids)),
            list(map(picture.devices.get, self._ids)),
            list(map(picture.readings.get, self._keys)),
        )

    def make(self, taken: Taken, ask: Ask) -> Content:
        """A mark for each that the filter fits."""
        if not self._devices:
            return EMPTY
        devices = self._devices
        keep = fitting(
            ask.filter,
            [device.name_zh for device in devices],
            [device.name_en for device in devices],
            [device.kind for device in devices],
        )
        rows = list(range(len(devices))) if keep is None else np.flatnonzero(keep).tolist()
        shown = [devices[row] for row in rows]
        readings = [taken.readings[row] for row in rows]
        style = [self._style(taken, row) for row in rows]
        moments = [held.reading.as_of for held in readings if held is not None]
        sources = {held.source for held in readings if held is not None}
        sources |= {state.source for row in rows if (state := taken.states[row]) is not None}
        labels = [
            self._label(device, held, ask) for device, held in zip(shown, readings, strict=True)
        ]
        return Content(
            marks=Marks(
                ids=texts(device.id for device in shown),
                lon=np.array([device.lon for device in shown], np.float64),
                lat=np.array([device.lat for device in shown], np.float64),
                style=np.array(style, np.uint8),
                styles=self._styles,
                labels=texts(labels),
                label_zoom=self.options.label_zoom,
                cluster=self.options.cluster,
            ),
            count=len(shown),
            newest=max(moments, default=0),
            oldest=min(moments, default=0),
            sources=tuple(sorted(sources)),
        )

    def _style(self, taken: Taken, row: int) -> int:
        """How a device is; a limit that its value crossed only where the value can be believed."""
        condition, state = taken.conditions[row], taken.states[row]
        if condition is not None:
            found = _STATES.get(condition.condition, GOOD)
        elif state is not None and isinstance(state.record, DeviceStatus):
            found = _TOLD[state.record.state]
        else:
            found = GOOD if taken.readings[row] is not None else UNKNOWN
        held = taken.readings[row]
        if found != GOOD or held is None:
            return found
        quantity = self.ground.city.catalog.quantity(held.reading.key)
        level = quantity.level(held.reading.value) if quantity is not None else Level.NONE
        return _OVER.get(level, GOOD)

    def _label(self, device: Device, held: Held | None, ask: Ask) -> str:
        if held is None or not self.options.values:
            return ask.pick(device.name_zh, device.name_en)
        quantity = self.ground.city.catalog.quantity(held.reading.key)
        if quantity is None:
            return written(held.reading.value, 2)
        number = written(held.reading.value, quantity.decimals)
        return f"{number} {unit_of(quantity, ask)}".strip()


def _styles(look: Sensors.Options) -> tuple[MarkStyle, ...]:
    def style(name_zh: str, name_en: str, colour: str, *, outline: bool, form: Form) -> MarkStyle:
        return MarkStyle(
            form=form,
            colour=colour,
            size=look.size,
            icon=look.icon,
            outline=outline,
            name_zh=name_zh,
            name_en=name_en,
        )

    return (
        style("正常", "Works", look.colour, outline=False, form=look.form),
        style("离线、故障或断链", "Lost, faulty or cut off", "text3", outline=True, form=look.form),
        style("数值可疑", "Odd values", "text2", outline=True, form="ring"),
        style("状态未知", "State not known", "text4", outline=True, form=look.form),
        *(
            MarkStyle(
                form="warning",
                colour=f"warning.{level.value}",
                size=14.0,
                level=level,
                outline=True,
                name_zh=f"超{_LIMITS[level.value]}限",
                name_en=f"Over the {level.value} limit",
            )
            for level in _OVER
        ),
    )
