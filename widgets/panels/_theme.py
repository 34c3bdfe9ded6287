"""What theme board and list of themes say alike: a theme's name, its index, its sentence."""

from app.core import keys, wording
from app.core.directory import Theme
from app.core.index import IndexResult
from app.core.model import Freshness, Level
from app.live.theme_state import PILLARS, ThemeState
from app.live.view import ValueView
from app.rules.plan import theme_code
from widgets.context import Context


def themes_of(context: Context) -> tuple[Theme, ...]:
    """The city's themes."""
    return tuple(getattr(context.spine.city, "themes", ()))


def short_name(context: Context, theme: Theme) -> str:
    """Its name in a list; of one of the four pillars the word of the house."""
    if theme.code in PILLARS:
        return context.text(f"themes.pillar.{theme.code}")
    return context.translator.pick(theme.name_zh, theme.name_en)


def theme_name(context: Context, theme: Theme) -> str:
    """Its name as a title; one of the four pillars goes by the word of the house first."""
    name = context.translator.pick(theme.name_zh, theme.name_en)
    if theme.code not in PILLARS:
        return name
    return context.text("themes.named", word=short_name(context, theme), name=name)


def index_key(context: Context, theme: str) -> str:
    """The key of a theme's index for the whole city; empty where it has none."""
    code = theme_code(theme)
    return keys.reading_key(code, context.city.code) if code in context.catalog.plan.specs else ""


def result_of(context: Context, key: str) -> IndexResult | None:
    """What the index came to, with the share of weight it was computed with."""
    return context.picture.indices.results.get(key)


def move_text(context: Context, key: str) -> str:
    """`↑ 6.0` since the same moment of yesterday; empty where that is not known."""
    move = context.picture.indices.moves.get(key)
    return wording.change(move.amount, 1) if move is not None else ""


def weight_text(context: Context, result: IndexResult | None) -> str:
    """`有效权重 96 %`; of a value that a system of the city computed, that it did."""
    if result is None:
        return ""
    said = context.text("themes.weight", share=_whole_percent(result.effective))
    if not result.served:
        return said
    return context.text("panels.comma").join((said, context.text("themes.served")))


def withheld(context: Context, key: str, view: ValueView | None) -> str:
    """Why there is no index, in words; empty where there is one."""
    if not key or view is None:
        return context.text("themes.index.none")
    result = result_of(context, key)
    least = round(context.picture.indices.plan.least * 100)
    if result is not None and result.value is None:
        share = _whole_percent(result.effective)
        return context.text("themes.index.withheld", share=share, least=least)
    return "" if view.value is not None else context.text("themes.index.waiting")


def _whole_percent(share: float) -> int:
    """Rounded down: 59.6 % is not 60 %."""
    return int(share * 100 + 1e-9)


def theme_sentence(context: Context, state: ThemeState) -> str:
    """What is so, by rule: what is over its limit, what is steady, what is not known."""
    counts, text = state.tally, context.text
    if not counts.total:
        return text("themes.sentence.empty")
    if counts.none == counts.total:
        return text("themes.sentence.nothing")
    parts = []
    if (worst := _worst(state)) is not None:
        name = context.label(worst)
        over = counts.over_total
        said = text("themes.sentence.over_many", name=name, n=over)
        parts.append(said if over > 1 else text("themes.sentence.over_one", name=name))
    for name, count in (
        ("calm", counts.calm),
        ("stale", counts.late + counts.cached),
        ("none", counts.none),
    ):
        if count:
            parts.append(text(f"themes.sentence.{name}", n=count))
    return text("panels.comma").join(parts)


def _worst(state: ThemeState) -> ValueView | None:
    """The live value that is furthest over its limit."""
    over = (v for v in state.ordered if v.level is not Level.NONE)
    return next((view for view in over if view.freshness is Freshness.LIVE), None)
