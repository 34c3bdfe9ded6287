"""The bounded queue between the MQTT client and us, emptied whole.

aiomqtt makes a task for every message that is awaited singly; giving it a queue whose `get`
returns everything that waits makes that one task per burst. What does not fit is counted.
"""

import asyncio

from aiomqtt import Message


class Inbox(asyncio.Queue[list[Message]]):
    """Handed to aiomqtt as its queue; `overflow` counts what was thrown away."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self._room = room
        self._held: list[Message] = []
        self._there = asyncio.Event()
        self.overflow = 0

    def put_nowait(self, item: object) -> None:
        """From the client, one message."""
        assert isinstance(item, Message)
        if len(self._held) >= self._room:
            self.overflow += 1
            return
        self._held.append(item)
        self._there.set()

    def qsize(self) -> int:
        """Messages that wait."""
        return len(self._held)

    async def get(self) -> list[Message]:
        """Everything that waits, at least one message."""
        await self._there.wait()
        self._there.clear()
        held, self._held = self._held, []
        return held
