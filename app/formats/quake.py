"""Earthquakes: reports and early warnings of EMSC, Wolfx and USGS, one warning per earthquake.

An earthquake that concerns the city (`_quake_level`) becomes a Warning and not an Event: nobody is
assigned to it, it must be seen and acknowledged at once, it is revised and taken back, and drills
are held with it, all of which a warning's life has and an event's loop has not. Those that do not
concern it are passed over, or with `keep = "all"` shown without a level. The level is ours, not the
source's, and the evidence says so; it also says where a source is an unofficial relay, which must
never be the only ground for a warning to the public.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal

import msgspec

from app.config import FeedConfig
from app.core.catalog import Catalog
from app.core.i18n import translator
from app.core.model import AlarmKind, Level, Ms, Warning, WarningState, WarningStatus, World
from app.core.privacy import Privacy
from app.formats._base import BREATH, DECODE_ERRORS, REPEATED, Format, Made, Payload
from app.formats._quake_level import level
from app.formats._quake_merge import Merger, Quake
from app.formats._quake_report import SOURCES, BadReport, Report
from app.formats._quake_sources import WOLFX_EEW, WOLFX_LISTS, reports
from app.formats._track import distance
from app.options import bad, format_options_of, said

RELAYED = frozenset({*WOLFX_EEW, *WOLFX_LISTS})
_BIG = 200_000  # bytes of a message that is decoded before the first breath
Reach = Annotated[float, msgspec.Meta(gt=0, le=20_000)]


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`format_options` of a `quake` feed."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    lon: Annotated[
        Annotated[float, msgspec.Meta(ge=-180, le=180)] | None,
        said("of the city's middle; left out: of the first region in the catalogue"),
    ] = None
    lat: Annotated[
        Annotated[float, msgspec.Meta(ge=-90, le=90)] | None, said("of the city's middle")
    ] = None
    reach_km: Annotated[
        tuple[Reach, ...],
        msgspec.Meta(min_length=1, max_length=12),
        said("each reach costs one level"),
    ] = (50.0, 150.0, 300.0, 600.0, 1000.0)
    keep: Annotated[Literal["near", "all"], said("all: also what concerns nobody here")] = "near"
    keep_hours: Annotated[
        float, msgspec.Meta(gt=0, le=720), said("hours that an earthquake stays on the board")
    ] = 6.0
    order: Annotated[tuple[str, ...], said("whose word is taken before whose")] = SOURCES
    language: Annotated[Literal["zh_CN", "en"], said("of the titles")] = "zh_CN"


class QuakeFormat(Format, kind="quake"):
    """One message a payload: a report, an early warning, or a list of them."""

    settings = Options
    example = """
        [[feed]]
        id = "quake-bus"
        kind = "mqtt"
        format = "quake"
        name_zh = "地震速报（总线转发）"
        name_en = "Earthquake reports from the bus"
        url = "mqtts://broker.example:8883"
        bureau = "emergency"
        expected_period_s = 3600

        [feed.options]
        topics = ["quake/#"]

        [feed.format_options]
        reach_km = [50, 150, 300, 600, 1000]
    """

    def __init__(self, config: FeedConfig, catalog: Catalog, zone: str) -> None:
        super().__init__(config, catalog, zone)
        self.options = format_options_of(config, Options)
        self._here = _middle(config, self.options, catalog)
        self._merger = Merger()
        self.changes = 0
        """How often something shown changed."""
        self._kept_ms = round(self.options.keep_hours * 3_600_000)
        self._say = translator(self.options.language).text

    def read(self, payload: Payload) -> Iterator[Made]:
        """See Format.read."""
        if len(payload.data) > self.config.limits.max_bytes:
            yield Made(f"{len(payload.data)} bytes", reason="oversized")
            return
        try:
            message = msgspec.json.decode(payload.data)
        except DECODE_ERRORS:
            yield Made(payload.data[:200], reason="not_json")
            return
        if len(payload.data) > _BIG:
            yield BREATH
        number = 0
        try:
            for number, found in enumerate(reports(message), 1):
                if isinstance(found, BadReport):
                    yield Made(found.sample, number, reason=found.reason, field=found.field)
                else:
                    yield self._made(found, number, payload)
        except BadReport as error:
            yield Made(payload.data[:200], 0, reason=error.reason, field=error.field)

    def told(self, now: Ms) -> list[Quake]:
        """The earthquakes that were shown and are not over."""
        return self._merger.told(now - self._kept_ms)

    def put_back(self, quakes: Iterable[Quake], now: Ms) -> None:
        """Go on with what `told` gave before a restart, without those that are over."""
        self._merger.put_back(quakes, now - self._kept_ms)

    def _made(self, report: Report, number: int, payload: Payload) -> Made:
        """What is to be shown of an earthquake now; a breath where that is nothing."""
        over = report.origin + self._kept_ms
        quake = self._merger.take(report)
        if quake is None:
            return Made(report, number, reason=REPEATED)
        best = quake.best(self.options.order)
        grade = Level.NONE if best is None else self._level(best)
        wanted = best is not None and (grade is not Level.NONE or self.options.keep == "all")
        if not quake.shown and (not wanted or over <= payload.received):
            return BREATH  # far away, or long over
        if not quake.back:  # else it is told again as it was: a screen may have lost it
            quake.revision += 1
            self.changes += 1
        quake.back = False
        warning = self._warning(quake, best or report, grade if wanted else Level.NONE)
        if not wanted:  # taken back, or revised until it concerns nobody here
            warning = msgspec.structs.replace(warning, state=WarningState.CANCELLED)
        quake.shown = wanted
        return Made(None, number, warning)

    # ---- in our words

    def _warning(self, quake: Quake, best: Report, grade: Level) -> Warning:
        place = best.place or self._say("quake.nowhere")
        training = best.training
        return Warning(
            id=quake.id[:120],
            kind=AlarmKind.ISSUED,
            level=grade,
            title=self._say("quake.title", place=place, magnitude=f"{best.magnitude:.1f}"),
            issued=best.origin,
            observed=quake.observed,
            published=best.reported,
            state=WarningState.UPDATED if quake.revision > 1 else WarningState.ACTIVE,
            issuer=self._name(best.source),
            place=best.place,
            text=self._text(quake),
            evidence=self._evidence(quake, best),
            lon=best.lon,
            lat=best.lat,
            expires=best.origin + self._kept_ms,
            revision=quake.revision,
            world=World.DRILL if training else None,
            status=WarningStatus.EXERCISE if training else WarningStatus.ACTUAL,
            hazard="earthquake",
            urgency="immediate" if best.early else "past",
            certainty="observed" if best.reviewed else "likely",
            onset=best.origin,
        )

    def _evidence(self, quake: Quake, best: Report) -> str:
        depth = self._depth(best)
        parts = [
            self._say(
                "quake.evidence",
                magnitude=f"{best.magnitude:.1f}",
                km=round(self._km(best)),
                depth=depth,
                sources=self._say("quake.and").join(map(self._name, self._sources(quake))),
            )
        ]
        if quake.reports.keys() <= RELAYED:
            parts.append(self._say("quake.relayed"))
        return "".join(parts)[:1000]

    def _text(self, quake: Quake) -> str:
        """What each source says, a line each."""
        return "\n".join(
            self._say(
                "quake.said",
                source=self._name(source),
                magnitude=f"{quake.reports[source].magnitude:.1f}",
                depth=self._depth(quake.reports[source]),
            )
            for source in self._sources(quake)
        )

    def _depth(self, report: Report) -> str:
        if report.depth is None:
            return self._say("quake.depth_unknown")
        return self._say("quake.depth", km=round(report.depth))

    def _name(self, source: str) -> str:
        return self._say(f"quake.source.{source}")

    def _sources(self, quake: Quake) -> list[str]:
        order = self.options.order
        return sorted(quake.reports, key=lambda one: order.index(one) if one in order else 99)

    # ---- how near

    def _km(self, report: Report) -> float:
        return distance(*self._here, report.lon, report.lat) / 1000

    def _level(self, report: Report) -> Level:
        return level(report.magnitude, self._km(report), self.options.reach_km)


def _middle(config: FeedConfig, options: Options, catalog: Catalog) -> tuple[float, float]:
    """From where distances are taken; raises ConfigError where nothing says it."""
    if options.lon is not None and options.lat is not None:
        return options.lon, options.lat
    if options.lon is not None or options.lat is not None:
        raise bad(config.id, "format_options.lon", "lon and lat, or neither")
    for region in catalog.regions.values():
        if region.lon is not None and region.lat is not None:
            return region.lon, region.lat
    raise bad(config.id, "format_options.lon", "no region of the catalogue states its place")
