"""How wide a camera sees, by its form: schematic, for no list of cameras says it."""

from app.core.directory import Camera

ALL_ROUND = 360.0
FIELD = {"bullet": 60.0, "panorama": 180.0, "dome": ALL_ROUND}
"""Degrees that a form of camera sees at once; a dome turns, so all around."""
REACH_M = 60.0
"""How far a cone goes on the map where its layer does not say."""


def opening(camera: Camera) -> float | None:
    """The angle in degrees that a camera sees; None for a form that nobody has told."""
    return FIELD.get(camera.form)


def facing(camera: Camera) -> float | None:
    """Where its middle looks, degrees from north; None where nobody has told. A dome looks all
    around, so nobody need tell."""
    return 0.0 if opening(camera) == ALL_ROUND else camera.heading
