"""A file too large to be checked before the wall is up: checked while in use, said, saved later."""

import threading
from pathlib import Path

import pytest

from app.core.i18n import LANGUAGES, translator
from app.core.model import Reading, Segment
from app.store.driver import Connection, Durability, connect
from app.store.store import Store
from tests.helpers.store import KEY, NOW, ask, open_store, until

PAGE = 4096
COUNT = 20_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store with 40 series and 20,000 readings."""
    readings = [
        Reading(key=f"{KEY}-{number % 40}", value=float(number), observed=NOW + number * 1000)
        for number in range(COUNT)
    ]
    store = open_store(tmp_path)
    store.recorder.submit([Segment("river", NOW, readings)], [])
    store.close()
    return tmp_path


def root_page(folder: Path, table: str) -> int:
    (row,) = ask(folder, f"SELECT rootpage FROM sqlite_schema WHERE name = '{table}'")
    return int(row[0])  # type: ignore[index]


def spoil(folder: Path, page: int) -> None:
    """Overwrite a page of cache.db, counted from 1."""
    with (folder / "cache.db").open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(b"\xa5" * PAGE)


def a_leaf(folder: Path, table: str) -> int:
    """A page of a table that the start does not read: one child of its root."""
    with (folder / "cache.db").open("rb") as file:
        file.seek((root_page(folder, table) - 1) * PAGE)
        page = file.read(PAGE)
    cell = int.from_bytes(page[12:14], "big")
    return int.from_bytes(page[cell : cell + 4], "big")


def said(store: Store) -> list[str]:
    for language in LANGUAGES:
        for report in store.reports:
            assert "⟦" not in translator(language).render(report)
    return [report.id for report in store.reports]


def test_damage_is_found_while_the_file_is_in_use_and_salvaged_at_the_next_start(
    folder: Path,
) -> None:
    spoil(folder, a_leaf(folder, "reading"))
    store = open_store(folder, check_at_once=0)
    assert len(store.queries.load_latest()) == 40
    until(lambda: store.reports)
    assert said(store) == ["store.damaged_found"]
    assert (folder / "cache.db.suspect").exists()
    store.ops.run_blocking(lambda ops: ops.execute("CREATE TABLE t (n INTEGER)"))
    store.close()
    store = open_store(folder, check_at_once=0)
    assert "store.salvaged" in said(store)
    assert len(store.queries.load_latest()) == 40
    store.close()
    assert not (folder / "cache.db.suspect").exists()
    assert len(list(folder.glob("cache.db.corrupt-*Z"))) == 1
    (kept,) = ask(folder, "SELECT count(*) FROM reading")
    assert COUNT * 0.9 < kept[0] < COUNT  # type: ignore[index]
    store = open_store(folder, check_at_once=0)
    assert said(store) == []
    store.close()


@pytest.mark.parametrize("table", ["latest", "series"])
def test_what_the_start_reads_is_looked_at_before(folder: Path, table: str) -> None:
    spoil(folder, root_page(folder, table))
    store = open_store(folder, check_at_once=0)
    assert "store.salvaged" in said(store)
    store.close()


def test_a_sound_file_is_checked_in_silence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = []
    real = Store._check

    def noted(self: Store, db: object, connection: Connection) -> None:
        real(self, db, connection)  # type: ignore[arg-type]
        checked.append(db)

    monkeypatch.setattr(Store, "_check", noted)
    store = open_store(folder, check_at_once=0)
    until(lambda: len(checked) == 2)
    store.close()
    assert store.reports == []
    assert not list(folder.glob("*.suspect"))


def test_an_exit_in_the_middle_of_the_check_finds_no_damage(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, gate = threading.Event(), threading.Event()

    def cut_off(connection: Connection) -> bool:
        """As `is_sound` when the check is interrupted."""
        entered.set()
        assert gate.wait(30)
        return False

    monkeypatch.setattr("app.store.store.is_sound", cut_off)
    store = open_store(folder, check_at_once=0)
    assert entered.wait(30)
    closing = threading.Thread(target=store.close)
    closing.start()
    until(lambda: store.recorder.finishing)
    gate.set()
    closing.join(30)
    assert store.reports == []
    assert not list(folder.glob("*.suspect"))
    connection = connect(folder / "cache.db", None, Durability.NORMAL, read_only=True)
    assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
    connection.close()
