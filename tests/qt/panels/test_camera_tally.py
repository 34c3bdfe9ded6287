"""How many cameras of a group are there: counted on, or anew where a platform tells all."""

import asyncio

from app.core.directory import Camera
from app.core.model import DeviceState, DeviceStatus, Sourced
from app.live.video_names import ALL, CameraNames
from widgets.panels._camera_tally import FEW, CameraCounts

MANY = FEW + 1000


def devices(states):
    return {
        id_: Sourced("platform", 0, DeviceStatus(id_, 0, state)) for id_, state in states.items()
    }


async def settled(tasks):
    while tasks:
        await tasks.pop()


def counts_of():
    tasks = []
    return CameraCounts(lambda work: tasks.append(asyncio.ensure_future(work)), lambda: None), tasks


def test_a_platform_that_tells_all_its_states_is_counted_in_the_background():
    ids = [f"c{number}" for number in range(MANY)]
    names = CameraNames([Camera(id_, id_, "", "", 119.0, 33.0, "gun", 0) for id_ in ids])

    async def work():
        counts, tasks = counts_of()
        counts.follow(names, {}, ())
        await settled(tasks)
        assert counts.tally.of(ALL) == (0, 0)

        told = devices(dict.fromkeys(ids, DeviceState.ONLINE))
        counts.follow(names, told, ids)
        assert counts.tally.of(ALL) == (0, 0), "not in the windows' own time"
        assert len(tasks) == 1

        # Meanwhile three go; the count may have seen them or not.
        told |= devices(dict.fromkeys(ids[:3], DeviceState.OFFLINE))
        counts.follow(names, told, ids[:3])
        assert len(tasks) == 1
        await settled(tasks)
        assert counts.tally.of(ALL) == (MANY, MANY - 3)

        told |= devices({ids[3]: DeviceState.OFFLINE})
        counts.follow(names, told, [ids[3], "no camera"])
        assert not tasks and counts.tally.of(ALL) == (MANY, MANY - 4)

    asyncio.run(work())


def test_other_cameras_are_counted_though_a_count_of_the_former_still_runs():
    first = CameraNames([Camera(f"a{n}", "a", "", "", 119.0, 33.0, "gun", 0) for n in range(MANY)])
    second = CameraNames([Camera(f"b{n}", "b", "", "", 119.0, 33.0, "gun", 0) for n in range(MANY)])

    async def work():
        counts, tasks = counts_of()
        told = devices({f"b{n}": DeviceState.ONLINE for n in range(10)})
        counts.follow(first, told, ())
        counts.follow(second, told, ())
        await settled(tasks)
        assert counts.tally.names is second
        assert counts.tally.of(ALL) == (10, 10)

    asyncio.run(work())
