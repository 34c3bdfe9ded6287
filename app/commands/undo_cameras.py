"""Go back to the cameras of a platform that held before the last list was taken."""

from typing import Annotated, ClassVar

from app.core.decision import Effect, Stamp
from app.core.message import Refusal, message
from app.core.model import Identity
from app.core.privacy import PUBLIC
from app.live.camera_offers import PREFIX
from app.live.camera_rebinding import kept_anew, rebind_walls
from app.live.command import Ask, Changes, Command, Room
from app.live.hub import Kind


class UndoCameras(Command, verb="undo-cameras"):
    """`undo-cameras police-video`; what it lists is offered again."""

    subject: ClassVar[str] = "platform"
    access: ClassVar[frozenset[str]] = frozenset({"operate", "ops", "release"})

    platform: Annotated[Identity, PUBLIC]

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """A list was taken."""
        return kept_anew(room.seat, self._back(room), ask.stamp)

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """What was bound anew is bound as before; the lists follow."""
        videos = room.seat.videos
        walls = rebind_walls(room.seat, self._back(room))
        videos.keep(effects)
        masks = videos.masks.take(effects)
        videos.lists.orders.append(("undo", self.platform))
        return ((Kind.SEAT, (*walls, *masks, f"{PREFIX}{self.platform}")),)

    def _back(self, room: Room) -> dict[str, str]:
        lists = room.seat.videos.lists
        taken = lists.taken.get(lists.require(self.platform))
        if taken is None:
            raise Refusal(message("videolist.nothing_taken", platform=self.platform))
        return {new: old for old, new in taken.rebound.items()}
