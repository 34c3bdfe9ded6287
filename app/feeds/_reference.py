"""docs/reference-feeds.md: every transport and format with its options and an example.

Made from the classes themselves, so that it cannot say what is not so; a contract test compares.
"""

import inspect
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import inspect as shapes

from app.feeds._base import Feed, feeds
from app.formats._base import Format, formats
from app.registry import Registry

HEAD = """# Reference: transports and formats of feeds

Made by `python main.py feed reference`; change the classes, not this page. How to use them:
[howto-feed.md](howto-feed.md). `kind` says how the bytes come, `format` what they mean; any format
goes with any transport, save those that have a conversation of their own and give records.
"""


def reference() -> str:
    """The whole page."""
    parts = [HEAD, "## Transports: `kind`\n", *_chapter(feeds())]
    return "\n".join([*parts, "## Formats: `format`\n", *_chapter(formats())])


def _chapter(registry: Registry[Any]) -> Iterator[str]:
    for name in registry.names():
        yield from _section(name, registry.load(name))


def _section(name: str, kind: type[Feed] | type[Format]) -> Iterator[str]:
    module = inspect.getmodule(kind)
    yield f"### `{name}`\n"
    for text in (module.__doc__ if module else "", kind.__doc__):
        if text:
            yield inspect.cleandoc(text).replace("`` ", "` ") + "\n"
    if issubclass(kind, Feed) and kind.without:
        words = ", ".join(f"`{key}`" for key in kind.without)
        yield f"It has no use for {words} and refuses what sets them.\n"
    if kind.settings is not None:
        table = "options" if issubclass(kind, Feed) else "format_options"
        yield f"`[feed.{table}]`:\n\n| option | kind of value | default | |\n|---|---|---|---|"
        yield from _rows(kind.settings)
        yield ""
    yield f"```toml\n{inspect.cleandoc(kind.example)}\n```\n"


def _rows(settings: type[msgspec.Struct], before: str = "") -> Iterator[str]:
    info = shapes.type_info(settings)
    assert isinstance(info, shapes.StructType)
    for field in info.fields:
        inner, said = _inner(field.type)
        name = f"{before}{field.encode_name}"
        if isinstance(inner, shapes.StructType):
            yield f"| `{name}` | table | | {said} |"
            yield from _rows(inner.cls, f"{name}.")
            continue
        yield f"| `{name}` | {_word(inner)} | {_default(field)} | {said} |"


def _inner(shape: shapes.Type) -> tuple[shapes.Type, str]:
    """A type without its metadata and without `| None`, and what was said of it."""
    said = ""
    if isinstance(shape, shapes.Metadata):
        said = str((shape.extra_json_schema or {}).get("description", ""))
        shape, more = _inner(shape.type)
        said = said or more
    if isinstance(shape, shapes.UnionType):
        kept = [part for part in shape.types if not isinstance(part, shapes.NoneType)]
        if len(kept) == 1:
            shape, more = _inner(kept[0])
            said = said or more
    return shape, said


def _word(shape: shapes.Type) -> str:
    if isinstance(shape, shapes.LiteralType):
        return ", ".join(f"`{value}`" for value in shape.values)
    if isinstance(shape, shapes.EnumType):
        return ", ".join(f"`{member.value}`" for member in shape.cls)
    if isinstance(shape, shapes.VarTupleType | shapes.ListType | shapes.TupleType):
        return "list"
    names: dict[type, str] = {
        shapes.StrType: "text",
        shapes.IntType: "whole number",
        shapes.FloatType: "number",
        shapes.BoolType: "true, false",
        shapes.DictType: "table",
    }
    return names.get(type(shape), "value")


def _default(field: shapes.Field) -> str:
    if field.required:
        return "needed"
    value = field.default
    if value is msgspec.NODEFAULT:
        value = field.default_factory() if callable(field.default_factory) else None
    if value is None or value in ("", (), [], {}):
        return ""
    return f"`{msgspec.json.encode(value).decode()}`"
