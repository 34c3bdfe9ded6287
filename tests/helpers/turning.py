"""Let the loop turn until something holds."""

import asyncio
import time
from collections.abc import Callable

WITHIN_S = 40.0


async def turned(condition: Callable[[], object], what: str) -> None:
    """Returns once the condition holds; raises AssertionError where it never does."""
    end = time.monotonic() + WITHIN_S
    while not condition():
        assert time.monotonic() < end, f"never came true: {what}"
        await asyncio.sleep(0.01)
