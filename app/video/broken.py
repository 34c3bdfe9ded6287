"""Tasks of live video that nobody awaits: one that breaks is told."""

import asyncio
import logging

log = logging.getLogger("chengmai.video")


def tell_broken(task: asyncio.Task[None]) -> None:
    """For `add_done_callback`. A task that broke is a fault of ours: what it did stands still, all
    else goes on."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("%s broke", task.get_name(), exc_info=error)
