"""On paper: a panel on the default printer, a document as one page of PDF."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QFont,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
)
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from app.report.as_html import as_html
from app.report.document import Document
from widgets.fonts import FAMILY

DPI = 144
MARGIN_MM = 12.0
FOOT_PX = 26
SMALLEST = 0.55
"""A page is made to fit by smaller letters, down to this share of their size."""


def print_image(image: QImage) -> str:
    """Print on the default printer, as large as the page allows; gives the printer's name, empty
    where there is none."""
    info = QPrinterInfo.defaultPrinter()
    if info.isNull():
        return ""
    printer = QPrinter(info, QPrinter.PrinterMode.HighResolution)
    printer.setPageOrientation(
        QPageLayout.Orientation.Landscape
        if image.width() > image.height()
        else QPageLayout.Orientation.Portrait
    )
    painter = QPainter(printer)
    page = QRectF(printer.pageLayout().paintRectPixels(printer.resolution()))
    size = QSizeF(image.size()).scaled(page.size(), Qt.AspectRatioMode.KeepAspectRatio)
    painter.drawImage(QRectF(page.topLeft(), size), image)
    painter.end()
    return info.printerName()


def pdf(document: Document) -> bytes:
    """The document on one page of A4; what would be longer is set in smaller letters.

    Needs fonts but no GUI thread.
    """
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(document.title)
    writer.setCreator("Chengmai")
    writer.setResolution(DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    painter = QPainter(writer)
    page = QRectF(0, 0, writer.width(), writer.height() - FOOT_PX)
    text = _laid_out(document, writer, page)
    painter.save()
    scale = max(SMALLEST, min(1.0, page.height() / text.size().height()))
    painter.scale(scale, scale)
    text.drawContents(painter, QRectF(0, 0, page.width() / scale, page.height() / scale))
    painter.restore()
    font = QFont(FAMILY)
    font.setPointSizeF(6.5)
    painter.setFont(font)
    foot = QRectF(0, page.bottom(), page.width(), FOOT_PX)
    painter.drawText(
        foot, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, document.foot
    )
    if document.mark:
        side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(foot, side, document.mark)
    painter.end()
    return bytes(content.data())


def page_of(image: QImage, title: str) -> bytes:
    """A picture on one page of A3, as large as the page allows. Needs no GUI thread."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setCreator("Chengmai")
    writer.setResolution(2 * DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A3))
    writer.setPageOrientation(QPageLayout.Orientation.Landscape)
    writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    painter = QPainter(writer)
    page = QRectF(0, 0, writer.width(), writer.height())
    size = QSizeF(image.size()).scaled(page.size(), Qt.AspectRatioMode.KeepAspectRatio)
    painter.drawImage(QRectF(page.topLeft(), size), image)
    painter.end()
    return bytes(content.data())


def _laid_out(document: Document, writer: QPdfWriter, page: QRectF) -> QTextDocument:
    text = QTextDocument()
    text.documentLayout().setPaintDevice(writer)
    text.setDocumentMargin(0)
    text.setHtml(as_html(document))
    width = page.width()
    for _ in range(4):  # smaller letters take fewer lines, so the width is found step by step
        text.setTextWidth(width)
        scale = max(SMALLEST, min(1.0, page.height() / text.size().height()))
        width = page.width() / scale
    return text
