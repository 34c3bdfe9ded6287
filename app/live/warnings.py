"""What acknowledging a warning and marking it false have in common."""

from app.core.decision import Acknowledgement, Effect
from app.core.message import Refusal, message
from app.core.model import Ms, Sourced, Warning, WarningState, WarningStatus, World
from app.live.command import Changes
from app.live.hub import Kind
from app.live.picture import Picture


def is_open(warning: Warning, now: Ms) -> bool:
    """Whether a warning still stands: not cancelled by its issuer, not past its end."""
    ended = bool(warning.expires) and warning.expires <= now
    return warning.state is not WarningState.CANCELLED and not ended


def is_practice(warning: Warning, world: World) -> bool:
    """Whether a warning is not meant on a screen of a world: a test never is, an exercise only in
    a drill, and neither is anything that comes from a drill into the real city."""
    if warning.status is WarningStatus.TEST:
        return True
    exercise = warning.status is WarningStatus.EXERCISE or warning.world is World.DRILL
    return exercise and world is not World.DRILL


def holds(acknowledgement: Acknowledgement | None, warning: Warning) -> bool:
    """Whether somebody acknowledged a warning as grave as it is now; a graver one asks again."""
    return acknowledgement is not None and warning.level.rank <= acknowledgement.level.rank


def open_warning(picture: Picture, id_: str, now: Ms) -> Warning:
    """The warning of an id; raises Refusal where there is none or it is over."""
    sourced: Sourced | None = picture.warnings.get(id_)
    if sourced is None or not isinstance(sourced.record, Warning):
        raise Refusal(message("warning.unknown", id=id_))
    if not is_open(sourced.record, now):
        raise Refusal(message("warning.over", title=sourced.record.title))
    return sourced.record


def show(picture: Picture, effects: tuple[Effect, ...]) -> Changes:
    """Put what was said of warnings into the picture."""
    said = [effect for effect in effects if isinstance(effect, Acknowledgement)]
    for acknowledgement in said:
        picture.acknowledged[acknowledgement.warning] = acknowledgement
    return ((Kind.WARNING, tuple(item.warning for item in said)),)
