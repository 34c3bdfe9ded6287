"""Files of this machine that are written as a whole: a reader sees the old one or the new one."""

from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Replace the text of a file, making its folder; raises OSError. Waits for the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.write_text(text, encoding="utf-8", newline="\n")
    new.replace(path)
