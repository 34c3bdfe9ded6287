"""A sheet as XLSX: the values as shown, the curves behind them, and where all of it is from."""

import io
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from app.core.clock import to_datetime
from app.report.sheet import Sheet, cells

WIDTHS = (28, 14, 10, 8, 20, 10, 10, 28, 44)
CURVE_WIDTHS = (28, 10, 20, 14, 14, 14)


def as_xlsx(sheet: Sheet, names: tuple[str, str, str]) -> bytes:
    """The bytes of the workbook; `names` are those of its three sheets."""
    buffer = io.BytesIO()
    # Texts are written as texts: nothing from outside becomes a formula or an address.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        when = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        _values(book.add_worksheet(names[0]), sheet, head)
        if sheet.curves:
            _curves(book.add_worksheet(names[1]), sheet, head, when)
        _notes(book.add_worksheet(names[2]), sheet, head)
    return buffer.getvalue()


def _values(page: Any, sheet: Sheet, head: Any) -> None:
    _header(page, sheet.columns, WIDTHS, head)
    for row, line in enumerate(sheet.lines, 1):
        for column, cell in enumerate(cells(line)):
            if isinstance(cell, str):
                page.write_string(row, column, cell)
            elif cell is not None:
                page.write_number(row, column, cell)


def _curves(page: Any, sheet: Sheet, head: Any, when: Any) -> None:
    _header(page, sheet.curve_columns, CURVE_WIDTHS, head)
    zone, row = ZoneInfo(sheet.zone), 0
    for curve in sheet.curves:
        for at, *numbers in zip(curve.ts.tolist(), curve.value, curve.low, curve.high, strict=True):
            row += 1
            page.write_string(row, 0, curve.label)
            page.write_string(row, 1, curve.unit)
            page.write_datetime(row, 2, to_datetime(at, zone).replace(tzinfo=None), when)
            for column, value in enumerate(numbers, 3):
                page.write_number(row, column, float(value))


def _notes(page: Any, sheet: Sheet, head: Any) -> None:
    page.set_column(0, 0, 20)
    page.set_column(1, 1, 90)
    page.write_string(0, 0, sheet.title, head)
    for row, (name, text) in enumerate(sheet.notes, 1):
        page.write_string(row, 0, name)
        page.write_string(row, 1, text)


def _header(page: Any, names: tuple[str, ...], widths: tuple[int, ...], head: Any) -> None:
    page.freeze_panes(1, 1)
    for column, (name, width) in enumerate(zip(names, widths, strict=True)):
        page.set_column(column, column, width)
        page.write_string(0, column, name, head)
