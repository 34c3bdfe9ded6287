"""CSV files to Structs, with the file, the line and the column in every error.

UTF-8 (a byte order mark is allowed), RFC 4180, one header row. An empty cell means "not stated":
the field keeps its default. A column that the Struct does not know is left alone.
"""

import csv
import io
import re
from importlib.resources.abc import Traversable
from typing import TypeVar

import msgspec

from app.config import ConfigError
from app.core.message import Message, message

T = TypeVar("T", bound=msgspec.Struct)
MAX_BYTES = 32 * 1024 * 1024


def load_table(path: Traversable, into: type[T]) -> list[T]:
    """Read a CSV file into Structs of one type; raises ConfigError."""
    return [row for _, row in numbered_table(path, into)]


def numbered_table(path: Traversable, into: type[T]) -> list[tuple[int, T]]:
    """The same, each with the line (from 1) it begins on; raises ConfigError."""
    rows, lines = _rows(_text(_bytes(path), path.name), path.name)
    return list(zip(lines, _converted(rows, lines, into, path.name), strict=True))


def cells(path: Traversable) -> list[tuple[int, dict[str, str]]]:
    """The filled cells of each row by column, with its line; raises ConfigError."""
    rows, lines = _rows(_text(_bytes(path), path.name), path.name)
    return list(zip(lines, rows, strict=True))


def parse_table(raw: bytes, into: type[T], file: str) -> list[T]:
    """Read the bytes of a CSV file into Structs of one type; raises ConfigError."""
    rows, lines = _rows(_text(raw, file), file)
    return _converted(rows, lines, into, file)


def _bytes(path: Traversable) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError) as error:
        raise ConfigError(message("city.no_file", file=path.name, error=str(error))) from error


def _text(raw: bytes, file: str) -> str:
    if len(raw) > MAX_BYTES:
        raise ConfigError(message("city.too_big", file=file, limit=MAX_BYTES))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(message("config.not_utf8", file=file, byte=error.start)) from error


def _converted(rows: list[dict[str, str]], lines: list[int], into: type[T], file: str) -> list[T]:
    try:
        return msgspec.convert(rows, list[into], strict=False)  # type: ignore[valid-type]
    except msgspec.ValidationError as error:
        raise ConfigError(_located(str(error), lines, file)) from error


def _rows(text: str, file: str) -> tuple[list[dict[str, str]], list[int]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[dict[str, str]] = []
    lines: list[int] = []
    try:
        header = next(reader, None)
        if not header:
            raise ConfigError(message("city.no_header", file=file))
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not cells:
                continue
            if len(cells) != len(header):
                raise ConfigError(
                    message(
                        "city.cells", file=file, line=line, found=len(cells), wanted=len(header)
                    )
                )
            rows.append({name: cell for name, cell in zip(header, cells, strict=True) if cell})
            lines.append(line)
    except csv.Error as error:
        line = reader.line_num
        raise ConfigError(message("city.csv", file=file, line=line, error=str(error))) from error
    return rows, lines


def _located(error: str, lines: list[int], file: str) -> Message:
    reason, _, path = error.partition(" - at `")
    found = re.match(r"\$\[(\d+)\](?:\.(\w+))?", path)
    line = lines[int(found.group(1))] if found else 1
    missing = re.search(r"required field `(\w+)`", reason)
    column = missing.group(1) if missing else (found.group(2) if found else None)
    return message("city.cell", file=file, line=line, column=column or "-", error=reason)
