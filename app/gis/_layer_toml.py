"""A layer's settings as TOML, as they are read again by the atlas."""

import json
from typing import Any

import msgspec

from app.gis.layer import LayerConfig


def layer_toml(config: LayerConfig) -> str:
    """One `[[layer]]` with what differs from the defaults."""
    default = LayerConfig(id="x", kind="", name_zh="", name_en="")
    lines = ["[[layer]]"]
    tables: list[str] = []
    for name, value in msgspec.to_builtins(config).items():
        if name == "options":
            _table("layer.options", value, tables)
        elif value != msgspec.to_builtins(getattr(default, name)) or name == "id":
            lines.append(f"{name} = {_value(value)}")
    return "\n".join([*lines, *tables]) + "\n"


def _table(path: str, table: dict[str, Any], lines: list[str]) -> None:
    inner = {name: value for name, value in table.items() if isinstance(value, dict)}
    lines += ["", f"[{path}]"]
    lines += [f"{_key(name)} = {_value(item)}" for name, item in table.items() if name not in inner]
    for name, value in inner.items():
        _table(f"{path}.{_key(name)}", value, lines)


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "").isalnum() else _value(name)


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    # A JSON text without \u escapes is a TOML basic string, but for DEL, which no name holds.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
