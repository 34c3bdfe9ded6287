"""How grave an earthquake is for a city: by its magnitude and its distance, by a table of ours.

Whole magnitudes less two, one step less for each reach that the distance exceeds: with the usual
reaches of 50, 150, 300, 600 and 1,000 km

| | to 50 km | to 150 | to 300 | to 600 | to 1,000 |
|---|---|---|---|---|---|
| M 3 | blue | | | | |
| M 4 | yellow | blue | | | |
| M 5 | orange | yellow | blue | | |
| M 6 | red | orange | yellow | blue | |
| M 7 | red | red | orange | yellow | blue |
| M 8 | red | red | red | orange | yellow |

It says who should look up, not what was damaged; the intensity that an authority states is another
thing, and so is the grade of response.
"""

from app.core.model import Level

_LEVELS = (Level.NONE, Level.BLUE, Level.YELLOW, Level.ORANGE, Level.RED)


def level(magnitude: float, km: float, reaches: tuple[float, ...]) -> Level:
    """The level at a distance; NONE beyond the last reach and for what is not felt."""
    beyond = sum(km > reach for reach in reaches)
    if beyond >= len(reaches):
        return Level.NONE
    return _LEVELS[min(4, max(0, int(max(0.0, magnitude) + 1e-9) - 2 - beyond))]
