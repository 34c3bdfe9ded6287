"""`file-drop` in real folders and behind a real SFTP server."""

import asyncio
import gzip
import os
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.config import ConfigError, FeedConfig, Limits
from app.core.message import message
from app.feeds._files_taken import Taken, TakenFiles
from app.secrets import Secrets
from tests.helpers.ingesting import Gathered, ingesting
from tests.helpers.sftp import SftpServer

CSV_MAP = {
    "format": "csv",
    "reading": [
        {
            "key": {"template": "reading/water.level/320812/{station}"},
            "value": {"from": "z", "unit": "cm"},
            "observed": {"from": "t", "time": "epoch_ms"},
        }
    ],
}
START = time.time_ns() // 1_000_000 - 600_000


def config(url: str, *, max_bytes: int = 4_194_304, **options: Any) -> FeedConfig:
    options.setdefault("poll_s", 0.05)
    return FeedConfig(
        id="f",
        kind="file-drop",
        name_zh="排水公司",
        url=url,
        map=CSV_MAP,
        limits=Limits(max_bytes=max_bytes),
        credential="drop" if url.startswith("sftp:") else "",
        options=options,
    )


def csv(*rows: int, station: str = "jiangba") -> bytes:
    """Levels of so many centimetres; the row's number is its time too."""
    lines = [f"{station},{row},{START + row}" for row in rows]
    return "\n".join(["station,z,t", *lines, ""]).encode()


def values(got: Gathered) -> list[int]:
    """What came, in centimetres."""
    return [round(reading.value * 100) for reading in got.readings]


def drop(folder: Path, name: str, data: bytes, *, age_s: float = 0) -> Path:
    path = folder / name
    path.write_bytes(data)
    if age_s:
        moment = time.time() - age_s
        os.utime(path, (moment, moment))
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def move(folder: Path, target: Path) -> None:
    folder.rename(target)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


async def found(got: Gathered, condition: Callable[[], bool]) -> None:
    """Wait for something in the folders, of which no feed tells."""
    async with asyncio.timeout(15):
        holds = False
        while not holds:
            got.take()
            holds = await asyncio.to_thread(condition)


async def test_files_are_taken_once_the_oldest_first_and_across_restarts(
    inbox: Path, tmp_path: Path
) -> None:
    drop(inbox, "b.csv", csv(1, 2), age_s=60)
    drop(inbox, "a.csv", csv(3), age_s=30)
    drop(inbox, "note.txt", b"not ours")
    feed = config(f"file:{inbox}", patterns=["*.csv"])
    async with ingesting(feed, folder=tmp_path / "home") as (_, got):
        await got.until(lambda g: len(g.readings) == 3)
        assert values(got) == [1, 2, 3]
        os.utime(inbox / "a.csv")  # touched
        drop(inbox, "b.csv", csv(1, 2))  # sent again
        drop(inbox, "c.csv", csv(4))
        await got.until(lambda g: len(g.readings) == 4)
        await found(got, lambda: _taken(tmp_path, "c.csv"))
    async with ingesting(feed, folder=tmp_path / "home") as (_, got):
        drop(inbox, "d.csv", csv(5))
        await got.until(lambda g: len(g.readings) == 1)
        assert values(got) == [5] and got.health().duplicates == 0
    assert names(inbox) == ["a.csv", "b.csv", "c.csv", "d.csv", "note.txt"]


def _taken(tmp_path: Path, name: str) -> bool:
    files = list((tmp_path / "home").glob("f-*.taken"))
    return bool(files) and f'"{name}"' in files[0].read_text()


async def test_a_file_that_grows_is_waited_for_and_one_that_grew_is_another(inbox: Path) -> None:
    whole = csv(1, 2, 3)
    with (inbox / "level.csv").open("wb") as half:
        half.write(whole[:-9])
        half.flush()
        async with ingesting(config(f"file:{inbox}", poll_s=0.5)) as (_, got):
            await got.until(lambda g: g.is_("live"))
            half.write(whole[-9:])
            half.close()
            await got.until(lambda g: len(g.readings) == 3)
            assert got.health().rejected == 0
            with (inbox / "level.csv").open("ab") as more:
                more.write(csv(4).partition(b"\n")[2])
            await got.until(lambda g: len(g.readings) == 4)
            await got.until(lambda g: g.health().duplicates == 3)
            assert values(got) == [1, 2, 3, 4]


async def test_with_a_marker_a_file_is_taken_when_it_is_there(inbox: Path, tmp_path: Path) -> None:
    drop(inbox, "x.csv", csv(1))
    drop(inbox, "y.csv", csv(2))
    drop(inbox, "y.csv.ok", b"")
    feed = config(f"file:{inbox}", marker=True, finished="done")
    async with ingesting(feed, folder=tmp_path / "home") as (_, got):
        await got.until(lambda g: len(g.readings) == 1)
        await found(got, lambda: not (inbox / "y.csv.ok").exists())
        assert values(got) == [2]
        drop(inbox, "x.done", b"")
        await got.until(lambda g: len(g.readings) == 2)
        await found(got, lambda: not (inbox / "x.done").exists())
        await found(got, lambda: names(inbox / "done") == ["x.csv", "y.csv"])


async def test_finished_files_are_moved_and_bad_ones_apart(inbox: Path, tmp_path: Path) -> None:
    drop(inbox, "good.csv", csv(1))
    drop(inbox, "half.csv", csv(2) + b"jiangba,nothing,7\n")
    drop(inbox, "bad.csv", b"\xff\xfe\x00")
    drop(inbox, "large.csv", csv(*range(400)))
    drop(inbox, "empty.csv", b"station,z,t\n")
    drop(inbox, "new.csv.tmp", csv(9))
    feed = config(f"file:{inbox}", finished="done", max_bytes=5_000)
    async with ingesting(feed, folder=tmp_path / "home") as (_, got):
        await found(got, lambda: len(list(inbox.iterdir())) == 3)
        (inbox / "good.csv").write_bytes(csv(3))  # the name again, another content
        await found(got, lambda: (inbox / "done" / "good.1.csv").exists())
    assert sorted(values(got)) == [1, 2, 3]
    assert names(inbox / "bad") == ["bad.csv", "large.csv"]
    assert names(inbox / "done") == ["empty.csv", "good.1.csv", "good.csv", "half.csv"]
    reasons = got.health().reasons
    assert reasons == {"not_a_number": 1, "encoding": 1, "oversized": 1}


async def test_deleted_when_finished_but_never_without_a_place_to_remember(
    inbox: Path, tmp_path: Path
) -> None:
    drop(inbox, "a.csv", csv(1))
    feed = config(f"file:{inbox}", finished="delete")
    async with ingesting(feed) as (_, got):  # `feed watch`: looks, and changes nothing
        await got.until(lambda g: len(g.readings) == 1)
        drop(inbox, "b.csv", csv(2))
        await got.until(lambda g: len(g.readings) == 2)
        drop(inbox, "c.csv", csv(3))
        await got.until(lambda g: len(g.readings) == 3)
        assert names(inbox) == ["a.csv", "b.csv", "c.csv"]
    async with ingesting(feed, folder=tmp_path / "home") as (_, got):
        await found(got, lambda: not names(inbox))
        assert values(got) == [1, 2, 3]


async def test_nothing_is_taken_from_outside_the_folder(inbox: Path, tmp_path: Path) -> None:
    secret = drop(tmp_path, "secret.csv", csv(66))
    outside = tmp_path / "outside"
    outside.mkdir()
    drop(outside, "x.csv", csv(77))
    (inbox / "link.csv").symlink_to(secret)
    (inbox / "folder").symlink_to(outside)
    os.mkfifo(inbox / "pipe.csv")
    (inbox / "sub").mkdir()
    drop(inbox / "sub", "in.csv", csv(1))
    with zipfile.ZipFile(inbox / "z.zip", "w") as archive:
        archive.writestr("../../outside/evil.csv", csv(2))
    feed = config(f"file:{inbox}", deep=True, finished="done")
    async with ingesting(feed, folder=tmp_path / "home") as (_, got):
        await found(got, lambda: (inbox / "done" / "z.zip").exists())
        await found(got, lambda: (inbox / "sub" / "done" / "in.csv").exists())
        assert sorted(values(got)) == [1, 2]
    assert names(outside) == ["x.csv"]


async def test_packed_files_within_bounds(inbox: Path, tmp_path: Path) -> None:
    drop(inbox, "a.csv.gz", gzip.compress(csv(1)) + gzip.compress(b""))
    with zipfile.ZipFile(inbox / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("one.csv", csv(2))
        archive.writestr("two.csv", csv(3))
        archive.writestr("read.me", b"no")
    drop(inbox, "bomb.csv.gz", gzip.compress(bytes(3_000_000)))
    with zipfile.ZipFile(inbox / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{number}.csv", bytes(500_000))
    drop(inbox, "cut.csv.gz", gzip.compress(csv(*range(99)))[:-20])
    drop(inbox, "no.zip", b"PK\3\4 nothing")
    feed = config(f"file:{inbox}", max_bytes=1_000_000, patterns=["*.csv", "*.csv.gz", "*.zip"])
    async with ingesting(feed, folder=tmp_path / "home") as (_, got):
        await got.until(lambda g: "f" in g.all.health and got.health().rejected == 4)
        await got.until(lambda g: sorted(values(g)) == [1, 2, 3])
        assert got.health().reasons == {"oversized": 2, "bad_archive": 2}


async def test_a_folder_that_comes_and_goes(inbox: Path, expect_log: Any) -> None:
    expect_log("feed f is lost: drop.no_folder")
    away = inbox.with_name("away")
    move(inbox, away)
    async with ingesting(config(f"file:{inbox}")) as (_, got):
        await got.until(lambda g: g.is_("lost"))
        drop(away, "a.csv", csv(1))
        move(away, inbox)
        await got.until(lambda g: len(g.readings) == 1)


@pytest.mark.parametrize(
    ("url", "options", "key"),
    [
        ("file:relative", {}, "url"),
        ("http://x/y", {}, "url"),
        ("sftp://user:secret@host/x", {}, "url"),
        ("sftp://host/x", {}, "options.known_hosts"),
        ("file:/x", {"finished": "burn"}, "options.finished"),
        ("file:/x", {"poll_s": 0}, "options.poll_s"),
    ],
)
def test_settings_that_cannot_work_are_told_at_the_start(
    url: str, options: dict[str, Any], key: str
) -> None:
    from app.core.catalog import Catalog
    from app.core.clock import SystemClock
    from app.feeds._base import Surroundings
    from app.feeds.file_drop import FileDrop

    around = Surroundings(catalog=Catalog(), clock=SystemClock(), secrets=Secrets())
    with pytest.raises(ConfigError) as caught:
        FileDrop(config(url, **options), around)
    assert caught.value.reason.args["key"] == key
    assert "secret" not in str(caught.value)
    on_a_plane = msgspec.structs.replace(config("file:/x"), source_address="10.1.0.5")
    with pytest.raises(ConfigError, match="source_address"):
        FileDrop(on_a_plane, around)


# ---- the journal


def taken(name: str, size: int = 1) -> Taken:
    return Taken(name, size, 7, "ab")


def test_a_line_cut_by_a_power_failure_is_left_out_and_nothing_hangs_on_it(tmp_path: Path) -> None:
    path = tmp_path / "f.taken"
    files = TakenFiles(path)
    files.add([taken("a"), taken("b")])
    with path.open("r+b") as journal:
        journal.truncate(path.stat().st_size - 5)
    files = TakenFiles(path)
    assert files.get("a") == taken("a") and files.get("b") is None
    files.add([taken("c")])
    again = TakenFiles(path)
    assert again.get("a") and again.get("c") and not again.get("b")


def test_the_journal_is_written_anew_and_remembers_the_newest(tmp_path: Path) -> None:
    path = tmp_path / "f.taken"
    files = TakenFiles(path, kept=10)
    for round_ in range(40):
        files.add([taken(f"{number}", round_) for number in range(50)])
    before = path.stat().st_size
    files.tidy(["3"])
    assert path.stat().st_size < before / 100
    again = TakenFiles(path, kept=10)
    assert again.get("3") and again.get("49") and not again.get("20")


def test_a_disk_that_refuses_is_told_and_the_memory_holds(tmp_path: Path) -> None:
    path = tmp_path / "f.taken"
    files = TakenFiles(path)
    path.mkdir()
    files.add([taken("a")])
    assert files.get("a") and files.trouble


# ---- SFTP


async def test_sftp_takes_moves_and_comes_back(
    inbox: Path, tmp_path: Path, expect_log: Any
) -> None:
    expect_log("feed f is lost")
    drop(inbox, "a.csv", csv(1, 2))
    drop(inbox, "bad.csv", b"\xff")
    (inbox / "link.csv").symlink_to(inbox / "a.csv")
    secrets = Secrets(environment={"CHENGMAI_SECRET_DROP": "desk:right"})
    async with SftpServer(inbox, {"desk": "right"}) as server:
        known = server.known_hosts(tmp_path / "known")
        feed = config(server.url, known_hosts=str(known), finished="done")
        async with ingesting(feed, secrets=secrets, folder=tmp_path / "home") as (_, got):
            await found(got, lambda: (inbox / "done" / "a.csv").exists())
            await found(got, lambda: (inbox / "bad" / "bad.csv").exists())
            await server.stop()
            await got.until(lambda g: g.is_("lost"))
            drop(inbox, "b.csv", csv(3))
            await server.start()
            await found(got, lambda: (inbox / "done" / "b.csv").exists())
            assert values(got) == [1, 2, 3] and got.health().duplicates == 0


async def test_sftp_refuses_a_wrong_password_and_another_host_key(
    inbox: Path, tmp_path: Path, expect_log: Any
) -> None:
    expect_log("feed f is lost")
    right = Secrets(environment={"CHENGMAI_SECRET_DROP": "desk:right"})
    wrong = Secrets(environment={"CHENGMAI_SECRET_DROP": "desk:wrong"})
    async with SftpServer(inbox, {"desk": "right"}) as server:
        known = server.known_hosts(tmp_path / "known")
        feed = config(server.url, known_hosts=str(known))
        async with ingesting(feed, secrets=wrong) as (_, got):
            await got.until(lambda g: g.is_("refused"))
            assert got.health().trouble == message("feed.credentials")
        await server.stop()
        server.new_key()
        await server.start()
        async with ingesting(feed, secrets=right) as (_, got):
            await got.until(lambda g: g.is_("refused"))
            assert got.health().trouble == message("drop.host_key", host="127.0.0.1")
        nowhere = config(server.url, known_hosts=str(tmp_path / "none"))
        async with ingesting(nowhere, secrets=right) as (_, got):
            await got.until(lambda g: g.is_("refused"))
            assert got.troubles[-1] == "drop.known_hosts"


async def test_sftp_by_a_key_of_ours_and_its_passphrase(
    inbox: Path, tmp_path: Path, expect_log: Any
) -> None:
    expect_log("feed f is lost: drop.key_file")
    drop(inbox, "a.csv", csv(1), age_s=60)
    async with SftpServer(inbox, {"desk": "another"}) as server:
        key = server.user_key(tmp_path / "desk.pem", "right")
        known = server.known_hosts(tmp_path / "known")
        feed = config(server.url, known_hosts=str(known), key_file=str(key))
        for secret, good in (("desk:right", True), ("desk:wrong", False)):
            secrets = Secrets(environment={"CHENGMAI_SECRET_DROP": secret})
            async with ingesting(feed, secrets=secrets) as (_, got):
                if good:
                    await got.until(lambda g: values(g) == [1])
                else:
                    await got.until(lambda g: g.is_("refused"))
                    assert got.troubles[-1] == "drop.key_file"


async def test_what_is_ignored_and_what_stays_packed_are_settings(inbox: Path) -> None:
    drop(inbox, "a.csv", csv(1))
    drop(inbox, "old_a.csv", csv(2))
    drop(inbox, "b.csv.gz", gzip.compress(csv(3)))
    feed = config(f"file:{inbox}", ignore=["OLD_*"], unpack=False, patterns=["*.csv", "*.gz"])
    async with ingesting(feed) as (_, got):
        await got.until(lambda g: values(g) == [1] and g.health().rejected == 1)
        assert got.health().reasons == {"encoding": 1}, "a packed file is no text"
