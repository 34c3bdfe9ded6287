"""A document as the HTML that Qt's text layout prints; every text in it is escaped."""

from html import escape

from app.report.document import Block, Document, Paragraph, Table

STYLE = (
    "body { font-family: 'Noto Sans CJK SC'; font-size: 8.5pt; color: #14181d; }"
    " h1 { font-size: 17pt; margin: 0; } h2 { font-size: 10.5pt; margin: 8px 0 2px 0; }"
    " p { margin: 1px 0; } .small { font-size: 7pt; color: #4a545e; }"
    " td, th { padding: 1px 5px; font-size: 7.5pt; border-bottom: 0.5px solid #9aa4ae; }"
)


def as_html(document: Document) -> str:
    """The whole page; its foot is drawn by whoever prints it."""
    mark = f" <span>[{escape(document.mark)}]</span>" if document.mark else ""
    body = "".join(_block(block) for block in document.blocks)
    return (
        f"<html><head><style>{STYLE}</style></head><body>"
        f"<h1>{escape(document.title)}{mark}</h1>"
        f"<p class='small'>{escape(document.subtitle)}</p>{body}</body></html>"
    )


def _block(block: Block) -> str:
    content = "".join(
        _table(item) if isinstance(item, Table) else _paragraph(item) for item in block.content
    )
    return f"<h2>{escape(block.heading)}</h2>{content}"


def _paragraph(item: Paragraph) -> str:
    text = f"<b>{escape(item.text)}</b>" if item.strong else escape(item.text)
    evidence = f" <span class='small'>{escape(item.evidence)}</span>" if item.evidence else ""
    return f"<p>{text}{evidence}</p>"


def _table(item: Table) -> str:
    head = "".join(
        f"<th align='{_side(number, item)}'>{escape(name)}</th>"
        for number, name in enumerate(item.columns)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td align='{_side(number, item)}'>{escape(text)}</td>"
            for number, text in enumerate(row)
        )
        + "</tr>"
        for row in item.rows
    )
    return f"<table width='100%' border='0' cellspacing='0'><tr>{head}</tr>{rows}</table>"


def _side(number: int, item: Table) -> str:
    return "right" if number in item.numbers else "left"
