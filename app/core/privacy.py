"""Privacy classes of record fields, and the masking that is done before anything is written.

A Struct declares one class for all of its fields with `__privacy__`, and a field that differs
says so in its annotation: `Annotated[str, PERSONAL]`. What has no class is not written
(`UnclassifiedField`), so that a forgotten declaration is a failing test and not a leak.
"""

import re
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec

S = TypeVar("S", bound=msgspec.Struct)


class Privacy(StrEnum):
    """How far a field may travel; the order is from free to closed."""

    PUBLIC = "public"  # may stand on the hall's wall
    INTERNAL = "internal"  # officers only; numbers of phones and identity cards masked in text
    PERSONAL = "personal"  # a person's: shown on a desk with the right, never written unmasked
    SECRET = "secret"  # noqa: S105  (a class of privacy; such a field is never written)


PUBLIC = msgspec.Meta(extra={"privacy": Privacy.PUBLIC})
INTERNAL = msgspec.Meta(extra={"privacy": Privacy.INTERNAL})
PERSONAL = msgspec.Meta(extra={"privacy": Privacy.PERSONAL})
SECRET = msgspec.Meta(extra={"privacy": Privacy.SECRET})

MASK = "＊＊＊"
_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)")
_IDENTITY_CARD = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


class UnclassifiedField(TypeError):
    """A Struct was about to be written that does not say how private its fields are."""


@cache
def field_classes(struct_type: type[msgspec.Struct]) -> dict[str, Privacy]:
    """The privacy class of each field of a Struct type; raises UnclassifiedField."""
    default = getattr(struct_type, "__privacy__", None)
    hints = get_type_hints(struct_type, include_extras=True)
    classes: dict[str, Privacy] = {}
    for name in struct_type.__struct_fields__:
        declared = _declared(hints[name]) or default
        if declared is None:
            raise UnclassifiedField(f"{struct_type.__qualname__}.{name} has no privacy class")
        classes[name] = Privacy(declared)
    return classes


def _declared(hint: Any) -> Privacy | None:
    if get_origin(hint) is not Annotated:
        return None
    for extra in get_args(hint)[1:]:
        found = (getattr(extra, "extra", None) or {}).get("privacy")
        if found is not None:
            return Privacy(found)
    return None


def mask_text(text: str) -> str:
    """Free text with telephone and identity-card numbers replaced."""
    return _PHONE.sub(MASK, _IDENTITY_CARD.sub(MASK, text))


def masked(record: S) -> S:
    """A copy that may be written: personal fields masked, secret ones emptied, text cleaned.

    A record inside the record is masked by its own classes; lists and tables are gone through.
    """
    changed: dict[str, Any] = {}
    for name, privacy in _to_clean(type(record)):
        value = getattr(record, name)
        clean = _clean(value, privacy)
        if clean is not value:
            changed[name] = clean
    return msgspec.structs.replace(record, **changed) if changed else record


@cache
def _to_clean(struct_type: type[msgspec.Struct]) -> tuple[tuple[str, Privacy], ...]:
    """The fields that have to be looked at; a public number or word needs no look."""
    hints = get_type_hints(struct_type)
    return tuple(
        (name, privacy)
        for name, privacy in field_classes(struct_type).items()
        if privacy is not Privacy.PUBLIC or _may_nest(hints[name])
    )


def _may_nest(hint: Any) -> bool:
    """Whether a value of this type may hold a Struct."""
    if isinstance(hint, type) and get_origin(hint) is None:
        return not issubclass(hint, (str, int, float, bytes, type(None)))
    if get_origin(hint) is Literal:
        return False
    return any(_may_nest(inner) for inner in get_args(hint)) if get_args(hint) else True


def _clean(value: Any, privacy: Privacy) -> Any:
    if isinstance(value, msgspec.Struct):
        return masked(value)
    if privacy in (Privacy.PERSONAL, Privacy.SECRET):
        return _hide(value, privacy) if value else value
    if isinstance(value, str):
        clean = value if privacy is Privacy.PUBLIC else mask_text(value)
        return clean if clean != value else value
    if isinstance(value, dict):
        table = {key: _clean(item, privacy) for key, item in value.items()}
        return table if any(table[key] is not item for key, item in value.items()) else value
    if isinstance(value, (list, tuple)):
        items = [_clean(item, privacy) for item in value]
        same = all(new is old for new, old in zip(items, value, strict=True))
        return value if same else (items if isinstance(value, list) else tuple(items))
    return value


def _hide(value: Any, privacy: Privacy) -> Any:
    return MASK if isinstance(value, str) and privacy is Privacy.PERSONAL else type(value)()
