"""Titles of Chinese warnings to issuer, hazard, colour and what became of the warning.

The official form is `<who>发布<what><colour>色预警[信号]`, with 更新, 继续, 升级, 降级 and 解除 in
the place of 发布, several issuers joined, and at times the grade behind it: `[Ⅳ级/一般]`. It was
read from titles of the Central Meteorological Observatory (中央气象台) and of QWeather; the order
of colours and grades, 红橙黄蓝 for Ⅰ to Ⅳ, is that of the signals of the meteorological service.
"""

import re
from typing import ClassVar

import msgspec

from app.core.model import Level, WarningState
from app.core.privacy import Privacy

COLOURS = {"红": Level.RED, "橙": Level.ORANGE, "黄": Level.YELLOW, "蓝": Level.BLUE}
GRADES = {
    "Ⅰ": Level.RED,
    "Ⅱ": Level.ORANGE,
    "Ⅲ": Level.YELLOW,
    "Ⅳ": Level.BLUE,
    "I": Level.RED,
    "II": Level.ORANGE,
    "III": Level.YELLOW,
    "IV": Level.BLUE,
}
LONGEST = 200
"""A title is not longer; what is longer is no title."""

_ENDED = r"解除|取消|撤销|终止"
_CHANGED = r"更新|继续|升级|降级|变更|维持|确认"
# A body may be called 预警信息发布中心: that word is no verb.
_SAID = r"发布(?!中心|平台|系统)"
_TITLE = re.compile(
    rf"^(?P<issuer>.+?)(?:联合)?"
    rf"(?P<verb>(?:{_ENDED}|{_CHANGED})(?:{_SAID})?|{_SAID})"
    rf"(?P<hazard>[^:：，,。]+?)(?:(?P<colour>[红橙黄蓝])色?)?预警(?:信号)?"
    rf"(?P<over>(?:已?(?:{_ENDED}))?)(?:[\[【(（](?P<grade>Ⅰ|Ⅱ|Ⅲ|Ⅳ|I{{1,3}}|IV)级[^\])）】]*[\])）】])?$"
)
_BODY = "厅局台委部办站心府院会队"
_JOINT = re.compile(rf"(?<=[{_BODY}])(?:、|和|与|及|联合|会同|，|,)")
_PLACE = re.compile(
    rf"^(?P<province>.{{2,8}}?(?:省|自治区|特别行政区))?"
    rf"(?P<city>(?!城市).{{1,12}}?(?:市(?![区场政])|盟|地区|自治州))?"
    rf"(?P<county>(?!城市).{{1,14}}?(?:自治县|自治旗|县|区|市(?![区场政市])|旗))?"
    rf"(?P<body>.*[{_BODY}])$"
)


class Issuer(msgspec.Struct, frozen=True):
    """Who issued it: the places from the province down, and the body there."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    name: str
    province: str = ""
    city: str = ""
    county: str = ""
    body: str = ""


class Title(msgspec.Struct, frozen=True):
    """What a title says. `level` is NONE where it names neither a colour nor a grade."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    issuers: tuple[Issuer, ...]
    hazard: str
    level: Level = Level.NONE
    state: WarningState = WarningState.ACTIVE

    @property
    def issuer(self) -> str:
        """All who issued it, in the title's order."""
        return "、".join(item.name for item in self.issuers)


def read_title(title: str) -> Title | None:
    """What a title says, or None for one that is not of this form."""
    title = "".join(title.split())
    if len(title) > LONGEST:
        return None
    found = _TITLE.match(title)
    if found is None:
        return None
    verb = found["verb"]
    if found["over"] or re.match(_ENDED, verb):
        state = WarningState.CANCELLED
    elif re.match(_CHANGED, verb):
        state = WarningState.UPDATED
    else:
        state = WarningState.ACTIVE
    level = COLOURS.get(found["colour"] or "") or GRADES.get(found["grade"] or "", Level.NONE)
    issuers = tuple(read_issuer(name) for name in _JOINT.split(found["issuer"]) if name)
    return Title(issuers, found["hazard"], level, state)


def read_issuer(name: str) -> Issuer:
    """The places in an issuer's name; a body of no place (上海中心气象台) is its body alone."""
    found = _PLACE.match(name)
    if found is None:
        return Issuer(name, body=name)
    places = {key: found[key] or "" for key in ("province", "city", "county")}
    return Issuer(name, body=found["body"], **places)
