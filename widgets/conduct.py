"""The keys of a presentation: on any window of the seat while something is presented."""

from PySide6.QtCore import Qt

from app.live.presentation import Cover
from app.live.seat import Seat

KEYS = {
    Qt.Key.Key_Space: "next-step",
    Qt.Key.Key_PageDown: "next-step",
    Qt.Key.Key_PageUp: "previous-step",
}
COVERS = {Qt.Key.Key_B: ("black", Cover.BLACK), Qt.Key.Key_F: ("freeze", Cover.FROZEN)}


def command_of(seat: Seat, key: Qt.Key) -> str:
    """What a key means while something is presented; empty where nothing. Esc ends and takes
    nothing away."""
    presentation = seat.presentation
    if not presentation.is_on:
        return ""
    if key in COVERS:
        verb, cover = COVERS[key]
        on = any(item.how is cover for item in presentation.covered.values())
        return f"{verb} {'off' if on else 'on'}"
    if key == Qt.Key.Key_Escape:
        return "end-presentation"
    return KEYS.get(key, "") if presentation.running is not None else ""
