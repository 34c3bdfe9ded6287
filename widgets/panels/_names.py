"""Names of what a code stands for, in the window's language; the code where none is known."""

from typing import Any

import msgspec

from app.live.camera_alarms import TYPE as VIDEO_ALARM
from app.live.summary import GroupBy
from app.live.view import ValueView
from widgets.context import Context
from widgets.screen_item import ScreenItem, value_item


def region_name(context: Context, code: str) -> str:
    """A district's short name; the city's own where the code is the city's."""
    region = context.catalog.regions.get(code)
    if region is not None:
        return context.translator.pick(region.short_zh or region.name_zh, region.name_en)
    if code == context.city.code:
        return context.translator.pick(context.city.name_zh, context.city.name_en)
    return code


def areas(context: Context) -> str:
    """What the parts of the whole are called: 各区县 of a city, 各市 of a province."""
    part = "province" if context.city.code.endswith("0000") else "city"
    return context.text(f"themes.areas.{part}")


def district_item(
    context: Context, region: str, view: ValueView, *, visible: bool = True
) -> ScreenItem:
    """The item of a district's value: its name says of which district."""
    item = value_item(view, context.translator, visible=visible)
    return msgspec.structs.replace(item, label=f"{region_name(context, region)} {item.label}")


def bureau_name(context: Context, code: str) -> str:
    """A bureau's short name in Chinese, the full one in English."""
    bureau = context.catalog.bureaus.get(code)
    if bureau is None:
        return code
    return context.translator.pick(bureau.short_zh or bureau.name_zh, bureau.name_en)


def group_name(context: Context, by: GroupBy, code: str) -> str:
    """What a group of indicators is called."""
    if not code:
        return context.text("panels.indicators.other")
    if by is GroupBy.BUREAU:
        return bureau_name(context, code)
    if by is GroupBy.DIMENSION:
        return context.text(f"panels.dimension.{code}")
    return listed(context, "themes", code)


def role_name(context: Context, code: str) -> str:
    """A post of the roster."""
    return listed(context, "duty_roles", code)


def model_name(context: Context, code: str) -> str:
    """A warning model."""
    return listed(context, "warning_models", code)


def short_title(title: str, *places: str) -> str:
    """A title without the place at its end: the second line of a row names it."""
    for place in places:
        if place and title.endswith(place) and len(title) > len(place):
            return title.removesuffix(place).rstrip(" ：:，,")
    return title


def names_model(context: Context, title: str, code: str) -> bool:
    """Whether a title begins with the name of the model that raised it, in either language."""
    rows: Any = getattr(context.spine.city, "warning_models", ())
    names = [name for row in rows if row.code == code for name in (row.name_zh, row.name_en)]
    return any(name and title.startswith(name) for name in names)


def listed(context: Context, name: str, code: str) -> str:
    """A row of one of the city's lists by its code."""
    rows: Any = getattr(context.spine.city, name, ())
    for row in rows:
        if row.code == code:
            return context.translator.pick(row.name_zh, row.name_en)
    return code


def event_name(context: Context, code: str) -> str:
    """A kind of event."""
    if code == VIDEO_ALARM:
        return context.text("videoalarm.kind")
    rows: Any = getattr(context.spine.city, "event_types", ())
    for row in rows:
        if row.code == code:
            return context.translator.pick(row.item_zh, row.item_en)
    return code
