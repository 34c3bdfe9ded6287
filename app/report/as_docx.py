"""A document as DOCX that Word and WPS open and an officer edits."""

import io
from typing import Any

from docx import Document as NewDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from app.report.document import Document, Paragraph, Table

LATIN, CHINESE = "Times New Roman", "SimSun"
"""Fonts that the offices' machines have: the file names them, it does not bring them."""
BODY, SMALL, HEADING, TITLE = 11, 9, 14, 20  # points


def as_docx(document: Document) -> bytes:
    """The bytes of the file."""
    made = NewDocument()
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.0)
    section.top_margin = section.bottom_margin = Cm(1.8)
    _fonts(made.styles["Normal"], BODY)
    made.core_properties.title = _printable(document.title)
    _line(made.add_paragraph(), document.title, TITLE, bold=True)
    _line(made.add_paragraph(), document.subtitle, SMALL)
    if document.mark:
        _line(made.add_paragraph(), f"[{document.mark}]", BODY, bold=True)
    for block in document.blocks:
        heading = made.add_heading(level=2)
        _line(heading, block.heading, HEADING, bold=True)
        for content in block.content:
            if isinstance(content, Table):
                _table(made, content)
            else:
                _paragraph(made, content)
    header, footer = section.header.paragraphs[0], section.footer.paragraphs[0]
    _line(header, document.mark or document.title, SMALL)
    header.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _line(footer, document.foot, SMALL)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def _paragraph(made: Any, content: Paragraph) -> None:
    paragraph = made.add_paragraph()
    _line(paragraph, content.text, BODY, bold=content.strong)
    if content.evidence:
        _line(paragraph, f"  {content.evidence}", SMALL)


def _table(made: Any, content: Table) -> None:
    table = made.add_table(rows=1, cols=len(content.columns))
    table.style = "Table Grid"
    for cell, name in zip(table.rows[0].cells, content.columns, strict=True):
        _line(cell.paragraphs[0], name, SMALL, bold=True)
    for row in content.rows:
        for number, (cell, text) in enumerate(zip(table.add_row().cells, row, strict=True)):
            _line(cell.paragraphs[0], text, SMALL)
            if number in content.numbers:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    made.add_paragraph()


def _line(paragraph: Any, text: str, size: int, *, bold: bool = False) -> None:
    run = paragraph.add_run(_printable(text))
    run.bold = bold
    _fonts(run, size)


def _fonts(item: Any, size: int) -> None:
    item.font.name, item.font.size = LATIN, Pt(size)
    item.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), CHINESE)


def _printable(text: str) -> str:
    """Control characters are no XML; text from outside may hold them."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")
