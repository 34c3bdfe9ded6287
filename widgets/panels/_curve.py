"""What an indicator's plot shows beside its line, and what is said about it over the plot."""

from app.core import wording
from app.core.catalog import HOUR, Quantity
from app.core.model import Ms
from app.live.compare import LEAST_DAYS, limits
from app.live.view import ValueView
from widgets.context import Context
from widgets.models.story import Range, Story
from widgets.panels._anomalies import marks_of
from widgets.panels._plot import Curve, TrendPlot
from widgets.panels._sheet import decimals_of, target_now, targets_of

WITHOUT_BAND = (Range.YEAR, Range.DECADE)
"""In so wide a plot the band of each hour would be a wall."""


def curve_of(
    context: Context, key: str, quantity: Quantity, story: Story, span: Range | None, now: Ms
) -> Curve:
    """The line with its band, limits, last year, target, versions and anomalies."""
    band = None
    if story.band is not None and span not in WITHOUT_BAND:
        low, high = story.band.at(story.band_times.tolist(), context.zone)
        band = (story.band_times, low, high)
    return Curve(
        times=story.times,
        values=story.values,
        since=story.since,
        until=story.until,
        holes=story.holes,
        band=band,
        limits=[(level, value) for level, value, _ in limits(quantity)],
        decimals=quantity.decimals,
        marks=marks_of(context, key, story),
        last_year=story.last_year,
        target=target_of(context, key, now),
        versions=(story.versions, context.text("detail.version_changed")),
    )


def target_of(context: Context, key: str, now: Ms) -> tuple[float, str] | None:
    """The figure of the plan that is aimed at now: a line and a word, never a warning."""
    for target in targets_of(context, key):
        year, value = target_now(target, now, context)
        return value, context.text("detail.target.line", year=year)
    return None


def notes_of(
    context: Context,
    view: ValueView,
    story: Story,
    span: Range | None,
    plot: TrendPlot | None,
    now: Ms,
) -> list[str]:
    """What the band, hatching, thin line and axis mean; `plot` None where nothing is drawn."""
    text, found = context.text, []
    if story.band is not None and span not in WITHOUT_BAND:
        found.append(text("panels.history.band", days=story.band.days))
    elif view.period_ms <= HOUR and story.band is None:
        found.append(text("panels.history.no_band", days=LEAST_DAYS))
    if story.holes:
        found.append(text("panels.history.hatched"))
    if story.last_year is not None:
        found.append(text("detail.year_line"))
    if plot is None:
        return found
    target = target_of(context, view.key, now)
    if target is not None and not plot.reaches(target[0]):
        # So far from the line that it has no room.
        value = wording.number(target[0], decimals_of(target[0]))
        found.append(text("detail.target.off", target=target[1], value=value))
    if not plot.begins_at_zero:
        found.append(text("panels.history.not_from_zero"))
    return found
