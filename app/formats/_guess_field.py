"""What the fields of a sample may be, by their names (pinyin, Chinese, English) and their values.

Every guess is one for a person to check. The abbreviations are those of the hydrological and
environmental table standards in use (SL 323: STCD, TM, Z, Q, DRP, LGTD, LTTD) and of what bureaus
commonly write in pinyin initials.
"""

import math
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, ClassVar

import msgspec

from app.core.catalog import Catalog, Quantity
from app.core.privacy import Privacy
from app.formats._map_time import time_parser
from app.registry import deferred

ROLES: dict[str, str] = {
    "id": "stcd stationcode stationid stationno station sensorid deviceid devicecode deviceno "
    "devid sbbh sbid zdbh zdbm zm bh bm id uid code mn no sn caseid caseno taskid orderno gdbh "
    "ajbh plate plateno vehicleid cph cphm busno eventid 站码 测站编码 测站代码 站号 站点编号 编号 "
    "编码 设备编号 设备编码 工单编号 案件编号 任务号 车牌 车牌号 车辆编号 监测点编号 点位编码 "
    "_id name stnm",
    "time": "tm time timestamp datetime date ts t obstime observed observationtime datatime "
    "recordtime collecttime reporttime createtime updatetime occurtime gpstime sj cjsj jcsj gxsj "
    "fssj sbsj sbtime lrsj 时间 监测时间 采集时间 观测时间 数据时间 发生时间 上报时间 更新时间 "
    "受理时间 定位时间 创建时间 日期",
    "lon": "lon lng longitude long lgtd x jd jingdu gpsx pointx 经度 经度坐标 东经 _lon",
    "lat": "lat latitude lttd y wd weidu gpsy pointy 纬度 纬度坐标 北纬 _lat",
    "state": "status state zt sbzt online isonline zxzt zaixian 状态 设备状态 在线状态 运行状态 "
    "是否在线",
    "title": "title bt subject content nr sqnr zt 标题 主题 诉求标题 诉求内容 内容 "
    "问题描述 事件描述",
    "type": "type lx category lb ajlx sjlx eventtype 类型 类别 事件类型 案件类型 诉求类型",
    "place": "address addr dz wz location place fsdz 地址 位置 地点 发生地址 事发地点",
    "reporter": "caller reporter lxr ldr phone tel mobile lxdh sqr 来电人 联系人 姓名 电话 "
    "联系电话 手机号 来电号码 诉求人 举报人",
    "speed": "speed sd velocity spd 速度 车速",
    "heading": "heading direction course bearing fx 方向 航向 方位角",
    "battery": "battery dl soc 电量 电池电量",
}
_TIME_NAMES = frozenset(ROLES["time"].split())
VALUES: dict[str, str] = {
    "water.level": "z sw shuiwei waterlevel level upz ppupz 水位 河道水位 实时水位",
    "water.flow": "q ll liuliang flow discharge 流量 瞬时流量",
    "rain.depth": "drp dyp p r rain rainfall yl yuliang jyl 雨量 降雨量 降水 降水量 时段雨量",
    "ponding.depth": "jssd ponding waterdepth depth 积水 积水深度",
    "station.pm25": "pm25 pm2.5 细颗粒物",
    "noise.leq": "leq noise zs 噪声",
    "wind.gust": "gust windspeed fs ws 风速 极大风速",
    "drain.level": "yw yewei 液位 窨井液位",
    "supply.pressure": "yl_mpa pressure 压力 管网压力",
    "supply.turbidity": "zd turbidity 浊度",
    "gas.methane": "ch4 methane lel 可燃气 可燃气浓度",
}
UNITS: dict[str, str] = {
    "m3s": "m³/s",
    "m³s": "m³/s",
    "cm": "cm",
    "mm": "mm",
    "m": "m",
    "kmh": "km/h",
    "ms": "m/s",
    "mpa": "MPa",
    "kpa": "kPa",
    "pct": "%",
    "%": "%",
    "ugm3": "µg/m³",
    "μgm3": "µg/m³",  # Greek mu
    "µgm3": "µg/m³",  # the micro sign
    "μgm³": "µg/m³",
    "µgm³": "µg/m³",
    "mgm3": "mg/m³",
    "mgm³": "mg/m³",
    "米": "m",
    "厘米": "cm",
    "毫米": "mm",
}
STATES: dict[str, str] = {
    **dict.fromkeys(("正常", "在线", "运行", "online", "on", "true", "True", "1", "up"), "online"),
    **dict.fromkeys(("离线", "掉线", "offline", "off", "false", "False", "0", "down"), "offline"),
    **dict.fromkeys(("故障", "异常", "损坏", "报警", "fault", "error", "2"), "fault"),
}
_TIMES: tuple[str, ...] = (
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M",
    "%Y%m%d%H%M%S",
    "%Y%m%d%H%M",
    "iso",
    "%Y年%m月%d日 %H时%M分%S秒",
    "%Y年%m月%d日 %H时%M分",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日 %H时",
    "%Y年%m月%d日%H时",
    "%Y-%m-%d %H",
    "%d.%m.%Y %H:%M:%S",
    "%d/%m/%Y %H:%M:%S",
)
_SUFFIX = re.compile(r"^(.*?)[_（(\[]\s*([A-Za-zμµ³%米厘毫/0-9]+?)\s*[)）\]]?$")
_NO_VALUE = "- -- — —— / \\ NA N/A NaN null NULL None 无 缺测 ND"
NOTHING = frozenset(_NO_VALUE.split())
_LIKELY = (946_684_800_000, 4_102_444_800_000)  # 2000 to 2100


class Column(msgspec.Struct):
    """One field of the sample: its path, its name as it is compared, and what stands in it;
    `nothing` are the texts that stand where there is no value."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    path: str
    name: str
    unit: str
    values: list[Any]
    nothing: tuple[str, ...] = ()

    @property
    def around(self) -> bool:
        """Whether it stands in what is around the record."""
        return self.path.startswith(("_parent.", "../"))

    @property
    def numbers(self) -> list[float]:
        """The values as numbers; empty where any is none."""
        try:
            found = [float(value) for value in self.values if not isinstance(value, bool)]
        except (TypeError, ValueError, OverflowError):
            return []
        return found if len(found) == len(self.values) and all(map(math.isfinite, found)) else []


def columns_of(rows: Sequence[dict[str, Any]], name_of: Callable[[str], str]) -> list[Column]:
    """The fields of flat records, in the order in which they first appear; those without a name,
    and those of which no template can speak, are left out."""
    named = (path for row in rows for path in row if path.strip())
    paths = dict.fromkeys(path for path in named if not set(path) & set("{}"))
    return [
        _column(path, name_of(path), [row[path] for row in rows if path in row]) for path in paths
    ]


def _column(path: str, name: str, values: list[Any]) -> Column:
    texts = {value: value.strip() for value in values if isinstance(value, str)}
    nothing = tuple(value for value, text in texts.items() if not text or text in NOTHING)
    kept = [value for value in values if value is not None and value not in nothing]
    return Column(path, *_name(name), kept, nothing)


def is_time(name: str) -> bool:
    """Whether a name is one that a time usually bears."""
    return _name(name)[0] in _TIME_NAMES


def role_of(columns: Sequence[Column], role: str) -> Column | None:
    """The field that bears one of the names of a role; the more usual name first."""
    names = ROLES[role].split()
    found = [column for column in columns if column.name in names and column.values]
    return min(found, key=lambda column: names.index(column.name), default=None)


def time_of(columns: Sequence[Column], zone: str) -> Column | None:
    """The field of the time, by its name; else the first whose texts all look like times."""
    named = role_of(columns, "time")
    if named is not None:
        return named
    texts = (column for column in columns if column.values and not column.numbers)
    return next((column for column in texts if time_format(column.values, zone)), None)


def time_format(values: Sequence[Any], zone: str) -> str:
    """The format that all values follow and that gives times between 2000 and 2100; or nothing."""
    texts = [str(value).strip() for value in values[:200]]
    forms: tuple[str, ...] = _TIMES
    if texts and all(re.fullmatch(r"\d{9,13}(\.\d+)?", text) for text in texts):
        forms = ("epoch_ms", "epoch_s", "%Y%m%d%H%M")
    elif texts and all(re.fullmatch(r"\d{14}", text) for text in texts):
        forms = ("%Y%m%d%H%M%S",)
    elif texts and any(len(text) < 10 for text in texts):
        return ""
    for form in forms:
        with suppress(ValueError, OverflowError, TypeError):
            parse = time_parser(form, zone)
            if texts and all(_LIKELY[0] <= parse(text) <= _LIKELY[1] for text in texts):
                return form
    return ""


def quantity_of(column: Column, catalog: Catalog) -> Quantity | None:
    """The quantity of the catalogue that a field of numbers may be."""
    for code, names in VALUES.items():
        if column.name in names.split() and code in catalog.quantities:
            return catalog.quantities[code]
    return next(
        (item for item in catalog.quantities.values() if column.name in (item.code, item.name_zh)),
        None,
    )


def unit_of(column: Column, quantity: Quantity) -> tuple[str, bool]:
    """The unit of a field's values, and whether anything says so beside the catalogue."""
    if column.unit and converts(column.unit, quantity.unit):
        return column.unit, True
    low, high = quantity.valid_min, quantity.valid_max
    numbers = column.numbers
    if quantity.unit == "m" and numbers and high is not None and max(numbers) > high:
        for unit, factor in (("cm", 0.01), ("mm", 0.001)):
            if max(numbers) * factor <= high and min(numbers) * factor >= (low or -math.inf):
                return unit, True
    return quantity.unit, False


def converts(given: str, wanted: str) -> bool:
    """Whether a unit can be turned into the other."""
    units = deferred("app.core.units")
    try:
        units.converter(given, wanted)
    except units.UnitError:
        return False
    return True


def _name(name: str) -> tuple[str, str]:
    """A name without blanks, case and unit; and the unit."""
    last = name.strip().lower()
    found = _SUFFIX.match(last)
    if found:
        unit = UNITS.get(found.group(2).replace("/", ""), "")
        if unit and found.group(1):
            return _plain(found.group(1)), unit
    return _plain(last), ""


def _plain(name: str) -> str:
    kept = re.sub(r"[\s\-_]", "", name)
    return f"_{kept}" if name in ("_lon", "_lat", "_id") else kept
