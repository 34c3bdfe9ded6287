"""The verdict's sentence with what belongs to it: its weight, its own moment, the whole index."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.core import wording
from app.core.model import Ms
from app.live.headline import Headline
from app.live.saying import sentences, state
from widgets.context import Context
from widgets.paint import text as lettering
from widgets.panels._index import evidence_text, weight_text
from widgets.screen_item import ScreenItem, record_item
from widgets.theme import Role

WHOLE = 0.995
"""An effective weight that is written as 100 %."""
FALLING = (Role.HEADLINE, Role.VALUE, Role.TITLE, Role.BODY)


def headline_of(context: Context) -> Headline | None:
    """The verdict by the indices; None where there are none yet."""
    found = context.picture.briefing.headline
    if found is None or not context.picture.indices.results:
        return None
    return found


def fitting(context: Context, said: tuple[str, ...], width: float) -> tuple[str, Role]:
    """The longest form that has room in the largest size, else the shortest in a smaller one. Near
    the eye a smaller size comes before a form that leaves out what is steady."""
    theme = context.theme
    sizes = (Role.HEADLINE,) if theme.kind == "hall" else (Role.HEADLINE, Role.VALUE)
    for role in sizes:
        for form in said[:-1] if len(sizes) > 1 else said:
            if theme.width(form, role, True) <= width:
                return form, role
    least = lettering.fit_role(theme, said[-1], FALLING, width, True)
    return said[-1], least or Role.BODY


def paint_sentence(
    painter: QPainter, rect: QRectF, context: Context, said: tuple[str, ...]
) -> float:
    """The sentence in the middle of a band; gives what it took."""
    form, role = fitting(context, said, rect.width())
    ink = context.theme.text1
    return lettering.draw_in(painter, context.theme, rect, form, role, ink, True)


def forms_of(context: Context, headline: Headline) -> tuple[str, ...]:
    """Its forms in the window's language, the longest first."""
    return sentences(headline, context.translator, context.zone)


def whole_text(context: Context, headline: Headline) -> str:
    """`综合 88.1 ↑ 0.2`; empty where the city has no index of the whole."""
    whole = headline.whole
    if whole is None or whole.value is None:
        return ""
    name = context.translator.pick(whole.spec.name_zh, whole.spec.name_en)
    move = f" {wording.change(whole.move, 1)}" if whole.move is not None else ""
    return f"{name} {wording.number(whole.value, 1)}{move}"


def rests_text(context: Context, headline: Headline, now: Ms) -> str:
    """`有效权重 96 %，48 秒前`: the weight it was judged with and its own moment."""
    ground = headline.whole or headline.lead
    weight = weight_text(context, ground.effective) if ground is not None else ""
    lead = headline.lead
    key = lead.key if lead is not None else ""
    age = evidence_text(context, headline.evidence, now, key)
    return context.text("panels.comma").join(part for part in (weight, age) if part)


def notes_beside(context: Context, headline: Headline, now: Ms, width: float) -> tuple[str, str]:
    """Two lines beside the sentence: the whole index over weight and moment; where the sentence
    would lose what is steady for them, without the weight when all is counted, else without the
    whole."""
    theme, comma = context.theme, context.text("panels.comma")
    ground = headline.whole or headline.lead
    effective = ground.effective if ground is not None else 0.0
    lead = headline.lead
    age = evidence_text(context, headline.evidence, now, lead.key if lead is not None else "")
    weight, whole = weight_text(context, effective), whole_text(context, headline)
    wide = (whole, comma.join(part for part in (weight, age) if part))
    narrow = (whole, age) if effective >= WHOLE else (weight, age)
    forms = forms_of(context, headline)
    least = theme.width(forms[min(1, len(forms) - 1)], Role.HEADLINE, True)
    used = max(theme.width(note, Role.CAPTION) for note in wide)
    return wide if least + used + theme.px(12) <= width else narrow


def headline_items(context: Context, headline: Headline, now: Ms) -> list[ScreenItem]:
    """The sentence with its moment, and what it rests on."""
    world = context.picture.world
    moment = headline.evidence or headline.at
    found = [
        record_item(
            "verdict/sentence",
            context.text("panels.verdict.title"),
            forms_of(context, headline)[0],
            observed=moment,
            now=now,
            world=world,
        )
    ]
    for ground in headline.grounds:
        found.append(
            record_item(
                f"verdict/{ground.spec.code}",
                context.translator.pick(ground.spec.name_zh, ground.spec.name_en),
                state(ground, context.translator),
                observed=ground.evidence or 0,
                now=now,
                world=world,
            )
        )
    return found
