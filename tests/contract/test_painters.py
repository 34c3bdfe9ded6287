"""A painter is ended by whoever made it. The watch over the windows' thread may hold the frame of a
function that it found standing still: a painter that only goes out of scope then lives on after its
event, dies in another thread, and takes the whole program down."""

import ast
from collections.abc import Sequence

import pytest

from tests.contract.house import Source, functions, sources


def painters(source: Source) -> Sequence[tuple[str, str, ast.AST]]:
    """Functions with the names of the painters that they make."""
    found = []
    for function in functions(source):
        for node in ast.walk(function):
            if not isinstance(node, ast.Assign):
                continue
            for made, name in pairs(node):
                if isinstance(made, ast.Call) and ast.unparse(made.func) == "QPainter":
                    found.append((function.name, name, function))
    return found


def pairs(node: ast.Assign) -> list[tuple[ast.expr, str]]:
    """`a, b = x, y` as its parts."""
    target, value = node.targets[0], node.value
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return [(one, ast.unparse(name)) for one, name in zip(value.elts, target.elts, strict=True)]
    return [(value, ast.unparse(target))]


MADE = [
    (f"{source.path}:{function}", name, node)
    for source in sources("widgets")
    for function, name, node in painters(source)
]


@pytest.mark.parametrize(("where", "name", "node"), MADE, ids=[where for where, _, _ in MADE])
def test_a_painter_is_ended(where: str, name: str, node: ast.AST) -> None:
    calls = [ast.unparse(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)]
    assert f"{name}.end" in calls
