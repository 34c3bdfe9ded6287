"""Texts with gaps such as `{page}` in a feed's settings: checked at the start, filled at use."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

_GAP = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def gaps(value: Any) -> set[str]:
    """The gaps in a text, or in all texts of a table or list."""
    if isinstance(value, str):
        return set(_GAP.findall(value))
    if isinstance(value, Mapping):
        return gaps(list(value.values()))
    if isinstance(value, list | tuple):
        return {gap for item in value for gap in gaps(item)}
    return set()


def unknown(value: Any, known: Iterable[str]) -> str:
    """The first gap that nothing fills, "" where there is none."""
    return min(gaps(value) - set(known), default="")


def fill(value: Any, values: Mapping[str, str | int]) -> Any:
    """The value with its gaps filled. A text that is nothing but one gap becomes what fills it, so
    that a number in a JSON body stays one."""
    if isinstance(value, str):
        whole = _GAP.fullmatch(value)
        if whole is not None and whole.group(1) in values:
            return values[whole.group(1)]
        return fill_text(value, values)
    if isinstance(value, Mapping):
        return {name: fill(item, values) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [fill(item, values) for item in value]
    return value


def fill_text(text: str, values: Mapping[str, str | int]) -> str:
    """A text with its gaps filled; a gap that nothing fills stays as it is."""
    return _GAP.sub(lambda gap: str(values.get(gap.group(1), gap.group(0))), text)


def fill_bytes(text: str, values: Mapping[str, str | bytes]) -> bytes:
    """A text with its gaps filled, as bytes: what is signed may hold a body of any bytes."""
    parts: list[bytes] = []
    for number, part in enumerate(_GAP.split(text)):
        if number % 2 == 0:
            parts.append(part.encode())
            continue
        value = values[part]
        parts.append(value if isinstance(value, bytes) else value.encode())
    return b"".join(parts)
