"""Do a command of a text, and know why not."""

from typing import Any

from app.core.message import Message, Refusal
from app.live.commands import Outcome


async def refusal_of(commands: Any, text: str) -> Message | None:
    """Submit it; gives the reason where it was refused or could not be understood, else None."""
    try:
        outcome: Outcome = await commands.submit(commands.parse(text))
    except Refusal as refusal:
        return refusal.reason
    return None if outcome.done else outcome.reason
