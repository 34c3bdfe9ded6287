"""No tiles at all: the boundaries that the city has, on the ground colour. What is left where there
is nothing else, and what the map falls back to."""

from app.gis.tiles._base import Base, BaseState, Tile


class Outline(Base, kind="outline"):
    """A base without tiles."""

    async def tile(self, z: int, x: int, y: int) -> Tile | None:
        """None."""
        return None

    def state(self) -> BaseState:
        """See Base."""
        return BaseState("plain")

    async def close(self) -> None:
        """Nothing is open."""
