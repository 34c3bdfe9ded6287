"""The indicators that indices are made of, as arrays: what each value is, how it stands, what it
counts for. The same law as `app.live.view.value_view`, for thousands at once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from app.core.catalog import Quantity
from app.core.freshness import LATE_AFTER_PERIODS
from app.core.model import Freshness, Ms
from app.live.picture import Picture
from app.rules.confidence import belief, confidence
from app.rules.score import Scorer

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


class Leaves:
    """One region's indicators in the order of an engine; `key_of` says which key each stands at.

    All arrays have the length and order of `codes`; times are ms UTC, NaN and 0 where nothing was
    ever heard.
    """

    def __init__(
        self,
        codes: Sequence[str],
        quantities: Mapping[str, Quantity],
        scorer: Scorer,
        key_of: Mapping[str, str],
    ) -> None:
        self.codes = codes
        self.keys = [key_of[code] for code in codes]
        count = len(codes)
        self.values: Floats = np.full(count, np.nan)
        self.scores: Floats = np.full(count, np.nan)
        self.as_of: Ints = np.zeros(count, np.int64)
        self.periods: Ints = np.array([quantities[code].period_ms for code in codes], np.int64)
        self.lags: Ints = np.array([quantities[code].lag_ms for code in codes], np.int64)
        self.live: Flags = np.zeros(count, bool)
        self.linked: Flags = np.zeros(count, bool)
        self.counted: Floats = np.zeros(count)
        self.belief: Floats = np.ones(count)
        self._quantities = [quantities[code] for code in codes]
        self.sources: list[str] = []
        self._source = np.full(count, -1, np.int64)
        self._numbers: dict[str, int] = {}
        names = sorted({quantity.bureau for quantity in self._quantities})
        self.bureaus = names
        place = {name: number for number, name in enumerate(names)}
        self.bureau: Ints = np.array([place[one.bureau] for one in self._quantities], np.int64)
        self._scorer = scorer
        self._places = {key: place for place, key in enumerate(self.keys)}

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def take(self, picture: Picture, keys: Iterable[str]) -> int:
        """Read these keys anew, score those that stand for a leaf; gives how many do."""
        places, held, numbers = self._places, picture.readings, self._numbers
        found: list[int] = []
        of: list[float] = []
        moments: list[Ms] = []
        sources: list[int] = []
        for key in keys:  # thousands a second: no call for each
            place, item = places.get(key), held.get(key)
            if place is None or item is None:
                continue
            reading, number = item.reading, numbers.get(item.source)
            found.append(place)
            of.append(reading.value)
            moments.append(reading.valid_to or reading.observed)
            sources.append(self._number(item.source) if number is None else number)
        if not found:
            return 0
        rows, values = np.array(found, np.int64), np.array(of, np.float64)
        self.values[rows] = values
        self.as_of[rows] = moments
        self._source[rows] = sources
        self.scores[rows] = self._scorer.some(rows, values)
        return len(found)

    def _number(self, source: str) -> int:
        number = self._numbers.get(source)
        if number is None:
            number = self._numbers[source] = len(self.sources)
            self.sources.append(source)
        return number

    def judge(self, picture: Picture, now: Ms) -> None:
        """How each stands at a moment: its line, its age, what it counts for."""
        lines = np.array([*picture.all_connected(self.sources, now), False])
        heard = self._source >= 0
        ages = now - self.as_of
        self.linked = lines[self._source] & heard
        in_time = ages <= LATE_AFTER_PERIODS * self.periods + self.lags
        self.live = self.linked & in_time
        self._believe(picture)
        trust = confidence(ages, self.periods, self.lags, self.live)
        self.counted = np.where(heard, np.minimum(trust, self.belief), 0.0)

    def _believe(self, picture: Picture) -> None:
        """What each can count for at most, after what was found about it."""
        self.belief = np.ones(len(self.keys))
        for key in picture.findings.keys() & self._places.keys():
            place = self._places[key]
            self.belief[place] = belief(
                picture.findings[key], self._quantities[place], float(self.values[place])
            )

    def freshness(self, place: int) -> Freshness:
        """How the leaf of a place stood at the last judgement."""
        if self._source[place] < 0:
            return Freshness.NONE
        if self.live[place]:
            return Freshness.LIVE
        return Freshness.LATE if self.linked[place] else Freshness.CACHED

    def source(self, place: int) -> str:
        """Who brought the value of a place; empty for none."""
        number = int(self._source[place])
        return self.sources[number] if number >= 0 else ""

    def missing_since(self, picture: Picture, places: Ints) -> Ints:
        """Of leaves that are not live the moment of their value, or when the line of one that is
        cut was lost; 0 where nothing was ever heard."""
        feeds = picture.feeds
        lost = [
            health.lost_since if (health := feeds.get(name)) is not None else 0
            for name in self.sources
        ]
        cut = np.array([*lost, 0], np.int64)[self._source[places]]
        cut[self.linked[places]] = 0
        found: Ints = np.where(cut > 0, cut, self.as_of[places])
        return found

    def place(self, key: str) -> int:
        """Where the leaf of a key stands; raises KeyError."""
        return self._places[key]
