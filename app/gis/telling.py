"""What a comparison of coordinates rests on, in sentences: for the command line and the windows."""

from collections.abc import Iterator

from app.core.message import Message, message
from app.gis import crs as systems
from app.gis.verdict import Tried, Verdict


def tried_lines(verdict: Verdict) -> Iterator[tuple[str, Message]]:
    """Each system that was tried (its title), and what was found."""
    for tried in verdict.tried:
        what = _what(tried)
        if what is not None:
            yield systems.title(tried.crs), what


def _what(tried: Tried) -> Message | None:
    left, sigma, median = (round(n) for n in (tried.left_m, tried.sigma_m, tried.median_m))
    if tried.left_m >= 0 and tried.median_m >= 0:
        return message("mapfile.cli.left", left=left, sigma=sigma, median=median)
    if tried.left_m >= 0:
        return message("mapfile.cli.left_names", left=left, sigma=sigma)
    if tried.median_m >= 0:
        return message("mapfile.cli.roads", median=median)
    if tried.inside >= 0:
        return message("mapfile.cli.inside", share=f"{100 * tried.inside:.1f}")
    return None
