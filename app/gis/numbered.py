"""Things that are called by a number: `路灯 12`, `灯杆12号`, `清晏大道灯杆 12`, `网格 3`.

Their names and codes hold the number somewhere (`清晏大道 12 号灯杆`, `QY-012`), so it is looked up
as a number, not as characters.
"""

import re
from collections.abc import Iterable, Sequence

from app.core.text import folded
from app.gis.places import Place

_WORDS = {
    "lamp": "路灯杆|路灯|灯杆|灯|lamp ?posts?|lamps?|street ?lights?",
    "grid": "网格|grid",
}
"""What an officer calls each kind."""
_ASKED = re.compile(
    "(.*?)(?:" + "|".join(f"(?P<{kind}>{words})" for kind, words in _WORDS.items()) + ")"
    r"\s*(?:编号|号|no\.?|第)?\s*[:#]?\s*(?P<number>[a-z]{0,4}-?\d[\da-z-]{0,20})\s*(?:号杆|号|#|杆)?"
)
_NUMBERS = re.compile(r"\d+")
_LONGEST = 60


class Numbered:
    """The numbered things of some places, by kind and number."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._by: dict[tuple[str, int], list[Place]] = {}
        for place in places:
            if place.kind in _WORDS:
                for number in _numbers(place):
                    self._by.setdefault((place.kind, number), []).append(place)

    def find(self, text: str, limit: int, kinds: Sequence[str] = ()) -> list[Place]:
        """Those that a text means, the whole code first; none where it names no kind and number."""
        asked = _ASKED.fullmatch(folded(text)) if len(text) <= _LONGEST else None
        if asked is None:
            return []
        kind = next(name for name in _WORDS if asked[name])
        if kinds and kind not in kinds:
            return []
        road, wanted = asked[1].strip(), asked["number"]
        number = int(_NUMBERS.findall(wanted)[-1])
        found = [
            place for place in self._by.get((kind, number), ()) if road in folded(place.name_zh)
        ]
        if not wanted.isdecimal():
            found = [place for place in found if folded(place.id).endswith(wanted)]
        return sorted(found, key=lambda place: folded(place.id) != wanted)[:limit]


def _numbers(place: Place) -> set[int]:
    """Every number of the name, and the last of the code."""
    codes = _NUMBERS.findall(place.id)[-1:]
    return {
        int(digits) for digits in (*_NUMBERS.findall(place.name_zh), *codes) if len(digits) < 16
    }
