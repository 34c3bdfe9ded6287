"""Whether the programs before this one lived through opening a map.

What WebEngine loads (drivers of a graphics card first of all) may end the whole program, and no
exception tells. So a file says that a map is being opened, and it goes when the page stands. Who
finds it knows that the program before ended there.
"""

import logging
from pathlib import Path

log = logging.getLogger(__name__)

NAME = "map-opening"
CAREFUL, GIVE_UP = 1, 2
"""So many ends in a row, and the next opens without the graphics card; opens no map by itself."""


class Trial:
    """Counts the programs in a row that ended while a map was opened. Without a folder it knows
    nothing and remembers nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._path = None if folder is None else folder / NAME

    def ends(self) -> int:
        """How many ended there, as the file says."""
        if self._path is None or not self._path.is_file():
            return 0
        text = self._path.read_text("utf-8", errors="replace").strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 1

    def begin(self) -> None:
        """A map is about to be opened."""
        self._write(self.ends() + 1)

    def passed(self) -> None:
        """The page stands, or somebody asks to forget what was."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def _write(self, count: int) -> None:
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(f"{count}\n", "utf-8")
        except OSError as error:
            log.info("a program that ends while it opens a map will not be noticed: %s", error)
