"""What a strip knows of recordings: asked once, a few at a time, and why where nothing is known."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from app.core.message import message
from app.video.platform import PlatformError, Recording
from widgets.video.record_book import AT_ONCE, RecordBook, Records

HOUR = 3_600_000


class Service:
    """Answers when it is let."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answering = self.most = 0
        self.free, self.full = asyncio.Event(), asyncio.Event()
        self.error: PlatformError | None = None

    async def records(self, camera: str, begin: int, end: int) -> list[Recording]:
        self.asked.append(camera)
        self.answering += 1
        self.most = max(self.most, self.answering)
        if self.answering == AT_ONCE:
            self.full.set()
        await self.free.wait()
        self.answering -= 1
        if self.error is not None:
            raise self.error
        return [Recording(begin, begin + HOUR)]


def test_a_question_is_asked_once_and_a_few_at_a_time(
    run: Callable[[Awaitable[Any]], Any],
) -> None:
    async def look() -> None:
        service, told = Service(), []
        tasks: list[asyncio.Task[None]] = []
        book = RecordBook(
            lambda: service,
            lambda work: tasks.append(asyncio.ensure_future(work)),
            lambda: told.append(1),
        )
        for _ in range(3):
            for n in range(9):
                assert book.between(f"p:{n}", 0, 2 * HOUR) == Records(0, 2 * HOUR)
        await service.full.wait()
        service.free.set()
        await asyncio.gather(*tasks)
        assert sorted(service.asked) == [f"p:{n}" for n in range(9)]
        assert service.most == AT_ONCE and len(told) == 9
        expected = Records(0, 2 * HOUR, ((HOUR, 2 * HOUR),), known=True)
        assert book.between("p:3", 0, 2 * HOUR) == expected
        service.error = PlatformError(message("videopast.not_playing"))
        book.between("p:1", HOUR, 2 * HOUR)
        await asyncio.gather(*tasks)
        found = book.between("p:1", HOUR, 2 * HOUR)
        assert found.trouble == message("videopast.not_playing") and not found.known

    run(look())


def test_without_a_service_nothing_is_asked() -> None:
    book = RecordBook(lambda: None, lambda work: work.close(), lambda: None)
    assert not book.between("p:1", 0, HOUR).known
