"""The limits of a Struct's fields as functions: what msgspec would check, without building twice.

A field of a text, a number or a word of a list is checked here, which is several times as fast as
converting a whole table of fields; a field of any other type is converted by msgspec alone.
"""

import math
from collections.abc import Callable
from enum import Enum
from typing import Any

import msgspec
from msgspec import inspect

Check = Callable[[Any], Any]


class CheckError(ValueError):
    """A value that a field cannot have; the argument is the reason's word."""


def checks_of(struct: type[msgspec.Struct]) -> dict[str, Check]:
    """For every field of a Struct a function that gives the value as the field has it; it raises
    CheckError with wrong_type, not_a_number, out_of_range or too_long."""
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)
    hints = {field.name: field.type for field in msgspec.structs.fields(struct)}
    return {field.name: _check(field.type, hints[field.name]) for field in info.fields}


def text_of(value: Any) -> str:
    """A text from a text or a number; raises CheckError."""
    if type(value) is str:
        return value
    if isinstance(value, dict | list | bool):
        raise CheckError("wrong_type")
    if isinstance(value, float) and not math.isfinite(value):
        raise CheckError("not_a_number")
    return str(value)


def number_of(value: Any) -> float:
    """A finite number from a number or its text; raises CheckError."""
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise CheckError("not_a_number")
    return number


def _check(kind: inspect.Type, hint: Any) -> Check:
    kind = _without_none(_plain(kind))
    if isinstance(kind, inspect.StrType):
        return _text(kind.min_length or 0, kind.max_length)
    if isinstance(kind, inspect.FloatType):
        return _float(kind)
    if isinstance(kind, inspect.IntType):
        return _int(kind)
    if isinstance(kind, inspect.EnumType):
        return _word(kind.cls)
    return _converted(hint)


def _plain(kind: inspect.Type) -> inspect.Type:
    return _plain(kind.type) if isinstance(kind, inspect.Metadata) else kind


def _without_none(kind: inspect.Type) -> inspect.Type:
    if not isinstance(kind, inspect.UnionType):
        return kind
    others = [one for one in kind.types if not isinstance(one, inspect.NoneType)]
    return _plain(others[0]) if len(others) == 1 else kind


def _text(least: int, most: int | None) -> Check:
    longest = most if most is not None else 1_000_000

    def check(value: Any) -> str:
        text = value if type(value) is str else text_of(value)
        if not least <= len(text) <= longest:
            raise CheckError("too_long" if len(text) > longest else "too_short")
        return text

    return check


def _float(kind: inspect.FloatType) -> Check:
    least = -math.inf if kind.ge is None else kind.ge
    most = math.inf if kind.le is None else kind.le
    above = -math.inf if kind.gt is None else kind.gt
    below = math.inf if kind.lt is None else kind.lt

    def check(value: Any) -> float:
        number = number_of(value)
        if least <= number <= most and above < number < below:
            return number
        raise CheckError("out_of_range")

    return check


def _int(kind: inspect.IntType) -> Check:
    least = -(2**53) if kind.ge is None else kind.ge
    most = 2**53 if kind.le is None else kind.le

    def check(value: Any) -> int:
        if type(value) is not int:
            number = number_of(value)
            if number != int(number):
                raise CheckError("wrong_type")
            value = int(number)
        if least <= value <= most:
            return int(value)
        raise CheckError("out_of_range")

    return check


def _word(words: type[Enum]) -> Check:
    known = {member.value: member for member in words}

    def check(value: Any) -> Enum:
        found = known.get(value) if type(value) is str else None
        if found is None:
            raise CheckError("wrong_type")
        return found

    return check


def _converted(hint: Any) -> Check:
    def check(value: Any) -> Any:
        try:
            return msgspec.convert(value, hint, strict=False)
        except msgspec.ValidationError as error:
            raise CheckError("wrong_type") from error

    return check
