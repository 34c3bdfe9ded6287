"""Finding what registers by its class line, without importing what is not used (rules 1 and 7).

A module `ws_json.py` in a package holds the class whose line says `kind="ws-json"`. Listing the
names reads a folder; a module is imported on first use. This is the only deferred import.
"""

import importlib
import pkgutil
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Generic, TypeVar

T = TypeVar("T")


class UnknownKind(LookupError):
    """No file of that name in the package."""


class Registry(Generic[T]):
    """The classes of one package that derive from one base and carry a `kind`."""

    def __init__(self, package: str, base: type[T]) -> None:
        self._package = package
        self._base = base
        self._loaded: dict[str, type[T]] = {}

    def names(self) -> list[str]:
        """Every kind there is, sorted; imports the package but none of its modules."""
        return list(_names(*_stamped(importlib.import_module(self._package).__path__)))

    def load(self, kind: str) -> type[T]:
        """The class of a kind; raises UnknownKind with the kinds that exist."""
        if kind not in self._loaded:
            names = self.names()
            if kind not in names:
                known = ", ".join(names)
                raise UnknownKind(f"{kind!r} is not one of: {known}")
            module = importlib.import_module(f"{self._package}.{kind.replace('-', '_')}")
            self._loaded[kind] = self._find(module.__dict__.values(), kind)
        return self._loaded[kind]

    def _find(self, values: object, kind: str) -> type[T]:
        assert hasattr(values, "__iter__")
        for value in values:
            if (
                isinstance(value, type)
                and issubclass(value, self._base)
                and value.__dict__.get("kind") == kind
            ):
                return value
        raise UnknownKind(f"{self._package}: the file of {kind!r} holds no class of that kind")


def _stamped(folders: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Folders with the moments at which a file came to them or went."""
    places = map(Path, folders)
    return tuple((str(place), place.stat().st_mtime_ns) for place in places if place.is_dir())


@lru_cache(maxsize=64)
def _names(*folders: tuple[str, int]) -> tuple[str, ...]:
    """The kinds that lie in folders, sorted; read anew when a folder changed. A start asks two
    hundred times."""
    found = (module.name for module in pkgutil.iter_modules([path for path, _ in folders]))
    return tuple(sorted(name.replace("_", "-") for name in found if not name.startswith("_")))


def deferred(module: str) -> ModuleType:
    """A module that is dear to import and seldom needed, on its first use."""
    return importlib.import_module(module)
