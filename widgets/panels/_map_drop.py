"""Files that are let fall on a map."""

from pathlib import Path

from PySide6.QtCore import QMimeData

from app.live.map_import import FORMATS


def files_of(data: QMimeData) -> list[Path]:
    """The files of this machine that a drag holds; whether there are such is not looked at here."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def may_fall(data: QMimeData) -> bool:
    """Whether one of them has an ending that can be read."""
    return any(path.suffix.lower() in FORMATS for path in files_of(data))
