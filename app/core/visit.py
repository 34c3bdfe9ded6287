"""What a city does not show while visitors are in the room: the content of its `visit.toml`."""

from fnmatch import fnmatchcase
from typing import Annotated, ClassVar

import msgspec

from app.core.privacy import Privacy

Patterns = Annotated[
    tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=120)], ...],
    msgspec.Meta(max_length=2000),
]


class VisitRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Codes and ids, with `*` for any signs: kinds of events, models whose hints are, cameras (by
    their id or their point's), indicators. What is of class `internal` is hidden without a word.
    """

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    hidden_events: Patterns = ()
    hidden_models: Patterns = ()
    hidden_cameras: Patterns = ()
    hidden_indicators: Patterns = ()


def listed(code: str, patterns: Patterns) -> bool:
    """Whether a code is one of these."""
    return any(fnmatchcase(code, pattern) for pattern in patterns)
