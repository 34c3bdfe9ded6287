"""What comes over a busy line is taken in turns: nothing is lost, late, or out of order."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection

from app.config import FeedConfig
from app.core.catalog import Catalog
from app.feeds._socket import GATHERED_BYTES, BulkConnection
from app.feeds._turns import Turns
from app.formats._base import format_of
from tests.helpers.ws_server import serving

NEVER_S = 86_400.0
"""A turn that no clock of a test ends."""
READING = {
    "key": {"template": "reading/{item}/320800"},
    "value": "v",
    "observed": {"from": "t", "time": "epoch_ms"},
}
WARNING = {
    "id": "id",
    "title": "title",
    "kind": "kind",
    "level": "level",
    "issued": {"from": "t", "time": "epoch_ms"},
    "observed": {"from": "t", "time": "epoch_ms"},
}


@asynccontextmanager
async def hearing(
    turns: Turns, *messages: str, end: bool = False
) -> AsyncIterator[tuple[BulkConnection, list[list[str]], asyncio.Event]]:
    """A line with `first` taken already; the other messages come, each in a write of its own, when
    the event is set."""
    go, taken = asyncio.Event(), asyncio.Event()
    heard: list[list[str]] = []

    async def talk(socket: ServerConnection) -> None:
        await socket.send("first")
        await go.wait()
        for text in messages:
            await socket.send(text)
            await asyncio.sleep(0)
        if not end:
            await socket.wait_closed()

    def deliver(frames: list[bytes | bytearray]) -> None:
        heard.append([bytes(frame).decode() for frame in frames])
        taken.set()

    async with (
        serving(talk) as url,
        connect(url, create_connection=BulkConnection, compression=None, close_timeout=1) as socket,
    ):
        assert isinstance(socket, BulkConnection)
        socket.gather(turns, urgent=b"hurry")
        socket.deliver_to(deliver)
        await taken.wait()
        yield socket, heard, go
        turns.end()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110  (a turn of the loop is what is waited for)
            await asyncio.sleep(0)


@pytest.fixture
def turns() -> Turns:
    made = Turns()
    made.begin(NEVER_S)
    return made


async def test_a_line_that_was_quiet_is_heard_at_once_and_then_in_its_turn(turns: Turns) -> None:
    async with hearing(turns, "second") as (_, heard, go):
        assert heard == [["first"]]
        go.set()
        await until(lambda: len(turns) == 1)
        assert heard == [["first"]]
        await turns.take()
        assert heard == [["first"], ["second"]]
        assert len(turns) == 0


async def test_what_is_urgent_takes_with_it_what_came_before(turns: Turns) -> None:
    async with hearing(turns, "second", "third", "hurry") as (_, heard, go):
        go.set()
        await until(lambda: len(heard) > 1)
        assert [text for frames in heard for text in frames] == [
            "first",
            "second",
            "third",
            "hurry",
        ]
        await turns.take()
        assert len(heard) == 2, "it is not taken again"


async def test_much_waits_for_no_turn(turns: Turns) -> None:
    much = "m" * (GATHERED_BYTES + 1)
    async with hearing(turns, much) as (_, heard, go):
        go.set()
        await until(lambda: len(heard) > 1)
        assert heard[1] == [much]


async def test_the_end_of_a_line_comes_behind_what_was_said(turns: Turns) -> None:
    async with hearing(turns, "second", "third", end=True) as (socket, heard, go):
        go.set()
        await socket.wait_closed()
        assert [text for frames in heard for text in frames] == ["first", "second", "third"]
        assert socket.failure is None


async def test_the_end_of_turns_loses_nothing(turns: Turns) -> None:
    async with hearing(turns, "second") as (_, heard, go):
        go.set()
        await until(lambda: len(turns) == 1)
        turns.end()
        assert heard == [["first"], ["second"]]


async def test_a_line_that_breaks_in_its_turn_harms_no_other(turns: Turns) -> None:
    def broken(_frames: list[bytes | bytearray]) -> None:
        raise ValueError("not today")

    async with hearing(turns, "one") as (bad, _, go), hearing(turns, "two") as (_, heard, other):
        bad.deliver_to(broken)
        go.set()
        await until(lambda: len(turns) == 1)
        other.set()
        await until(lambda: len(turns) == 2)
        await turns.take()
        assert heard == [["first"], ["two"]]
        assert isinstance(bad.failure, ValueError)


@pytest.mark.parametrize(
    ("map_", "urgent"),
    [
        ({"reading": [READING]}, False),
        ({"reading": [READING], "warning": [WARNING]}, True),
    ],
    ids=["readings", "warnings"],
)
def test_a_mapping_is_urgent_where_it_makes_warnings(map_: dict[str, object], urgent: bool) -> None:
    config = FeedConfig(id="f", kind="websocket", name_zh="x", url="ws://x", map=map_)
    assert format_of(config, Catalog(), "Asia/Shanghai").urgent is urgent


@pytest.mark.parametrize(("kind", "urgent"), [("cap", True), ("records", True), ("ais", False)])
def test_formats_of_warnings_are_urgent(kind: str, urgent: bool) -> None:
    config = FeedConfig(id="f", kind="websocket", name_zh="x", url="ws://x", format=kind)
    assert format_of(config, Catalog(), "Asia/Shanghai").urgent is urgent
