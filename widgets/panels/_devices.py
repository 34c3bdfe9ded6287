"""What the panels of sensing devices share: names and words of devices, groups and conditions."""

from collections.abc import Sequence

from app.core import wording
from app.core.condition import Condition, DeviceCondition
from app.core.directory import Device, DeviceKind
from app.core.message import message
from app.core.model import Ms
from app.live.fleet import By, Group
from widgets.context import Context
from widgets.panels._names import bureau_name, listed, region_name

NOT_LOOKED_AT = DeviceCondition(Condition.UNKNOWN, 0, message("device.why.unknown"))
MODES = {"stuck": "stuck", "drift": "drift", "battery low": "battery", "offline": "offline"}
"""Usual words of platforms that have a sentence; any other is shown as it was sent."""
DOMAINS = {
    "气象": "weather",
    "河湖": "rivers",
    "管线": "pipelines",
    "部件": "furniture",
    "建筑": "buildings",
    "交通": "traffic",
    "地灾": "geology",
    "视频": "video",
    "移动": "mobile",
    "民生": "people",
}
"""The domains of deployment as catalogues write them (PD6)."""
POWERS = {"市电": "mains", "电池": "battery", "太阳能": "solar", "车载": "vehicle"}
"""How devices are fed, as catalogues write it."""


def devices_of(context: Context) -> Sequence[Device]:
    """The city's devices."""
    found: Sequence[Device] = getattr(context.spine.city, "devices", ())
    return found


def kinds_of(context: Context) -> Sequence[DeviceKind]:
    """The city's kinds of device."""
    found: Sequence[DeviceKind] = getattr(context.spine.city, "device_kinds", ())
    return found


def condition_of(context: Context, id_: str) -> DeviceCondition:
    """How a device is; unknown before it was looked at."""
    return context.picture.conditions.get(id_, NOT_LOOKED_AT)


def word_of(context: Context, condition: Condition) -> str:
    """故障, 失联."""
    return context.text(f"device.condition.{condition.value}")


def group_word(context: Context, by: By, code: str) -> str:
    """What a kind, bureau, district or domain is called."""
    if by is By.KIND:
        return listed(context, "device_kinds", code)
    if by is By.BUREAU:
        return bureau_name(context, code) if code else context.text("device.no_bureau")
    if by is By.REGION:
        return region_name(context, code)
    return domain_word(context, code)


def domain_word(context: Context, code: str) -> str:
    """A domain, in the window's language where it is one of the usual ones."""
    return context.text(f"device.domain.{DOMAINS[code]}") if code in DOMAINS else code


def power_word(context: Context, code: str) -> str:
    """How a device is fed, in the window's language where it is one of the usual ways."""
    return context.text(f"device.power.{POWERS[code]}") if code in POWERS else code


def device_name(context: Context, device: Device) -> str:
    """In the window's language."""
    return context.translator.pick(device.name_zh, device.name_en) or device.id


def why_text(context: Context, found: DeviceCondition) -> str:
    """What was seen, in the words of the window; a platform's usual word has its sentence."""
    fault = str(found.why.args.get("fault", ""))
    if fault in MODES:
        mode = context.text(f"panels.devices.mode.{MODES[fault]}")
        return context.text(found.why.id, **{**found.why.args, "fault": mode})
    return context.translator.render(found.why)


def since_text(context: Context, found: DeviceCondition, now: Ms) -> str:
    """How long a condition lasts; nothing of what works or was never heard."""
    if not found.since or found.condition in (Condition.ONLINE, Condition.UNKNOWN):
        return ""
    return wording.duration(max(0, now - found.since), context.translator)


def rate_text(group: Group, decimals: int = 0) -> str:
    """可用率; nothing where none was heard or all stand behind a cut line."""
    if not group.heard or group.rate is None:
        return wording.NO_VALUE
    return wording.percent(group.rate, decimals)


def counted(group: Group) -> list[tuple[Condition, int]]:
    """What of a group is not online, the gravest first."""
    return [
        (condition, group.of(condition))
        for condition in Condition
        if condition is not Condition.ONLINE and group.of(condition)
    ]


def point_name(context: Context, id_: str) -> str:
    """A key place by its id."""
    points = getattr(context.spine.city, "points", ())
    found = next((point for point in points if point.id == id_), None)
    if found is None:
        return ""
    return str(context.translator.pick(found.name_zh, found.name_en))
