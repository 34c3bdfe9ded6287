"""Weather warnings as an authority issues them, with update and cancellation.

Signals and colours follow the form of 《气象灾害预警信号及防御指南》 in shape only; the issuers are
demonstration stations and the limits are demonstration values.
"""

import numpy as np

from app.core.catalog import DAY, HOUR, MINUTE
from app.core.model import AlarmKind, Level, Ms, Warning, WarningState
from app.sim.alarms import Track, cancelled
from app.sim.calendar import Calendar
from app.sim.noise import Floats, Ints, salt, uniform
from app.sim.weather import Scenario, Storm, Weather

_RAIN = ((12.0, Level.BLUE), (25.0, Level.YELLOW), (45.0, Level.ORANGE), (70.0, Level.RED))
_COLOUR = {Level.BLUE: "蓝", Level.YELLOW: "黄", Level.ORANGE: "橙", Level.RED: "红"}
_FORECAST = {
    Level.BLUE: "12小时内降雨量将达50毫米以上",
    Level.YELLOW: "6小时内降雨量将达50毫米以上",
    Level.ORANGE: "3小时内降雨量将达50毫米以上",
    Level.RED: "3小时内降雨量将达100毫米以上",
}
_OTHERS = (
    ("fog", "大雾", 1.0, 5, "能见度将小于500米，请注意交通安全"),
    ("heat", "高温", 7.3, 12, "日最高气温将达35℃以上，请做好防暑降温"),
    ("gale", "大风", 3.5, 10, "平均风力可达6级或阵风7级以上，请加固临时设施"),
)


class Issued:
    """The weather warnings of a city and its districts."""

    def __init__(
        self, seed: int, calendar: Calendar, weather: Weather, regions: list[tuple[str, str]]
    ) -> None:
        self._salt = salt(seed, "issued")
        self._calendar = calendar
        self._weather = weather
        self._regions = regions  # code and short name; the city itself stands first
        self._counts: dict[int, tuple[Ints, Ints]] = {}

    def day(self, day: int) -> list[Track]:
        """The warnings of the storms and of the other weather of a local day."""
        begin = self._calendar.midnight(day)
        storms = (
            storm
            for storm in self._weather.storms(begin, begin + DAY)
            if begin <= storm.start < begin + DAY
        )
        tracks = [track for storm in storms for track in self._storm(storm)]
        return tracks + self._others(day, begin)

    def count(self, at: Ints) -> Floats:
        """How many are in force at each moment."""
        result = np.zeros(at.shape)
        days = self._calendar.days(at)
        for day in np.unique(days):
            chosen = days == day
            for earlier in range(int(day) - 2, int(day) + 2):
                begins, ends = self._spans(earlier)
                inside = (begins <= at[chosen][:, None]) & (at[chosen][:, None] < ends)
                result[chosen] += inside.sum(axis=1)
        return result

    def _spans(self, day: int) -> tuple[Ints, Ints]:
        if day not in self._counts:
            if len(self._counts) > 400:
                self._counts.clear()
            steps = [track.steps for track in self.day(day)]
            self._counts[day] = (
                np.array([item[0].observed for item in steps], dtype=np.int64),
                np.array([item[-1].observed for item in steps], dtype=np.int64),
            )
        return self._counts[day]

    def _storm(self, storm: Storm) -> list[Track]:
        tracks = []
        for index, (code, name) in enumerate(self._regions):
            reach = max(storm.reach) if index == 0 else storm.reach[index - 1] * 0.96
            levels = [level for limit, level in _RAIN if storm.peak * reach >= limit]
            if levels and (index == 0 or len(levels) > 1):
                tracks.append(self._rain(storm, code, name, levels, index))
        return tracks

    def _rain(self, storm: Storm, code: str, name: str, levels: list[Level], index: int) -> Track:
        """Issued before the rain, raised as it comes; the last colour near its worst."""
        first = storm.start - 30 * MINUTE + index * 2 * MINUTE
        last = storm.worst - 5 * MINUTE + (12_000 if index == 0 else index * 80_000)
        moments = [
            first + (last - first) * number // max(1, len(levels) - 1)
            for number in range(len(levels))
        ]
        steps = [
            self._warning("rain", "暴雨", code, name, f"{storm.number}", level, moment, number)
            for number, (level, moment) in enumerate(zip(levels, moments, strict=True))
        ]
        end = storm.start + storm.length + HOUR + index * 3 * MINUTE
        return Track((*steps, cancelled(steps[-1], max(end, last + HOUR))))

    def _others(self, day: int, begin: Ms) -> list[Track]:
        tracks = []
        month = float(self._calendar.months(np.array([begin]))[0])
        for number, (code, name, peak, hour, _) in enumerate(_OTHERS):
            chance = uniform(self._salt ^ (number + 1), np.arange(day * 4, day * 4 + 4))
            season = max(0.0, float(np.cos((month - peak) / 12.0 * 2.0 * np.pi))) ** 2
            if chance[0] >= 0.12 * season:
                continue
            level = Level.YELLOW if chance[1] < 0.35 else Level.BLUE
            if code == "heat":
                level = Level.YELLOW  # the signal for heat begins at yellow
            if self._weather.scenario is Scenario.STORM and code != "gale":
                continue
            start = begin + hour * HOUR + int(chance[2] * HOUR)
            city, city_name = self._regions[0]
            step = self._warning(code, name, city, city_name, f"{day}", level, start, 0)
            end = start + int((3 + 4 * chance[3]) * HOUR)
            tracks.append(Track((step, cancelled(step, end))))
        return tracks

    def _warning(
        self,
        sign: str,
        name: str,
        code: str,
        region: str,
        number: str,
        level: Level,
        at: Ms,
        revision: int,
    ) -> Warning:
        colour = _COLOUR[level]
        forecast = next((item[4] for item in _OTHERS if item[0] == sign), _FORECAST[level])
        issuer = "演示气象台" if code == self._regions[0][0] else f"{region}演示气象台"
        verb = "升级发布" if revision else "发布"
        return Warning(
            id=f"demo-met:{sign}-{code}-{number}",
            kind=AlarmKind.ISSUED,
            level=level,
            title=f"{region}{name}{colour}色预警",
            issued=at,
            observed=at,
            published=at,
            state=WarningState.UPDATED if revision else WarningState.ACTIVE,
            issuer=issuer,
            region=code,
            text=f"{issuer}{verb}{name}{colour}色预警信号：预计{region}{forecast}。（演示）",
            expires=at + 12 * HOUR,
            revision=revision,
        )
