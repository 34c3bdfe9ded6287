"""`python -m app.sim`: the demonstration city as a process; prints one JSON line when it is ready.

With `--parent-pipe` it ends when its standard input ends, so it never outlives who started it.
"""

import asyncio
import sys
from datetime import datetime
from typing import ClassVar

import click
import msgspec

from app.catalogue.rows import RegionRow
from app.child import parent_gone
from app.city import city_folder, load_city
from app.config import ConfigError
from app.core.clock import SystemClock, from_datetime
from app.core.i18n import translator
from app.core.message import message
from app.core.model import Ms
from app.core.privacy import Privacy
from app.sim.broker import Broker
from app.sim.calendar import Calendar
from app.sim.pace import PacedClock, beat
from app.sim.server import WebSocketServer
from app.sim.shapes import load_shapes
from app.sim.weather import Scenario
from app.sim.world import SimulatedCity
from app.table import load_table


class Options(msgspec.Struct, frozen=True):
    """What the process was asked to do."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    city: str = "huaian"
    seed: int | None = None
    port: int = 0
    mqtt: str = ""
    start: str = ""
    speed: float = 1.0
    scenario: Scenario = Scenario.AUTO
    parent_pipe: bool = False


class Ready(msgspec.Struct, frozen=True):
    """The line on standard output."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    ws: str
    mqtt: str = ""
    seed: int = 0
    session: str = ""


def build(name: str, seed: int | None, scenario: Scenario, begin: Ms) -> SimulatedCity:
    """The simulated city of a name; the seed of its city.toml where none is given."""
    city = load_city(name)
    folder = city_folder(name)
    if seed is None:
        seed = city.config.simulator.seed if city.config.simulator is not None else 1
    rows = load_table(folder / "regions.csv", RegionRow)
    return SimulatedCity(city, rows, load_shapes(folder, city.catalog), seed, scenario, begin)


def moment(text: str, zone: str) -> Ms:
    """A moment from ISO 8601; a time without a zone is the city's. Raises ConfigError."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(message("sim.bad_start", text=text)) from error
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=Calendar(zone).zone)
    return from_datetime(parsed)


async def serve(options: Options) -> None:
    """Run until cancelled, or until the parent is gone."""
    system = SystemClock()
    zone = load_city(options.city).config.zone
    begin = moment(options.start, zone) if options.start else system.now()
    city = build(options.city, options.seed, options.scenario, begin)
    clock = PacedClock(system, begin, options.speed)
    server = WebSocketServer(city, clock)
    broker = Broker(options.mqtt) if options.mqtt else None
    port = await server.start(options.port)
    ready = Ready(
        ws=f"ws://127.0.0.1:{port}",
        mqtt=options.mqtt,
        seed=city.seed,
        session=server.session,
    )
    sys.stdout.buffer.write(msgspec.json.encode(ready) + b"\n")
    sys.stdout.buffer.flush()
    listeners = [server.publish] + ([broker.publish] if broker is not None else [])
    tasks = [asyncio.create_task(beat(city, clock, begin, listeners), name="sim beat")]
    if broker is not None:
        tasks.append(asyncio.create_task(broker.run(), name="sim broker"))
    if options.parent_pipe:
        tasks.append(asyncio.create_task(parent_gone(), name="sim parent pipe"))
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.stop()


@click.command()
@click.option("--city", default="huaian", show_default=True, help="Name or folder of a city.")
@click.option("--seed", type=int, default=None, help="Instead of the seed in city.toml.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True)
@click.option("--mqtt", default="", help="Also publish to this broker, mqtt://host:port.")
@click.option("--start", default="", help="ISO 8601; the city's zone where none is stated.")
@click.option("--speed", type=click.FloatRange(0.01, 3600), default=1.0, show_default=True)
@click.option("--scenario", type=click.Choice([item.value for item in Scenario]), default="auto")
@click.option("--parent-pipe", is_flag=True, help="End when standard input ends.")
def main(
    city: str,
    seed: int | None,
    port: int,
    mqtt: str,
    start: str,
    speed: float,
    scenario: str,
    parent_pipe: bool,
) -> None:
    """Serve a demonstration city on loopback."""
    options = Options(city, seed, port, mqtt, start, speed, Scenario(scenario), parent_pipe)
    try:
        asyncio.run(serve(options))
    except ConfigError as error:
        raise click.ClickException(translator("zh_CN").render(error.reason)) from error
    except KeyboardInterrupt:
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
