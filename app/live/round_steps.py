"""Which step of a round costs most: they fill the same cells, so it is the one whose cameras are
shown nowhere else."""

from collections.abc import Collection, Sequence


def heaviest(cameras: Sequence[str], cells: int, elsewhere: Collection[str]) -> int:
    """Where in a round the step begins that brings the most streams of its own: the first such
    place. Every place can begin a step, because cameras with an alarm take cells of the others.
    `elsewhere` are cameras that are decoded whatever the round does."""
    count = len(cameras)
    if count <= cells or not elsewhere:
        return 0
    streams = most = sum(camera not in elsewhere for camera in cameras[:cells])
    at = 0
    for place in range(1, count):
        if most == cells:
            break
        streams += cameras[(place + cells - 1) % count] not in elsewhere
        streams -= cameras[place - 1] not in elsewhere
        if streams > most:
            at, most = place, streams
    return at


def step_of(cameras: Sequence[str], cells: int, at: int) -> tuple[str, ...]:
    """The cameras of a step that begins at a place."""
    found = (*cameras[at : at + cells], *cameras[: max(0, at + cells - len(cameras))])
    return found[: len(cameras)]
