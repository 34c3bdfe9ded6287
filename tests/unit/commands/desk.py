"""The parts of a seat that commands need, without a runtime: a real store on the disk."""

from pathlib import Path

from app.core.clock import ManualClock
from app.core.directory import DutyRole
from app.core.message import Message
from app.core.model import AlarmKind, Level, Sourced, Warning, World
from app.live.commands import Commands, Outcome, State
from app.live.hub import Hub
from app.live.picture import Picture
from app.live.seat import Seat, SignedOn
from app.secrets import Secret
from app.store.store import Store

NOON = 1_784_289_600_000  # 2026-07-17T12:00:00Z
PIN = "739104"
ROLES = [
    DutyRole(
        "shift_head",
        "值班长",
        "Head of the duty shift",
        "desk",
        access="view;operate;ack;release;ops;unmask",
    ),
    DutyRole("duty_officer", "值班员", "Duty officer", "desk", access="view;operate"),
    DutyRole("visitor", "参观来宾", "Visitor", "hall", access="none"),
]


class Desk:
    """One seat on one database; `again()` is the same database after a restart."""

    def __init__(self, folder: Path, kind: str = "desk", world: World = World.REAL) -> None:
        self.folder = folder
        self.file = folder / "ops.db"
        self.clock = ManualClock(NOON)
        self.hub = Hub()
        self.picture = Picture({}, world)
        self.seat = Seat(kind)
        self.store = Store.open(folder, self.clock, ballast_bytes=4096)
        self.ops = self.store.ops
        self.commands = Commands(self.picture, self.hub, self.ops, self.clock, self.seat, ROLES)
        self.commands.load()

    def close(self) -> None:
        """End the threads and the files."""
        self.store.close()

    def again(self, world: World | None = None) -> "Desk":
        """What a start on the same file gives."""
        self.close()
        return Desk(self.folder, self.seat.kind, world or self.picture.world)

    def sit(self, number: str = "0001", role: str = "shift_head") -> None:
        """Put somebody on the seat without the PIN's cost, which has tests of its own."""
        self.seat.person = SignedOn(number, role, self.clock.now())

    def warn(self, id_: str = "wx:1", level: Level = Level.RED, **fields: object) -> Warning:
        """A warning in the picture, issued now."""
        now = self.clock.now()
        warning = Warning(
            id=id_,
            kind=AlarmKind.ISSUED,
            level=level,
            title="暴雨",
            **{"issued": now, "observed": now, **fields},  # type: ignore[arg-type]
        )
        self.picture.apply_records([Sourced("weather", now, warning)])
        return warning

    async def do(self, text: str, secret: str | None = None, operation: str = "") -> Outcome:
        """Type a command."""
        command = self.commands.parse(text)
        return await self.commands.submit(
            command, secret=None if secret is None else Secret(secret), operation=operation
        )

    async def refusal(self, text: str) -> Message:
        """Type a command that is refused; gives the reason."""
        outcome = await self.do(text)
        assert outcome.state is State.REFUSED and outcome.reason is not None, text
        return outcome.reason

    async def refused(self, text: str) -> str:
        """The id of that reason."""
        return (await self.refusal(text)).id

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """What stands in the file."""
        return self.ops.run_blocking(lambda connection: connection.execute(sql).fetchall())
