"""A seat that acknowledges as fast as it can and says so; to be killed by its test."""

import asyncio
import sys
from pathlib import Path

from app.core.clock import SystemClock
from tests.unit.commands.desk import Desk


async def main(folder: Path) -> None:
    """Say `try ID` before and `done ID` after each command."""
    desk = Desk(folder)
    desk.sit()
    start = SystemClock().now()
    for number in range(100_000):
        warning = f"wx:{start}-{number}"
        desk.warn(warning)
        outcome = await desk.do(f"ack-warning {warning}")
        sys.stdout.write(f"{outcome.id} {warning}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
