"""One feed: how it stands in words, by which line it comes, what it goes through, on trial or not;
every number with its unit, every moment with its age."""

from functools import partial

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.config import FeedConfig
from app.core import wording
from app.core.health import FeedHealth
from widgets.paint.feed_cell import FeedMark, paint_feed_mark
from widgets.panels._card import paint_card
from widgets.panels._feed_words import delay_text, mark_word, owner_name, told_of
from widgets.panels._feeds import age_of, fresh_of_feed, loss_of, mark_of, rate_of, trials
from widgets.panels._of_feed import OfFeed, bare_address
from widgets.panels._painted import Note
from widgets.panels._sheet import Line
from widgets.screen_item import ScreenItem, record_item


class FeedSheet(OfFeed, kind="feed"):
    """The sentence first, then the table."""

    def title(self) -> str:
        """The feed's name."""
        return self.name or self.say("feeds.title")

    def notes_left(self) -> list[Note]:
        """Whose it is, and that it is on trial."""
        if self.health is None:
            return []
        notes = [Note(owner_name(self.context, self.health.bureau), self.theme.text2)]
        if self.feed in trials(self.context):
            notes.append(Note(self.of("trial"), self.theme.text1, True))
        return notes

    def sentence(self) -> str:
        """`实时。...`: the state, then what is the matter or what came."""
        if self.health is None:
            return self.of("unknown")
        said = told_of(self.context, self.health, self.now)
        if mark_of(self.health) is FeedMark.DOUBT:
            return said
        return self.of("sentence", state=mark_word(self.context, mark_of(self.health)), said=said)

    def lines(self) -> tuple[Line, ...]:
        """The table; addresses are for officers."""
        health = self.health
        found = [] if health is None else self._of_health(health)
        return (*found, *self._of_config())

    def _of_health(self, health: FeedHealth) -> list[Line]:
        context, words = self.context, self.context.translator
        due = self.say("feeds.expected", period=wording.duration(health.expected_period_ms, words))
        age = age_of(context, health, self.now)
        observed = (
            wording.moment(health.last_observed, self.now, context.zone, words)
            if health.last_observed
            else wording.NO_VALUE
        )
        counts = {
            "accepted": wording.number(health.accepted),
            "late": wording.number(health.late),
            "repeated": wording.number(health.duplicates),
            "refilled": wording.number(health.refilled),
        }
        delay = delay_text(context, round(health.delay_ms)) if health.delay_ms else ""
        return [
            Line(self.of("line.last"), age, due, state=fresh_of_feed(health)),
            Line(self.of("line.observed"), observed),
            Line(self.of("line.rate"), rate_of(context, health), self.of("delay", delay=delay)
                 if delay else ""),
            Line(self.of("line.counts"), self.of("counts", **counts)),
            Line(self.of("line.losses"), loss_of(context, health) or self.of("no_losses")),
        ]  # fmt: skip

    def _of_config(self) -> list[Line]:
        config = self.config
        if config is None:
            return []
        form = config.format or self.of("form.map" if config.map else "form.own")
        lines = [Line(self.of("line.kind"), config.kind, form)]
        if self.internal:
            lines += self._addresses(config)
            if config.source_address or config.proxy:
                way = [config.source_address, bare_address(config.proxy)]
                lines.append(
                    Line(self.of("line.way"), self.say("comma").join(part for part in way if part))
                )
        lines.append(Line(self.of("line.priority"), wording.number(config.priority)))
        if config.depends:
            lines.append(Line(self.of("line.depends"), self._links(config.depends)))
        trial = self.of("trial.on" if self.feed in trials(self.context) else "trial.off")
        lines.append(Line(self.of("line.trial"), trial))
        return lines

    def _addresses(self, config: FeedConfig) -> list[Line]:
        """The first and the further ones; where there are several, which is in use."""
        used = self.health.endpoint if self.health is not None and self.health.connected else -1
        found = []
        for number, url in enumerate((config.url, *config.also)):
            name = self.of("line.also", n=number + 1) if number else self.of("line.address")
            note = self.of("in_use") if config.also and number == used else ""
            found.append(Line(name, bare_address(url) or wording.NO_VALUE, note))
        return found

    def _links(self, ids: tuple[str, ...]) -> str:
        named = {link.id: (link.name_zh, link.name_en) for link in self.context.city.link}
        pick = self.context.translator.pick
        names = [pick(*named[id_]) if id_ in named else id_ for id_ in ids]
        return self.say("comma").join(names)

    def items(self) -> list[ScreenItem]:
        """The sentence and each line."""
        if not self.feed:
            return []
        now, world = self.now, self.context.picture.world
        observed = self.health.last_message if self.health is not None else 0
        found = [
            record_item(f"feed/{self.feed}", self.title(), self.sentence(), observed=observed,
                        now=now, world=world, source=self.feed)
        ]  # fmt: skip
        for number, line in enumerate(self.lines()):
            text = self.say("comma").join(part for part in (line.text, line.note) if part)
            key = f"feed/{self.feed}/line/{number}"
            found.append(record_item(key, line.name, text, observed=observed, now=now, world=world))
        return found

    def paint_body(self, painter: QPainter, rect: QRectF, dirty: QRectF) -> None:
        """Mark and sentence, then the lines; what has no room is counted."""
        if not self.feed:
            self.paint_nothing(painter, rect)
            return
        paint_card(painter, self, rect, self.sentence(), self.lines(), partial(self._mark, painter))

    def _mark(self, painter: QPainter, box: QRectF) -> None:
        if self.health is not None:
            paint_feed_mark(painter, box, mark_of(self.health), self.theme)
