"""The source files of the product, parsed once, for the tests of its rules."""

import ast
import tokenize
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Source(NamedTuple):
    """One Python file."""

    path: Path  # relative to the root
    module: str
    lines: int
    tree: ast.Module
    nodes: tuple[ast.AST, ...]  # all of the tree: to walk it anew for each rule takes long


@cache
def _source(path: Path) -> Source:
    with tokenize.open(path) as file:
        text = file.read()
    relative = path.relative_to(ROOT)
    parts = relative.with_suffix("").parts
    module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    tree = ast.parse(text, str(relative))
    return Source(relative, module, len(text.splitlines()), tree, tuple(ast.walk(tree)))


def sources(*tops: str) -> tuple[Source, ...]:
    """Every Python file below these folders (or files) of the repository."""
    starts = [ROOT / top for top in tops or ("main.py", "app", "widgets")]
    files = ([top] if top.is_file() else sorted(top.rglob("*.py")) for top in starts)
    return tuple(_source(path) for path in chain.from_iterable(files))


def text_files(*patterns: str) -> Iterator[Path]:
    """Files of the repository by pattern; what git ignores and `shared` are left out."""
    skipped = {".venv", ".git", "out", "build", "shared", ".hypothesis"}
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            top = path.relative_to(ROOT).parts[0]
            if path.is_file() and top not in skipped and not top.endswith("_cache"):
                yield path


def in_cli(source: Source) -> bool:
    """Whether a file belongs to the command line, where printing is the purpose."""
    return source.path.parent.name == "cli" or source.path.name == "main.py"


def imported(source: Source) -> Iterator[tuple[ast.stmt, str]]:
    """The modules a file imports, wherever in the file, with their statements."""
    for node in source.nodes:
        if isinstance(node, ast.Import):
            yield from ((node, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source.path}:{node.lineno} relative import"
            module = node.module or ""
            yield node, module
            yield from ((node, f"{module}.{name.name}") for name in node.names)


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file."""
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def docstrings(source: Source) -> set[int]:
    """The ids of the constants that are docstrings or stand alone as remarks."""
    return {
        id(node.value)
        for node in source.nodes
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def strings(source: Source) -> Iterator[tuple[int, str]]:
    """Every string of a file that is not a docstring, with its line; parts of f-strings too."""
    remarks = docstrings(source)
    for node in source.nodes:
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and id(node) not in remarks:
            yield node.lineno, text
