"""The city in use, whose files are read anew while the program runs."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from pathlib import Path

from app.city import City, load_city
from app.core.message import Message, Refusal, message
from app.last_good import keep_good


class CityKeeper:
    """Lives in the main loop; files are read in `executor`. `use` takes a city that is good."""

    def __init__(
        self, city: City, data: Path, executor: Executor, use: Callable[[City, list[Message]], None]
    ) -> None:
        self._city = city
        self._data = data
        self._executor = executor
        self._use = use
        self._fresh: City | None = None
        self._said: list[Message] = []

    async def read(self) -> None:
        """Read the files anew, for `take`; raises Refusal, and nothing has changed then."""
        loop = asyncio.get_running_loop()
        fresh = await loop.run_in_executor(self._executor, partial(load_city, self._city.place))
        if fresh.config.code != self._city.config.code:
            raise Refusal(message("cities.other", code=fresh.config.code))
        if fresh.version == self._city.version:
            raise Refusal(message("cities.unchanged", version=fresh.version))
        keep = partial(keep_good, fresh, self._data)
        self._said = await loop.run_in_executor(self._executor, keep)
        self._fresh = fresh

    def take(self) -> None:
        """What was read is the city from here on."""
        fresh, self._fresh = self._fresh, None
        if fresh is not None:
            self._city = fresh
            self._use(fresh, self._said)
