"""`visit.toml`: read, and checked against the lists that it names things of."""

from collections.abc import Collection, Sequence
from importlib.resources.abc import Traversable

import msgspec

from app.catalogue.faults import Faults
from app.config import locate, parse_toml
from app.core.directory import Camera
from app.core.visit import VisitRules, listed

FILE = "visit.toml"


def read_visit(
    folder: Traversable,
    events: Collection[str],
    models: Collection[str],
    indicators: Collection[str],
    cameras: Sequence[Camera],
    faults: Faults,
) -> VisitRules:
    """What is hidden from visitors, its cameras by their ids; nothing where there is no file.

    A pattern that fits nothing in its list hides nothing, which nobody would notice: it is a
    fault. Raises ConfigError where the file cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        return VisitRules()
    text = path.read_text(encoding="utf-8")
    rules = parse_toml(text, VisitRules, FILE)
    names = {name for item in cameras for name in (item.id, item.point)}
    for key, file, known in (
        ("hidden_events", "event_types.csv", events),
        ("hidden_models", "warning_models.csv", models),
        ("hidden_indicators", "indicators.csv", indicators),
        ("hidden_cameras", "cameras.csv", names),
    ):
        # A list that a city does not have says nothing of what there is.
        for pattern in getattr(rules, key) if (folder / file).is_file() else ():
            if not any(listed(code, (pattern,)) for code in known):
                line = locate(text, key)
                faults.add("cities.unknown", FILE, line, key, code=pattern, known=file)
    wanted = rules.hidden_cameras
    hidden = [item.id for item in cameras if listed(item.id, wanted) or listed(item.point, wanted)]
    return msgspec.structs.replace(rules, hidden_cameras=tuple(hidden))
