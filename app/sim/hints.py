"""Hints of the twelve models: ours, each with the share of right ones over thirty days."""

import msgspec
import numpy as np

from app.core.catalog import DAY, HOUR, MINUTE
from app.core.directory import EventType, Point, WarningModel
from app.core.model import AlarmKind, Level, Ms, Warning, WarningState
from app.sim.alarms import Track, cancelled
from app.sim.calendar import Calendar
from app.sim.names import address
from app.sim.noise import poisson, salt, uniform
from app.sim.weather import Scenario, Weather

SHOWN_SHARE = 0.75
"""Of the hints of a day this share reaches the command centre; the rest ends at the bureau."""

_WET = ("ponding", "flood")  # models that see nothing on a dry day
_WET_MM = 10.0  # in 24 hours
_EVIDENCE = {
    "ponding": "积水 {a} 厘米，10 分钟涨 {b} 厘米，常态 0",
    "surge": "{c} 件/6 时，常态 12±7",
    "group_rental": "用水为同户型 {b} 倍，投诉 {d} 件/30 日，常态 0～1",
    "ebike": "每百户 {d} 次/7 日，常态 1±1",
    "throwing": "同一立面 {d} 次/30 日，常态 0",
    "street_order": "{c} 件/30 分，同类日常态 14±6",
    "elderly": "已 {e} 小时无活动，常态 4±3",
    "food": "风险分 {f}，常态 35±12",
    "flood": "预报洪峰距警戒 0.{d} 米，预见期 6 时",
    "pipe": "1 分钟压降 0.0{d} MPa，常态 0.003±0.002",
    "hazmat": "停驻 {g} 分，距敏感点 {h} 米",
    "indicator": "12345 受理 {c} 件/时，常态 4～22，明显偏离，连续 2 次",
}


class Hints:
    """The hints of one seed."""

    def __init__(
        self,
        seed: int,
        calendar: Calendar,
        weather: Weather,
        regions: list[tuple[str, str]],
        models: list[WarningModel],
        types: list[EventType],
        points: list[Point],
    ) -> None:
        self._seed = seed
        self._calendar = calendar
        self._weather = weather
        self._regions = regions
        self._models = models
        self._rates = {item.code: item.typical_daily_count for item in types}
        self._spots = [item for item in points if item.kind in ("flood_spot", "underpass")]

    def day(self, day: int) -> list[Track]:
        """The hints that begin on a local day."""
        tracks: list[Track] = []
        for model in self._models:
            stream = salt(self._seed, "hint", model.code)
            rate = self._rates.get(model.event_type, 1.0) * SHOWN_SHARE
            drawn = poisson(np.array([rate]), uniform(stream, np.array([day])))[0]
            hints = (self._hint(model, stream, day, number) for number in range(int(drawn)))
            tracks.extend(hint for hint in hints if model.code not in _WET or self._wet(hint))
        return tracks + self._spots_of(day)

    def _wet(self, hint: Track) -> bool:
        at = np.array([hint.steps[0].observed])
        return bool(self._weather.driver("max:rain_24h", None, at)[0] > _WET_MM)

    def _hint(self, model: WarningModel, stream: int, day: int, number: int) -> Track:
        index = (day * 64 + number) * 8
        chance = uniform(stream ^ 3, np.arange(index, index + 8))
        at = self._calendar.midnight(day) + int(chance[0] * DAY)
        level = Level.BLUE if chance[1] < 0.62 else Level.YELLOW
        if chance[1] > 0.96 and self._weather.scenario is not Scenario.CALM:
            level = Level.ORANGE
        region, short = self._regions[1 + int(chance[2] * (len(self._regions) - 1))]
        place = address(short, int(chance[3] * 1000), int(chance[4] * 10_000))
        if model.code == "indicator":
            place = short  # an indicator has a district, no street
        step = self._warning(model, f"{day}-{number}", level, at, region, place, chance[5])
        return Track((step, cancelled(step, at + int((1.5 + 6.0 * chance[6]) * HOUR))))

    def _spots_of(self, day: int) -> list[Track]:
        """In a cloudburst: spots that flood, one after the other within minutes."""
        begin = self._calendar.midnight(day)
        model = next((item for item in self._models if item.code == "ponding"), None)
        tracks: list[Track] = []
        if model is None or not self._spots:
            return tracks
        for storm in self._weather.storms(begin, begin + DAY):
            if not begin <= storm.start < begin + DAY or storm.peak < 40:
                continue
            count = min(len(self._spots), int((storm.peak - 30) / 3))
            stream = salt(self._seed, "spot", str(storm.number))
            chosen = np.argsort(uniform(stream, np.arange(len(self._spots))))[:count]
            # The first come just after the rain is at its worst, the rest within a quarter hour.
            onset = storm.worst - 5 * MINUTE
            for number, index in enumerate(chosen):
                chance = uniform(stream ^ 5, np.arange(number * 4, number * 4 + 4))
                at = onset + 20_000 + int(chance[0] * 12 * MINUTE)
                level = (Level.BLUE, Level.YELLOW, Level.YELLOW, Level.ORANGE)[int(chance[1] * 4)]
                tracks.append(
                    self._spot(model, storm.number, self._spots[int(index)], level, at, chance[2])
                )
        return tracks

    def _spot(
        self, model: WarningModel, storm: int, point: Point, level: Level, at: Ms, chance: float
    ) -> Track:
        name = point.name_zh.removesuffix("（演示）")
        step = self._warning(
            model, f"storm{storm}-{point.id}", level, at, point.region, name, chance
        )
        step = msgspec.structs.replace(step, lon=point.lon, lat=point.lat)
        return Track((step, cancelled(step, at + int((1.5 + 2.0 * chance) * HOUR))))

    def _warning(
        self,
        model: WarningModel,
        number: str,
        level: Level,
        at: Ms,
        region: str,
        place: str,
        chance: float,
    ) -> Warning:
        rank = level.rank
        depth = (0, 7, 18, 31, 44)[rank] + int(chance * 4)
        evidence = _EVIDENCE.get(model.code, "").format(
            a=depth,
            b=2 + rank + int(chance * 3),
            c=24 + rank * 20 + int(chance * 12),
            d=2 + rank + int(chance * 2),
            e=10 + rank * 4 + int(chance * 3),
            f=55 + rank * 9 + int(chance * 8),
            g=25 + rank * 12 + int(chance * 9),
            h=600 - rank * 100 - int(chance * 90),
        )
        days = at // DAY
        wave = float(uniform(salt(self._seed, "precision", model.code), np.array([days // 7]))[0])
        return Warning(
            id=f"demo-model:{model.code}-{number}".replace("demo:", ""),
            kind=AlarmKind.HINT,
            level=level,
            title=f"{model.name_zh}：{place}",
            issued=at,
            observed=at,
            state=WarningState.ACTIVE,
            model=model.code,
            precision=round(0.62 + 0.3 * wave, 2),
            region=region,
            place=place,
            evidence=evidence,
        )
