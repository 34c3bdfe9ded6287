"""The simulator as its parent starts it: the same for a seat and for a subcommand."""

from typing import NamedTuple

from app.child import Child
from app.city import City


def start_simulator(city: City, *more: str) -> tuple[Child | None, dict[str, str]]:
    """Start the simulator of a city; gives the child and the address for each `sim://` name.

    A city without one gives no child. Blocks until it is ready; raises Refusal when it is not. It
    gives way to the seat: its start computes for as long as the seat's own.
    """
    simulator = city.config.simulator
    if simulator is None:
        return None, {}
    arguments = ["--city", city.read_from, "--seed", str(simulator.seed), "--parent-pipe", *more]
    child = Child(simulator.module, arguments, gentle=True)
    return child, {f"sim://{name}": url for name, url in child.start().items()}


class VideoPorts(NamedTuple):
    """Where the video platform listens; 0: anywhere."""

    rtsp: int = 0
    web: int = 0


ANY = VideoPorts()


def start_video(city: City, ports: VideoPorts = ANY) -> tuple[Child | None, dict[str, str]]:
    """Start the video platform of a demonstration city; gives the child and what `sim://wvp` and
    `sim://rtsp` stand for. A city without a simulator gives no child. Blocks until it is ready;
    raises Refusal when it is not."""
    if city.config.simulator is None:
        return None, {}
    where = ["--port", str(ports.rtsp), "--web-port", str(ports.web)]
    child = Child("app.sim.video", ["--city", city.read_from, "--parent-pipe", *where])
    ready = child.start()
    return child, {f"sim://{name}": ready[name] for name in ("wvp", "rtsp")}
