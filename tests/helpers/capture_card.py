"""A V4L2 capture card for workers of a test: `/dev/video77`, answered by capture_card.c within
their own process, so that FFmpeg's own reader of such cards is what is tested."""

import shutil
import subprocess
from pathlib import Path

import pytest

ADDRESS = "/dev/video77"
SOURCE = Path(__file__).with_suffix(".c")


LETTERS = {"there": "o", "busy": "b", "locked": "p", "gone": "g", "silent": "s"}


class CaptureCard:
    """What the card does is said by `is_`: one of LETTERS."""

    def __init__(self, folder: Path, environment: pytest.MonkeyPatch) -> None:
        compiler = shutil.which("cc")
        if compiler is None or not Path("/usr/include/linux/videodev2.h").exists():
            pytest.skip("no C compiler or no headers of the kernel to make a card with")
        library = folder / "card.so"
        command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE), "-ldl"]
        subprocess.run(command, check=True, timeout=60)
        self._said = folder / "card"
        self.is_("there")
        environment.setenv("CHENGMAI_CARD", str(self._said))
        environment.setenv("LD_PRELOAD", str(library))

    def is_(self, how: str) -> None:
        """How it is from now on."""
        self._said.write_text(LETTERS[how], "ascii")
