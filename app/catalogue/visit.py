"""`visit.toml`: read, and checked against the lists that it names things of."""

from collections.abc import Collection, Sequence
from importlib.resources.abc import Traversable

import msgspec

from app.catalogue.faults import Faults
from app.config import locate, parse_toml
from app.core.directory import Camera
from app.core.visit import VisitRules, hides_camera, listed

FILE = "visit.toml"


def read_visit(
    folder: Traversable,
    events: Collection[str],
    models: Collection[str],
    indicators: Collection[str],
    cameras: Sequence[Camera],
    platforms: Collection[str],
    faults: Faults,
) -> VisitRules:
    """What is hidden from visitors, its cameras by their ids and by the patterns for those that
    `platforms` list; nothing where there is no file.

    A pattern that fits nothing in its list hides nothing, which nobody would notice: it is a
    fault. Raises ConfigError where the file cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        return VisitRules()
    text = path.read_text(encoding="utf-8")
    rules = parse_toml(text, VisitRules, FILE)
    names = {name for item in cameras for name in (item.id, item.point, item.name_zh)}
    for key, file, known in (
        ("hidden_events", "event_types.csv", events),
        ("hidden_models", "warning_models.csv", models),
        ("hidden_indicators", "indicators.csv", indicators),
        ("hidden_cameras", "cameras.csv", names),
    ):
        # A list that a city does not have says nothing of what there is.
        for pattern in getattr(rules, key) if (folder / file).is_file() else ():
            # Which cameras a platform has is not known before it lists them.
            of_platform = known is names and pattern.partition(":")[0] in platforms
            if not of_platform and not any(listed(code, (pattern,)) for code in known):
                line = locate(text, key)
                faults.add("cities.unknown", FILE, line, key, code=pattern, known=file)
    wanted = rules.hidden_cameras
    hidden = [item.id for item in cameras if hides_camera(item, wanted)]
    more = tuple(dict.fromkeys((*rules.hidden_listed, *wanted)))
    return msgspec.structs.replace(rules, hidden_cameras=tuple(hidden), hidden_listed=more)
