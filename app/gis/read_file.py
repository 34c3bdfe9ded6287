"""The child that reads one foreign file: `python -m app.gis.read_file REQUEST`, gone with its pipe.

Whatever a file makes of its reader (GDAL among them) happens here, within bounds of memory and
time, and not in the program. REQUEST is JSON; the answer is written into the folder that it names.
"""

import os
import sys
import threading
from pathlib import Path
from typing import ClassVar

import msgspec

from app.core.message import Message, message
from app.core.privacy import Privacy
from app.gis._collect import BadFile
from app.gis._read_any import read_any
from app.gis.features import packed

if sys.platform != "win32":
    import resource

ANSWER, REFUSED = "answer.npz", "refused.json"


class Request(msgspec.Struct, frozen=True):
    """What to read, and a folder to work in that holds an empty folder `scratch`."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    path: str
    folder: str
    memory: int
    seconds: int
    lon: str = ""
    lat: str = ""
    layer: str = ""


def main() -> None:
    """Read; leave the answer or the refusal."""
    request = msgspec.json.decode(sys.argv[1], type=Request)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _bounds(request)
    folder = Path(request.folder)
    try:
        found = read_any(
            Path(request.path), folder / "scratch", request.lon, request.lat, request.layer
        )
        (folder / ANSWER).write_bytes(packed(found))
    except BadFile as error:
        _refuse(folder, error.reason)
    except MemoryError:
        _refuse(folder, message("mapfile.bad.memory"))


def _refuse(folder: Path, reason: Message) -> None:
    (folder / REFUSED).write_bytes(msgspec.json.encode(reason))


def _bounds(request: Request) -> None:
    if sys.platform != "win32":
        for kind, most in (
            (resource.RLIMIT_AS, request.memory),
            (resource.RLIMIT_CPU, request.seconds),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(kind, (most, most))


def _end_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
