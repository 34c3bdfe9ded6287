"""Which cameras of the demonstration nothing is wrong with for a while.

The simulator's troubles and the gaps of its recordings come and go with the hours: a test of what a
sound camera does looks at one that is sound whatever the hour.
"""

from zoneinfo import ZoneInfo

from app.city import City
from app.core.catalog import HOUR, MINUTE
from app.core.model import Ms
from app.sim.faults import Faults
from app.sim.video.cameras import SimCamera, cameras_of
from app.sim.video.channels import records

BEFORE, AFTER = 40 * MINUTE, 10 * MINUTE


def sound_cameras(city: City, now: Ms) -> dict[str, str]:
    """The form of each camera, by id, that is well for ten minutes from now on and whose recordings
    have no gap in the last forty."""
    assert city.config.simulator is not None
    faults = Faults(city.config.simulator.seed)
    return {
        camera.id: camera.form
        for camera in cameras_of(city)
        # A trouble lasts for hours: none at both ends is none between.
        if not any(faults.device(camera.id, at) for at in (now, now + AFTER))
        and _recorded(camera, now - BEFORE, now + AFTER, city)
    }


def _recorded(camera: SimCamera, begin: Ms, end: Ms, city: City) -> bool:
    hours = -(-end // HOUR) - begin // HOUR
    return len(records(camera, begin, end, ZoneInfo(city.config.zone))) == hours
