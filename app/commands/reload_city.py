"""Read the city's files anew; with a fault in them the catalogue in use stays."""

from typing import ClassVar

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind


class ReloadCity(Command, verb="reload-city"):
    """`reload-city`: new indicators, limits, weights and targets, without a restart."""

    access: ClassVar[frozenset[str]] = frozenset({"ops", "data", "admin"})

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """The files can be used."""
        if ask.is_replay:
            return ()  # the files of that day are not these
        if room.cities is None:
            raise Refusal(message("cities.fixed"))
        await room.cities.read()
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Everything means what the new files say."""
        if room.cities is None:
            return ()
        room.cities.take()
        return ((Kind.MODE, ("city",)),)
