"""Journals written and read, and played by a feed."""

import tempfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from app.config import ConfigError, FeedConfig
from app.core.clock import ManualClock
from app.core.model import Event, Position, Reading, World
from app.core.privacy import MASK
from app.feeds._journal import BadJournal, Entry, Head, Journal, JournalWriter
from tests.helpers.ingesting import ingesting, level_key

BEGUN = 1_780_000_000_000


def reading(second: int) -> Reading:
    return Reading(level_key(), float(second % 30), BEGUN + 1000 * second - 300)


def journal(path: Path, count: int = 5, gap_s: int = 1) -> Path:
    with JournalWriter(path, Head(city="huaian", feeds=("water",), begun=BEGUN)) as out:
        for second in range(0, count * gap_s, gap_s):
            out.put(BEGUN + 1000 * second, "water", reading(second))
    return path


def config(path: Path, **options: Any) -> FeedConfig:
    return FeedConfig(id="f", kind="replay", name_zh="回放", url=f"file:{path}", options=options)


def entries(path: Path) -> tuple[list[Entry], list[str]]:
    refused: list[str] = []
    found = list(Journal(path).entries(lambda reason, _sample: refused.append(reason)))
    return found, refused


def test_what_was_written_is_read_and_names_are_masked(tmp_path: Path) -> None:
    event = Event("h:1", "路灯", BEGUN, BEGUN, title="请打13812345678", reporter="张三")
    position = Position("bus:1", "bus", 119.0, 33.0, BEGUN)
    with JournalWriter(tmp_path / "j", Head(licence="CC0", attribution_zh="某局")) as out:
        out.put(BEGUN, "a", reading(0))
        out.put(BEGUN + 1, "b", event)
        out.put(BEGUN + 2, "b", position)
    found, refused = entries(tmp_path / "j")
    assert [entry.record for entry in found] == [
        reading(0),
        msgspec.structs.replace(event, title=f"请打{MASK}", reporter=MASK),
        position,
    ]
    assert [(entry.source, entry.received - BEGUN) for entry in found] == [
        ("a", 0),
        ("b", 1),
        ("b", 2),
    ]
    assert refused == []
    assert Journal(tmp_path / "j").head.licence == "CC0"
    assert (
        "张三".encode()
        not in zstandard.ZstdDecompressor().stream_reader((tmp_path / "j").read_bytes()).read()
    )


def test_a_journal_is_never_overwritten(tmp_path: Path) -> None:
    journal(tmp_path / "j")
    with pytest.raises(FileExistsError):
        JournalWriter(tmp_path / "j", Head())


@given(st.integers(0, 400), st.binary(max_size=20))
def test_a_damaged_journal_plays_as_far_as_it_goes(cut: int, tail: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = journal(Path(folder) / "j", count=20)
        path.write_bytes(path.read_bytes()[:cut] + tail)
        try:
            found, _ = entries(path)
        except BadJournal:
            return
        assert [entry.record for entry in found] == [
            reading(second) for second in range(len(found))
        ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{}", "bad_record"),
        (b'{"received":1,"source":"a","kind":"poem","record":{}}', "bad_record"),
        (b'{"received":1,"source":"a","kind":"reading","record":{"key":1}}', "bad_record"),
        (b"\xff\xff", "bad_record"),
        (b"x" * 400_000, "oversized"),
    ],
)
def test_a_bad_line_is_refused(tmp_path: Path, line: bytes, reason: str) -> None:
    data = msgspec.json.encode(Head()) + b"\n" + line + b"\n"
    (tmp_path / "j").write_bytes(zstandard.compress(data))
    found, refused = entries(tmp_path / "j")
    assert (found, refused) == ([], [reason])


@pytest.mark.parametrize("data", [b"", b"not zstd", zstandard.compress(b"no head\n")])
def test_what_is_no_journal_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "j").write_bytes(data)
    with pytest.raises(BadJournal):
        Journal(tmp_path / "j")


def test_a_newer_journal_is_refused(tmp_path: Path) -> None:
    (tmp_path / "j").write_bytes(zstandard.compress(msgspec.json.encode(Head(journal=2)) + b"\n"))
    with pytest.raises(BadJournal) as caught:
        Journal(tmp_path / "j")
    assert caught.value.reason.id == "journal.newer"


async def test_a_recording_keeps_its_times_and_is_marked_as_replay(tmp_path: Path) -> None:
    path = journal(tmp_path / "j", gap_s=60)
    async with ingesting(config(path, speed=100_000)) as (_, got):
        await got.until(lambda g: g.is_("stopped"))
    assert got.readings == [
        msgspec.structs.replace(reading(second), world=World.REPLAY) for second in range(0, 300, 60)
    ]


async def test_it_begins_where_it_is_told_and_shifts_to_now(tmp_path: Path) -> None:
    path = journal(tmp_path / "j")
    clock = ManualClock(BEGUN + 86_400_000)
    feed = config(path, speed=1000, start_s=3, shift=True)
    async with ingesting(feed, clock=clock) as (_, got):
        await got.until(lambda g: g.is_("stopped"))
    assert [item.value for item in got.readings] == [3.0, 4.0]
    # a second of the recording is a millisecond; both were observed 300 ms before they came
    assert got.readings[0].observed == clock.now() - 300


async def test_a_loop_goes_on_and_a_recording_can_be_steered(tmp_path: Path) -> None:
    path = journal(tmp_path / "j", count=3, gap_s=3000)
    clock = ManualClock(BEGUN)
    async with ingesting(config(path, shift=True, loop=True), clock=clock) as (thread, got):
        await got.until(lambda g: len(g.readings) == 1)  # the next one is 50 minutes off
        clock.advance(1000)
        assert thread.steer("f", at=BEGUN + 6_000_000)
        await got.until(lambda g: len(g.readings) == 2)
        assert not thread.steer("other", speed=2)
    looped = config(path, shift=True, loop=True, speed=100_000)
    async with ingesting(looped) as (_, got):
        await got.until(lambda g: len(g.readings) > 6)
        observed = [item.observed for item in got.readings]
        assert observed == sorted(set(observed))


async def test_a_journal_that_is_not_there_is_refused(tmp_path: Path, expect_log: Any) -> None:
    expect_log("feed f is lost: journal.missing")
    async with ingesting(config(tmp_path / "none")) as (_, got):
        await got.until(lambda g: g.is_("refused"))


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"options": {"loop": True}}, "options.loop"),
        ({"options": {"speed": 0}}, "options.speed"),
        ({"options": {"sped": 1}}, "options.sped"),
        ({"url": "asset:../secrets"}, "url"),
        ({"url": "ftp:x"}, "url"),
        ({"kind": "pigeon"}, "kind"),
        ({"map": {"each": "x"}}, "map"),
        ({"kind": "ws-json", "url": "ws://h", "map": {"each": "x"}}, "map"),
        ({"kind": "mqtt", "url": "ws://h"}, "url"),
        ({"kind": "mqtt", "url": "mqtt://h", "map": {"each": "x"}}, "map"),
    ],
)
async def test_settings_that_cannot_be_used_are_told_at_the_start(
    tmp_path: Path, changes: dict[str, Any], key: str
) -> None:
    feed = msgspec.structs.replace(config(tmp_path / "j"), **changes)
    with pytest.raises(ConfigError) as caught:
        async with ingesting(feed):
            pass
    assert caught.value.reason.args["key"] == key
