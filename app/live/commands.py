"""The one way in which operators change anything: permission, then the disk, then the picture."""

import asyncio
import logging
from collections.abc import Collection, Sequence
from enum import StrEnum
from functools import partial
from typing import ClassVar

import msgspec

from app.core.clock import Clock
from app.core.decision import (
    Acknowledgement,
    Admission,
    CameraMask,
    KeptCamera,
    Maintenance,
    Release,
    Stamp,
)
from app.core.directory import DutyRole
from app.core.ident import is_ulid, ulid
from app.core.map_decision import Bookmark, Fence, KeptMap, Markup
from app.core.message import Message, Refusal, message
from app.core.model import Ms, World
from app.core.privacy import Privacy, masked
from app.live import grammar
from app.live.audited import READ, Audited, read_audited
from app.live.city_keeper import CityKeeper
from app.live.command import Ask, Command, Room, read, title, usage, validated
from app.live.hub import Hub, Kind
from app.live.outbox import Outbox
from app.live.people import DemoPerson, People
from app.live.picture import Picture
from app.live.seat import Seat, SeatKind, SoundTest
from app.live.trial import on_trial
from app.registry import Registry, UnknownKind
from app.secrets import Secret
from app.store import (
    acks,
    admissions,
    camera_masks,
    decisions,
    kept_cameras,
    maintenance,
    map_rows,
    outbox,
    releases,
)
from app.store.decisions import Decision
from app.store.driver import Connection, DatabaseError
from app.store.ops import Ops

log = logging.getLogger(__name__)

REMEMBERED_MS = 90 * 24 * 3600 * 1000
"""Acknowledgements this old are loaded at start; a warning that is open for longer sounds again."""


class State(StrEnum):
    """What became of a command."""

    ACCEPTED = "accepted"
    REPEATED = "repeated"  # this id was accepted before; nothing was done
    REFUSED = "refused"  # not allowed, or it makes no sense now
    FAILED = "failed"  # it could not be saved, so it was not done


class Outcome(msgspec.Struct, frozen=True):
    """The answer to `submit`; `reason` is what to tell the officer, None where there is nothing.

    `waiting` counts what still waits in the outbox.
    """

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    id: str
    state: State
    reason: Message | None = None
    waiting: int = 0

    @property
    def done(self) -> bool:
        """Whether it holds."""
        return self.state in (State.ACCEPTED, State.REPEATED)


class Verb(msgspec.Struct, frozen=True):
    """One command for the palette."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    verb: str
    name: Message
    help: Message
    usage: str
    arguments: tuple[str, ...]
    subject: str
    is_navigation: bool
    allowed: bool  # to whoever is signed on now


class Loaded(msgspec.Struct, frozen=True):
    """What ops.db knew at start."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    acknowledged: list[Acknowledgement]
    released: list[Release]
    maintenance: dict[str, Maintenance]
    admissions: dict[str, Admission]
    markup: dict[str, Markup]
    bookmarks: dict[str, Bookmark]
    fences: dict[str, Fence]
    maps: dict[str, KeptMap]
    cameras: dict[str, KeptCamera]
    looked_at: tuple[list[str], list[str]]
    masks: list[CameraMask]
    sound_test: Decision | None
    visit: Decision | None
    waiting: int


class Commands:
    """Takes commands of one seat. Lives in the main loop.

    `outside` names the systems that are told through the outbox; None tells every one a command
    names. Nothing leaves the room from a drill or a replay.
    """

    def __init__(
        self,
        picture: Picture,
        hub: Hub,
        ops: Ops,
        clock: Clock,
        seat: Seat,
        roles: Sequence[DutyRole],
        outside: Collection[str] | None = None,
        cities: CityKeeper | None = None,
    ) -> None:
        self.seat = seat
        self.people = People(ops, clock, roles, picture.world)
        self.outbox = Outbox(ops, hub, clock)
        self._picture = picture
        self._hub = hub
        self._ops = ops
        self._clock = clock
        self._outside = outside
        self._room = Room(picture, seat, self.people, clock, cities)
        self._registry: Registry[Command] = Registry("app.commands", Command)
        self._pending: dict[str, Command] = {}
        self._turn = asyncio.Lock()

    # ---- start

    def load(self) -> None:
        """Fill picture and seat from ops.db; called once at start, waits for the disk."""
        loaded = self._ops.run_blocking(partial(_load, seat=self.seat.id, now=self._clock.now()))
        for ack in loaded.acknowledged:
            self._picture.acknowledged[ack.warning] = ack
        for release in loaded.released:
            self._picture.briefing.released[release.fact] = release
        self._picture.maintenance = loaded.maintenance
        book = self._picture.map
        book.markup, book.bookmarks, book.fences = loaded.markup, loaded.bookmarks, loaded.fences
        self.seat.maps.kept = loaded.maps
        self.seat.videos.kept = loaded.cameras
        self.seat.videos.masks.take(loaded.masks)
        kept, since = loaded.looked_at
        self.seat.videos.recent = kept
        for text in reversed(since):
            for camera in reversed(grammar.split(text).rest[0].split()):
                self.seat.videos.look_at(camera)
        trial, decided = self._picture.trial, loaded.admissions
        trial.feeds = on_trial(trial.feeds, {name: row.admitted for name, row in decided.items()})
        if loaded.sound_test is not None:
            stamp = loaded.sound_test.stamp
            heard = self.parse(loaded.sound_test.text) == self._registry.load("test-sound")()
            self.seat.sound_test = SoundTest(stamp.at, stamp.person) if heard else None
        if loaded.visit is not None:
            command, stamp = self.parse(loaded.visit.text), loaded.visit.stamp
            for _ in command.show(self._room, stamp, ()):
                pass  # the windows are not open yet
        self.outbox.count(loaded.waiting)
        try:
            self.people.seed_demo()
        except Refusal as refusal:  # a database that may only be read, or no room on the disk
            log.warning("the people of the demonstration were not entered: %s", refusal)

    # ---- words

    def parse(self, text: str) -> Command:
        """A command from its text form; raises Refusal that says what is wrong with it."""
        words = grammar.split(text)
        return read(self._type(words.verb), words)

    def verbs(self) -> list[Verb]:
        """Every command there is, by verb."""
        return [self._verb(self._registry.load(verb)) for verb in self._registry.names()]

    @property
    def demo_people(self) -> tuple[DemoPerson, ...]:
        """Whom the sign-on dialog may offer with their PIN: only in the demonstration."""
        return self.people.demo

    # ---- what is under way

    @property
    def waiting(self) -> int:
        """How many operations wait in the outbox."""
        return self.outbox.waiting

    @property
    def pending(self) -> dict[str, Command]:
        """Commands submitted and not yet answered, by id; changes are published as SEAT."""
        return dict(self._pending)

    def is_pending(self, subject: str) -> bool:
        """Whether something is under way about a warning or another subject."""
        return any(
            bool(command.subject) and str(getattr(command, command.subject)) == subject
            for command in self._pending.values()
        )

    # ---- what was done

    async def audited(self, limit: int) -> Audited:
        """The newest of the audit, for who is signed on; raises Refusal."""
        person = self.seat.person
        role = self.people.roles.get(person.role) if person is not None else None
        if role is None or not role.rights & READ:
            raise Refusal(message("auditpage.not_allowed"))
        return await self._ops.read(partial(read_audited, limit=limit))

    # ---- doing

    async def submit(
        self, command: Command, *, secret: Secret | None = None, operation: str = ""
    ) -> Outcome:
        """Do a command for whoever is signed on; why it was not done is in the answer.

        With `operation`, the id of one that was accepted before, nothing is done. `secret` (a PIN)
        is given to the command's check and goes nowhere else.
        """
        now = self._clock.now()
        person = self.seat.person
        stamp = Stamp(
            id=operation or ulid(now),
            at=now,
            person=person.number if person else "",
            role=person.role if person else "",
            seat=self.seat.id,
            world=self._picture.world,
        )
        return await self._answer(command, Ask(stamp, secret))

    async def replay(self, recorded: Decision) -> Outcome:
        """Do what was done once, under its own stamp, in a drill or a replay; nothing is sent.

        Raises Refusal in any other world, and for a text this program cannot read.
        """
        if self._picture.world not in (World.DRILL, World.REPLAY):
            raise Refusal(message("commands.replay_world"))
        command = self.parse(recorded.text)
        stamp = msgspec.structs.replace(recorded.stamp, world=self._picture.world)
        return await self._answer(command, Ask(stamp, is_replay=True))

    async def _answer(self, command: Command, ask: Ask) -> Outcome:
        stamp = ask.stamp
        if not is_ulid(stamp.id):
            return _refused(stamp, message("commands.bad_id", id=stamp.id[:40]))
        self._pending[stamp.id] = command
        self._hub.publish(Kind.SEAT, ("pending",))
        try:
            async with self._turn:
                return await self._decide(command, ask)
        except Refusal as refusal:  # the store's own: no room on the disk, closed
            return _failed(command, stamp, refusal.reason)
        except DatabaseError as error:
            return _failed(command, stamp, message("commands.not_saved", error=str(error)))
        finally:
            self._pending.pop(stamp.id, None)
            self._hub.publish(Kind.SEAT, ("pending",))

    async def _decide(self, command: Command, ask: Ask) -> Outcome:
        stamp = ask.stamp
        decision = Decision(stamp, command.verb, command.version, command.verb)
        if not command.is_navigation and await self._known(stamp.id):
            return Outcome(stamp.id, State.REPEATED, waiting=self.waiting)
        try:
            command = validated(masked(command))
            decision = msgspec.structs.replace(decision, text=command.text())
            self._permit(command, stamp)
            effects = await command.prepare(self._room, ask)
        except Refusal as refusal:
            await self._refuse(command, decision, refusal.reason)
            return _refused(stamp, refusal.reason)
        decision = msgspec.structs.replace(decision, effects=effects, outside=self._system(command))
        return await self._accept(command, decision)

    async def _accept(self, command: Command, decision: Decision) -> Outcome:
        if not command.is_navigation:
            saved = await self._ops.run(partial(decisions.accept, decision=decision))
            if saved.repeated:
                return Outcome(decision.stamp.id, State.REPEATED, waiting=saved.waiting)
            self.outbox.count(saved.waiting)
        for kind, keys in command.show(self._room, decision.stamp, decision.effects):
            self._hub.publish(kind, keys)
        reason = None
        if decision.outside:
            self.outbox.wake()
            reason = message("commands.waiting", n=self.waiting)
        return Outcome(decision.stamp.id, State.ACCEPTED, reason, self.waiting)

    async def _refuse(self, command: Command, decision: Decision, reason: Message) -> None:
        if not command.is_navigation:
            await self._ops.run(partial(decisions.refuse, decision=decision, reason=str(reason)))

    async def _known(self, id_: str) -> bool:
        return await self._ops.read(partial(decisions.known, id_=id_))

    def _permit(self, command: Command, stamp: Stamp) -> None:
        """The one permission check; raises Refusal."""
        if command.is_navigation:
            return
        if self.seat.kind is SeatKind.HALL:
            raise Refusal(message("commands.hall"))
        if command.needs_person and not stamp.person:
            raise Refusal(message("commands.sign_on_first"))
        if not self._allowed(type(command), stamp.role):
            who = [role for role in self.people.roles.values() if command.access & role.rights]
            raise Refusal(
                message(
                    f"command.{command.verb}.not_allowed",
                    who_zh="、".join(role.name_zh for role in who[:2]) or "-",
                    who_en=", ".join(role.name_en for role in who[:2]) or "-",
                )
            )

    def _allowed(self, command_type: type[Command], role_code: str) -> bool:
        if not command_type.needs_person or not command_type.access:
            return True
        role = self.people.roles.get(role_code)
        return role is not None and bool(command_type.access & role.rights)

    def _system(self, command: Command) -> str:
        if self._picture.world in (World.DRILL, World.REPLAY):
            return ""
        if self._outside is not None and command.outside not in self._outside:
            return ""
        return command.outside

    def _type(self, verb: str) -> type[Command]:
        try:
            return self._registry.load(verb)
        except UnknownKind as error:
            raise Refusal(message("commands.unknown", verb=verb[:80])) from error

    def _verb(self, command_type: type[Command]) -> Verb:
        person = self.seat.person
        signed_on = person is not None or not command_type.needs_person
        return Verb(
            verb=command_type.verb,
            name=title(command_type.verb),
            help=message(f"command.{command_type.verb}.help"),
            usage=usage(command_type),
            arguments=command_type.__struct_fields__,
            subject=command_type.subject,
            is_navigation=command_type.is_navigation,
            allowed=command_type.is_navigation
            or (
                self.seat.kind is not SeatKind.HALL
                and signed_on
                and self._allowed(command_type, person.role if person else "")
            ),
        )


def _refused(stamp: Stamp, reason: Message) -> Outcome:
    return Outcome(stamp.id, State.REFUSED, reason)


def _failed(command: Command, stamp: Stamp, reason: Message) -> Outcome:
    log.error("not saved: %s: %s", command.verb, reason)
    return Outcome(stamp.id, State.FAILED, reason)


def _load(connection: Connection, seat: str, now: Ms) -> Loaded:
    return Loaded(
        acknowledged=acks.load(connection, now - REMEMBERED_MS),
        released=releases.load(connection, now - REMEMBERED_MS),
        maintenance=maintenance.load(connection, now - REMEMBERED_MS),
        admissions=admissions.load(connection),
        markup=map_rows.load_markup(connection),
        bookmarks=map_rows.load_bookmarks(connection, seat),
        fences=map_rows.load_fences(connection),
        maps=map_rows.load_maps(connection, seat),
        cameras=kept_cameras.load(connection, seat),
        looked_at=kept_cameras.looked_at(connection, seat),
        masks=camera_masks.load(connection),
        sound_test=decisions.last(connection, "test-sound", seat),
        visit=decisions.last(connection, "visit", seat),
        waiting=outbox.waiting(connection),
    )
