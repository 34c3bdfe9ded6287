"""The registry: names without imports, a class on first use."""

import os
import sys
from pathlib import Path

import pytest

from app.registry import Registry, UnknownKind


class Thing:
    """The base that files of the test package derive from."""

    kind = ""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    folder = tmp_path / "things_of_test"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "_base.py").write_text("raise RuntimeError('not for loading')\n")
    (folder / "broken.py").write_text("raise RuntimeError('imported')\n")
    (folder / "empty.py").write_text("")
    (folder / "fast_one.py").write_text(
        "from registered_thing import Thing\n\n\nclass FastOne(Thing):\n    kind = 'fast-one'\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(sys.modules, "registered_thing", sys.modules[__name__])
    yield folder.name
    for name in [name for name in sys.modules if name.startswith(folder.name)]:
        del sys.modules[name]


def test_names_are_read_from_the_folder_and_nothing_is_imported(package: str) -> None:
    assert Registry(package, Thing).names() == ["broken", "empty", "fast-one"]
    assert f"{package}.broken" not in sys.modules


def test_a_file_that_comes_later_is_seen(package: str, tmp_path: Path) -> None:
    registry = Registry(package, Thing)
    assert "later" not in registry.names()
    folder = tmp_path / package
    before = folder.stat().st_mtime_ns
    (folder / "later.py").write_text("")
    os.utime(folder, ns=(before, before + 1))  # whatever the file system's clock
    assert "later" in registry.names()


def test_a_kind_is_loaded_once(package: str) -> None:
    registry = Registry(package, Thing)
    found = registry.load("fast-one")
    assert issubclass(found, Thing) and found.kind == "fast-one"
    assert registry.load("fast-one") is found


@pytest.mark.parametrize("kind", ["no-such", "_base", "../empty", "", "FAST-ONE"])
def test_what_is_no_file_is_refused_with_the_kinds_there_are(package: str, kind: str) -> None:
    with pytest.raises(UnknownKind, match="fast-one"):
        Registry(package, Thing).load(kind)


def test_a_file_without_its_class(package: str) -> None:
    with pytest.raises(UnknownKind, match="holds no class"):
        Registry(package, Thing).load("empty")


def test_an_error_in_a_file_is_not_hidden(package: str) -> None:
    with pytest.raises(RuntimeError, match="imported"):
        Registry(package, Thing).load("broken")
