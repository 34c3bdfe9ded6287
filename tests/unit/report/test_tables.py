"""What is written is read back by other programs' readers, and nothing in it is a formula."""

import csv
import io
import zipfile

import numpy as np
import openpyxl
import pytest
from docx import Document as ReadDocument
from hypothesis import given
from hypothesis import strategies as st

from app.report.as_csv import as_csv, harmless
from app.report.as_docx import as_docx
from app.report.as_html import as_html
from app.report.as_xlsx import as_xlsx
from app.report.document import Block, Document, Paragraph, Table
from app.report.sheet import Curve, Line, Sheet

AT = 1_784_268_202_000  # 14:03:22 on 17 July 2026 in Shanghai
NASTY = '=HYPERLINK("http://example.invalid";"打开")'
COLUMNS = ("名称", "数值", "单位", "级别", "时刻", "龄期(秒)", "状态", "来源", "标识")
LINE = Line(
    "reading/x/1", "12345 受理", 142, "件/时", "黄", "2026-07-17 14:03:20", 2.0, "热线", "实时"
)
SHEET = Sheet(
    title="指标",
    notes=(("城市", "淮安市"), ("操作", NASTY)),
    columns=COLUMNS,
    lines=(LINE, Line("e/1", NASTY, None, "", "", "", None, "@x", "缓存")),
    curve_columns=("名称", "单位", "时刻", "均值", "最低", "最高"),
    curves=(
        Curve(
            "reading/x/1", "12345 受理", "件/时",
            np.array([AT, AT + 60_000]), np.array([1.5, 2.0]), np.array([1.0, 2.0]),
            np.array([2.0, 2.0]),
        ),
    ),
)  # fmt: skip


def test_csv_opens_in_office_programs():
    raw = as_csv(SHEET)
    assert raw.startswith(b"\xef\xbb\xbf")  # without it Excel reads Chinese as something else
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert rows[0] == list(COLUMNS)
    assert rows[1][:5] == ["12345 受理", "142", "件/时", "黄", "2026-07-17 14:03:20"]
    assert rows[2][0] == f"'{NASTY}" and rows[2][7] == "'@x"
    assert rows[4] == list(SHEET.curve_columns)
    assert rows[5] == ["12345 受理", "件/时", "2026-07-17 14:03:22", "1.5", "1", "2"]
    assert ["操作", f"'{NASTY}"] in rows


@given(st.text())
def test_no_text_of_a_csv_begins_as_a_formula(text):
    assert not str(harmless(text)).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_xlsx_is_read_back_with_numbers_as_numbers_and_texts_as_texts():
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(SHEET, ("数值", "曲线", "说明"))))
    assert book.sheetnames == ["数值", "曲线", "说明"]
    page = book["数值"]
    assert [cell.value for cell in page[1]] == list(COLUMNS)
    assert page["B2"].value == 142 and page["F2"].value == 2
    assert page["A3"].value == NASTY and page["A3"].data_type == "s"
    assert page["B3"].value is None  # no value is an empty cell, never nought
    curve = book["曲线"]
    assert [cell.value for cell in curve[2]][3:] == [1.5, 1, 2]
    assert f"{curve['C2'].value:%H:%M:%S}" == "14:03:22"
    assert book["说明"]["B3"].value == NASTY and book["说明"]["B3"].data_type == "s"


DOCUMENT = Document(
    title="城市运行体征",
    subtitle="2026-07-17 14:03",
    mark="演示数据",
    blocks=(
        Block("综述", (Paragraph("压力偏高。", "证据 14:03:20", strong=True),)),
        Block(
            "指数", (Table(("名称", "数值"), (("压力", "68.3"), (NASTY, "<b>")), frozenset({1})),)
        ),
    ),
    foot="值班员 02，指令 01ABC",
)


def test_docx_is_read_back_with_its_marks_and_evidence():
    raw = as_docx(DOCUMENT)
    made = ReadDocument(io.BytesIO(raw))
    text = "\n".join(paragraph.text for paragraph in made.paragraphs)
    assert "城市运行体征" in text and "[演示数据]" in text and "证据 14:03:20" in text
    cells = [cell.text for row in made.tables[0].rows for cell in row.cells]
    assert cells == ["名称", "数值", "压力", "68.3", NASTY, "<b>"]
    assert made.sections[0].footer.paragraphs[0].text == "值班员 02，指令 01ABC"
    assert zipfile.ZipFile(io.BytesIO(raw)).testzip() is None


def test_a_control_character_from_outside_spoils_no_docx():
    odd = Document("a\x00b", "", "", (Block("\x1f", (Paragraph("x\x0by"),)),), "")
    assert ReadDocument(io.BytesIO(as_docx(odd))).paragraphs[0].text == "ab"


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "<img src=x>", 'a" onload="b'])
def test_nothing_from_outside_is_markup(text):
    page = as_html(Document(text, text, text, (Block(text, (Paragraph(text, text),)),), ""))
    assert "<script" not in page and "<img" not in page and 'onload="' not in page
