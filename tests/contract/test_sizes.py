"""Files and functions stay small enough to be read at once."""

import statistics

from tests.contract.house import functions, sources

FILE_LIMIT = 600
FILE_USUAL = 400
FUNCTION_LIMIT = 60
FUNCTION_USUAL = 40


def test_files() -> None:
    sizes = {str(source.path): source.lines for source in sources("main.py", "app", "widgets")}
    sizes |= {str(source.path): source.lines for source in sources("tests")}
    assert {path: size for path, size in sizes.items() if size > FILE_LIMIT} == {}
    within = [size for size in sizes.values() if size < FILE_USUAL]
    assert len(within) >= 0.95 * len(sizes)
    assert statistics.median(sizes.values()) <= 150


def test_main_only_starts() -> None:
    (main,) = sources("main.py")
    assert main.lines < 80


def test_functions() -> None:
    sizes = {
        f"{source.path}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for source in (*sources("main.py", "app", "widgets"), *sources("tests"))
        for node in functions(source)
    }
    assert {where: size for where, size in sizes.items() if size > FUNCTION_LIMIT} == {}
    within = [size for size in sizes.values() if size <= FUNCTION_USUAL]
    assert len(within) >= 0.95 * len(sizes)
    assert statistics.median(sizes.values()) <= 15
