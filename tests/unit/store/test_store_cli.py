"""`backup` and `salvage` of the command line, on a store that is closed."""

from pathlib import Path

from click.testing import CliRunner

from app.cli import backup, salvage
from app.core.model import Held, Reading
from tests.helpers.store import KEY, NOW, open_store, store_all

ONE = Held(Reading(key=KEY, value=6.5, observed=NOW), "river", NOW + 5)


def test_a_copy_is_made_checked_and_brought_back(tmp_path: Path) -> None:
    store = open_store(tmp_path / "data")
    store_all(store, [ONE])
    store.close()
    run = CliRunner().invoke
    data = ["--data", str(tmp_path / "data")]
    made = run(backup.command, [str(tmp_path / "copies"), *data])
    assert made.exit_code == 0, made.output
    (copy,) = (tmp_path / "copies").glob("cache-*.db")
    assert run(backup.command, [str(copy), "--check", *data]).exit_code == 0
    broken = tmp_path / "broken.db"
    broken.write_bytes(copy.read_bytes()[:6000])
    refused = run(backup.command, [str(broken), "--check", *data])
    assert refused.exit_code == 1
    assert "broken.db" in refused.output
    other = ["--data", str(tmp_path / "other")]
    saved = run(salvage.command, [str(copy), "--into", "cache", *other])
    assert saved.exit_code == 0, saved.output
    store = open_store(tmp_path / "other")
    assert store.queries.load_latest() == [ONE]
    store.close()
