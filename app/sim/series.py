"""The series of the city: one per key, with what makes its values and when they come."""

from typing import ClassVar

import msgspec

from app.city import City
from app.core import keys
from app.core.catalog import DAY, HOUR, MINUTE, SECOND, Period
from app.core.directory import Device
from app.core.privacy import Privacy
from app.sim.shapes import Shape, Spread

CALENDAR = (Period.MONTH, Period.QUARTER, Period.YEAR)


class Series(msgspec.Struct, frozen=True):
    """One key. `region` is an index into the districts, None for the whole city.

    A slot is a moment observed; slots stand every `step` from `phase`. A statistic's slot is the
    end of its period of `span`; a value comes `wait` to `wait + spread` after its slot.
    """

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    key: str
    shape: Shape
    region: int | None
    step: int
    phase: int
    wait: int
    spread: int
    span: int = 0
    device: str = ""

    @property
    def bureau(self) -> str:
        """Who delivers it."""
        return self.shape.quantity.bureau


def indicator_series(
    city: City, shapes: dict[str, Shape], districts: list[str], offset: int
) -> list[Series]:
    """The city's and the districts' indicators that come in equal steps."""
    found: list[Series] = []
    for quantity in city.catalog.indicators:
        shape = shapes[quantity.code]
        if quantity.period in CALENDAR:
            continue
        found.append(_indicator(shape, city.config.code, None, offset))
        if shape.districts is not Spread.NONE:
            found.extend(
                _indicator(shape, code, index, offset) for index, code in enumerate(districts)
            )
    return found


def calendar_series(city: City, shapes: dict[str, Shape]) -> list[Series]:
    """The monthly, quarterly and yearly indicators of the city."""
    found = []
    for quantity in city.catalog.indicators:
        if quantity.period in CALENDAR:
            key = keys.reading_key(quantity.code, city.config.code)
            wait, spread = round(quantity.lag_ms * 0.55), round(quantity.lag_ms * 0.4)
            found.append(Series(key, shapes[quantity.code], None, DAY, 0, wait, spread, 1))
    return found


def _indicator(shape: Shape, code: str, region: int | None, offset: int) -> Series:
    quantity = shape.quantity
    lag = quantity.lag_ms
    key = keys.reading_key(quantity.code, code)
    if quantity.period is Period.HOUR:
        return Series(key, shape, region, HOUR, 0, lag // 5, lag // 2, HOUR)
    if quantity.period is Period.DAY and not shape.running:
        return Series(key, shape, region, DAY, -offset, round(lag * 0.35), lag // 2, DAY)
    if quantity.period is Period.REALTIME:
        # Spread over the step so that not every number on the wall jumps at one moment.
        phase = sum(key.encode()) * 37 % (5 * SECOND)
        return Series(key, shape, region, 5 * SECOND, phase, 300, 1200)
    # Five-minute values, and the totals of the running day told every five minutes.
    return Series(key, shape, region, 5 * MINUTE, 0, 4 * SECOND, 40 * SECOND)


def device_series(
    city: City, shapes: dict[str, Shape], districts: dict[str, int]
) -> list[tuple[Device, Series]]:
    """One series per device that sends values, in the order of the catalogue."""
    kinds = {kind.code: kind for kind in city.device_kinds}
    found = []
    for number, device in enumerate(city.devices):
        kind = kinds.get(device.kind)
        shape = shapes.get(kind.quantity) if kind is not None else None
        if kind is None or shape is None:
            continue
        step = (kind.period_seconds * SECOND) or HOUR
        key = keys.reading_key(kind.quantity, device.region, device.foreign_id)
        phase = number * 7919 * 131 % step
        found.append(
            (
                device,
                Series(
                    key,
                    shape,
                    districts.get(device.region),
                    step,
                    phase,
                    400,
                    2200,
                    device=device.id,
                ),
            )
        )
    return found
