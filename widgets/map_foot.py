"""What stands at the foot of a map: datum, what its base owes to its maker, how the base is."""

from app.core import wording
from app.core.model import Ms
from app.live.map_sides import Side
from app.live.map_state import MapState
from widgets.context import Context
from widgets.map_house import MapHouse

DATUM = "CGCS2000"
UNWELL = ("cached", "late", "lost", "refused")


def foot_lines(
    house: MapHouse, context: Context, state: MapState | Side, now: Ms, *, webgl: bool
) -> tuple[str, ...]:
    """Datum, source, 审图号 or that there is none, classification; then how the base is where that
    is not well, and why it is not the one that was chosen."""
    words = context.translator
    if house.bases is None:
        return (DATUM,)
    base, why = house.bases.shown(state.base, webgl=webgl)
    lines = [DATUM, *house.bases.foot(base, words)]
    if len(lines) == 1:
        lines.append(words.pick(context.city.attribution_zh, context.city.attribution_en))
    review = house.bases.review(base)
    if review is not None and review.health in UNWELL:
        lines.append(words.render(review.condition))
        if review.age_ms:
            lines.append(wording.ago(review.age_ms, words))
    notes = (why, review.note if review is not None else None)
    lines += [words.render(note) for note in notes if note is not None]
    return tuple(dict.fromkeys(line for line in lines if line))
