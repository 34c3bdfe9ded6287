"""The verdict's sentence, in several lengths: it is shortened by rule and not by cutting."""

from zoneinfo import ZoneInfo

from app.core import wording
from app.core.i18n import Translator
from app.core.index import IndexSpec
from app.live.headline import Ground, Headline, Standing

WORDED = 9
"""Counts up to it are written as words: 三项平稳."""


def sentences(headline: Headline, translator: Translator, zone: ZoneInfo) -> tuple[str, ...]:
    """The sentence, the longest form first; every form says the same of fewer things by name."""
    text = translator.text
    if headline.stopped is not None and headline.published:
        at = wording.clock(headline.stopped, zone, seconds=False)
        return (text("dash.verdict.stopped", at=at), text("dash.verdict.stopped_short", at=at))
    if not headline.grounds or not headline.published:
        return (unpublished(headline, translator),)
    named = headline.named
    steady = len(headline.grounds) - len(named)
    if not named:
        count = count_word(steady, translator)
        rest = text("dash.verdict.rest", count=count)
        return (text("dash.verdict.calm", count=count), text("dash.verdict.full", names=rest), rest)
    names = text("dash.verdict.and").join(part(ground, translator) for ground in named)
    first = part(named[0], translator)
    forms = [text("dash.verdict.full", names=names), names]
    if steady:
        rest = text("dash.verdict.rest", count=count_word(steady, translator))
        forms = [text("dash.verdict.parted", first=form, rest=rest) for form in forms]
    if len(named) > 1:
        others = len(named) - 1
        also = text("dash.verdict.also", count=count_word(others, translator))
        forms.append(text("dash.verdict.parted", first=first, rest=also))
    return (*forms, first)


def unpublished(headline: Headline, translator: Translator) -> str:
    """Why there is no sentence: how much could be counted."""
    whole = headline.whole
    grounds = headline.grounds
    if whole is None and not grounds:
        return translator.text("dash.verdict.nothing")
    share = max((ground.effective for ground in grounds), default=0.0)
    share = whole.effective if whole is not None else share
    return translator.text(
        "dash.verdict.unpublished", share=int(share * 100), least=round(headline.least * 100)
    )


def part(ground: Ground, translator: Translator) -> str:
    """`压力偏高`: one index and how it stands."""
    return translator.text(
        "dash.verdict.part", name=name_of(ground.spec, translator), state=state(ground, translator)
    )


def state(ground: Ground, translator: Translator) -> str:
    """偏高, 偏低, 上升, 下降, 平稳 or 不发布."""
    upward = ground.spec.higher_is_worse
    word = {
        Standing.BAD: "high" if upward else "low",
        Standing.WORSE: "rising" if upward else "falling",
        Standing.BETTER: "falling" if upward else "rising",
        Standing.UNPUBLISHED: "unpublished",
        Standing.STEADY: "steady",
    }[ground.standing]
    return translator.text(f"dash.state.{word}")


def name_of(spec: IndexSpec, translator: Translator) -> str:
    """The name of an index in a language."""
    return translator.pick(spec.name_zh, spec.name_en)


def count_word(count: int, translator: Translator) -> str:
    """三 or three; digits from ten on."""
    return translator.text(f"dash.count.{count}") if 0 < count <= WORDED else str(count)
