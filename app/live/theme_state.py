"""How one theme stands: its values in the order in which they stand out, what is open at its
bureaus, and by which of its figures the districts can be told apart."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import ClassVar

import msgspec

from app.core import keys
from app.core.catalog import Catalog
from app.core.directory import Theme
from app.core.model import AlarmKind, Event, EventStatus, Level, Ms, Warning
from app.core.privacy import Privacy
from app.live.picture import Picture
from app.live.summary import Tally, standing, tally
from app.live.view import ValueView
from app.live.warnings import is_open, is_practice
from app.rules.plan import theme_code

PILLARS = ("governance", "urban_ops", "safety", "traffic")
"""四大治理: 大综治, 大城管, 大应急, 大交通, the way in for the whole house."""
KINDS = ("province", "pillar", "city", "scenario")


class ThemeState(msgspec.Struct, frozen=True):
    """`ordered`: what stands out most comes first. `worst` is the gravest level of a live value."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    tally: Tally
    ordered: tuple[ValueView, ...]

    @property
    def worst(self) -> Level:
        """The gravest level among the live values."""
        return self.tally.worst


class Open(msgspec.Struct, frozen=True):
    """What is not settled at the bureaus of a theme; missed targets are counted apart."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    warnings: int = 0
    targets: int = 0
    events: int = 0


def members(catalog: Catalog, theme: str) -> tuple[str, ...]:
    """The indicators of a theme: those of its index, then those without limits that no index can
    take, in the order of the catalogue."""
    spec = catalog.plan.specs.get(theme_code(theme))
    of_index = {item.code for item in spec.members} if spec is not None else set()
    return tuple(
        item.code for item in catalog.indicators if item.theme == theme or item.code in of_index
    )


def state_of_theme(views: Iterable[ValueView], catalog: Catalog) -> ThemeState:
    """Count and order the values of a theme."""
    found = list(views)
    ordered = sorted(found, key=lambda view: standing(view, catalog.quantity(view.key)))
    return ThemeState(tally(found), tuple(ordered))


def kind_of(theme: Theme) -> str:
    """Under which heading a theme stands; a kind of its own is shown with the city's."""
    if theme.code in PILLARS:
        return "pillar"
    return theme.kind if theme.kind in KINDS else "city"


def by_kind(themes: Sequence[Theme]) -> list[tuple[str, tuple[Theme, ...]]]:
    """Themes under their headings, pillars in the order of the house."""
    found = []
    for kind in KINDS:
        group = [theme for theme in themes if kind_of(theme) == kind]
        if kind == "pillar":
            group.sort(key=lambda theme: PILLARS.index(theme.code))
        if group:
            found.append((kind, tuple(group)))
    return found


def bureaus_of(catalog: Catalog, theme: Theme) -> frozenset[str]:
    """The bureau that leads a theme, and those whose indicators it has."""
    owners = {catalog.quantities[code].bureau for code in members(catalog, theme.code)}
    return frozenset(owners | {theme.lead_bureau}) - {""}


def open_matters(
    picture: Picture,
    bureaus: Collection[str],
    codes: Collection[str],
    models: Mapping[str, str],
    now: Ms,
) -> Open:
    """Count what is open: events of the bureaus; warnings about an indicator of `codes`, or of a
    model that answers to one of the bureaus (`models`: bureau by model). Exercises are not."""
    warnings = targets = 0
    for sourced in picture.warnings.values():
        record = sourced.record
        if not isinstance(record, Warning) or not is_open(record, now):
            continue
        if is_practice(record, picture.world):
            continue
        about = keys.parse(record.key).code if record.key else ""
        if about not in codes and models.get(record.model, "") not in bureaus:
            continue
        if record.kind is AlarmKind.TARGET:
            targets += 1
        else:
            warnings += 1
    events = sum(
        isinstance(item.record, Event)
        and item.record.status is not EventStatus.CLOSED
        and item.record.bureau in bureaus
        for item in picture.events.values()
    )
    return Open(warnings, targets, events)


def told_by_district(
    catalog: Catalog, theme: str, held: Collection[str], regions: Sequence[str]
) -> str:
    """The code by which the districts of a theme can be set side by side: its index where two of
    them have one, else its weightiest indicator that two of them have; empty for none."""
    weightiest = sorted(members(catalog, theme), key=lambda code: -catalog.quantities[code].weight)
    for code in (theme_code(theme), *weightiest):
        if sum(keys.reading_key(code, region) in held for region in regions) > 1:
            return code
    return ""
