"""A document of a few pages: headings, sentences, tables. Texts are already in a language."""

from typing import ClassVar

import msgspec

from app.core.privacy import Privacy


class Paragraph(msgspec.Struct, frozen=True):
    """One sentence or more; `evidence` says what it rests on, in smaller letters."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    text: str
    evidence: str = ""
    strong: bool = False


class Table(msgspec.Struct, frozen=True):
    """Rows under headings; columns named in `numbers` stand at the right."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()


class Block(msgspec.Struct, frozen=True):
    """A heading and what stands under it."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    heading: str
    content: tuple[Paragraph | Table, ...]


class Document(msgspec.Struct, frozen=True):
    """`mark` is the word of a world that is not the real one (演示数据), empty for the real one;
    `foot` stands on each page."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    title: str
    subtitle: str
    mark: str
    blocks: tuple[Block, ...]
    foot: str
    language: str = "zh_CN"
