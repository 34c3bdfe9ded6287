"""Imports run one way: main -> widgets -> app, and inside app in one order (rule 1)."""

import ast
import subprocess
import sys

import pytest

from tests.contract.house import ROOT, Source, imported, in_cli, sources

# A module may import from groups above its own line only; peers do not import each other.
ORDER: tuple[tuple[str, ...], ...] = (
    ("core",),
    ("rules",),
    ("registry", "config", "child", "doctor", "collector"),
    ("secrets", "table", "options"),
    ("catalogue",),
    ("city",),
    ("last_good",),
    ("store",),
    ("live",),
    ("serving",),
    ("formats", "commands", "sim", "facts", "report"),
    ("feeds",),
    ("gis",),
    ("video",),
    ("runtime",),
    ("gather",),
    ("bench",),
    ("cli",),
)
RANK = {name: rank for rank, group in enumerate(ORDER) for name in group}
QT = ("PySide6", "shiboken6", "pyqtgraph", "qasync")
OUTSIDE_OF_PAINTERS = (
    "app.store",
    "app.feeds",
    "app.formats",
    "app.runtime",
    "app.live.picture",
    "app.live.hub",
)

MODULES = {source.module: source for source in sources()}


def ours(source: Source) -> set[str]:
    """The modules of ours that a file imports."""
    return {name for _, name in imported(source) if name in MODULES and name != source.module}


def part(module: str) -> str:
    """`app.live.hub` belongs to `live`."""
    return module.split(".")[1]


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("app.")])
def test_inside_app_imports_go_down(module: str) -> None:
    assert part(module) in RANK, f"give {part(module)} its place in ORDER"
    for name in ours(MODULES[module]):
        assert name == "app" or name.startswith("app."), f"{module} imports {name}"
        if name != "app" and part(name) != part(module):
            assert RANK[part(name)] < RANK[part(module)], f"{module} imports {name}"


def test_nobody_imports_main_and_only_tests_import_tests() -> None:
    for source in sources():
        for node, name in imported(source):
            top = name.split(".")[0]
            assert top not in ("main", "tests"), f"{source.path}:{node.lineno}"


def test_app_names_no_qt() -> None:
    for source in sources("app"):
        for node, name in imported(source):
            assert name.split(".")[0] not in QT, f"{source.path}:{node.lineno} imports {name}"


def test_all_of_app_runs_without_qt() -> None:
    code = (
        "import importlib, pkgutil, sys, app\n"
        "for found in pkgutil.walk_packages(app.__path__, 'app.'):\n"
        "    if not found.name.endswith('.__main__'):\n"
        "        importlib.import_module(found.name)\n"
        f"print([name for name in sys.modules if name.split('.')[0] in {QT!r}])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_no_cycle() -> None:
    graph = {name: ours(source) for name, source in MODULES.items()}
    done: set[str] = set()
    path: list[str] = []

    def visit(name: str) -> None:
        assert name not in path, " -> ".join([*path[path.index(name) :], name])
        if name in done:
            return
        path.append(name)
        for other in sorted(graph[name]):
            visit(other)
        path.pop()
        done.add(name)

    for name in sorted(graph):
        visit(name)


def test_no_import_hides_in_a_function() -> None:
    for source in sources():
        statements = [
            node for node in source.nodes if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        if in_cli(source) or not any(node.col_offset for node in statements):
            continue  # what stands in a function is indented
        for node in source.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                for inner in ast.walk(node):
                    found = isinstance(inner, ast.Import | ast.ImportFrom)
                    assert not found, f"{source.path}:{getattr(inner, 'lineno', 0)}"


def test_the_one_deferred_import_is_the_registrys() -> None:
    allowed = {"app/registry.py"}
    for source in sources():
        if source.path.as_posix() in allowed or in_cli(source):
            continue
        for node, name in imported(source):
            whole = isinstance(node, ast.Import) and name == "importlib"
            assert not whole and name != "importlib.import_module", f"{source.path}:{node.lineno}"


def test_painters_know_no_data_source() -> None:
    for source in sources("widgets/paint"):
        for node, name in imported(source):
            assert not name.startswith(OUTSIDE_OF_PAINTERS), f"{source.path}:{node.lineno} {name}"


def test_one_driver() -> None:
    for source in sources():
        if source.path.as_posix() == "app/store/driver.py":
            continue
        for node, name in imported(source):
            top = name.split(".")[0]
            assert top not in ("sqlcipher3", "sqlite_utils", "sqlite3", "pysqlite3"), (
                f"{source.path}:{node.lineno} imports {name}"
            )
