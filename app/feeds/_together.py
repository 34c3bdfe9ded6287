"""Several things that a feed does at once, of which none goes on without the others."""

import asyncio
from collections.abc import Coroutine
from typing import Any


async def until_one_ends(works: dict[str, Coroutine[Any, Any, object]]) -> None:
    """Do them at once, as tasks of these names, until the first ends; the others are ended then. Of
    those that ended by themselves the error is raised, if there is one; of several, in this order,
    the first."""
    tasks = [asyncio.create_task(work, name=name) for name, work in works.items()]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in tasks:
        if task in done:
            task.result()
