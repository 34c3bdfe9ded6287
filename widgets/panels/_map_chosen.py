"""The map and what is chosen on the seat: each follows the other.

What is picked on a map is what the other panels are about; what they choose (an event, a warning,
a device, a district) is flown to, once for all views of a map, also when it was chosen while no
map was seen.
"""

from app.live.map_orders import shared_or
from app.live.map_state import MapState, Picked
from widgets.context import Context
from widgets.map_house import MapHouse
from widgets.panels._map_thing import subject_of
from widgets.selection import Subject

FOLLOWED = (Subject.EVENT, Subject.WARNING, Subject.DEVICE, Subject.REGION)
"""Where several change at once, the first is gone to: a district is only where it lies."""


class ChosenOnMap:
    """Of one map panel: `look` at what changed on the seat gives the command to be done (or none),
    `tell` says on the seat what was picked or drilled into."""

    def __init__(self, context: Context, state: MapState) -> None:
        self._context = context
        self._picked: Picked | None = state.picked  # known already: a new theme tells nothing
        self._region = state.region

    def tell(self, house: MapHouse, name: str, state: MapState) -> None:
        """What was picked, and the district that was gone into, are chosen on the seat."""
        picked, region = state.picked, state.region
        if region != self._region:
            self._region = region
            self._choose(house, name, Subject.REGION, region)
        if picked != self._picked:
            self._picked = picked
            if picked is not None and house.atlas is not None:
                layer = house.atlas.configs.get(picked.layer)
                subject = house.atlas.layer(picked.layer).subject if layer is not None else ""
                self._choose(house, name, *subject_of(picked, subject))

    def _choose(self, house: MapHouse, name: str, subject: str, id_: str) -> None:
        wanted = next((one for one in FOLLOWED if one == subject), None)
        if wanted is not None and id_:
            house.flown[name, wanted] = id_  # it is there already
            self._context.selection.choose(wanted, id_)

    def look(self, house: MapHouse, name: str, state: MapState, keys: frozenset[str]) -> str:
        """The flight to what was chosen elsewhere."""
        for subject in FOLLOWED:
            if f"selection/{subject}" in keys and (
                text := self._flight(house, name, state, subject)
            ):
                return text
        return ""

    def begin(self, house: MapHouse, name: str, state: MapState) -> str:
        """The flight to what was chosen last, while no map was seen."""
        last = self._context.selection.last
        return self._flight(house, name, state, last) if last in FOLLOWED else ""

    def _flight(self, house: MapHouse, name: str, state: MapState, subject: Subject) -> str:
        id_, picked = self._context.selection[subject], state.picked
        if not id_ or house.flown.get((name, subject)) == id_:
            return ""
        house.flown[name, subject] = id_
        if picked is not None and picked.id in (id_, f"{subject}:{id_}"):
            return ""
        if subject is Subject.REGION and state.region == id_:
            return ""
        return f"fly-to {subject}:{id_}{shared_or(name)}"
