"""The store as its users see it: what goes in comes back, and nothing is left running."""

import threading
from pathlib import Path

import pytest

from app.core.message import Refusal
from app.core.model import (
    AlarmKind,
    DeviceState,
    DeviceStatus,
    Event,
    EventStatus,
    Held,
    Level,
    Origin,
    Reading,
    Sourced,
    Warning,
    WarningState,
    World,
)
from app.core.privacy import MASK
from app.store.driver import require_version
from tests.helpers.store import KEY, NOW, ask, open_store, segment, store_all

OTHER = "reading/water.level/320812/gaolang"


def event(status: EventStatus = EventStatus.NEW, observed: int = NOW, **more: object) -> Event:
    return Event(
        id="hotline:1",
        type="noise",
        occurred=NOW,
        observed=observed,
        status=status,
        **more,  # type: ignore[arg-type]
    )


def warning(state: WarningState, observed: int) -> Warning:
    return Warning(
        id="cma:7",
        kind=AlarmKind.ISSUED,
        level=Level.RED,
        title="暴雨红色预警",
        issued=NOW,
        observed=observed,
        state=state,
    )


def test_the_newest_of_every_key_and_source_comes_back_as_it_was(tmp_path: Path) -> None:
    held = [
        Held(Reading(key=KEY, value=6.1, observed=NOW - 2000), "river", NOW - 1900),
        Held(
            Reading(
                key=KEY,
                value=6.25,
                observed=NOW - 1000,
                revision=2,
                valid_from=NOW - 61_000,
                valid_to=NOW - 1000,
                published=NOW - 500,
                origin=Origin.REPORTED,
                world=World.DEMO,
                low=6.0,
                high=6.5,
            ),
            "river",
            NOW,
        ),
        Held(Reading(key=KEY, value=6.3, observed=NOW - 3000), "other", NOW),
        Held(Reading(key=OTHER, value=-1.5, observed=NOW), "river", NOW),
    ]
    store = open_store(tmp_path)
    store_all(store, held)
    store.close()
    store = open_store(tmp_path)
    loaded = store.queries.load_latest()
    store.close()
    assert store.reports == []
    assert sorted(loaded, key=str) == sorted(held[1:], key=str)


def test_open_records_come_back_and_personal_text_never_reaches_the_file(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    device = DeviceStatus(id="wvp1:1", observed=NOW, state=DeviceState.FAULT)
    records: list[Event | Warning | DeviceStatus] = [
        event(reporter="王伟", title="电话 13812345678"),
        warning(WarningState.ACTIVE, NOW),
        device,
    ]
    store.recorder.submit([], [Sourced("hotline", NOW, record) for record in records])
    store.flush()
    loaded = {item.record.id: item.record for item in store.queries.load_open()}
    assert loaded["wvp1:1"] == device
    assert loaded["cma:7"] == records[1]
    stored = loaded["hotline:1"]
    assert isinstance(stored, Event)
    assert stored.reporter == MASK
    assert "13812345678" not in stored.title
    store.recorder.submit(
        [],
        [
            Sourced("hotline", NOW + 5, event(EventStatus.CLOSED, NOW + 5)),
            Sourced("cma", NOW + 5, warning(WarningState.CANCELLED, NOW + 5)),
        ],
    )
    store.flush()
    assert [item.record.id for item in store.queries.load_open()] == ["wvp1:1"]
    store.close()
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert "王伟".encode() not in everything
    assert b"13812345678" not in everything


async def test_events_as_they_stood_and_as_was_known_then(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    arrivals = [
        Sourced("hotline", NOW, event(EventStatus.NEW, NOW)),
        Sourced("hotline", NOW + 50, event(EventStatus.CLOSED, NOW + 20)),
        Sourced("hotline", NOW + 60, event(EventStatus.HANDLING, NOW + 10)),
    ]
    for arrival in [*arrivals, arrivals[0]]:
        store.recorder.submit([], [arrival])
        store.flush()

    async def status(valid: int, known: int) -> list[EventStatus]:
        found = await store.queries.events((valid, known))
        return [item.record.status for item in found if isinstance(item.record, Event)]

    assert await status(NOW + 15, NOW + 40) == [EventStatus.NEW]
    assert await status(NOW + 15, NOW + 70) == [EventStatus.HANDLING]
    assert await status(NOW + 30, NOW + 55) == [EventStatus.CLOSED]
    assert await status(NOW - 1, NOW + 99) == []
    assert len(await store.queries.event("hotline:1")) == 3
    assert len(await store.queries.event_history(NOW, NOW + 11)) == 2
    assert await store.queries.warnings() == []
    store.close()


async def test_last_observed_is_what_a_refill_begins_from(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    assert await store.queries.last_observed("river") is None
    store_all(store, [Held(Reading(key=KEY, value=1.0, observed=NOW - 7), "river", NOW)])
    store_all(store, [Held(Reading(key=OTHER, value=1.0, observed=NOW - 9), "river", NOW)])
    assert await store.queries.last_observed("river") == NOW - 7
    store.close()


async def test_readings_hold_every_revision_and_what_was_known(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    first = Held(Reading(key=KEY, value=1.0, observed=NOW), "river", NOW + 10)
    revised = Held(Reading(key=KEY, value=2.0, observed=NOW, revision=1), "river", NOW + 5000)
    store_all(store, [first, revised, first])
    assert await store.queries.readings(KEY, NOW, NOW + 1) == [first, revised]
    assert await store.queries.readings(KEY, NOW, NOW + 1, NOW + 10) == [first]
    assert await store.queries.readings(KEY, NOW + 1, NOW + 2) == []
    store.close()


def test_a_full_queue_sheds_the_oldest_readings_and_no_warning(tmp_path: Path) -> None:
    store = open_store(tmp_path, max_readings=10)
    gate, entered = threading.Event(), threading.Event()

    def hold(_: object) -> None:
        entered.set()
        assert gate.wait(30)

    held_up = threading.Thread(target=lambda: store.ops.run_blocking(hold))
    held_up.start()
    assert entered.wait(30)
    readings = [Reading(key=KEY, value=float(n), observed=NOW + n) for n in range(25)]
    store.recorder.submit([segment(readings[:12]), segment(readings[12:])], [])
    store.recorder.submit([], [Sourced("cma", NOW, warning(WarningState.ACTIVE, NOW))])
    assert store.recorder.waiting == 10
    assert store.recorder.shed == 15
    gate.set()
    held_up.join()
    store.flush()
    assert store.recorder.counts.written == 10
    assert [held.reading.value for held in store.queries.load_latest()] == [24.0]
    assert [item.record.id for item in store.queries.load_open()] == ["cma:7"]
    store.close()
    rows = ask(tmp_path, "SELECT value FROM reading ORDER BY ts")
    assert [value for (value,) in rows] == [float(n) for n in range(15, 25)]


def test_no_finite_number_no_history(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    bad = [Reading(key=KEY, value=float(text), observed=NOW + 1) for text in ("nan", "inf", "-inf")]
    store.recorder.submit([segment([*bad, Reading(key=KEY, value=3.0, observed=NOW)])], [])
    store.flush()
    assert store.recorder.counts.refused == 3
    assert [held.reading.value for held in store.queries.load_latest()] == [3.0]
    store.close()


def test_a_decision_is_whole_or_not_at_all(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.ops.run_blocking(lambda ops: ops.execute("CREATE TABLE test (a INTEGER)"))

    def half(connection: object) -> None:
        connection.execute("INSERT INTO test VALUES (1)")  # type: ignore[attr-defined]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.ops.run_blocking(half)
    count = store.ops.run_blocking(lambda ops: ops.execute("SELECT count(*) FROM test").fetchone())
    assert count == (0,)
    store.close()
    with pytest.raises(Refusal) as caught:
        store.ops.run_blocking(lambda _: None)
    assert caught.value.reason.id == "store.closed"


async def test_decisions_are_seen_by_the_readers_at_once(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    await store.ops.run(lambda ops: ops.execute("CREATE TABLE test (a INTEGER)"))
    await store.ops.run(lambda ops: ops.execute("INSERT INTO test VALUES (?)", (4,)))
    assert await store.ops.read(lambda ops: ops.execute("SELECT a FROM test").fetchall()) == [(4,)]
    store.close()


def test_close_writes_what_waits_and_leaves_no_thread(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    store = open_store(tmp_path)
    store.recorder.submit([segment([Reading(key=KEY, value=1.0, observed=NOW)])], [])
    store.queries.load_latest()
    store.close()
    assert set(threading.enumerate()) == before
    assert not (tmp_path / "cache.db-wal").exists()
    assert ask(tmp_path, "SELECT count(*) FROM reading") == [(1,)]


def test_one_program_per_folder(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with pytest.raises(Refusal) as caught:
        open_store(tmp_path)
    assert caught.value.reason.id == "store.in_use"
    store.close()
    open_store(tmp_path).close()


def test_pragmas_are_as_the_decision_says(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    assert store.ops.run_blocking(lambda ops: ops.execute("PRAGMA synchronous").fetchone()) == (2,)
    ops_mode = store.ops.run_blocking(lambda ops: ops.execute("PRAGMA journal_mode").fetchone())
    assert ops_mode == ("wal",)
    store.close()


def test_an_old_sqlite_is_refused_in_a_sentence() -> None:
    require_version("3.51.3")
    for version in ("3.40.1", "3.51.2"):
        with pytest.raises(Refusal) as caught:
            require_version(version)
        assert caught.value.reason.args["version"] == version


async def test_screens_and_catalogues_are_kept(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.keep_screen("WALL-1", b'{"panels": []}')
    store.keep_catalogue("indicators", "abc", "水位".encode())
    store.keep_catalogue("indicators", "abc", b"again")
    store.flush()
    store.backup_blocking(tmp_path / "copies")
    assert await store.queries.screens(NOW, NOW + 1) == [(NOW, "WALL-1", b'{"panels": []}')]
    assert await store.queries.catalogue("indicators", "abc") == "水位".encode()
    assert await store.queries.catalogue("indicators", "xyz") is None
    store.close()
