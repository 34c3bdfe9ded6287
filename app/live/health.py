"""The health of feeds as the living parts name it; the records are `app.core.health`'s, because the
envelope between a gatherer and its seats carries them too."""

from app.core.health import SLOTS, FeedHealth, FeedState

__all__ = ["SLOTS", "FeedHealth", "FeedState"]
