"""What a desk says of the hall's windows, and what it can do to them: words and commands."""

from typing import NamedTuple

from PySide6.QtCore import Qt

from app.core.wording import duration, moment
from app.live.stage import Rotation
from widgets.context import Context
from widgets.paint.button import Button, ButtonLook
from widgets.scene import LoadedScene
from widgets.sketch import Sketch


class Entry(NamedTuple):
    """A row: a scene, or a round through some of them."""

    name: str
    scene: LoadedScene | None  # a round's first
    round: Rotation | None = None


class Act(NamedTuple):
    """A button: its key, word and command; without a command `why` says what is missing."""

    key: Qt.Key
    word: str
    command: str
    why: str = ""


def scene_name(address: str) -> str:
    """The scene of an address."""
    return address.partition("#")[0].partition("/")[0]


def entries_of(context: Context, wall: str) -> list[Entry]:
    """The scenes and rounds that may stand on a window, in their order."""
    scenes = context.walls.scenes() if context.walls is not None else {}
    rounds = context.spine.seat.stage.rounds_of(wall) if wall else {}
    found = [Entry(name, scene) for name, scene in scenes.items()]
    found += [
        Entry(name, scenes.get(scene_name(item.stops[0])), item) for name, item in rounds.items()
    ]
    return found


def acts(context: Context, wall: str, entry: Entry | None) -> list[Act]:
    """What can be done to a window now; the first sends the row."""
    say, stage = context.text, context.spine.seat.stage
    send = ""
    if entry is not None:
        verb = "rotate" if entry.round is not None else "switch-scene"
        send = f"{verb} {entry.name} window={wall}"
    lock = "unlock" if stage.locked else "lock"
    undo = f"undo-scene {wall}" if stage.before(wall) else ""
    return [
        Act(Qt.Key.Key_Return, say("walls.key.send"), send),
        Act(Qt.Key.Key_U, say("walls.key.undo"), undo, say("walls.nothing_before")),
        _turn(context, wall),
        Act(Qt.Key.Key_L, say(f"walls.key.{lock}"), f"{lock}-scene"),
        Act(Qt.Key.Key_E, say("walls.key.edit"), f"edit-scene {wall}"),
    ]


def _turn(context: Context, wall: str) -> Act:
    """Begin the first round, or stay with the scene that stands."""
    say, stage = context.text, context.spine.seat.stage
    rotating = stage.rotating.get(wall)
    if rotating is not None:
        stay = f"switch-scene {rotating.address} window={wall}"
        return Act(Qt.Key.Key_R, say("walls.key.stop_round"), stay)
    first = next(iter(stage.rounds_of(wall)), "")
    begin = f"rotate {first} window={wall}" if first else ""
    return Act(Qt.Key.Key_R, say("walls.key.round"), begin, say("walls.no_round"))


def key_word(context: Context, act: Act) -> str:
    """The key of an act as it is written."""
    if act.key is Qt.Key.Key_Return:
        return context.text("panels.key.enter")
    return act.key.name.removeprefix("Key_")


def button_of(context: Context, act: Act) -> Button:
    """The act as a button; sending stands out."""
    look = ButtonLook.PLAIN if act.command else ButtonLook.DISABLED
    if act.key is Qt.Key.Key_Return and act.command:
        look = ButtonLook.PRIMARY
    return Button(act.word, look, key_word(context, act))


def state_of(context: Context, wall: str, now: int) -> str:
    """What stands on a window: scene, since when, its rotation or what holds it, its editing."""
    say, stage = context.text, context.spine.seat.stage
    address = stage.shown.get(wall, "")
    scenes = context.walls.scenes() if context.walls is not None else {}
    scene = scenes.get(scene_name(address))
    parts = [name_of(context, scene) if scene is not None else "", address]
    if wall in stage.since:
        at = moment(stage.since[wall], now, context.zone, context.translator)
        parts.append(say("walls.since", moment=at))
    rotation = stage.rotating.get(wall)
    if rotation is not None and rotation.held:
        parts.append(say("walls.held"))
    elif rotation is not None:
        left = max(1000, rotation.since + rotation.dwell_ms - now)
        parts.append(say("walls.rotating", left=duration(left, context.translator)))
    if stage.editing == wall:
        parts.append(say("walls.editing"))
    return say("panels.comma").join(part for part in parts if part)


def size_words(context: Context, shown: Sketch) -> str:
    """Pixels, seams, screens of a scene."""
    say, seams = context.text, len(shown.seams.x) + len(shown.seams.y)
    parts = [
        say("walls.size", width=shown.width, height=shown.height),
        say("walls.seams", n=seams) if seams else say("walls.no_seams"),
    ]
    if shown.pages > 1:
        parts.append(say("walls.pages", n=shown.pages))
    return say("panels.comma").join(parts)


def name_of(context: Context, scene: LoadedScene) -> str:
    """A scene's name in the window's language."""
    return context.translator.pick(scene.scene.name_zh, scene.scene.name_en)


def row_name(context: Context, entry: Entry) -> str:
    """The name of a row."""
    if entry.round is not None:
        return context.text("walls.round", name=entry.name, n=len(entry.round.stops))
    return name_of(context, entry.scene) if entry.scene is not None else entry.name


def row_note(context: Context, entry: Entry) -> str:
    """Its address, and the windows on which it stands."""
    stage, say = context.spine.seat.stage, context.text
    if entry.round is not None:
        on = [wall for wall, item in stage.rotating.items() if item.name == entry.name]
    else:
        on = [wall for wall in stage.walls if scene_name(stage.shown.get(wall, "")) == entry.name]
    where = say("panels.pause").join(on)
    return say("walls.stands", address=entry.name, walls=where) if where else entry.name
