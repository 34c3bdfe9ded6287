"""The order in which indices are worked out: members before what is made of them."""

from collections.abc import Mapping

from app.core.index import IndexSpec


def in_order(specs: Mapping[str, IndexSpec]) -> list[IndexSpec]:
    """The specs, members first, else in their own order; they must hold no cycle."""
    found: dict[str, IndexSpec] = {}

    def take(spec: IndexSpec) -> None:
        if spec.code not in found:
            for member in spec.members:
                if member.code in specs:
                    take(specs[member.code])
            found[spec.code] = spec

    for spec in specs.values():
        take(spec)
    return list(found.values())


def cycle_of(specs: Mapping[str, IndexSpec]) -> tuple[str, ...]:
    """The codes of a cycle among the specs, the first one again at the end; empty for none."""
    clear: set[str] = set()

    def search(code: str, path: tuple[str, ...]) -> tuple[str, ...]:
        if code in path:
            return (*path[path.index(code) :], code)
        if code in clear or code not in specs:
            return ()
        for member in specs[code].members:
            if found := search(member.code, (*path, code)):
                return found
        clear.add(code)
        return ()

    for code in specs:
        if found := search(code, ()):
            return found
    return ()
