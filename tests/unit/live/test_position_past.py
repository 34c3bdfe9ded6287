"""Where things were: what is stored comes back, thins out with its age, and never grows beyond its
room; a program that is killed has what it stored."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.city import load_city
from app.core.catalog import DAY, HOUR, MINUTE
from app.core.model import World
from app.gis.atlas import Atlas
from app.gis.layer import Ask, Ground
from app.gis.past import Past
from app.live.batch import PositionColumns
from app.live.picture import Picture
from app.live.position_past import MOST, PositionKeeper, pack, unpack
from app.store import positions
from app.store.driver import Connection, Durability, connect
from app.store.positions import NEAR_MS, Snapshot, forget
from tests.unit.commands.desk import NOON, Desk

ROOT = Path(__file__).parents[3]


def columns(
    lon: list[float], lat: list[float], now: int = NOON, **other: object
) -> PositionColumns:
    n = len(lon)
    made: dict[str, object] = {
        "source": "bus", "layer": "bus", "received": now,
        "ids": np.array([f"b:{i}" for i in range(n)], object),
        "lon": np.array(lon, np.float64), "lat": np.array(lat, np.float64),
        "observed": np.full(n, now - 4000, np.int64),
        "heading": np.full(n, np.nan, np.float32), "speed": np.full(n, 12.5, np.float32),
        "expires": np.zeros(n, np.int64), "suspect": np.zeros(n, np.bool_),
        "names": np.array([f"苏H·{i}" for i in range(n)], object), "kinds": np.full(n, "x", object),
    }  # fmt: skip
    return PositionColumns(**{**made, **other})  # type: ignore[arg-type]


places = st.lists(
    st.tuples(st.floats(-180, 180), st.floats(-85, 85), st.floats(0, 360), st.booleans()),
    max_size=40,
)


@given(places)
def test_what_is_stored_comes_back(rows: list[tuple[float, float, float, bool]]) -> None:
    lon, lat, heading, suspect = (
        (list(one) for one in zip(*rows, strict=True)) if rows else ([],) * 4
    )
    given_ = columns(
        lon, lat, heading=np.array(heading, np.float32), suspect=np.array(suspect, np.bool_)
    )
    back = unpack(pack(given_, NOON))
    assert back.ids.tolist() == given_.ids.tolist() and back.names.tolist() == given_.names.tolist()
    assert np.allclose(back.lon, given_.lon, atol=1e-6) and np.allclose(
        back.lat, given_.lat, atol=1e-6
    )
    assert (back.observed == given_.observed).all() and (back.suspect == given_.suspect).all()
    assert np.allclose(back.heading, given_.heading, atol=0.25) and back.received == NOON


def test_what_has_no_place_is_left_out_and_many_are_thinned_the_same_way() -> None:
    back = unpack(pack(columns([118.0, np.nan, 200.0], [33.0, 33.0, 33.0]), NOON))
    assert back.ids.tolist() == ["b:0"]
    many = columns([118.0] * (3 * MOST), [33.0] * (3 * MOST))
    first, later = pack(many, NOON), pack(many, NOON + MINUTE)
    assert 0.8 * MOST < first.things < 1.2 * MOST
    assert unpack(first).ids.tolist() == unpack(later).ids.tolist()


@given(st.binary(max_size=60))
def test_other_bytes_are_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"snapshot|length"):
        unpack(Snapshot(NOON, "bus", "bus", 1, body))


def moments(connection: Connection) -> list[int]:
    rows = connection.execute("SELECT at FROM position_snapshot ORDER BY at")
    return [at for (at,) in rows]


def test_the_past_thins_out_and_has_its_room(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    now = NOON // positions.COARSE_MS * positions.COARSE_MS
    ages = [8 * DAY, 6 * DAY + MINUTE, 6 * DAY, 25 * HOUR + MINUTE, 2 * MINUTE, MINUTE]
    try:
        rows = [Snapshot(now - age, "bus", "bus", 1, b"x" * 100) for age in ages]
        desk.store.keep_positions(rows).result()
        desk.store.keep_positions([Snapshot(now, "bus", "bus", 1, b"y")]).result()
        cache = connect(tmp_path / "cache.db", None, Durability.NORMAL)
        assert moments(cache) == [now - 6 * DAY, now - 2 * MINUTE, now - MINUTE, now]
        forget(cache, now, most=150)
        assert moments(cache) == [now - MINUTE, now], "the oldest go where there is no room"
        cache.close()
    finally:
        desk.close()


async def test_a_map_that_looks_back_shows_where_things_were(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    picture = Picture({}, World.DEMO)
    keeper = PositionKeeper(picture, desk.clock, desk.store.keep_positions)
    city = load_city("suqian")
    try:
        picture.positions["bus", "bus"] = columns([118.3, 118.4], [33.9, 33.8])
        assert await keeper.store() == 1
        assert await keeper.store() == 0, "what did not change is not stored again"
        desk.clock.advance(5 * MINUTE)
        picture.positions["bus", "bus"] = columns([118.5], [33.7], now=desk.clock.now())
        assert await keeper.store() == 1
        past = Past(lambda: desk.store.queries, city, World.DEMO)
        layer = Atlas(Ground(city, desk.clock)).layer("bus_vehicle")
        came = asyncio.Event()
        past.on_ready.append(lambda _: came.set())

        async def shown(moment: int) -> tuple[list[float], list[str]]:
            came.clear()
            if past.picture(moment) is None:
                await came.wait()
            seen = past.picture(moment)
            assert seen is not None
            content = layer.make(layer.take(seen), Ask(now=moment, at=moment))
            found = content.marks.lon.tolist() if content.marks is not None else []
            return [round(one, 6) for one in found], [fault.id for fault in content.faults]

        assert await shown(NOON + 2 * MINUTE) == ([118.3, 118.4], ["maplayer.past_positions"])
        assert await shown(desk.clock.now()) == ([118.5], ["maplayer.past_positions"])
        assert await shown(NOON - MINUTE) == ([], ["maplayer.no_past_positions"])
        far = desk.clock.now() + NEAR_MS + MINUTE
        assert (await shown(far))[1] == ["maplayer.no_past_positions"]
        await past.stop()
    finally:
        desk.close()


async def test_a_store_that_takes_nothing_is_said_once_and_the_maps_go_on(
    tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    desk = Desk(tmp_path)
    picture = Picture({}, World.DEMO)
    keeper = PositionKeeper(picture, desk.clock, desk.store.keep_positions)
    picture.positions["bus", "bus"] = columns([118.3], [33.9])
    desk.close()
    expect_log("positions are not kept")
    assert await keeper.store() == 0
    assert await keeper.store() == 0, "and the next minute tries again"


WRITER = """
import sys
from pathlib import Path
from app.core.clock import SystemClock
from app.store.positions import Snapshot
from app.store.store import Store
store = Store.open(Path(sys.argv[1]), SystemClock(), ballast_bytes=4096)
at = 0
while True:
    at += 60_000
    store.keep_positions([Snapshot(at, "bus", "bus", 1, bytes(2000))]).result()
    print(at, flush=True)
"""


def test_what_was_stored_is_there_after_a_kill(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as program:
        assert program.stdout is not None
        told = [int(line) for line, _ in zip(program.stdout, range(40), strict=False)]
        program.send_signal(signal.SIGKILL)
    desk = Desk(tmp_path)
    try:
        found = asyncio.run(desk.store.queries.positions(told[-1]))
        assert [row.at for row in found] == [told[-1]] and len(told) == 40
    finally:
        desk.close()
