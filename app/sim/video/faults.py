"""What goes wrong with a stream, asked for in its address: `rtsp://…/clip?stall=2&times=1`."""

from typing import ClassVar, Self
from urllib.parse import parse_qsl

import msgspec

from app.core.privacy import Privacy

MAX_QUERY = 2000


class StreamFaults(msgspec.Struct, frozen=True, forbid_unknown_fields=False):
    """Times are seconds from PLAY, those of `switch` from the first PLAY of the same address;
    shares are 0 to 1. `times`: only so many plays of the address have the faults, 0: all."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    kill: float = 0.0  # the connection is cut, without a word
    stall: str = ""  # "2": nothing comes from then on; "2-5": until then
    mute: bool = False  # no picture ever comes
    drop: float = 0.0  # share of packets that are lost
    corrupt: float = 0.0  # share of packets with bytes changed
    seed: int = 1  # which packets
    freeze: float = 0.0  # the newest key picture again and again
    switch: str = ""  # "other@3": another clip; of another codec too, as a camera set anew
    pace: float = 1.0  # pictures come at this speed
    status: int = 0  # DESCRIBE is answered with it
    late: float = 0.0  # DESCRIBE is answered so much later
    silent: str = ""  # this method is not answered at all
    transport: str = ""  # only "tcp" or only "udp"
    auth: str = ""  # "name:password" is asked for
    title: str | None = None  # another name of the stream in its SDP
    times: int = 0

    @classmethod
    def of(cls, query: str) -> Self:
        """The faults of an address's query; raises ValueError where one cannot be read."""
        given = dict(parse_qsl(query[:MAX_QUERY], keep_blank_values=True))
        known = {name: given[name] for name in cls.__struct_fields__ if name in given}
        if "mute" in known and known["mute"] == "":
            known["mute"] = "1"
        return msgspec.convert(known, cls, strict=False)

    def stalled(self, elapsed: float) -> bool:
        """Whether nothing is sent so long after PLAY."""
        if not self.stall:
            return False
        begin, _, end = self.stall.partition("-")
        return elapsed >= float(begin) and (not end or elapsed < float(end))

    @property
    def other(self) -> tuple[str, float]:
        """The clip to switch to and when; ("", 0.0) for none."""
        name, _, at = self.switch.rpartition("@")
        return (name, float(at)) if name else ("", 0.0)

    @property
    def plain(self) -> bool:
        """Whether pictures go out as they are."""
        return not (
            self.stall or self.mute or self.drop or self.corrupt or self.freeze or self.switch
        )
