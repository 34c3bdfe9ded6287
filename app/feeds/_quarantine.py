"""What was refused and why: counters per reason, and a few masked samples of each.

A sample may be looked at and written, so nothing of it is kept that has no privacy class: in a
JSON text only fields that our own records call public keep their text; what is no JSON keeps its
length only.
"""

from collections import Counter, deque
from typing import Any

import msgspec

from app.core.model import DeviceStatus, Event, Ms, Position, Reading, Stock, Warning
from app.core.privacy import MASK, Privacy, field_classes, mask_text
from app.live.feed_detail import Sample

SAMPLES = 20
MAX_SAMPLE = 400
_DEPTH = 6
_ITEMS = 20
_RECORDS: tuple[type[msgspec.Struct], ...] = (
    Reading,
    Event,
    Warning,
    DeviceStatus,
    Position,
    Stock,
)
_PUBLIC = frozenset(
    name
    for record in _RECORDS
    for name, privacy in field_classes(record).items()
    if privacy is Privacy.PUBLIC
)


class Quarantine:
    """Per feed; bounded, the newest samples stay."""

    def __init__(self) -> None:
        self.reasons: Counter[str] = Counter()
        self._samples: deque[Sample] = deque(maxlen=SAMPLES)
        self._seen: Counter[str] = Counter()

    def put(self, now: Ms, reason: str, sample: object, count: int = 1) -> None:
        """Count a refusal; every reason keeps its first samples and then one in a hundred."""
        self.reasons[reason] += count
        self._seen[reason] += 1
        seen = self._seen[reason]
        if seen <= SAMPLES // 4 or seen % 100 == 0:
            self._samples.append(Sample(now, reason, describe(sample)))

    def samples(self) -> list[Sample]:
        """The samples kept, oldest first."""
        return list(self._samples)


def describe(sample: object) -> str:
    """A short text of a refused record that is safe to write."""
    if isinstance(sample, msgspec.Struct):
        sample = msgspec.to_builtins(sample)
    elif isinstance(sample, bytes | bytearray | memoryview | str):
        size = len(sample)
        try:
            sample = msgspec.json.decode(sample)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return f"<{size} bytes, not JSON>"
    cleaned = _clean(sample, "", 0)
    return msgspec.json.encode(cleaned).decode("utf-8", "replace")[:MAX_SAMPLE]


def _clean(value: Any, name: str, depth: int) -> Any:
    if depth > _DEPTH:
        return "..."
    if isinstance(value, dict):
        items = list(value.items())[:_ITEMS]
        return {str(key)[:40]: _clean(item, str(key), depth + 1) for key, item in items}
    if isinstance(value, list | tuple):
        return [_clean(item, name, depth + 1) for item in value[:_ITEMS]]
    if isinstance(value, bool) or value is None:
        return value
    if name not in _PUBLIC:
        return MASK
    return mask_text(value)[:80] if isinstance(value, str) else value
