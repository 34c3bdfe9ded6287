"""A fact in words: a title and one or two sentences, facts and no instructions."""

from zoneinfo import ZoneInfo

from app.core import wording
from app.core.catalog import Catalog
from app.core.i18n import Translator
from app.core.index import Contribution
from app.core.model import AlarmKind, Warning
from app.live.fact import Fact
from app.live.outage import Outage
from app.live.outage_words import affected, feeds_behind, name_of_cut, values_behind
from app.live.saying import name_of

WHOLE = 0.995
"""An effective weight that is written as 100 % is not written."""


class FactWords:
    """Says facts in one language and zone. `home` is the code of the city, which is not named as a
    place; `open_hand` also says what is not for the wall."""

    def __init__(
        self,
        catalog: Catalog,
        translator: Translator,
        zone: ZoneInfo,
        *,
        home: str = "",
        open_hand: bool = True,
    ) -> None:
        self._catalog = catalog
        self._translator = translator
        self._zone = zone
        self._home = home
        self._open = open_hand

    def title(self, fact: Fact) -> str:
        """What it is, in one line."""
        if fact.warning is not None:
            return fact.warning.title
        if fact.outage is not None:
            name = name_of_cut(fact.outage, self._translator)
            return self._translator.text("causes.fact.title", name=name)
        if fact.ground is None or fact.move is None:
            return ""
        move = fact.move
        word = "dash.fact.rose" if move.amount > 0 else "dash.fact.fell"
        return self._translator.text(
            word,
            name=name_of(fact.ground.spec, self._translator),
            amount=wording.number(abs(move.amount), 1),
            value=wording.number(move.after, 1),
        )

    def text(self, fact: Fact) -> str:
        """What is behind it."""
        if fact.warning is not None:
            return self._of_warning(fact, fact.warning)
        if fact.outage is not None:
            return self._of_outage(fact, fact.outage)
        return self._of_move(fact)

    def said(self, fact: Fact) -> str:
        """All of it, for the audit."""
        return f"{self.title(fact)} {self.text(fact)}"

    def _of_warning(self, fact: Fact, warning: Warning) -> str:
        say, pick = self._translator.text, self._translator.pick
        time = wording.moment(warning.issued, fact.at, self._zone, self._translator)
        if warning.kind is AlarmKind.ISSUED:
            issuer = warning.issuer or say("dash.fact.authority")
            first = say("dash.fact.issued", issuer=issuer, time=time)
        elif warning.kind is AlarmKind.HINT and warning.precision is not None:
            first = say("dash.fact.hint", time=time, precision=round(warning.precision * 100))
        else:
            first = say(f"dash.fact.{warning.kind.value}_since", time=time)
        region = None
        if warning.region != self._home:
            region = self._catalog.regions.get(warning.region)
        place = pick(region.short_zh, region.name_en) if region is not None else ""
        evidence = warning.evidence if self._open else ""
        said = [first, *([place] if place and place not in warning.title else []), evidence]
        return self._sentences([part.rstrip("。.") for part in said if part])

    def _of_outage(self, fact: Fact, outage: Outage) -> str:
        say = self._translator.text
        since = wording.moment(outage.since, fact.at, self._zone, self._translator)
        feeds = feeds_behind(outage, self._translator)
        said = [
            say("causes.fact.since", since=since, feeds=feeds),
            affected(values_behind(outage, self._translator), self._translator),
        ]
        return self._sentences(said)

    def _of_move(self, fact: Fact) -> str:
        say = self._translator.text
        parts = [self._part(item) for item in fact.named]
        said = [say("dash.fact.compared")]
        if parts:
            said.append(say("dash.fact.parts", parts=say("dash.verdict.and").join(parts)))
        if fact.ground is not None and fact.ground.effective < WHOLE:
            said.append(say("dash.fact.weight", share=int(fact.ground.effective * 100)))
        return self._sentences(said)

    def _part(self, item: Contribution) -> str:
        """`12345 受理 86 → 120 件 +2.4`; the values are left out where one was missing."""
        quantity = self._catalog.quantities.get(item.code)
        amount = wording.number(item.amount, 1, signed=True)
        if quantity is None:
            return f"{item.code} {amount}"
        name = self._translator.pick(quantity.name_zh, quantity.name_en)
        if item.before is None or item.after is None or item.before == item.after:
            return f"{name} {amount}"
        before, _ = wording.format_value(
            item.before, quantity.decimals, quantity.unit, self._translator, quantity.unit_en
        )
        after, unit = wording.format_value(
            item.after, quantity.decimals, quantity.unit, self._translator, quantity.unit_en
        )
        return self._translator.text(
            "dash.fact.part", name=name, before=before, after=f"{after} {unit}".strip(),
            amount=amount,
        )  # fmt: skip

    def _sentences(self, parts: list[str]) -> str:
        stop = self._translator.text("dash.fact.stop")
        return "".join(f"{part}{stop}" for part in parts).rstrip()
