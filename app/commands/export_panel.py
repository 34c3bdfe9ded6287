"""A panel as a picture or a table in a file; audited, so that every copy can be traced."""

from typing import Annotated, ClassVar

import msgspec

from app.core.decision import Effect, Stamp
from app.core.privacy import PUBLIC
from app.live.command import Changes, Command, Room
from app.live.export import ExportOrder, ExportPeriod, PanelForm
from app.live.hub import Kind


class ExportPanel(Command, verb="export-panel"):
    """`export-panel indicators form=xlsx period=week`."""

    subject: ClassVar[str] = "panel"

    panel: Annotated[str, PUBLIC, msgspec.Meta(pattern=r"^[a-z][a-z-]{0,40}$")]
    form: PanelForm = PanelForm.PNG
    period: ExportPeriod = ExportPeriod.NOW

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The windows make the file."""
        order = ExportOrder(
            stamp.id, stamp.at, stamp.person, stamp.seat, self.panel, self.form, self.period
        )
        room.seat.exports.append(order)
        return ((Kind.SEAT, ("export",)),)
