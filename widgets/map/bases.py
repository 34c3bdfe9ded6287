"""The bases for the pages: what stands behind `city://map/tiles/`, and what a map owes to them."""

from collections.abc import Mapping
from concurrent.futures import Future

from app.core.clock import Clock
from app.core.i18n import Translator
from app.core.message import Message
from app.gis.tiles._base import Place, Tile
from app.gis.tiles.card import Review, frame, line, resolve, review_of
from app.gis.tiles.config import BaseConfig
from app.gis.tiles.service import Tiles


class MapBases:
    """One per program; made and started with the engine, stopped with it.

    bases = MapBases(atlas.bases, Place(clock, secrets, folders, data / "tiles"))
    service.serve(bases.tile, data)
    view.send(bases.frame())
    view.set_foot(bases.foot(bases.shown(state.base, webgl)[0], words))
    """

    def __init__(self, configs: Mapping[str, BaseConfig], place: Place) -> None:
        self._tiles = Tiles(configs, place)
        self._clock: Clock = place.clock
        self._tiles.start()

    def tile(self, base: str, z: int, x: int, y: int) -> Future[Tile | None]:
        """A tile for `Handler`. One that cannot be had is a NoTile, of which the legend tells."""
        return self._tiles.ask(base, z, x, y)

    def frame(self) -> bytes:
        """What the pages may draw."""
        return frame(self._tiles.configs)

    def shown(self, chosen: str, *, webgl: bool) -> tuple[str, Message | None]:
        """The base that a map shows, and why it is not the one that was chosen."""
        return resolve(self._tiles.configs, chosen, webgl=webgl)

    def review(self, base: str) -> Review | None:
        """What every map, print and export says of a base; None for boundaries alone."""
        config = self._tiles.configs.get(base)
        if config is None:
            return None
        return review_of(config, self._tiles.state(base), self._clock.now())

    def foot(self, base: str, words: Translator) -> tuple[str, ...]:
        """The line under a map, part by part; what is drawn above the base is named too."""
        config = self._tiles.configs.get(base)
        ids = () if config is None else (base, config.over) if config.over else (base,)
        found = [review for id_ in ids if (review := self.review(id_)) is not None]
        return tuple(dict.fromkeys(part for review in found for part in line(review, words)))

    @property
    def faults(self) -> tuple[Message, ...]:
        """Bases that cannot be used as they are declared."""
        return tuple(self._tiles.refused.values())

    async def stop(self) -> None:
        """End their threads."""
        await self._tiles.stop()
