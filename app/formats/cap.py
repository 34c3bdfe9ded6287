"""CAP 1.2 and 1.1: warnings of authorities, alone, several in an EDXL-DE or an Atom page.

Every message of a chain is one warning of ours (see `_cap_chain`). The three axes are kept beside
the colour (`_cap_china.colour`). Exercises and tests are marked as such and belong to the world of
drills; drafts and messages between systems are refused, and so are acknowledgements and errors. Of
several `info` those of the best language are taken; the gravest of them speaks, the places of all
of them hold. A message for a closed circle keeps its words off public screens: its title is the
bare event. Signatures are not checked (`_cap_message`).
"""

import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, ClassVar

import msgspec

from app.config import FeedConfig
from app.core.catalog import Catalog
from app.core.model import AlarmKind, Area, Level, Warning, WarningState, WarningStatus, World
from app.core.privacy import Privacy
from app.formats._base import BREATH, Format, Made, Payload
from app.formats._cap_area import area, middle, stride
from app.formats._cap_chain import Chain, Said, ended, id_of
from app.formats._cap_china import chinese_id, colour
from app.formats._cap_message import NAMESPACES, OLD, Alert, BadCap, Info, read_alert
from app.formats._cn_warning import Title, read_title
from app.formats._xml import PIECE_BYTES, BadXml, Element, elements, text_of
from app.options import format_options_of, said

_STATUS = {
    "actual": WarningStatus.ACTUAL,
    "exercise": WarningStatus.EXERCISE,
    "test": WarningStatus.TEST,
}
_END = re.compile(rb"</(?:[\w.-]{1,40}:)?alert\s{0,9}>")
_REVISION = {"alert": 0, "update": 1, "cancel": 2}  # of messages of one second


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`format_options` of a `cap` feed."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    languages: Annotated[tuple[str, ...], said("of the texts, the best first")] = (
        "zh-CN",
        "zh",
        "en",
    )
    regions: Annotated[
        tuple[Annotated[str, msgspec.Meta(pattern=r"^\d{2,12}$")], ...],
        said(
            "codes (GB/T 2260) of which warnings are wanted, with what lies in and above; none: all"
        ),
    ] = ()
    private: Annotated[bool, said("take messages of scope Private, which name their readers")] = (
        False
    )


class Cap(Format, kind="cap"):
    """One document a payload, with any number of `alert` elements anywhere in it. Which messages
    are one warning is known after a restart too."""

    settings = Options
    memory_bytes = 8_000_000  # some thousands of messages
    example = """
        [[feed]]
        id = "warnings"
        kind = "file-drop"
        format = "cap"
        name_zh = "突发事件预警信息"
        name_en = "Emergency warnings"
        url = "file:/srv/warnings/cap"
        bureau = "emergency"
        expected_period_s = 3600

        [feed.format_options]
        regions = ["320800"]
    """

    def __init__(self, config: FeedConfig, catalog: Catalog, zone: str) -> None:
        super().__init__(config, catalog, zone)
        self.options = format_options_of(config, Options)
        self._chain = Chain()

    def read(self, payload: Payload) -> Iterator[Made]:
        """See Format.read."""
        number = 0
        try:
            limit = self.config.limits.max_bytes
            for element in elements(payload.data, limit, "{*}alert", _is_cap):
                if element is not None:
                    number += 1
                    yield from self._alert(element, number)
                elif len(payload.data) > PIECE_BYTES:
                    yield BREATH
        except BadXml as error:
            yield Made(payload.data[:200], number and number + 1, reason=error.reason)
            return
        if not number:
            yield Made(payload.name or payload.data[:200], reason="no_records")

    def news(self) -> bytes:
        """See Format.news: the messages that are new."""
        return self._chain.news()

    def recall(self, lines: Iterable[bytes]) -> None:
        """See Format.recall: the chains as they were."""
        for line in lines:
            self._chain.recall(line)

    def cut(self, buffer: bytearray) -> list[bytes]:
        """Whole documents: up to and with each `</alert>`, whatever its prefix."""
        found = []
        start, data = 0, bytes(buffer)
        for end in _END.finditer(data):
            found.append(data[start : end.end()])
            start = end.end()
        del buffer[:start]
        return found

    def _alert(self, element: Element, number: int) -> Iterator[Made]:
        sample = {name: text_of(element, name)[:200] for name in ("identifier", "sender", "status")}
        if _namespace(element) in OLD:
            yield Made(sample, number, reason="cap_version")
            return
        try:
            alert = read_alert(element)
            self._refuse(alert)
            flaws = list(alert.flaws)
            if alert.type == "update" and not alert.references:
                flaws.append(("missing", "references"))  # it is shown: a fault hides no alarm
            made = list(self._warnings(alert, flaws))
        except BadCap as error:
            yield Made(sample, number, reason=error.reason, field=error.field)
            return
        for warning in made:
            yield Made(None, number, warning)
        for reason, field in dict.fromkeys(flaws):
            yield Made(sample, number, reason=reason, field=field)

    def _refuse(self, alert: Alert) -> None:
        """Raises BadCap for a message that is no warning for us."""
        if alert.status not in _STATUS:
            raise BadCap("cap_status", "status")
        if alert.type not in _REVISION:
            raise BadCap("cap_receipt", "msgType")
        if alert.scope == "private" and not self.options.private:
            raise BadCap("cap_private", "scope")
        if alert.type == "cancel" and not alert.references:
            raise BadCap("missing", "references")
        if alert.type != "cancel" and not alert.infos:
            raise BadCap("missing", "info")

    # ---- one message among those of its warning

    def _warnings(self, alert: Alert, flaws: list[tuple[str, str]]) -> Iterator[Warning]:
        """What becomes of a message: its own word, and the end of others whose place it takes."""
        chain = self._chain
        named = tuple(reference.key for reference in alert.references)
        placed = chain.place(alert.key, named)
        warning = self._warning(alert, placed.root, flaws)
        settled = chain.settle(placed, warning, alert.sent)
        if self.keep is not None:
            chain.note(Said(alert.key, (placed.root, *named), alert.sent, _for_all(warning)))
        wanted = self._wanted(warning)
        if wanted:
            yield warning
        known = {one.id for one in (*settled.over, *settled.early, warning)}
        yield from settled.over
        if wanted:
            yield from settled.renamed
        if alert.type == "cancel" and wanted:
            for other in placed.others:
                if other != alert.key and id_of(other) not in known:
                    yield msgspec.structs.replace(warning, id=id_of(other))

    def _warning(self, alert: Alert, root: str, flaws: list[tuple[str, str]]) -> Warning:
        held = self._chain.held(root)
        info = self._info(alert)
        if info is None:
            return _bare_cancel(alert, root, held)
        infos = [one for one in alert.infos if one.language == info.language]
        title = read_title(info.headline) or read_title(info.event)
        public = alert.scope == "public"
        places = [place for one in infos for place in one.places]
        thin = stride(places)
        areas = tuple(area(place, public, flaws, thin) for place in places)[:500]
        where = middle(areas)
        status = _STATUS[alert.status]
        state = _state(alert, info, title)
        level = colour(info, title)
        if state is WarningState.CANCELLED and level is Level.NONE and held is not None:
            level = held.level
        return Warning(
            id=id_of(root),
            kind=AlarmKind.ISSUED,
            level=level,
            title=((info.headline or info.event) if public else info.event)[:200],
            issued=self._chain.begun(alert, root),
            observed=alert.sent,
            published=alert.sent,
            state=state,
            issuer=(info.issuer or (title.issuer if title else "") or alert.sender)[:200],
            region=self._region(alert, areas),
            place="; ".join(dict.fromkeys(place.name for place in places if place.name))[:400],
            text=_texts(infos, "description", "" if public else info.headline),
            lon=where[0] if where else None,
            lat=where[1] if where else None,
            expires=max(one.expires for one in infos) if all(i.expires for i in infos) else 0,
            revision=_REVISION[alert.type],
            world=None if status is WarningStatus.ACTUAL else World.DRILL,
            status=status,
            hazard=title.hazard if title else info.event,
            urgency=info.urgency,
            severity=info.severity,
            certainty=info.certainty,
            onset=info.onset or info.effective,
            instruction=_texts(infos, "instruction"),
            areas=areas,
            references=tuple(dict.fromkeys(id_of(one.key) for one in alert.references)),
        )

    def _info(self, alert: Alert) -> Info | None:
        """The gravest `info` of the best language."""
        if not alert.infos:
            return None
        best = min(alert.infos, key=lambda info: self._rank(info.language)).language
        ranked = [info for info in alert.infos if info.language == best]
        return max(ranked, key=lambda info: colour(info, read_title(info.headline)).rank)

    def _rank(self, language: str) -> int:
        """0 for the best language."""
        spoken = language.lower()
        for rank, wanted in enumerate(word.lower() for word in self.options.languages):
            if spoken == wanted or spoken.startswith(f"{wanted}-"):
                return rank
        return len(self.options.languages)

    # ---- where

    def _region(self, alert: Alert, areas: tuple[Area, ...]) -> str:
        """The region that a warning names, of several the one that holds them, as far as the city
        knows it; else that of the identifier."""
        codes = list(dict.fromkeys(code for one in areas for code in one.regions))
        if not codes:
            named = chinese_id(alert.identifier)
            return named.region if named is not None else ""
        if len(codes) == 1:
            return codes[0]
        above = f"{codes[0][:4]}00"
        if all(code.startswith(codes[0][:4]) for code in codes):
            return above
        known = [code for code in codes if code in self.catalog.regions]
        return known[0] if known else codes[0]

    def _wanted(self, warning: Warning) -> bool:
        """Whether it concerns the regions of the settings; one that names no region does."""
        codes = {code for one in warning.areas for code in one.regions} or {warning.region} - {""}
        if not self.options.regions or not codes:
            return True
        ours = [_stem(code) for code in self.options.regions]
        theirs = [_stem(code) for code in codes]
        return any(one.startswith(own) or own.startswith(one) for one in theirs for own in ours)


def _for_all(warning: Warning) -> Warning:
    """A warning without the words that may not stand in a file that is not encrypted."""
    return msgspec.structs.replace(warning, place="", text="", instruction="")


def _stem(code: str) -> str:
    """A code without the pairs of zeros that stand for the whole of it: 320800 is 3208."""
    while len(code) > 2 and code.endswith("00"):
        code = code[:-2]
    return code


def _state(alert: Alert, info: Info, title: Title | None) -> WarningState:
    """What became of a warning; an update that only gives the all-clear ends it too."""
    clear = bool(info.responses) and all(word.lower() == "allclear" for word in info.responses)
    if alert.type == "cancel" or clear:
        return WarningState.CANCELLED
    if title is not None and title.state is not WarningState.ACTIVE:
        return title.state
    return WarningState.UPDATED if alert.type == "update" else WarningState.ACTIVE


def _bare_cancel(alert: Alert, root: str, held: Warning | None) -> Warning:
    """A cancellation may say nothing but what it cancels."""
    if held is not None:
        return msgspec.structs.replace(
            ended(held, alert.sent),
            references=tuple(dict.fromkeys(id_of(one.key) for one in alert.references)),
        )
    status = _STATUS[alert.status]
    return Warning(
        id=id_of(root),
        kind=AlarmKind.ISSUED,
        level=Level.NONE,
        title=alert.identifier[:200],
        issued=alert.sent,
        observed=alert.sent,
        published=alert.sent,
        state=WarningState.CANCELLED,
        issuer=alert.sender[:200],
        revision=_REVISION["cancel"],
        world=None if status is WarningStatus.ACTUAL else World.DRILL,
        status=status,
    )


def _texts(infos: list[Info], name: str, first: str = "") -> str:
    """The different texts of several infos, one under the other."""
    found = [first, *(getattr(info, name) for info in infos)]
    return "\n\n".join(dict.fromkeys(text for text in found if text))[:8000]


def _is_cap(element: Element) -> bool:
    return _namespace(element) in (*NAMESPACES, *OLD)


def _namespace(element: Any) -> str:
    tag = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""
