"""What was picked on a map, in words: by its layer's subject the record behind it, else what the
layer itself says. Text from outside stays text."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.core import wording
from app.core.camera_view import ALL_ROUND, facing, opening
from app.core.directory import Point
from app.core.keys import own_id
from app.core.model import DeviceStatus, Event, Level, Ms, Warning
from app.gis.content import Content, Marks
from app.gis.layer import LayerConfig
from app.live.device_book import device_key
from app.live.map_state import Picked
from app.live.warnings import holds, is_open
from widgets.context import Context
from widgets.names import cameras_of
from widgets.panels._camera_lines import platform_name
from widgets.panels._devices import condition_of, device_name, devices_of, kinds_of, word_of
from widgets.panels._names import bureau_name, event_name, listed, region_name
from widgets.panels._sheet import Line, feed_name, moment_text
from widgets.panels._values import age_text, sentence, state_of
from widgets.selection import Subject


@dataclass
class Thing:
    """One thing. `subject` and `id` are what the seat's selection calls it (None: nothing);
    `key` is how `fly-to` names it."""

    title: str
    kind: str = ""
    sentence: str = ""
    lines: list[Line] = field(default_factory=list)
    subject: Subject | None = None
    id: str = ""
    key: str = ""
    source: str = ""
    observed: Ms = 0
    level: Level = Level.NONE
    can_ack: bool = False
    scene: str = ""  # that shows it
    region: str = ""  # of a district: its code
    camera: str = ""  # of a camera: its id


def subject_of(picked: Picked, layer_subject: str) -> tuple[str, str]:
    """What sort of thing was picked and its id: of a layer, or named by a key."""
    if picked.layer:
        return layer_subject, picked.id
    sort, _, id_ = picked.id.partition(":")
    return sort, id_


def thing_of(
    context: Context,
    picked: Picked,
    subject: str,
    config: LayerConfig | None,
    content: Content | None,
    now: Ms,
) -> Thing:
    """The thing in this window's words; one that is gone says so."""
    sort, id_ = subject_of(picked, subject)
    make: dict[str, Callable[[Context, str, Ms], Thing | None]] = {
        "event": _event,
        "warning": _warning,
        "device": _device,
        "camera": _camera,
        "point": _point,
        "region": _region,
    }
    found = make[sort](context, id_, now) if sort in make else None
    if found is None:
        found = _of_layer(context, id_, config, content, now)
    if not found.kind and config is not None:
        found.kind = context.translator.pick(config.name_zh, config.name_en)
    return found


def _event(context: Context, id_: str, now: Ms) -> Thing | None:
    item = context.picture.events.get(id_)
    if item is None or not isinstance(item.record, Event):
        return None
    event, say = item.record, context.text
    public = context.seat == "hall"  # nobody and no house is named there
    place = "" if public else event.place
    lines = [
        Line(say("mapwords.line.state"), say(f"panels.queue.status.{event.status.value}")),
        Line(say("mapwords.line.urgency"), say(f"urgency.{event.urgency.value}")),
        Line(say("mapwords.line.place"), place or region_name(context, event.region)),
        Line(
            say("mapwords.line.since"),
            moment_text(context, event.occurred, now, fine=True),
            wording.ago(max(0, now - event.occurred), context.translator),
        ),
    ]
    if event.bureau:
        lines.append(Line(say("mapwords.line.bureau"), bureau_name(context, event.bureau)))
    if event.due:
        over = now > event.due
        word = "mapwords.overdue" if over else "mapwords.due_in"
        span = wording.duration(abs(event.due - now), context.translator)
        lines.append(Line(say("mapwords.line.due"), say(word, span=span)))
    kind = event_name(context, event.type)
    return Thing(
        title=kind if public else event.title or kind,
        kind=kind,
        lines=lines,
        subject=Subject.EVENT,
        id=id_,
        key=f"event:{id_}",
        source=item.source,
        observed=event.observed,
    )


def _warning(context: Context, id_: str, now: Ms) -> Thing | None:
    item = context.picture.warnings.get(id_)
    if item is None or not isinstance(item.record, Warning):
        return None
    warning, say = item.record, context.text
    kind = say(f"panels.warnings.kind.{warning.kind.value}")
    lines = [
        Line(say("mapwords.line.kind"), kind, mark=warning.level),
        Line(
            say("mapwords.line.issued"),
            moment_text(context, warning.issued, now, fine=True),
            wording.ago(max(0, now - warning.issued), context.translator),
        ),
    ]
    for word, text in (
        ("issuer", warning.issuer),
        ("place", warning.place or region_name(context, warning.region)),
        ("evidence", warning.evidence),
        ("text", warning.text),
        ("instruction", warning.instruction),
    ):
        if text and (word == "issuer" or context.seat != "hall"):
            lines.append(Line(say(f"mapwords.line.{word}"), text))
    acknowledged = context.picture.acknowledged.get(id_)
    return Thing(
        title=warning.title,
        kind=kind,
        lines=lines,
        subject=Subject.WARNING,
        id=id_,
        key=f"warning:{id_}",
        source=item.source,
        observed=warning.observed,
        level=warning.level,
        can_ack=is_open(warning, now) and not holds(acknowledged, warning),
    )


def _device(context: Context, id_: str, now: Ms) -> Thing | None:
    device = next((item for item in devices_of(context) if item.id == id_), None)
    if device is None:
        return None
    say = context.text
    kind = next((item for item in kinds_of(context) if item.code == device.kind), None)
    found = condition_of(context, id_)
    lines = [Line(say("mapwords.line.state"), word_of(context, found.condition))]
    key = device_key(device, kind) if kind is not None else ""
    observed, source = 0, ""
    if key:
        view = context.view(key)
        observed, source = view.as_of or 0, view.source
        lines.append(
            Line(
                context.label(view),
                sentence(context, view),
                age_text(context, view, now),
                state=state_of(context, view),
            )
        )
    lines.append(Line(say("mapwords.line.region"), region_name(context, device.region)))
    return Thing(
        title=device_name(context, device),
        kind=context.translator.pick(kind.name_zh, kind.name_en) if kind is not None else "",
        lines=lines,
        subject=Subject.DEVICE,
        id=id_,
        key=f"device:{id_}",
        source=source,
        observed=observed,
        scene="devices",
    )


def _camera(context: Context, id_: str, now: Ms) -> Thing | None:
    camera = cameras_of(context.spine).get(id_)
    hidden = context.spine.seat.videos.cameras.hidden
    if camera is None or (context.veil is not None and id_ in hidden):
        return None
    say = context.text
    told = context.picture.devices.get(id_)
    status = told.record if told is not None else None
    state, ago = say("mapwords.camera_unknown"), ""
    if isinstance(status, DeviceStatus):
        ago = wording.ago(max(0, now - status.observed), context.translator)
        state = say(f"device.state.{status.state.value}")
    heading, angle = facing(camera), opening(camera)
    looks = say("mapwords.facing_unknown")
    if angle is not None and angle >= ALL_ROUND:
        looks = say("mapwords.all_round")
    elif heading is not None:
        looks = f"{heading:.0f}°"
    lines = [
        Line(say("mapwords.line.state"), state, ago),
        Line(say("mapwords.line.region"), region_name(context, camera.region)),
        Line(say("mapwords.line.heading"), looks),
    ]
    if camera.address:
        lines.append(Line(say("mapwords.line.address"), camera.address))
    platform, colon, _ = id_.partition(":")
    if colon and any(config.id == platform for config in context.city.platform):
        lines.append(Line(say("mapwords.line.platform"), platform_name(context, platform)))
    if camera.bureau:
        lines.append(Line(say("mapwords.line.bureau"), bureau_name(context, camera.bureau)))
    return Thing(
        title=context.translator.pick(camera.name_zh, camera.name_en),
        kind=say("hands.kind.camera"),
        lines=lines,
        key=f"camera:{id_}",
        camera=id_,
        source=told.source if told is not None else "",
        observed=status.observed if isinstance(status, DeviceStatus) else 0,
    )


def _point(context: Context, id_: str, now: Ms) -> Thing | None:
    point = _listed(context, "points", id_)
    if not isinstance(point, Point):
        return None
    say = context.text
    lines = [Line(say("mapwords.line.region"), region_name(context, point.region))]
    if point.bureau:
        lines.append(Line(say("mapwords.line.bureau"), bureau_name(context, point.bureau)))
    return Thing(
        title=context.translator.pick(point.name_zh, point.name_en),
        kind=listed(context, "point_kinds", point.kind),
        lines=lines,
        key=f"point:{id_}",
    )


def _region(context: Context, id_: str, now: Ms) -> Thing | None:
    region = context.spine.seat.maps.names.regions.get(id_)
    if region is None:
        return None
    lines = []
    for spec in context.catalog.plan.specs.values():
        view = context.view(f"reading/{spec.code}/{id_}")
        if view.value is not None:
            told = sentence(context, view)
            lines.append(Line(context.label(view), told, age_text(context, view, now)))
    return Thing(
        title=context.translator.pick(region.name_zh, region.name_en),
        kind=context.text("hands.kind.region"),
        lines=lines,
        subject=Subject.REGION,
        id=id_,
        key=f"region:{id_}",
        scene="league",
        region=id_,
    )


def _listed(context: Context, name: str, id_: str) -> Any:
    rows: Any = getattr(context.spine.city, name, ())
    return next((row for row in rows if row.id == id_), None)


def _of_layer(
    context: Context, id_: str, config: LayerConfig | None, content: Content | None, now: Ms
) -> Thing:
    """What the layer holds of it: name, moment, speed, heading; the table of a file."""
    say, lines, observed, title = context.text, [], 0, ""
    marks = content.marks if content is not None else None
    index = _index(marks, id_)
    if marks is not None and index >= 0:
        title = str(marks.labels[index]) if marks.labels is not None else ""
        if marks.observed is not None:
            observed = int(marks.observed[index])
        if marks.speed is not None and np.isfinite(marks.speed[index]):
            kmh = wording.number(float(marks.speed[index]) * 3.6)
            lines.append(Line(say("mapwords.line.speed"), f"{kmh} km/h"))
        if marks.heading is not None and np.isfinite(marks.heading[index]):
            lines.append(Line(say("mapwords.line.heading"), f"{float(marks.heading[index]):.0f}°"))
        style = marks.styles[int(marks.style[index])]
        name = context.translator.pick(style.name_zh, style.name_en)
        if name:
            lines.insert(0, Line(say("mapwords.line.state"), name))
    elif content is not None:
        lines.append(Line(say("mapwords.line.state"), say("mapwords.gone")))
    house = context.maps
    if house is not None and house.atlas is not None and config is not None:
        told = house.atlas.layer(config.id).properties(id_)
        lines += [Line(name, value) for name, value in told]
    source = content.sources[0] if content is not None and len(content.sources) == 1 else ""
    return Thing(title or own_id(id_), lines=lines, id=id_, source=source, observed=observed)


def _index(marks: Marks | None, id_: str) -> int:
    if marks is None:
        return -1
    found = np.flatnonzero(marks.ids == id_)
    return int(found[0]) if len(found) else -1


def source_line(context: Context, thing: Thing, owed: str, now: Ms) -> Line:
    """Where it comes from, and how old it is."""
    name = feed_name(context, thing.source) if thing.source else owed
    ago = wording.ago(max(0, now - thing.observed), context.translator) if thing.observed else ""
    return Line(context.text("mapwords.line.source"), name or wording.NO_VALUE, ago)
