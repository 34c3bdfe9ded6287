"""Who may sign on: a work number with a PIN and a post of the roster. No name is kept."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import ClassVar

import msgspec

from app.core.clock import Clock
from app.core.decision import Stamp
from app.core.directory import DutyRole
from app.core.ident import ulid
from app.core.message import Refusal, message
from app.core.model import World
from app.core.privacy import Privacy
from app.live import pin as pins
from app.live.grammar import compose
from app.secrets import Secret
from app.store import decisions, people
from app.store.driver import Connection
from app.store.ops import Ops
from app.store.people import Attempts, Credential

NUMBER_PATTERN = r"^[0-9A-Za-z]{3,8}$"
_NOBODY = Credential("", "", b"\0" * 16, b"\0" * 32, pins.COST, 0, active=False)


class DemoPerson(msgspec.Struct, frozen=True):
    """Somebody of the demonstration city, whose PIN everybody may know."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    number: str
    role: str
    pin: str


DEMO_PEOPLE = (
    DemoPerson("0001", "shift_head", "240801"),
    DemoPerson("0002", "duty_officer", "240802"),
    DemoPerson("0003", "leader_in_charge", "240803"),
    DemoPerson("0004", "ops_engineer", "240804"),
)


class People:
    """The people of ops.db."""

    def __init__(self, ops: Ops, clock: Clock, roles: Sequence[DutyRole], world: World) -> None:
        self._ops = ops
        self._clock = clock
        self._world = world
        self._demo: tuple[DemoPerson, ...] = ()
        self.roles = {role.code: role for role in roles}

    @property
    def demo(self) -> tuple[DemoPerson, ...]:
        """Whom the sign-on dialog offers openly; nobody outside the demonstration."""
        return self._demo

    def add(self, number: str, role: str, pin: Secret) -> None:
        """Enter a person, or give one a new post and PIN; waits for the disk (command line only).

        Raises Refusal for a post that is not on the roster or a weak PIN.
        """
        if role not in self.roles:
            known = " ".join(self.roles)
            raise Refusal(message("people.unknown_role", role=role[:40], known=known))
        pins.require_good(pin.reveal())
        salt = pins.new_salt()
        stretched = pins.stretch(pin.reveal(), salt, pins.COST)
        entry = Credential(number, role, salt, stretched, pins.COST, self._clock.now())
        self._ops.run_blocking(partial(self._enter, entry))

    def remove(self, number: str) -> None:
        """Let a number sign on no more; raises Refusal where there is none."""
        self._ops.run_blocking(partial(self._leave, number))

    def everybody(self) -> list[Credential]:
        """All entries by number."""
        return self._ops.run_blocking(people.everybody)

    def seed_demo(self) -> None:
        """Enter the people of the demonstration where nobody is entered yet."""
        if self._world is World.DEMO:
            self._demo = self._ops.run_blocking(self._seed)

    async def role_of(self, number: str) -> str:
        """The post of a number, for a replay, which asks for no PIN; raises Refusal."""
        found = await self._ops.read(partial(people.get, number=number))
        if found is None:
            raise Refusal(message("people.unknown", number=number))
        return found.role

    async def verify(self, number: str, pin: Secret) -> str:
        """The post of a number and PIN; raises Refusal, the same for a number nobody has.

        The try is counted on the disk before it is judged, so that ending the program gives none.
        """
        found, wait = await self._ops.run(partial(self._begin, number, self._clock.now()))
        if wait > 0:
            raise Refusal(message("people.wait", seconds=-(-wait // 1000)))
        entry = found if found is not None and self._may_sign_on(found) else _NOBODY
        right = await asyncio.to_thread(
            pins.matches, pin.reveal(), entry.salt, entry.hash, entry.cost
        )
        if entry is _NOBODY or not right:
            raise Refusal(message("people.wrong"))
        await self._ops.run(partial(people.forget_attempts, number=number))
        return entry.role

    def _may_sign_on(self, entry: Credential) -> bool:
        return (
            entry.active
            and entry.role in self.roles
            and (not entry.demo or self._world is World.DEMO)
        )

    def _begin(
        self, number: str, now: int, connection: Connection
    ) -> tuple[Credential | None, int]:
        made = people.attempts(connection, number)
        if now < made.until:
            return None, made.until - now
        failed = made.failed + 1
        people.count_attempt(connection, number, Attempts(failed, now + pins.wait_after(failed)))
        return people.get(connection, number), 0

    def _enter(self, entry: Credential, connection: Connection) -> None:
        people.put(connection, entry)
        self._record(connection, "add-person", entry.number, {"role": entry.role})

    def _leave(self, number: str, connection: Connection) -> None:
        if not people.deactivate(connection, number):
            raise Refusal(message("people.unknown", number=number[:20]))
        self._record(connection, "remove-person", number, {})

    def _seed(self, connection: Connection) -> tuple[DemoPerson, ...]:
        """Enter them into a fresh database; gives those that are there."""
        present = {entry.number for entry in people.everybody(connection) if entry.demo}
        if people.everybody(connection):
            return tuple(person for person in DEMO_PEOPLE if person.number in present)
        for person in DEMO_PEOPLE:
            if person.role not in self.roles:
                continue
            salt = pins.new_salt()
            stretched = pins.stretch(person.pin, salt, pins.DEMO_COST)
            entry = Credential(
                person.number,
                person.role,
                salt,
                stretched,
                pins.DEMO_COST,
                self._clock.now(),
                demo=True,
            )
            people.put(connection, entry)
        return tuple(person for person in DEMO_PEOPLE if person.role in self.roles)

    def _record(
        self, connection: Connection, verb: str, number: str, named: dict[str, str]
    ) -> None:
        now = self._clock.now()
        stamp = Stamp(ulid(now), now, "", "", "command-line", self._world)
        text = compose(verb, 1, number, named)
        decisions.accept(connection, decisions.Decision(stamp, verb, 1, text))
