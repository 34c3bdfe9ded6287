"""What a town's sources said, and whether a picture and a store hold it: nothing lost, nothing
twice, nothing that was never said."""

from collections import defaultdict
from pathlib import Path
from typing import Any

from app.core.clock import SystemClock
from app.core.model import Ms
from app.live.picture import Picture
from app.store.records import DEVICE, EVENT, STOCK, WARNING
from app.store.store import Store
from tests.helpers.store import ask

TABLES = {"events": EVENT, "warnings": WARNING, "devices": DEVICE, "stocks": STOCK}
NEAR = 1e-6
NEAR_DEGREES = 1e-4
"""Formats carry six digits and more; GTFS and AIS a float or a ten-thousandth of a minute."""


class Ledger:
    """Kept by the sources as they speak."""

    def __init__(self) -> None:
        self.clock = SystemClock()
        self._begun = self.clock.now() // 1000 * 1000
        self.readings: dict[str, dict[Ms, float]] = defaultdict(dict)
        self.matters: dict[tuple[str, str], dict[Ms, dict[str, Any]]] = defaultdict(dict)
        self.positions: dict[tuple[str, str], dict[str, dict[str, Any]]] = defaultdict(dict)

    def now(self) -> Ms:
        """This moment."""
        return self.clock.now()

    def second(self, turn: int) -> Ms:
        """A moment of a turn, for sources whose times are in whole seconds: a minute ago, so that
        turns may follow each other more quickly than seconds do."""
        return self._begun - 60_000 + 1000 * turn

    def reading(self, key: str, value: float, observed: Ms) -> None:
        """A value in the catalogue's unit, at its own moment."""
        assert observed not in self.readings[key], f"{key}: the test says one moment twice"
        self.readings[key][observed] = value

    def matter(self, table: str, id_: str, observed: Ms, **fields: Any) -> None:
        """What an event, warning, device or stock is from this moment on."""
        self.matters[table, id_][observed] = fields

    def position(self, feed: str, layer: str, id_: str, **fields: Any) -> None:
        """Where something is now."""
        self.positions[feed, layer][id_] = fields

    # ---- the picture

    def missing(self, picture: Picture) -> list[str]:
        """What the picture does not show as it was said last; empty when it is all there."""
        found = []
        for key, moments in self.readings.items():
            at = max(moments)
            held = picture.readings.get(key)
            shown = (held.reading.observed, held.reading.value) if held else (0, 0.0)
            if shown[0] != at or abs(shown[1] - moments[at]) > NEAR:
                found.append(f"{key}: {shown}, said {(at, moments[at])}")
        for (table, id_), said in self.matters.items():
            at = max(said)
            sourced = getattr(picture, table).get(id_)
            wanted = {"observed": at} | said[at]
            found += _differences(f"{table} {id_}", sourced and sourced.record, wanted)
        for (feed, layer), things in self.positions.items():
            for id_, wanted in things.items():
                found += _placed(picture, feed, layer, id_, wanted)
        return found

    # ---- the store

    async def check_store(self, data: Path) -> None:
        """Every reading and every word of a matter is there once, and no other."""
        store = Store.open(data, SystemClock())
        try:
            for key, moments in self.readings.items():
                held = await store.queries.readings(key, 0, 2**52)
                stored = [item.reading.observed for item in held]
                twice = [item for item in held if stored.count(item.reading.observed) > 1]
                assert twice == [], f"{key}: stored twice"
                assert set(stored) == set(moments), (key, _apart(set(stored), set(moments)))
                wrong = [
                    item.reading
                    for item in held
                    if abs(item.reading.value - moments[item.reading.observed]) > NEAR
                ]
                assert wrong == [], key
        finally:
            store.close()
        rows: Any = ask(data, "SELECT kind, id, observed, revision FROM record_history")
        words = [tuple(row) for row in rows]
        assert len(words) == len(set(words)), "a word was stored twice"
        for table, kind in TABLES.items():
            said = {
                (id_, at)
                for (name, id_), moments in self.matters.items()
                if name == table
                for at in moments
            }
            stored_words = {(id_, at) for number, id_, at, _ in words if number == kind}
            assert stored_words == said, (table, _apart(stored_words, said))
        keys: Any = ask(data, "SELECT DISTINCT key FROM series")
        strangers = {row[0] for row in keys if row[0].startswith("reading/town.")}
        assert strangers <= set(self.readings), "a key that nobody said"


def _apart(stored: set[Any], said: set[Any]) -> str:
    return f"lost {sorted(said - stored)[:5]}, never said {sorted(stored - said)[:5]}"


def _differences(what: str, record: Any, wanted: dict[str, Any]) -> list[str]:
    if record is None:
        return [f"{what}: not there"]
    found = []
    for name, value in wanted.items():
        held = getattr(record, name)
        near = abs(held - value) <= NEAR_DEGREES if isinstance(value, float) and held else False
        if not near and held != value:
            found.append(f"{what}.{name}: {held!r}, said {value!r}")
    return found


def _placed(picture: Picture, feed: str, layer: str, id_: str, wanted: dict[str, Any]) -> list[str]:
    columns = picture.positions.get((feed, layer))
    rows = [] if columns is None else [n for n, one in enumerate(columns.ids) if one == id_]
    if columns is None or len(rows) != 1:
        return [f"{feed} {layer} {id_}: {len(rows)} times"]
    found = []
    for name, value in wanted.items():
        held = getattr(columns, name)[rows[0]]
        same = abs(held - value) <= NEAR_DEGREES if isinstance(value, float) else held == value
        if not same:
            found.append(f"{feed} {id_}.{name}: {held!r}, said {value!r}")
    return found
