"""The freshness law (rule 4): what a value's age says, given when a newer one was due.

Freshness follows from the moment observed, the expected period, the usual lag and the state of
the connection, never from where the value was loaded.
"""

from app.core.model import Freshness, Ms, Origin, World

LATE_AFTER_PERIODS = 2


def freshness(as_of: Ms | None, now: Ms, period: int, lag: int, *, connected: bool) -> Freshness:
    """The state of a value observed (or whose period ended) at `as_of`; all in milliseconds.

    Late means older than two expected periods and the usual lag although the line is up. With the
    line down every value is cached, however long its period: nobody can say that it still holds.
    """
    if as_of is None:
        return Freshness.NONE
    if not connected:
        return Freshness.CACHED
    return Freshness.LATE if now - as_of > LATE_AFTER_PERIODS * period + lag else Freshness.LIVE


def mode(world: World, fresh: Freshness, origin: Origin) -> str:
    """The worst word of the three axes, as it is shown beside the value."""
    if fresh is not Freshness.LIVE:
        return fresh.value
    if world in (World.REPLAY, World.DRILL):
        return world.value
    if origin in (Origin.ESTIMATED, Origin.COMPUTED):
        return origin.value
    return world.value if world is World.DEMO else Freshness.LIVE.value
