"""Units: a bureau's centimetres to the catalogue's metres, 件 to 万件.

Importing this module imports pint (a quarter of a second), so it is loaded only for a mapping that
converts. Chinese unit words are put into pint's; a counting word (件, 人, 次) is a unit of its own,
which converts to its ten thousands and hundred millions and to nothing else.
"""

import re
from functools import cache
from typing import Any, NamedTuple

import pint

_MULTIPLES = {"万": "1e4", "亿": "1e8"}
_WORDS = {
    "": "dimensionless",
    "无量纲": "dimensionless",
    "%": "percent",
    "％": "percent",
    "‰": "permille",
    "℃": "degC",
    "°C": "degC",
    "°": "degree",
    "公里": "kilometer",
    "千米": "kilometer",
    "米": "meter",
    "厘米": "centimeter",
    "毫米": "millimeter",
    "平方公里": "kilometer**2",
    "平方米": "meter**2",
    "公顷": "hectare",
    "亩": "(2000/3*meter**2)",
    "立方米": "meter**3",
    "升": "liter",
    "吨": "metric_ton",
    "千克": "kilogram",
    "公斤": "kilogram",
    "千瓦时": "kilowatt_hour",
    "deg C": "degC",
    "ºC": "degC",
    "Cel": "degC",
    "°F": "degF",
    "m2": "meter**2",
    "m3": "meter**3",
    "1": "dimensionless",
    "度": "kilowatt_hour",
    "千瓦": "kilowatt",
    "兆瓦": "megawatt",
    "天": "day",
    "日": "day",
    "小时": "hour",
    "时": "hour",
    "分钟": "minute",
    "分": "minute",
    "秒": "second",
}

_PLAIN = re.compile(r"[A-Za-zµμΩ_]{1,30}[²³]?")


class UnitError(ValueError):
    """A unit is not known, or cannot be turned into the other."""


class Linear(NamedTuple):
    """`there = here * scale + offset`."""

    scale: float
    offset: float

    def __call__(self, value: float) -> float:
        """The value in the other unit."""
        return value * self.scale + self.offset


@cache
def converter(given: str, wanted: str) -> Linear:
    """How to turn values of a unit into another; raises UnitError where that makes no sense."""
    if given == wanted:
        return Linear(1.0, 0.0)
    registry = _registry()
    try:
        source, target = (_unit(registry, text) for text in (given, wanted))
        zero = float(registry.Quantity(0.0, source[1]).to(target[1]).magnitude)
        one = float(registry.Quantity(1.0, source[1]).to(target[1]).magnitude)
    except (pint.errors.PintError, ValueError, AttributeError, SyntaxError, TypeError) as error:
        raise UnitError(f"{given} -> {wanted}: {error}") from error
    scale = (one - zero) * source[0] / target[0]
    return Linear(scale, zero / target[0])


@cache
def _registry() -> pint.UnitRegistry[float]:
    return pint.UnitRegistry(autoconvert_offset_to_baseunit=False)


def _unit(registry: pint.UnitRegistry[float], text: str) -> tuple[float, Any]:
    """A factor and a pint unit; `万千瓦时` is (1e4, kilowatt_hour)."""
    expressions = [_part(registry, part.strip()) for part in text.split("/")]
    multiple, expression = expressions[0]
    if len(expressions) == 1 and not multiple and expression.isidentifier():
        return 1.0, registry.Quantity(1.0, expression).units  # temperatures allow nothing else
    quantity = registry.Quantity(1.0, "dimensionless")
    for position, (multiple, expression) in enumerate(expressions):
        part = registry.parse_expression(expression) * float(multiple or 1)
        quantity = quantity / part if position else quantity * part
    return float(quantity.magnitude), quantity.units


def _part(registry: pint.UnitRegistry[float], text: str) -> tuple[str, str]:
    if text in _WORDS:
        return "", _WORDS[text]
    multiple = _MULTIPLES.get(text[:1], "")
    word = text[1:] if multiple else text
    number = re.match(r"\d+(?:\.\d+)?", word)
    if number and not multiple:
        multiple, word = number.group(), word[number.end() :]
    if word in _WORDS:
        return multiple, _WORDS[word]
    if re.fullmatch(r"[一-鿿]{1,8}|%LEL", word):
        return multiple, _counting(registry, word)
    if not _PLAIN.fullmatch(word):
        raise ValueError(f"no unit: {text[:40]!r}")
    return multiple, word


def _counting(registry: pint.UnitRegistry[float], word: str) -> str:
    name = "counted_" + word.encode("utf-8").hex()
    if name not in registry:
        registry.define(f"{name} = [{name}]")
    return name
