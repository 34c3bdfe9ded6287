"""What no file of the product may do."""

import ast
import re

from tests.contract.house import ROOT, in_cli, sources, strings, text_files

SQL = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM"
    r"|(CREATE|DROP|ALTER)\s+(TABLE|INDEX|VIEW|TRIGGER|UNIQUE|VIRTUAL)|PRAGMA\s+\w+"
    r"|BEGIN\s+IMMEDIATE|WITHOUT\s+ROWID)\b",
    re.DOTALL,
)
# Written in parts, so that this file does not name them itself.
MACHINE_PATHS = re.compile("/" + r"(work|root|home/\w+|Users/\w+)/")


def called(node: ast.AST) -> str:
    """`time.sleep` of a call; empty for anything else."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def test_sql_stands_in_the_store_only() -> None:
    for source in sources():
        if source.path.parts[:2] != ("app", "store"):
            for line, text in strings(source):
                assert not SQL.search(text), f"{source.path}:{line}"


def test_the_pattern_finds_sql() -> None:
    assert SQL.search("select".upper() + " a FROM b") and SQL.search("PRAGMA user_version")
    assert not SQL.search("SELECT a seat") and not SQL.search("insert into the form")


def test_printing_is_for_the_command_line() -> None:
    for source in sources():
        if in_cli(source):
            continue
        for node in source.nodes:
            assert called(node) not in ("print", "click.echo", "pprint"), (
                f"{source.path}:{node.lineno}"  # type: ignore[attr-defined]
            )


def test_no_code_from_outside_is_run() -> None:
    barred = {"eval", "exec", "pickle.loads", "pickle.load", "marshal.loads", "os.system"}
    for source in sources():
        for node in source.nodes:
            assert called(node) not in barred, f"{source.path}:{node.lineno}"  # type: ignore[attr-defined]
            if isinstance(node, ast.keyword) and node.arg == "shell":
                assert isinstance(node.value, ast.Constant) and not node.value.value, source.path


def test_no_loop_runs_inside_the_loop() -> None:
    """`processEvents` in a task wakes other tasks inside of it: they are lost."""
    for source in sources("widgets"):
        for node in source.nodes:
            assert not called(node).endswith("processEvents"), (
                f"{source.path}:{node.lineno}"  # type: ignore[attr-defined]
            )


def test_tls_is_verified() -> None:
    for source in sources():
        for node in source.nodes:
            text = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
            assert text not in ("ssl.CERT_NONE", "ssl._create_unverified_context"), source.path
            if isinstance(node, ast.Assign) and "check_hostname" in ast.unparse(node.targets[0]):
                assert ast.unparse(node.value) != "False", f"{source.path}:{node.lineno}"


def test_nothing_is_left_undone() -> None:
    words = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b")
    for source in sources():
        for number, line in enumerate((ROOT / source.path).read_text("utf-8").splitlines(), 1):
            assert not words.search(line), f"{source.path}:{number}"


def test_tests_wait_for_conditions_not_for_time() -> None:
    for source in sources("tests"):
        if not source.path.name.startswith("test_"):
            continue
        for node in source.nodes:
            name = called(node)
            if name in ("time.sleep", "sleep", "asyncio.sleep", "QTest.qWait"):
                assert isinstance(node, ast.Call)
                value = node.args[0] if node.args else None
                zero = isinstance(value, ast.Constant) and value.value == 0
                assert name == "asyncio.sleep" and zero, f"{source.path}:{node.lineno}"


def test_no_file_names_a_path_of_one_machine() -> None:
    kinds = ("*", ".ci/*", "docs/**/*", "app/**/*.py", "widgets/**/*.py", "tests/**/*.py")
    kinds += ("assets/**/*.toml", "assets/**/*.po", "assets/**/*.md", "themes/*", ".gitignore")
    for path in text_files(*kinds):
        if path.suffix in (".png", ".pyc", ".db"):
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            assert not MACHINE_PATHS.search(line), f"{path.relative_to(ROOT)}:{number}"
