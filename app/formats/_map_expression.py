"""`compute = "flow * 3600 / area"`: sums over the fields of a record, and nothing else.

The text is read by Python's own parser and only the nodes below are built into functions; nothing
is ever evaluated by Python itself. There are numbers, paths, + - * / %, comparison, `a if b else c`
and the functions of `_FUNCTIONS`; a path that is no identifier is `field("水位(m)")`.
"""

import ast
import math
import operator
from collections.abc import Callable
from typing import Any

from app.formats._map_path import Getter, Paths

_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_FUNCTIONS: dict[str, Callable[[list[float]], float]] = {
    "abs": lambda values: abs(_only(values)),
    "sqrt": lambda values: math.sqrt(_only(values)),
    "floor": lambda values: math.floor(_only(values)),
    "ceil": lambda values: math.ceil(_only(values)),
    "round": lambda values: round(values[0], int(values[1]) if len(values) > 1 else 0),
    "min": min,
    "max": max,
    "sum": math.fsum,
    "mean": lambda values: math.fsum(values) / len(values),
    "count": len,
    "hypot": lambda values: math.hypot(*values),
    "atan2": lambda values: math.degrees(math.atan2(values[0], values[1])),
}


class ExpressionError(ValueError):
    """A sum that can never be made."""


class NotComputable(ValueError):
    """A sum that cannot be made of this record; the argument is the reason's word."""


class _Absent(Exception):
    """A path of the sum gives nothing: the whole gives nothing."""


Node = Callable[[Any], Any]


def expression(text: str, paths: Paths) -> Getter:
    """A function from a record to a number, None where a path of it has no value; it raises
    NotComputable. Raises ExpressionError."""
    try:
        tree = ast.parse(text.strip(), mode="eval")
        node = _Builder(paths).node(tree.body)
    except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
        raise ExpressionError(f"{text}: {error}") from error

    def compute(record: Any) -> float | None:
        try:
            value = node(record)
            value = float(_number(value))
        except _Absent:
            return None
        except (ArithmeticError, ValueError, TypeError, IndexError) as error:
            raise NotComputable(
                error.args[0] if isinstance(error, NotComputable) else "not_computable"
            ) from error
        if not math.isfinite(value):
            raise NotComputable("not_computable")
        return value

    return compute


class _Builder:
    def __init__(self, paths: Paths) -> None:
        self._path = paths.path
        self._name = paths.named

    def node(self, tree: ast.expr) -> Node:
        """The function of one node; raises ExpressionError for what is not among them."""
        if isinstance(tree, ast.Constant):
            return self._constant(tree.value)
        if isinstance(tree, ast.Name | ast.Attribute | ast.Subscript):
            return self._field(_path_text(tree))
        if isinstance(tree, ast.BinOp) and type(tree.op) in _OPERATORS:
            return self._binary(_OPERATORS[type(tree.op)], tree.left, tree.right)
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub | ast.UAdd):
            inner = self.node(tree.operand)
            sign = -1.0 if isinstance(tree.op, ast.USub) else 1.0
            return lambda record: sign * _number(inner(record))
        if isinstance(tree, ast.IfExp):
            return self._choice(tree)
        if isinstance(tree, ast.Call):
            return self._call(tree)
        raise ExpressionError(f"{type(tree).__name__} is not among what can be computed")

    def _constant(self, value: object) -> Node:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ExpressionError(f"{value!r} is no number")
        number = float(value)
        return lambda _record: number

    def _field(self, text: str, compile_: Callable[[str], Getter] | None = None) -> Node:
        find = (compile_ or self._path)(text)

        def value(record: Any) -> Any:
            found = find(record)
            if found is None or found == "":
                raise _Absent
            return found

        return value

    def _binary(
        self, apply: Callable[[float, float], Any], left: ast.expr, right: ast.expr
    ) -> Node:
        one, other = self.node(left), self.node(right)
        return lambda record: apply(_number(one(record)), _number(other(record)))

    def _choice(self, tree: ast.IfExp) -> Node:
        test = tree.test
        if not isinstance(test, ast.Compare) or len(test.ops) != 1:
            raise ExpressionError("a choice is `a if b > c else d`")
        compare = _COMPARISONS.get(type(test.ops[0]))
        if compare is None:
            raise ExpressionError(f"{type(test.ops[0]).__name__} compares no numbers")
        condition = self._binary(compare, test.left, test.comparators[0])
        yes, no = self.node(tree.body), self.node(tree.orelse)
        return lambda record: yes(record) if condition(record) else no(record)

    def _call(self, tree: ast.Call) -> Node:
        name = tree.func.id if isinstance(tree.func, ast.Name) else ""
        if tree.keywords or not tree.args:
            raise ExpressionError("a function takes values in brackets")
        if name == "field":
            given = tree.args[0]
            if len(tree.args) != 1 or not isinstance(given, ast.Constant):
                raise ExpressionError('field("...") takes one text')
            return self._field(str(given.value), self._name)
        apply = _FUNCTIONS.get(name)
        if apply is None:
            raise ExpressionError(f"no function {name!r}; there are {', '.join(_FUNCTIONS)}")
        parts = [self.node(item) for item in tree.args]
        return lambda record: apply(_numbers(parts, record))


def _numbers(parts: list[Node], record: Any) -> list[float]:
    """The values of a function; an array gives all of its numbers, and what is empty none."""
    numbers: list[float] = []
    for part in parts:
        value = part(record)
        if isinstance(value, list):
            numbers += [_number(item) for item in value if item is not None and item != ""]
        else:
            numbers.append(_number(value))
    if not numbers:
        raise _Absent
    return numbers


def _only(values: list[float]) -> float:
    if len(values) != 1:
        raise NotComputable("not_computable")
    return values[0]


def _number(value: Any) -> float:
    if isinstance(value, float):
        return value
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise NotComputable("not_a_number")
    try:
        return float(value)
    except ValueError as error:
        raise NotComputable("not_a_number") from error


def _path_text(tree: ast.expr) -> str:
    """`a.b[0]` of a tree; raises ExpressionError for anything else."""
    if isinstance(tree, ast.Name):
        return tree.id
    if isinstance(tree, ast.Attribute):
        return f"{_path_text(tree.value)}.{tree.attr}"
    if isinstance(tree, ast.Subscript):
        index = tree.slice
        if isinstance(index, ast.Constant) and type(index.value) is int:
            return f"{_path_text(tree.value)}[{index.value}]"
    raise ExpressionError("a path is names with dots and numbers in square brackets")
