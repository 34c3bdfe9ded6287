"""A panel leaves as a picture and as a table, and each copy says where it is from."""

import unicodedata
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QImage
from PySide6.QtPdf import QPdfDocument

from app.core.catalog import HOUR
from app.live.export import ExportOrder, ExportPeriod
from app.report.as_csv import as_csv
from app.report.document import Block, Document, Paragraph, Table
from tests.helpers.seat import NOW
from widgets.export.paper import pdf
from widgets.export.picture import panel_image, png, svg
from widgets.export.table import sheet_of, with_curves
from widgets.export.trace import notes_of

ID = "01J2ZK4Q8R6V7W8X9Y0A1B2C3D"


def order(form: str, period: ExportPeriod = ExportPeriod.NOW) -> ExportOrder:
    return ExportOrder(ID, NOW, "DX1002", "DESK-02", "indicators", form, period)


@pytest.fixture
def panel(room: Any) -> Any:
    room.feed("f")
    room.read("event.hotline_calls", 742, age_ms=2000)
    return room.open("indicators", room.context(), count=3)


def test_a_picture_stands_over_its_trace(panel):
    image = panel_image(panel, order("png"))
    assert image.width() == panel.width() and image.height() > panel.height()
    # What is above the foot is what is on the screen, pixel by pixel.
    shown = panel.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    assert image.copy(0, 0, panel.width(), panel.height()) == shown
    raw = png(image, notes_of(panel.context, order("png"), panel.title()))
    read = QImage.fromData(raw)
    assert any(ID in read.text(key) for key in read.textKeys())
    assert any("演示数据" in read.text(key) for key in read.textKeys())


def test_vectors_carry_the_trace(panel):
    root = ET.fromstring(svg(panel, order("svg"), panel.title()))
    text = "".join(root.itertext())
    assert root.tag.endswith("svg") and ID in text and panel.title() in text
    assert "742" in text and "演示数据" in text


def test_a_table_holds_what_was_shown(panel):
    sheet = sheet_of(panel, order("csv"))
    line = next(line for line in sheet.lines if line.key.startswith("reading/event.hotline_calls/"))
    assert (line.value, line.age_s, line.observed) == (742, 2.0, "2026-07-17 14:03:20")
    assert line.source == "f" and line.state
    text = as_csv(sheet).decode("utf-8-sig")
    assert ID in text and "演示数据" in text and "DX1002" in text


async def test_a_table_over_a_day_holds_the_curve(room, panel):
    room.remember(
        "event.hotline_calls", {NOW - 2 * HOUR: 700.0, NOW - HOUR: 720.0, NOW - 30 * HOUR: 1}
    )
    asked = order("xlsx", ExportPeriod.DAY)
    sheet = await with_curves(sheet_of(panel, asked), panel.context, asked)
    curve = next(item for item in sheet.curves if "event.hotline_calls" in item.key)
    assert curve.value.tolist() == [700.0, 720.0]  # what is older than the period is left out


@pytest.mark.parametrize("rows", [3, 90])
def test_the_report_is_one_page_however_much_there_is(application, rows):
    table = Table(
        ("名称", "数值"), tuple((f"指标 {n}", str(n)) for n in range(rows)), frozenset({1})
    )
    document = Document(
        "城市运行体征", "14:03", "演示数据", (Block("指数", (Paragraph("平稳"), table)),), ID
    )
    raw = pdf(document)
    assert raw.startswith(b"%PDF-")
    read = QPdfDocument()
    content = QByteArray(raw)
    buffer = QBuffer(content)
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    read.load(buffer)
    assert read.pageCount() == 1
    # The reader tells each glyph run as a line, and some signs by their radicals.
    text = "".join(unicodedata.normalize("NFKC", read.getAllText(0).text()).split())
    assert ID in text and "演示数据" in text and f"指标{rows - 1}" in text
