"""The drawn scenes: what moves on a ground, so that the end of a clip meets its begin."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from app.sim.video.encode import Pixels
from app.sim.video.ground import ACROSS, DEEP, Eye, fill, plain

FPS = 25
SECONDS = 10

Colour = tuple[int, int, int]
Move = Callable[[float], tuple[float, float]]
"""Where something is (x, y of the ground) at a share of the clip, 0 to 1; the same at both."""


class Thing(NamedTuple):
    """A car or somebody walking: a box that moves, with a shadow, lights at night."""

    move: Move
    width: float
    deep: float
    colour: Colour


class Scene(NamedTuple):
    """One clip."""

    name: str
    kind: str
    seed: int
    width: int = 640
    height: int = 360
    codec: str = "libx264"
    crf: int = 31


SCENES = (
    Scene("junction", "junction", 1, 1280, 720, crf=33),
    Scene("junction-2", "junction", 2),
    Scene("night", "night", 3),
    Scene("square", "square", 4),
    Scene("gate", "gate", 5),
    Scene("river", "river", 6, codec="libx265", crf=33),
    Scene("river-2", "river", 7),
    Scene("bridge", "bridge", 8),
    Scene("yard", "yard", 9),
    Scene("dark", "dark", 10),
)
_CARS: tuple[Colour, ...] = ((206, 208, 210), (40, 44, 50), (158, 36, 38), (44, 74, 128))
_CARS += ((196, 176, 128), (90, 96, 100))
_COATS: tuple[Colour, ...] = ((52, 56, 70), (140, 52, 44), (60, 92, 74), (176, 164, 140))


def pictures(scene: Scene) -> Iterator[Pixels]:
    """All pictures of a scene."""
    random = np.random.default_rng(scene.seed)
    if scene.kind == "dark":
        yield from _covered(scene, random)
        return
    dusk = scene.kind == "night"
    eye = Eye(scene.width, scene.height, dusk)
    base, things = _GROUNDS[scene.kind](random)
    count = FPS * SECONDS
    for number in range(count):
        share = number / count
        ground = base.copy()
        if scene.kind in ("river", "bridge"):
            _waves(ground, share, scene.kind == "bridge")
        for thing in sorted(things, key=lambda one: one.move(share)[1]):
            _put(ground, thing, share, dusk)
        picture = eye.see(ground)
        if dusk:
            picture = _night(picture)
        noise = random.normal(0, 3.0 if dusk else 1.2, picture.shape[:2])[..., None]
        yield np.clip(picture + noise, 0, 255).astype(np.uint8)


def _covered(scene: Scene, random: np.random.Generator) -> Iterator[Pixels]:
    for _ in range(FPS * SECONDS):
        grain = random.integers(0, 4, (scene.height, scene.width, 1))
        yield np.broadcast_to(grain, (scene.height, scene.width, 3)).astype(np.uint8).copy()


def _put(ground: Pixels, thing: Thing, share: float, dusk: bool) -> None:
    x, y = thing.move(share)
    if not dusk:
        fill(ground, x + 3, y + 3, thing.width, thing.deep, (52, 54, 56))
    fill(ground, x, y, thing.width, thing.deep, thing.colour)
    roof: Colour = tuple(min(255, part + 26) for part in thing.colour)  # type: ignore[assignment]
    fill(ground, x, y - thing.deep * 0.05, thing.width * 0.7, thing.deep * 0.4, roof)
    if dusk:
        ahead = thing.move(share + 0.01)
        dx, dy = np.sign(ahead[0] - x), np.sign(ahead[1] - y)
        fill(ground, x + dx * thing.width, y + dy * thing.deep, 12, 12, (255, 244, 200))


def _lane(at: float, speed: int, phase: float, down: bool, back: bool) -> Move:
    """Along a lane and in again at its begin, `speed` times in a clip."""

    def move(share: float) -> tuple[float, float]:
        length = (DEEP if down else ACROSS) + 160
        along = (share * speed + phase) % 1.0 * length - 80
        along = length - 160 - along if back else along
        return (at, along) if down else (along, at)

    return move


def _circle(x: float, y: float, wide: float, deep: float, turns: int, phase: float) -> Move:
    """Round a place, whole turns in a clip."""

    def move(share: float) -> tuple[float, float]:
        angle = 2 * np.pi * (share * turns + phase)
        return (x + wide * float(np.cos(angle)), y + deep * float(np.sin(angle)))

    return move


def _roads(random: np.random.Generator) -> tuple[Pixels, list[Thing]]:
    ground = plain((112, 122, 104), random)
    road, white = (84, 86, 90), (208, 208, 202)
    middle, cross = ACROSS / 2, DEEP * 0.52
    fill(ground, middle, DEEP / 2, 150, DEEP, road)
    fill(ground, ACROSS / 2, cross, ACROSS, 120, road)
    for y in range(0, DEEP, 40):
        if abs(y - cross) > 80:
            fill(ground, middle, y, 4, 20, white)
    for side in (-72, 72):
        for stripe in range(-60, 61, 24):
            fill(ground, middle + stripe, cross + side * 1.1, 12, 26, white)
    things = []
    for number in range(7):
        colour = _CARS[int(random.integers(len(_CARS)))]
        back = bool(number % 2)
        at = middle + (38 if back else -38)
        speed = int(random.integers(1, 3))
        move = _lane(at, speed, float(random.random()), True, back)
        things.append(Thing(move, 34, 62, colour))
    for number in range(4):
        colour = _CARS[int(random.integers(len(_CARS)))]
        move = _lane(cross + (28 if number % 2 else -28), 1, number / 4, False, bool(number % 2))
        things.append(Thing(move, 62, 30, colour))
    return ground, things


def _square(random: np.random.Generator) -> tuple[Pixels, list[Thing]]:
    ground = plain((168, 162, 150), random, 6)
    for down in range(0, DEEP, 48):
        fill(ground, ACROSS / 2, down, ACROSS, 2, (140, 134, 124))
    for across in range(0, ACROSS, 48):
        fill(ground, across, DEEP / 2, 2, DEEP, (140, 134, 124))
    for left, top in ((100, 300), (390, 260), (70, 560), (410, 600)):
        fill(ground, left, top, 56, 56, (74, 104, 66))
    things = []
    for _ in range(14):
        x, y = float(random.uniform(80, 400)), float(random.uniform(180, 660))
        wide, deep = float(random.uniform(20, 120)), float(random.uniform(20, 120))
        turns = int(random.choice([-1, 1]))
        coat = _COATS[int(random.integers(len(_COATS)))]
        move = _circle(x, y, wide, deep, turns, float(random.random()))
        things.append(Thing(move, 13, 15, coat))
    return ground, things


def _gate(random: np.random.Generator) -> tuple[Pixels, list[Thing]]:
    ground = plain((150, 148, 142), random, 6)
    fill(ground, ACROSS / 2, 200, ACROSS, 26, (128, 70, 58))  # a wall with an opening
    fill(ground, ACROSS / 2, 200, 150, 26, (150, 148, 142))
    for x in (ACROSS / 2 - 82, ACROSS / 2 + 82):
        fill(ground, x, 200, 20, 40, (190, 186, 176))
    things = []
    for number in range(10):
        at = ACROSS / 2 + float(random.uniform(-55, 55))
        move = _lane(at, 1, number / 10, True, bool(number % 3))
        things.append(Thing(move, 14, 16, _COATS[number % len(_COATS)]))
    things.append(Thing(_lane(60, 1, 0.3, True, False), 34, 62, _CARS[0]))
    return ground, things


def _river(random: np.random.Generator) -> tuple[Pixels, list[Thing]]:
    ground = plain((104, 118, 88), random)
    fill(ground, ACROSS / 2, DEEP / 2, 290, DEEP, (70, 96, 104))
    for x in (92, 388):
        fill(ground, x, DEEP / 2, 14, DEEP, (150, 148, 140))
    for mark in range(12):  # a staff gauge on the bank
        colour = (226, 226, 220) if mark % 2 else (186, 44, 40)
        fill(ground, 384, 640 - mark * 14, 16, 14, colour)
    boat = Thing(_lane(210, 1, 0.2, True, True), 30, 78, (120, 84, 60))
    return ground, [boat]


def _bridge(random: np.random.Generator) -> tuple[Pixels, list[Thing]]:
    ground = plain((70, 96, 104), random, 4)
    fill(ground, ACROSS / 2, DEEP / 2, 200, DEEP, (98, 100, 104))
    for x in (ACROSS / 2 - 98, ACROSS / 2 + 98):
        fill(ground, x, DEEP / 2, 8, DEEP, (176, 178, 180))
    for y in range(0, DEEP, 44):
        for x in (ACROSS / 2 - 48, ACROSS / 2 + 48):
            fill(ground, x, y, 4, 22, (208, 208, 202))
        fill(ground, ACROSS / 2, y, 6, 44, (214, 178, 60))
    things = []
    for number in range(8):
        back = number % 2 == 1
        at = ACROSS / 2 + (1 if back else -1) * float(random.choice([24, 72]))
        move = _lane(at, int(random.integers(1, 3)), number / 8, True, back)
        things.append(Thing(move, 32, 60, _CARS[int(random.integers(len(_CARS)))]))
    return ground, things


def _yard(random: np.random.Generator) -> tuple[Pixels, list[Thing]]:
    ground = plain((128, 124, 116), random, 8)
    stacks: tuple[Colour, ...] = ((150, 62, 44), (46, 86, 124), (70, 110, 74), (180, 150, 60))
    for row in range(4):
        for column in range(3):
            x, y = 70 + column * 80, 180 + row * 90
            fill(ground, x + 5, y + 5, 66, 44, (70, 68, 64))
            fill(ground, x, y, 66, 44, stacks[(row + column) % len(stacks)])
    truck = Thing(_lane(360, 1, 0.0, True, True), 44, 110, (206, 196, 120))
    walkers = [
        Thing(_circle(330, 420, 60, 160, 1, phase), 13, 15, (214, 120, 40)) for phase in (0.1, 0.6)
    ]
    return ground, [truck, *walkers]


def _waves(ground: Pixels, share: float, sides: bool) -> None:
    """Water that runs towards the camera; beside the bridge or between the banks."""
    rows, columns = np.arange(DEEP)[:, None], np.arange(ACROSS)[None, :]
    phase = 2 * np.pi * share
    wave = 7 * np.sin(rows / 9 - phase * 6 + columns / 40) + 5 * np.sin(columns / 13 + phase * 4)
    water = np.abs(columns - ACROSS / 2) > 102 if sides else np.abs(columns - ACROSS / 2) < 140
    lit = np.clip(ground + wave[..., None], 0, 255).astype(np.uint8)
    ground[:] = np.where(water[..., None] & (ground[..., 2:3] > ground[..., 0:1]), lit, ground)


def _night(picture: Pixels) -> Pixels:
    bright = picture.max(axis=2, keepdims=True) > 240
    return np.where(bright, picture, picture * 0.34 + np.array([4, 5, 9])).astype(np.uint8)


_GROUNDS: dict[str, Callable[[np.random.Generator], tuple[Pixels, list[Thing]]]] = {
    "junction": _roads,
    "night": _roads,
    "square": _square,
    "gate": _gate,
    "river": _river,
    "bridge": _bridge,
    "yard": _yard,
}
