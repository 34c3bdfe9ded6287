"""An address asked of a geocoder on the network (TianDiTu's form), where a city has one.

    # geocoder.toml of the city; without the file nothing is ever asked
    url = "https://api.tianditu.gov.cn/geocoder"
    credential = "tianditu"          # a name in the keyring; the key itself stands nowhere
    crs = "cgcs2000"

It is asked only by `ask`, which is only called because a person pressed for it with these very
words, never while one types. What holds a telephone number, an identity card, a number plate or a
named person is not sent (`app.core.hidden_words`).
"""

import re
from importlib.resources.abc import Traversable
from typing import Annotated, ClassVar

import msgspec
import numpy as np

from app.config import FeedConfig, Limits, load_toml
from app.core.catalog import Catalog
from app.core.clock import Clock
from app.core.hidden_words import shown_text
from app.core.message import Message, Refusal, message
from app.core.privacy import Privacy, mask_text
from app.feeds._base import Lost, Surroundings
from app.feeds._http import HttpLine
from app.feeds._http_auth import AuthOptions
from app.feeds._shared import Shared
from app.gis.crs import named, to_wgs84
from app.gis.gazetteer import CLOSE, COORDINATES
from app.live.map_names import FoundPlace
from app.secrets import Secrets

FILE = "geocoder.toml"
LONGEST = 80
_MAX_BYTES = 65_536
_ANSWERED = ("feed.http_html", "feed.http_oversized")
"""Something came back, and it was no answer."""
_WITHIN_S = 5.0
_HOUSE = re.compile(
    r"[A-Za-z]?\d{1,5}(?:[-—]\d{1,5}){0,3}\s?(?:号院|号楼|号|弄|幢|栋|座|楼|单元|室)"
)


class GeocoderConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`geocoder.toml`. `key_name` is the parameter of the key; `crs` that of the answers."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    url: str
    crs: str
    credential: str = ""
    key_name: str = "tk"
    name_zh: str = "天地图地名服务"
    name_en: str = "TianDiTu geocoder"
    source_address: str = ""
    proxy: str = ""
    allow_plain: bool = False


class _Location(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    lon: float
    lat: float
    level: str = ""
    keyWord: str = ""  # noqa: N815 - the service's own word


class _Answer(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    status: str = ""
    msg: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    location: _Location | None = None


_decoder = msgspec.json.Decoder(_Answer, strict=False)


def geocoder_of(city: Traversable, clock: Clock, secrets: Secrets) -> "Geocoder | None":
    """The geocoder of a city; None where it has none. Raises ConfigError or Refusal for settings
    that cannot be used."""
    path = city / FILE
    return Geocoder(load_toml(path, GeocoderConfig), clock, secrets) if path.is_file() else None


class Geocoder:
    """One service; lives in the main loop."""

    def __init__(self, config: GeocoderConfig, clock: Clock, secrets: Secrets) -> None:
        """Raises ConfigError or Refusal for settings that cannot be used."""
        self.config = config
        self._crs = named(config.crs)
        feed = FeedConfig(
            id="geocoder",
            kind="geocoder",
            name_zh=config.name_zh,
            name_en=config.name_en,
            url=config.url,
            credential=config.credential,
            limits=Limits(max_bytes=_MAX_BYTES),
            source_address=config.source_address,
            proxy=config.proxy,
            options={"allow_plain": config.allow_plain},
        )
        self._shared = Shared()
        self._line = HttpLine(
            feed,
            Surroundings(catalog=Catalog(), clock=clock, secrets=secrets, shared=self._shared),
            auth=AuthOptions(way="query", name=config.key_name),
            open_s=_WITHIN_S,
            read_s=_WITHIN_S,
            answer_s=_WITHIN_S,
        )

    async def ask(self, text: str) -> FoundPlace | None:
        """Where an address is; None where the service knows none. Raises Refusal for words that may
        not leave the house, and where the service cannot be reached or answers nonsense."""
        words = " ".join(text.split())
        if not words or len(words) > LONGEST:
            raise Refusal(message("maptool.ask_length", most=LONGEST))
        bare = _HOUSE.sub("", words)  # the number of a house is what an address is about
        if mask_text(words) != words or shown_text(bare) != bare:
            raise Refusal(message("maptool.ask_personal"))
        question = msgspec.json.encode({"keyWord": words}).decode()
        try:
            answer = await self._line.fetch(
                self.config.url, params={"ds": question}, expect="any", conditional=False
            )
        except Lost as error:
            if error.reason.id in _ANSWERED:
                raise Refusal(error.reason) from None
            names = {"name_zh": self.config.name_zh, "name_en": self.config.name_en}
            # Without its cause, which may hold the address with its key.
            raise Refusal(Message("maptool.ask_unreachable", {**names})) from None
        if answer is None:
            return None
        try:
            told = _decoder.decode(answer.data)
        except msgspec.DecodeError as error:
            raise Refusal(message("maptool.ask_nonsense", name=self.config.name_zh)) from error
        if told.location is None or told.status not in ("0", ""):
            return None
        lon, lat = np.array([told.location.lon]), np.array([told.location.lat])
        x, y = to_wgs84(lon, lat, self._crs)
        if not (abs(x[0]) <= 180 and abs(y[0]) <= 85):
            raise Refusal(message("maptool.ask_nonsense", name=self.config.name_zh))
        name = f"{words}（{told.location.level}）" if told.location.level else words
        names = {"name_zh": self.config.name_zh, "name_en": self.config.name_en}
        note = Message("maptool.asked", {**names})
        return FoundPlace(COORDINATES, "", name, words, float(x[0]), float(y[0]), CLOSE, note)

    async def close(self) -> None:
        """Let the connections go."""
        await self._shared.close()
