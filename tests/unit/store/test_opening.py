"""A database that is not what it should be: put aside, said, and the wall goes on."""

from pathlib import Path

import pytest

from app.core.clock import ManualClock
from app.core.i18n import LANGUAGES, translator
from app.core.message import Refusal
from app.core.model import Held, Reading, Segment
from app.store import migrate
from app.store.driver import Durability, OperationalError, connect
from app.store.opening import Trouble, examine
from app.store.salvage import salvage
from app.store.store import Store
from app.store.writer import Db
from tests.helpers.store import KEY, NOW, ask, open_store, store_all

RAW = "00112233445566778899aabbccddeeff" * 2
ONE = Held(Reading(key=KEY, value=6.5, observed=NOW), "river", NOW + 5)


def filled(folder: Path, key: str | None = None) -> None:
    store = open_store(folder, key=key)
    store_all(store, [ONE])
    store.close()


def ids(store: Store) -> list[str]:
    for language in LANGUAGES:
        for report in store.reports:
            assert "⟦" not in translator(language).render(report)
    return [report.id for report in store.reports]


def aside(folder: Path, trouble: str) -> Path:
    (found,) = [
        path for path in folder.glob(f"*.{trouble}-*") if not path.name.endswith(("-wal", "-shm"))
    ]
    return found


@pytest.mark.parametrize("key", [None, RAW, "it's 水位"])
def test_a_store_opens_again_with_its_key(tmp_path: Path, key: str | None) -> None:
    filled(tmp_path, key)
    store = open_store(tmp_path, key=key)
    assert ids(store) == []
    assert store.queries.load_latest() == [ONE]
    store.close()
    plain = (tmp_path / "cache.db").read_bytes()
    assert plain.startswith(b"SQLite format 3") == (key is None)
    assert (KEY.encode() in plain) == (key is None)


def test_another_key_puts_the_files_aside_and_says_so(tmp_path: Path) -> None:
    filled(tmp_path, RAW)
    store = open_store(tmp_path, key="ff" * 32)
    assert ids(store) == ["store.locked", "store.locked"]
    assert store.queries.load_latest() == []
    store_all(store, [ONE])
    store.close()
    old = next(path for path in tmp_path.glob("cache.db.locked-*Z"))
    reader = connect(old, RAW, Durability.NORMAL, read_only=True)
    assert reader.execute("SELECT value FROM reading").fetchall() == [(6.5,)]
    reader.close()


def test_the_choice_of_key_is_held_to(tmp_path: Path) -> None:
    filled(tmp_path / "plain")
    filled(tmp_path / "keyed", RAW)
    for folder, key, sentence in (
        ("plain", RAW, "store.key_unused"),
        ("keyed", None, "store.key_needed"),
    ):
        with pytest.raises(Refusal) as caught:
            open_store(tmp_path / folder, key=key)
        assert caught.value.reason.id == sentence
    assert 'key = "none"' in (tmp_path / "plain" / "store.toml").read_text()
    assert RAW not in (tmp_path / "keyed" / "store.toml").read_text()


def test_a_foreign_database_is_kept_aside(tmp_path: Path) -> None:
    foreign = connect(tmp_path / "ops.db", None, Durability.FULL)
    foreign.execute("CREATE TABLE theirs (a)")
    foreign.close()
    (tmp_path / "cache.db").write_text("water levels, as typed by hand\n" * 300)
    store = open_store(tmp_path)
    assert sorted(ids(store)) == ["store.foreign", "store.foreign"]
    store_all(store, [ONE])
    assert store.queries.load_latest() == [ONE]
    store.close()
    assert ask(
        tmp_path, "SELECT count(*) FROM theirs", next(tmp_path.glob("ops.db.foreign*Z")).name
    ) == [(0,)]


def test_a_newer_database_is_read_and_never_written(tmp_path: Path) -> None:
    filled(tmp_path)
    for file in ("cache.db", "ops.db"):
        connection = connect(tmp_path / file, None, Durability.FULL)
        connection.execute("PRAGMA user_version = 99")
        connection.close()
    before = {path.name: path.read_bytes() for path in tmp_path.glob("*.db")}
    store = open_store(tmp_path)
    assert ids(store) == ["store.newer", "store.newer"]
    assert store.queries.load_latest() == [ONE]
    store.recorder.submit([Segment("river", NOW, [ONE.reading])], [])
    store.flush()
    assert store.recorder.shed == 1
    assert store.ops.run_blocking(lambda ops: ops.execute("SELECT 1").fetchone()) == (1,)
    with pytest.raises(Refusal) as caught:
        store.ops.run_blocking(lambda ops: ops.execute("CREATE TABLE test (a)"))
    assert caught.value.reason.id == "store.newer"
    store.close()
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.db")} == before


def test_a_corrupt_database_is_salvaged(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    readings = [
        Reading(key=f"{KEY}-{number % 40}", value=float(number), observed=NOW + number * 1000)
        for number in range(20_000)
    ]
    store.recorder.submit([Segment("river", NOW, readings)], [])
    store.close()
    path = tmp_path / "cache.db"
    whole = bytearray(path.read_bytes())
    pages = len(whole) // 4096
    for page in range(pages // 2, pages // 2 + 3):
        whole[page * 4096 : (page + 1) * 4096] = b"\xa5" * 4096
    path.write_bytes(whole)
    assert examine(path, Db.CACHE, None) is Trouble.CORRUPT
    store = open_store(tmp_path)
    assert ids(store) == ["store.salvaged"]
    latest = store.queries.load_latest()
    store.close()
    kept = {value for (value,) in ask(tmp_path, "SELECT value FROM reading")}
    assert kept <= {float(number) for number in range(20_000)}
    assert len(kept) > 19_000
    assert len(latest) == 40
    assert aside(tmp_path, "corrupt").read_bytes() == bytes(whole)


def test_a_file_of_which_nothing_is_left(tmp_path: Path) -> None:
    filled(tmp_path)
    path = tmp_path / "cache.db"
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 20_000)
    store = open_store(tmp_path)
    assert ids(store) == ["store.salvaged"]
    store_all(store, [ONE])
    store.close()


def test_salvage_into_a_store_in_use_adds_what_is_missing(tmp_path: Path) -> None:
    filled(tmp_path / "old")
    target = connect(tmp_path / "cache.db", None, Durability.NORMAL)
    migrate.migrate(target, "cache", "cache.db")
    for expected in (True, False):
        saved = salvage(tmp_path / "old" / "cache.db", target, None)
        assert (saved.rows > 0) == expected
        assert saved.ranges_lost == saved.tables_lost == saved.unfinished == 0
    assert target.execute("SELECT value FROM latest").fetchall() == [(6.5,)]
    target.close()


def test_every_database_has_its_numbers_and_a_cut_off_step_leaves_the_one_before(
    tmp_path: Path,
) -> None:
    for database in ("cache", "ops"):
        connection = connect(tmp_path / f"{database}.db", None, Durability.FULL)
        count = len(migrate.steps(database))
        assert migrate.migrate(connection, database, "x") == count > 0
        assert migrate.migrate(connection, database, "x") == 0
        assert migrate.version(connection) == count
        assert migrate.application_id(connection) == migrate.APPLICATION_IDS[database]
        connection.execute("PRAGMA user_version = 0")
        with pytest.raises(OperationalError, match="already exists"):
            migrate.migrate(connection, database, "x")
        assert migrate.version(connection) == 0
        assert not connection.in_transaction
        connection.close()


def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Refusal) as caught:
        open_store(tmp_path / "file" / "data")
    assert caught.value.reason.id == "store.folder"


@pytest.mark.parametrize("key", [None, RAW, "passphrase"])
async def test_a_hot_backup_is_whole_and_opens(tmp_path: Path, key: str | None) -> None:
    store = open_store(tmp_path / "data", ManualClock(NOW), key=key)
    store_all(store, [ONE])
    copies = await store.backup(tmp_path / "copies")
    with pytest.raises(Refusal) as caught:
        await store.backup(tmp_path / "copies")
    assert caught.value.reason.id == "store.backup_exists"
    store.close()
    assert [path.name for path in copies] == [f"ops-{NOW}.db", f"cache-{NOW}.db"]
    restored = tmp_path / "restored"
    restored.mkdir()
    for path in copies:
        path.rename(restored / f"{path.name.split('-')[0]}.db")
    store = open_store(restored, key=key)
    assert ids(store) == []
    assert store.queries.load_latest() == [ONE]
    store.close()
