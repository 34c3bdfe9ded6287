"""A sheet as CSV that Excel and WPS open: UTF-8 with a byte order mark, RFC 4180."""

import csv
import io
from datetime import datetime
from zoneinfo import ZoneInfo

from app.core.clock import to_datetime
from app.report.sheet import Sheet, cells

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so would be worked out by the office program that opens the file."""


def as_csv(sheet: Sheet) -> bytes:
    """The values as shown, then the curves (a line per point), then where all of it is from."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(sheet.columns)
    for line in sheet.lines:
        writer.writerow([harmless(cell) for cell in cells(line)])
    if sheet.curves:
        zone = ZoneInfo(sheet.zone)
        writer.writerow([])
        writer.writerow(sheet.curve_columns)
        for curve in sheet.curves:
            head = [harmless(curve.label), harmless(curve.unit)]
            for at, value, low, high in zip(
                curve.ts.tolist(), curve.value, curve.low, curve.high, strict=True
            ):
                writer.writerow([*head, local(at, zone), f"{value:g}", f"{low:g}", f"{high:g}"])
    writer.writerow([])
    writer.writerows((harmless(name), harmless(text)) for name, text in sheet.notes)
    return b"\xef\xbb\xbf" + lines.getvalue().encode("utf-8")


def harmless(cell: str | float | int | None) -> str | float | int:
    """A cell that no office program takes for a formula: such a text wears an apostrophe."""
    if cell is None:
        return ""
    if isinstance(cell, str) and cell.startswith(FORMULA):
        return f"'{cell}"
    return cell


def local(at: int, zone: ZoneInfo) -> str:
    """`2026-07-17 14:03:22` in the city's zone."""
    moment: datetime = to_datetime(at, zone)
    return f"{moment:%Y-%m-%d %H:%M:%S}"
