"""Screens for a machine without one: Qt's offscreen platform with a file of monitors.

The file is Qt's own form: {"screens": [{"name": ..., "x": 0, "y": 0, "width": 1920, "height": 1080,
"logicalDpi": 96, "dpr": 1}, ...]}.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

SIZES = {"hall": (3840, 2160), "desk": (1920, 1080), "cockpit": (1920, 1080)}


def has_display(environment: Mapping[str, str]) -> bool:
    """Whether windows can be shown to somebody."""
    if environment.get("QT_QPA_PLATFORM", "").startswith("offscreen"):
        return False
    if not sys.platform.startswith("linux"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def use(folder: Path, seat: str, screens: Path | None) -> None:
    """Set Qt's platform for this process; `screens` is a file of monitors, else one for the seat.

    Raises ValueError for a file that is none.
    """
    if screens is None:
        one(folder, *SIZES[seat])
        return
    if not json.loads(screens.read_text(encoding="utf-8")).get("screens"):
        raise ValueError(f"{screens}: no screens in it")
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={screens.resolve()}"


def one(folder: Path, width: int, height: int) -> None:
    """Set Qt's platform for this process: one monitor of this size."""
    file = folder / "screens.json"
    screen = {"name": "SCREEN-1", "x": 0, "y": 0, "width": width, "height": height}
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"screens": [{**screen, "logicalDpi": 96, "dpr": 1}]}))
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={file.resolve()}"
