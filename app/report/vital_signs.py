"""The dashboard as a document of one page: verdict, indices, what changed, what is missing.

Everything is read at one moment, by the same rules as the screens read it.
"""

from typing import ClassVar
from zoneinfo import ZoneInfo

import msgspec

from app.config import CityConfig
from app.core import wording
from app.core.catalog import Catalog
from app.core.i18n import Translator
from app.core.index import Contribution
from app.core.keys import reading_key
from app.core.model import Ms, World
from app.core.privacy import Privacy, mask_text
from app.live.alarms import Card
from app.live.headline import board_specs
from app.live.index_missing import missing
from app.live.picture import Picture
from app.live.saying import sentences
from app.live.targets import Standing, progress
from app.live.view import ValueView, value_view
from app.report.as_csv import local
from app.report.document import Block, Document, Paragraph, Table

MOST_CHANGED = 8
MOST_WARNINGS = 8
LEAST_POINTS = 0.05


class Scope(msgspec.Struct, frozen=True):
    """What a report is made of, all at the moment `now`."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    picture: Picture
    catalog: Catalog
    city: CityConfig
    cards: tuple[Card, ...]
    now: Ms
    zone: ZoneInfo
    words: Translator

    def view(self, key: str) -> ValueView:
        """How one value stands at the moment of the report."""
        return value_view(self.picture, self.catalog, key, self.now)

    def moment(self, at: Ms | None) -> str:
        """A moment as short as is clear."""
        if at is None:
            return wording.NO_VALUE
        return wording.moment(at, self.now, self.zone, self.words)


def vital_signs(scope: Scope, foot: str) -> Document:
    """The document; `foot` says who made it and by which command."""
    say, city = scope.words.text, scope.city
    name = scope.words.pick(city.name_zh, city.name_en)
    world = scope.picture.world
    blocks = [
        Block(say("report.verdict"), (_verdict(scope),)),
        Block(say("report.indices"), (_indices(scope),)),
        Block(say("report.changed"), (_changed(scope),)),
        Block(say("report.missing"), (_missing(scope),)),
        Block(say("report.warnings"), (_warnings(scope),)),
        *_missed(scope),
    ]
    return Document(
        title=say("report.title", city=name),
        subtitle=say("report.subtitle", at=local(scope.now, scope.zone)),
        mark="" if world is World.REAL else say(f"export.world.{world.value}"),
        blocks=tuple(blocks),
        foot=foot,
        language=scope.words.language,
    )


def _verdict(scope: Scope) -> Paragraph:
    headline = scope.picture.briefing.headline  # what the screens say, not a judgement of its own
    if headline is None:
        return Paragraph(scope.words.text("report.none"))
    text = sentences(headline, scope.words, scope.zone)[0]
    evidence = scope.words.text("report.evidence", at=scope.moment(headline.evidence))
    return Paragraph(text, evidence, strong=True)


def _missed(scope: Scope) -> list[Block]:
    """Targets whose year has ended and that were not met; no block for a city without a plan."""
    rows = []
    for target in scope.catalog.targets:
        key = reading_key(target.indicator, scope.city.code) if target.indicator else ""
        view = scope.view(key) if key else None
        found = progress(target, view, scope.now, scope.zone)
        if found.standing is not Standing.MISSED or view is None or found.wanted is None:
            continue
        unit = scope.words.pick(target.unit, target.unit_en)
        rows.append(
            (
                scope.words.pick(target.name_zh, target.name_en),
                f"{wording.number(view.value, view.decimals)} {unit}".strip(),
                f"{wording.number(found.wanted, view.decimals)} {unit} ({found.year})",
                scope.moment(view.as_of),
                _source(scope, view.source),
            )
        )
    if not rows:
        return []
    columns = _columns(scope, "name", "value", "wanted", "time", "source")
    table = Table(columns, tuple(rows[:MOST_WARNINGS]), frozenset({1, 2}))
    return [Block(scope.words.text("report.targets"), (table,))]


def _columns(scope: Scope, *names: str) -> tuple[str, ...]:
    return tuple(scope.words.text(f"report.column.{name}") for name in names)


def _indices(scope: Scope) -> Table:
    whole, specs = board_specs(scope.catalog.plan)
    rows = []
    for spec in (*((whole,) if whole else ()), *specs):
        key = reading_key(spec.code, scope.city.code)
        result = scope.picture.indices.results.get(key)
        move = scope.picture.indices.moves.get(key)
        shown = scope.words.text("report.not_published")
        if result is not None and result.value is not None:
            shown = wording.number(result.value, 1)
            if result.served:
                shown = scope.words.text("report.served", value=shown)
        rows.append(
            (
                scope.words.pick(spec.name_zh, spec.name_en),
                shown,
                wording.number(move.amount if move else None, 1, signed=True),
                wording.percent(result.effective if result else None),
                scope.moment(result.evidence if result else None),
            )
        )
    columns = _columns(scope, "index", "value", "move", "effective", "evidence")
    return Table(columns, tuple(rows), frozenset({1, 2, 3}))


def _changed(scope: Scope) -> Table | Paragraph:
    """What moved the indices most; each with its value now, its source and time."""
    _, specs = board_specs(scope.catalog.plan)
    found: list[tuple[str, Contribution]] = []
    for spec in specs:
        move = scope.picture.indices.moves.get(reading_key(spec.code, scope.city.code))
        name = scope.words.pick(spec.name_zh, spec.name_en)
        if move is not None:
            found += [(name, item) for item in move.contributions]
    found = [pair for pair in found if abs(pair[1].amount) >= LEAST_POINTS]
    found.sort(key=lambda pair: -abs(pair[1].amount))
    if not found:
        return Paragraph(scope.words.text("report.none"))
    rows = tuple(_changed_row(scope, name, item) for name, item in found[:MOST_CHANGED])
    columns = _columns(scope, "name", "index", "points", "change", "time", "source")
    return Table(columns, rows, frozenset({2}))


def _changed_row(scope: Scope, index: str, item: Contribution) -> tuple[str, ...]:
    view = scope.view(item.key)
    unit = scope.words.pick(view.unit, view.unit_en)
    before = wording.number(item.before, view.decimals)
    after = wording.number(item.after, view.decimals)
    return (
        scope.words.pick(view.label_zh, view.label_en),
        index,
        wording.number(item.amount, 1, signed=True),
        f"{before} → {after} {unit}".strip(),
        scope.moment(view.as_of),
        _source(scope, view.source),
    )


def _source(scope: Scope, source: str) -> str:
    health = scope.picture.feeds.get(source)
    return scope.words.pick(health.name_zh, health.name_en) if health is not None else source


def _missing(scope: Scope) -> Table | Paragraph:
    _, specs = board_specs(scope.catalog.plan)
    rows = []
    for spec in specs:
        key = reading_key(spec.code, scope.city.code)
        for item in missing(scope.picture, scope.catalog, key, scope.now):
            bureau = scope.catalog.bureaus.get(item.bureau)
            rows.append(
                (
                    scope.words.pick(spec.name_zh, spec.name_en),
                    scope.words.pick(bureau.short_zh, bureau.name_en) if bureau else item.bureau,
                    wording.percent(item.share, 1),
                    scope.moment(item.since),
                )
            )
    if not rows:
        return Paragraph(scope.words.text("report.none"))
    columns = _columns(scope, "index", "bureau", "share", "since")
    return Table(columns, tuple(rows[:MOST_CHANGED]), frozenset({2}))


def _kind_word(scope: Scope, card: Card) -> str:
    """Which kind of warning; of what is not meant, that it is not."""
    kind = "practice" if card.practice else card.warning.kind.value
    return scope.words.text(f"report.warning.{kind}")


def _warnings(scope: Scope) -> Table | Paragraph:
    """Open warnings, their kinds told apart by a word."""
    if not scope.cards:
        return Paragraph(scope.words.text("report.none"))
    rows = []
    for card in scope.cards[:MOST_WARNINGS]:
        item = card.warning
        region = scope.catalog.regions.get(item.region)
        place = scope.words.pick(region.name_zh, region.name_en) if region else ""
        level = scope.words.text(f"level.word_{item.level.value}") if item.level.rank else ""
        rows.append(
            (
                _kind_word(scope, card),
                level,
                mask_text(item.title),
                place,
                scope.moment(item.issued),
            )
        )
    columns = _columns(scope, "kind", "level", "title", "place", "time")
    return Table(columns, tuple(rows))
