"""One index as it is shown, in words and numbers: for the boards, the cards and the verdict."""

from typing import ClassVar

import msgspec

from app.core import wording
from app.core.index import IndexMove, IndexResult, IndexSpec
from app.core.keys import reading_key
from app.core.model import Freshness, Ms
from app.core.privacy import Privacy
from app.live.drill import apportioned
from app.live.headline import board_specs
from app.live.index_missing import Missing, missing
from app.live.view import ValueView
from widgets.context import Context
from widgets.panels._act import act, has_scene
from widgets.panels._base import Panel
from widgets.panels._names import bureau_name
from widgets.screen_item import ScreenItem, record_item, value_item
from widgets.selection import Subject

SCENE = "index"
DECIMALS = 1
NOTES = ("attribute", "drive", "pressure", "vitality")
NAMED_MISSING = 2
LEAST_TOLD = 0.005  # of the weight of an index; less rounds to nothing


class Share(msgspec.Struct, frozen=True):
    """One line of what moved an index: `count` indicators that are not named; the amounts of one
    index add up to its move as shown."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    key: str
    name: str
    amount: float
    count: int = 0

    @property
    def text(self) -> str:
        """`+2.4`, `−0.7`, `0.0`."""
        return wording.number(self.amount, DECIMALS, signed=True)


class Shown(msgspec.Struct, frozen=True):
    """One index with all that must stand beside it. `why` says why there is no value."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    spec: IndexSpec
    key: str
    view: ValueView
    name: str
    note: str
    value: str
    change: str
    why: str
    served: bool
    effective: float
    evidence: Ms | None
    shares: tuple[Share, ...] = ()


def shown(context: Context, spec: IndexSpec, named: int) -> Shown:
    """How an index stands now, with its `named` largest contributions and the rest as one."""
    key = reading_key(spec.code, context.city.code)
    book, view = context.picture.indices, context.view(key)
    result, move = book.results.get(key), book.moves.get(key)
    value = result.value if result is not None else view.value
    published = value is not None
    return Shown(
        spec=spec,
        key=key,
        view=view,
        name=context.translator.pick(spec.name_zh, spec.name_en),
        note=note_of_index(context, spec),
        value=wording.number(value, DECIMALS),
        change=wording.change(move.amount, DECIMALS) if move is not None and published else "",
        why="" if published else withheld(context, result),
        served=result is not None and result.served,
        effective=result.effective if result is not None else 0.0,
        evidence=result.evidence if result is not None else view.as_of,
        shares=shares(context, move, named) if move is not None and published else (),
    )


def note_of_index(context: Context, spec: IndexSpec) -> str:
    """存量, 增量, 高为差, 活跃; of other indices only that high is bad."""
    name = spec.code.removeprefix("index.")
    if name in NOTES:
        return context.text(f"panels.dimension.{name}.note")
    return context.text("dash.high_is_bad") if spec.higher_is_worse else ""


def withheld(context: Context, result: IndexResult | None) -> str:
    """Why an index is not published."""
    if result is None:
        return context.text("dash.not_yet")
    least = round(context.picture.indices.plan.least * 100)
    share = int(result.effective * 100)
    return context.text("dash.verdict.unpublished", share=share, least=least)


def shares(context: Context, move: IndexMove, named: int) -> tuple[Share, ...]:
    """The largest contributions by name and all others as one line; they add up to the move as it
    is shown (largest remainder)."""
    parts = move.contributions
    first, rest = parts[:named], parts[named:]
    amounts = [part.amount for part in first]
    if rest:
        amounts.append(sum(part.amount for part in rest))
    units = apportioned(amounts, move.amount, DECIMALS)
    found = [
        Share(part.key, member_name(context, part.code), unit / 10**DECIMALS)
        for part, unit in zip(first, units, strict=False)
    ]
    if rest:
        name = context.text("dash.others", n=len(rest))
        found.append(Share("", name, units[-1] / 10**DECIMALS, len(rest)))
    return tuple(found)


def member_name(context: Context, code: str) -> str:
    """The name of an indicator, or of an index that is a member of another."""
    spec = context.picture.indices.plan.specs.get(code)
    if spec is not None:
        return context.translator.pick(spec.name_zh, spec.name_en)
    quantity = context.catalog.quantities.get(code)
    if quantity is None:
        return code
    return context.translator.pick(quantity.name_zh, quantity.name_en)


def evidence_text(context: Context, moment: Ms | None, now: Ms, key: str = "") -> str:
    """The age of what an index or a sentence rests on; of slow ones (by `key`) the period."""
    if moment is None:
        return ""
    quantity = context.catalog.quantity(key) if key else None
    if quantity is not None and quantity.period_ms >= wording.SLOW_FROM:
        return wording.age(
            moment, now, quantity.period_ms, Freshness.LIVE, context.zone, context.translator
        )
    age = now - moment
    if age < wording.RELATIVE_UP_TO:
        return wording.ago(max(0, age), context.translator)
    return wording.moment(moment, now, context.zone, context.translator)


def weight_text(context: Context, effective: float) -> str:
    """有效权重 96 %."""
    return context.text("dash.weight", share=int(effective * 100 + 1e-9))


def missing_text(context: Context, key: str, now: Ms) -> str:
    """缺 应急局 34 分钟，占权重 3 %: the largest that are not live; empty where all are."""
    held = _told_missing(context, key, now)
    said = [_one_missing(context, item, now) for item in held[:NAMED_MISSING]]
    if len(held) > NAMED_MISSING:
        said.append(context.text("dash.missing_more", n=len(held) - NAMED_MISSING))
    return context.text("dash.between").join(said)


def _told_missing(context: Context, key: str, now: Ms) -> list[Missing]:
    found = missing(context.picture, context.catalog, key, now)
    return [item for item in found if item.share >= LEAST_TOLD]


def _one_missing(context: Context, item: Missing, now: Ms) -> str:
    name = bureau_name(context, item.bureau) if item.bureau else context.text("dash.unnamed")
    since = None if item.since is None else max(0, now - item.since)
    span = "" if since is None else f" {wording.duration(since, context.translator, long=True)}"
    return context.text("dash.missing", name=name, span=span, share=round(item.share * 100))


def missing_items(context: Context, key: str, now: Ms) -> list[ScreenItem]:
    """Each bureau whose values an index was worked out without: its share of the weight in per
    cent, and since when."""
    world = context.picture.world
    return [
        record_item(
            f"{key}/missing/{item.bureau}",
            _one_missing(context, item, now),
            round(item.share * 100, 1),
            unit="%",
            observed=item.since or 0,
            now=now,
            world=world,
        )
        for item in _told_missing(context, key, now)
    ]


def whole_key(context: Context) -> str:
    """The key of the index of the whole city; empty where the plan has none."""
    whole, _ = board_specs(context.picture.indices.plan)
    return reading_key(whole.code, context.city.code) if whole is not None else ""


def open_index(panel: Panel, key: str) -> None:
    """Look at an index, in its scene where the seat has one."""
    panel.context.selection.choose(Subject.INDEX, key)
    if has_scene(panel, SCENE):
        act(panel, f"switch-scene {SCENE}")


def open_indicator(panel: Panel, key: str) -> None:
    """Look at an indicator, in its scene where the seat has one."""
    panel.context.selection.choose(Subject.INDICATOR, key)
    scene = next((name for name in ("indicator", "indicators") if has_scene(panel, name)), "")
    if scene:
        act(panel, f"switch-scene {scene}")


def index_items(context: Context, item: Shown, now: Ms) -> list[ScreenItem]:
    """The index, its weight, what it was worked out without, its move and what made it."""
    world = context.picture.world
    found = [
        value_item(item.view, context.translator),
        record_item(
            f"{item.key}/weight",
            weight_text(context, item.effective),
            round(item.effective * 100, 1),
            unit="%",
            observed=item.evidence or 0,
            now=now,
            world=world,
        ),
    ]
    found += missing_items(context, item.key, now)
    for share in item.shares:
        key = f"{item.key}/by/{share.key or 'others'}"
        found.append(record_item(key, share.name, share.amount, observed=now, now=now, world=world))
    return found
