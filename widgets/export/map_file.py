"""Makes the file of an `export-map`: a page, a picture up to a wall's size, A3 paper."""

import functools
from collections.abc import Callable

from app.core.message import Message, Refusal, message
from app.gis.standalone import standalone
from app.live.export import ExportOrder, MapForm
from app.live.map_state import MapPlace
from widgets.context import Context
from widgets.export.map_picture import map_image
from widgets.export.map_sheet import sheet_of, situation_of
from widgets.export.paper import page_of, print_image
from widgets.export.picture import png
from widgets.export.trace import notes_of
from widgets.map_house import MapHouse

A3 = (4200, 2970)
"""Pixels of a sheet of A3: ten to the millimetre."""


async def map_file(context: Context, order: ExportOrder) -> Callable[[], bytes] | Message:
    """What writes the file, in another thread; or what is said instead of a file. Raises
    Refusal."""
    house = context.maps
    if house is None or house.atlas is None:
        raise Refusal(message("mapexport.no_maps"))
    if order.form == MapForm.HTML:
        return await _page(house, context, order)
    size = (order.width, order.height) if order.form == MapForm.PNG else A3
    image, title = await map_image(house, context, order, size)
    if order.form == MapForm.PRINT:
        printer = print_image(image)
        return (
            message("export.printed", printer=printer) if printer else message("export.no_printer")
        )
    if order.form == MapForm.PDF:
        return functools.partial(page_of, image, title)
    return functools.partial(png, image, notes_of(context, order, title))


async def _page(house: MapHouse, context: Context, order: ExportOrder) -> Callable[[], bytes]:
    state = context.spine.seat.maps[order.map]
    place: MapPlace = state.place
    sheet = await sheet_of(house, context, order, state.size, place)
    return functools.partial(standalone, await situation_of(house, context, order, sheet, place))
