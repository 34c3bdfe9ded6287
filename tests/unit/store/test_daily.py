"""The daily copy of ops.db: made by itself, verified, a week of them kept."""

from pathlib import Path

from app.core.clock import ManualClock
from app.core.i18n import LANGUAGES, translator
from app.store.backup import stamps, verify
from app.store.store import Store
from app.store.writer import Db
from tests.helpers.store import DAY, NOW, ask, open_store, until

MINUTE = 60_000


def copies(folder: Path) -> list[int]:
    return sorted(stamps(folder / "backup", Db.OPS))


def decide(store: Store, number: int) -> None:
    store.ops.run_blocking(lambda ops: ops.execute("CREATE TABLE IF NOT EXISTS t (n INTEGER)"))
    store.ops.run_blocking(lambda ops: ops.execute("INSERT INTO t VALUES (?)", (number,)))


def test_a_copy_a_day_and_a_week_of_them(tmp_path: Path) -> None:
    clock = ManualClock(NOW)
    store = open_store(tmp_path, clock)
    expected = []
    for day in range(10):
        decide(store, day)
        clock.advance(MINUTE if day == 0 else DAY)
        expected.append(clock.now())
        store.recorder.hurry()
        kept = expected[-8:]  # that of exactly seven days ago is not yet older
        until(lambda kept=kept: copies(tmp_path) == kept)
    store.close()
    assert store.reports == []
    newest = f"backup/ops-{expected[-1]}.db"
    assert ask(tmp_path, "SELECT max(n) FROM t", newest) == [(9,)]
    assert ask(tmp_path, "SELECT max(n) FROM t", f"backup/ops-{expected[-2]}.db") == [(8,)]
    assert verify(tmp_path / newest, None) > 0
    assert (tmp_path / newest).stat().st_mode & 0o077 == 0


def test_a_start_soon_after_makes_no_second_copy(tmp_path: Path) -> None:
    clock = ManualClock(NOW)
    store = open_store(tmp_path, clock)
    clock.advance(MINUTE)
    until(lambda: copies(tmp_path))
    store.close()
    (first,) = copies(tmp_path)
    part = tmp_path / "backup" / "ops-1.db.part"
    part.write_bytes(b"of a copy that was cut off")
    store = open_store(tmp_path, clock)
    clock.advance(DAY - 1)
    store.recorder.hurry()  # the writer looks whether a copy is due before the decision
    decide(store, 1)
    assert copies(tmp_path) == [first]
    clock.advance(1)
    store.recorder.hurry()
    until(lambda: len(copies(tmp_path)) == 2)
    store.close()
    assert not part.exists()


def test_a_clock_set_back_does_not_put_the_copy_off(tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / f"ops-{NOW + 300 * DAY}.db").write_bytes(b"of a wrong clock")
    store = open_store(tmp_path, ManualClock(NOW))
    until(lambda: NOW in copies(tmp_path))
    store.close()


def test_what_fails_is_said_once_and_tried_again(tmp_path: Path) -> None:
    clock = ManualClock(NOW)
    (tmp_path / "backup").write_text("a file where the folder should be")
    store = open_store(tmp_path, clock)
    clock.advance(MINUTE)
    until(lambda: store.reports)
    (tmp_path / "backup").unlink()
    clock.advance(60 * MINUTE)
    store.recorder.hurry()
    until(lambda: copies(tmp_path))
    store.close()
    (report,) = store.reports
    assert report.id == "store.backup_failed"
    for language in LANGUAGES:
        assert str(tmp_path) in translator(language).render(report)
        assert "⟦" not in translator(language).render(report)
