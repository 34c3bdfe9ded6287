"""Ships, search aircraft and buoys by AIS (ITU-R M.1371-5): NMEA sentences or aisstream JSON."""

import re
from collections import OrderedDict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, ClassVar

import msgspec

from app.config import FeedConfig
from app.core.catalog import Catalog
from app.core.model import Ms, Name, Position
from app.core.privacy import Privacy
from app.formats._ais_line import Assembler, BadLine
from app.formats._ais_ship import NotAis, Said, Streamed, of_sentences, of_stream
from app.formats._base import BREATH, DECODE_ERRORS, Format, Made, Payload
from app.formats._track import Track
from app.options import format_options_of, said

SHIP_LIMIT = 40.0
"""The greatest speed of a ship in m/s (78 kn; the fastest ferries reach 58)."""
AIRCRAFT_LIMIT = 200.0
"""And of a search aircraft."""
MAX_SHIPS = 100_000
_BREATH_LINES = 64
_UTC = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.(\d{1,9}))? \+0000 UTC")
_streamed = msgspec.json.Decoder(Streamed)


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`format_options` of `ais`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    layer: Annotated[Name, said("of the positions")] = "ais"
    check_tracks: Annotated[
        bool, said("mark impossible tracks; not for recordings without times")
    ] = True


class Ais(Format, kind="ais"):
    """Sentences `!AIVDM`/`!AIVDO` with their parts put together, or the messages of aisstream.

    Messages 1 to 3, 9, 18, 19, 27 are positions, 4 base stations, 21 buoys and marks; 5 and 24 name
    a ship for its next positions. A position was observed when the receiver's tag block, the line's
    end or aisstream's `time_utc` says, else when it came: AIS itself states only the second.
    Other sentences of a mixed stream (`$GP...`) are passed over.
    """

    settings = Options
    example = """
        [[feed]]
        id = "port-ships"
        kind = "stream"
        format = "ais"
        name_zh = "港口船舶"
        name_en = "Ships in the port"
        url = "tcp://receiver.example:10110"
        expected_period_s = 30
    """

    def __init__(self, config: FeedConfig, catalog: Catalog, zone: str) -> None:
        super().__init__(config, catalog, zone)
        self._options = format_options_of(config, Options)
        self._parts = Assembler()
        self._names: OrderedDict[int, tuple[str, str]] = OrderedDict()
        self._track = Track(SHIP_LIMIT)

    @property
    def urgent(self) -> bool:
        """Positions only."""
        return False

    def read(self, payload: Payload) -> Iterator[Made]:
        """See Format.read."""
        data = payload.data
        if len(data) > self.config.limits.max_bytes:
            yield Made(f"{len(data)} bytes", reason="oversized")
            return
        for number, line in enumerate(data.splitlines(), 1):
            made = self._line(line, number, payload.received)
            if made is not None:
                yield made
            elif number % _BREATH_LINES == 0:
                yield BREATH
        lost, self._parts.lost = self._parts.lost, 0
        for _ in range(lost):
            yield Made("", reason="parts_missing")

    def _line(self, line: bytes, number: int, received: Ms) -> Made | None:
        try:
            if line.lstrip().startswith(b"{"):
                streamed = _streamed.decode(line)
                said, heard = of_stream(streamed), _utc(streamed.MetaData.time_utc)
            else:
                sentence = self._parts.take(line, received)
                if sentence is None:
                    return None
                said, heard = of_sentences(sentence.parts), sentence.heard
        except DECODE_ERRORS:
            return Made(line[:1000], number, reason="not_json")
        except (BadLine, NotAis) as error:
            return Made(line[:1000], number, reason=str(error))
        return None if said is None else self._made(said, line, number, heard or received)

    def _made(self, said: Said, line: bytes, number: int, observed: Ms) -> Made | None:
        name, kind = self._remember(said)
        if said.static:
            return None
        if said.lon is None or said.lat is None:
            return Made(line[:1000], number, reason="no_place")
        identity = f"mmsi:{said.mmsi:09d}"
        suspect = ""
        if self._options.check_tracks:
            limit = AIRCRAFT_LIMIT if kind == "sar_aircraft" else SHIP_LIMIT
            suspect = self._track.judge(identity, said.lon, said.lat, observed, limit)
        position = Position(
            identity,
            self._options.layer,
            said.lon,
            said.lat,
            observed,
            heading=said.heading,
            speed=said.speed,
            altitude=said.altitude,
            name=name,
            kind=kind or "ship",
            suspect=suspect,
        )
        return Made(line[:1000], number, position)

    def _remember(self, said: Said) -> tuple[str, str]:
        """Name and kind of a ship, as far as they were ever said."""
        name, kind = self._names.get(said.mmsi, ("", ""))
        known = (said.name or name, said.kind or kind)
        if any(known):
            self._names[said.mmsi] = known
            self._names.move_to_end(said.mmsi)
            if len(self._names) > MAX_SHIPS:
                self._names.popitem(last=False)
        return known


def _utc(text: str) -> Ms:
    """Of `2022-12-29 18:22:32.318353 +0000 UTC`; 0 for anything else."""
    found = _UTC.fullmatch(text)
    if found is None:
        return 0
    try:
        moment = datetime.strptime(found.group(1), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return 0
    return max(0, round(moment.timestamp()) * 1000 + int((found.group(2) or "0").ljust(3, "0")[:3]))
