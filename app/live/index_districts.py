"""The indices of a city's districts: of what each is known to report, its weights made to sum to 1.

Only what means the same in a part of the city counts (`app.rules.parts`). A district's index says
how many members it has; the least share is of those.
"""

from collections.abc import Iterable, Mapping

import msgspec

from app.core import keys
from app.core.catalog import Catalog
from app.core.index import IndexKind, IndexPlan, IndexSpec, Member
from app.live.index_region import RegionIndices
from app.live.picture import Picture
from app.rules.parts import holds_for_parts


class Districts:
    """By the code of a district; grows as the picture gets keys of districts."""

    def __init__(self, catalog: Catalog, city: str) -> None:
        self.regions: dict[str, RegionIndices] = {}
        self._catalog = catalog
        self._known: dict[str, dict[str, str]] = {
            code: {} for code in catalog.regions if code != city
        }
        self._counted = {
            member.code
            for spec in catalog.plan.specs.values()
            for member in spec.members
            if (quantity := catalog.quantities.get(member.code)) and holds_for_parts(quantity)
        }
        self._changed: dict[str, set[str]] = {}
        self._next = 0

    def meet(self, new: Iterable[str], picture: Picture) -> None:
        """Keys that the picture did not have before."""
        grown = set()
        for key in new:
            parts = keys.parse(key)
            known = self._known.get(parts.region)
            if known is None or parts.qualifier or parts.code not in self._counted:
                continue
            known[parts.code] = key
            grown.add(parts.region)
        for region in grown:
            self._make(region, picture)

    def _make(self, region: str, picture: Picture) -> None:
        catalog, known = self._catalog, self._known[region]
        plan = district_plan(catalog.plan, known)
        if not plan.specs:
            return
        made = RegionIndices(region, plan, catalog.quantities, known)
        made.take(picture, known.values())
        self.regions[region] = made

    def mark(self, changed: Iterable[str]) -> None:
        """Keys of the picture changed; what is of a district waits for its turn."""
        if not self.regions:
            return
        for key in changed:
            region = keys.parse(key).region
            if region in self.regions:
                self._changed.setdefault(region, set()).add(key)

    def turn(self, of: int) -> list[RegionIndices]:
        """The next districts, so that all have had their turn in `of` calls."""
        every = list(self.regions)
        count = -(-len(every) // of)
        chosen = [every[(self._next + step) % len(every)] for step in range(count)]
        self._next = (self._next + count) % max(1, len(every))
        return [self.regions[code] for code in chosen]

    def take(self, one: RegionIndices, picture: Picture) -> None:
        """What changed of a district since its last turn."""
        one.take(picture, self._changed.pop(one.region, ()))


def district_plan(plan: IndexPlan, known: Mapping[str, str]) -> IndexPlan:
    """The dimensions and themes of a plan over the indicators of `known` alone."""
    specs: dict[str, IndexSpec] = {}
    for spec in plan.specs.values():
        members = [member for member in spec.members if member.code in known]
        whole = sum(member.weight for member in members)
        if spec.kind is not IndexKind.CITY and members and whole > 0:
            own = tuple(Member(item.code, item.weight / whole) for item in members)
            specs[spec.code] = msgspec.structs.replace(spec, members=own)
    return msgspec.structs.replace(plan, specs=specs)
