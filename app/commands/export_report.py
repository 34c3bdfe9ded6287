"""The dashboard as one page of PDF or a DOCX to be edited; audited as every copy is."""

from app.core.decision import Effect, Stamp
from app.live.command import Changes, Command, Room
from app.live.export import REPORT, ExportOrder, ReportForm
from app.live.hub import Kind


class ExportReport(Command, verb="export-report"):
    """`export-report form=docx`."""

    form: ReportForm = ReportForm.PDF

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """The windows make the file."""
        order = ExportOrder(stamp.id, stamp.at, stamp.person, stamp.seat, REPORT, self.form)
        room.seat.exports.append(order)
        return ((Kind.SEAT, ("export",)),)
