"""A place in every datum that officers meet, as lines of a card."""

from app.gis.coordinates import coordinates, lines
from widgets.context import Context
from widgets.panels._sheet import Line


def place_lines(context: Context, lon: float, lat: float) -> list[Line]:
    """WGS-84 and CGCS2000 first; the shifted ones of web maps and the survey's metres after it."""
    render = context.translator.render
    return [Line(render(name), numbers) for name, numbers in lines(coordinates(lon, lat))]
