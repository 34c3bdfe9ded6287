"""What is behind a cut, in words: for the panel of links and for the fact."""

from app.core import wording
from app.core.i18n import Translator
from app.live.outage import Outage


def name_of_cut(outage: Outage, translator: Translator) -> str:
    """What the cut links are called."""
    return translator.pick(outage.name_zh, outage.name_en)


def feeds_behind(outage: Outage, translator: Translator) -> str:
    """How many feeds."""
    return translator.text("causes.feeds", n=len(outage.feeds))


def values_behind(outage: Outage, translator: Translator) -> list[str]:
    """How many values, and how many cameras where there are any."""
    keys = len(outage.keys)
    said = [translator.text("causes.keys", n=keys, count=wording.number(keys))]
    if outage.cameras:
        said.append(translator.text("causes.cameras", n=outage.cameras))
    return said


def affected(what: list[str], translator: Translator) -> str:
    """`影响 9 个数据源、1,703 个数值`."""
    return translator.text("causes.affected", what=translator.text("causes.and").join(what))
