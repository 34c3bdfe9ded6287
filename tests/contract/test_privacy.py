"""Every field of every Struct says how private it is (rule 10)."""

import ast
import importlib
from collections.abc import Iterator

import msgspec

from app.core.privacy import field_classes
from tests.contract.house import sources


def structs() -> Iterator[type[msgspec.Struct]]:
    """Every Struct of `app`, with all of its modules imported."""
    for source in sources("app"):
        if not source.module.endswith("__main__"):
            importlib.import_module(source.module)
    waiting = list(msgspec.Struct.__subclasses__())
    while waiting:
        found = waiting.pop()
        waiting.extend(found.__subclasses__())
        if found.__module__.startswith("app."):
            yield found


def test_every_field_has_a_class() -> None:
    found = list(structs())
    assert len(found) > 20
    for struct in found:
        assert set(field_classes(struct)) == set(struct.__struct_fields__)


def test_structs_of_the_windows_have_a_class_too() -> None:
    for source in sources("widgets"):
        for node in source.nodes:
            if isinstance(node, ast.ClassDef):
                bases = {ast.unparse(base) for base in node.bases}
                if bases & {"msgspec.Struct", "Struct"}:
                    named = {
                        item.target.id
                        for item in node.body
                        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
                    }
                    assert "__privacy__" in named, f"{source.path}:{node.lineno} {node.name}"
