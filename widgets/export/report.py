"""The dashboard's document from what a window is given."""

from app.live.export import ExportOrder
from app.report.document import Document
from app.report.vital_signs import Scope, vital_signs
from widgets.context import Context
from widgets.export.trace import foot_of


def report_of(context: Context, order: ExportOrder) -> Document:
    """What the city's dashboard says now, with the trace of who asked for it."""
    scope = Scope(
        picture=context.picture,
        catalog=context.catalog,
        city=context.city,
        cards=tuple(context.spine.board.view().cards),
        now=context.now(),
        zone=context.zone,
        words=context.translator,
    )
    title = context.text("report.verdict")
    return vital_signs(scope, foot_of(context, order, title))
