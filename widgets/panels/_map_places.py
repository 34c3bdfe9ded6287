"""A place in every datum that officers meet, as lines of a card."""

import numpy as np

from app.core.geo import gcj_to_bd, wgs_to_gcj
from widgets.context import Context
from widgets.panels._sheet import Line


def place_lines(context: Context, lon: float, lat: float) -> list[Line]:
    """CGCS2000 first; the shifted ones of web maps after it."""
    east, north = np.array([lon]), np.array([lat])
    gcj = wgs_to_gcj(east, north)
    bd = gcj_to_bd(*gcj)
    rows = (("cgcs2000", (east, north)), ("gcj02", gcj), ("bd09", bd))
    return [
        Line(context.text(f"mapwords.datum.{name}"), f"{float(x[0]):.6f}, {float(y[0]):.6f}")
        for name, (x, y) in rows
    ]
