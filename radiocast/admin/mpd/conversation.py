"""Answers requests, command by command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import trio

from radiocast.admin.mpd import database, playing, queueing, session, status
from radiocast.admin.mpd.call import Call, Spec, Then
from radiocast.admin.mpd.client import SUBSYSTEMS, Client
from radiocast.admin.mpd.desk import Desk
from radiocast.errors import RadiocastError
from radiocast.protocols.mpd.answers import LIST_OK, OK, Answer, encode_error
from radiocast.protocols.mpd.errors import Ack, MpdError
from radiocast.protocols.mpd.requests import Command, Request, parse_command

WRONG_PASSWORD = 1.0
"""Seconds the answer to a wrong password takes: guessing must not be quick."""

ONE_AT_A_TIME = trio.CapacityLimiter(1)
"""Whoever goes through the library waits for the one before: the station needs its time too."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What comes of a request."""

    data: bytes = b""
    idle: frozenset[str] = frozenset()
    """The client waits for news of these subsystems, and its answer with it; empty: it does
    not wait."""
    is_over: bool = False
    """The client has nothing more to say."""


class Conversation:
    """One client's requests, answered one after the other."""

    def __init__(self, desk: Desk) -> None:
        open_to_all = desk.config.control.mpd_password is None
        self._desk = desk
        self._client = Client(desk.controls.changes.counts, may_change=open_to_all)

    async def answer(self, request: Request) -> Reply:
        """Do what a request asks. Nothing in it raises."""
        answer = Answer()
        for index, line in enumerate(request.lines):
            name = ""
            try:
                command = parse_command(line)
                if command.name in COMMANDS or command.name == "idle":
                    name = command.name  # in an error, only what is known has a name
                if not request.is_list and (reply := _turn(command)) is not None:
                    return reply
                spec = self._find(command)
                await self._perform(spec, command, answer, is_in_list=request.is_list)
                if request.confirm_each:
                    answer.end(LIST_OK)
            except RadiocastError as exc:
                error = exc if isinstance(exc, MpdError) else MpdError(Ack.SYSTEM, str(exc))
                if error.ack is Ack.PASSWORD:
                    await trio.sleep(WRONG_PASSWORD)
                return Reply(answer.to_bytes() + encode_error(error, name, index))
        return Reply(answer.to_bytes() + OK)

    async def wait_news(self, wanted: frozenset[str]) -> None:
        """Wait until there is something to tell of these subsystems."""
        while not self._client.has_news(wanted):
            await self._desk.controls.changes.wait(self._client.seen)
            self._client.note(self._desk.controls.changes.counts)

    def take_news(self, wanted: frozenset[str]) -> bytes:
        """The answer to `idle` as of now: told once."""
        self._client.note(self._desk.controls.changes.counts)
        told = self._client.take_news(wanted)
        return b"".join(b"changed: %b\n" % each.encode() for each in told) + OK

    def _find(self, command: Command) -> Spec:
        """How to perform a command, if the client may give it like that. Raises MpdError."""
        name, spec, count = command.name, COMMANDS.get(command.name), len(command.arguments)
        if spec is None:
            raise MpdError(Ack.UNKNOWN, f'unknown command "{name}"')
        if spec.changes and not self._client.may_change:
            raise MpdError(Ack.PERMISSION, f'you don\'t have permission for "{name}"')
        if spec.least == spec.most != count:
            raise MpdError(Ack.ARGUMENT, f'wrong number of arguments for "{name}"')
        if count < spec.least:
            raise MpdError(Ack.ARGUMENT, f'too few arguments for "{name}"')
        if spec.most is not None and count > spec.most:
            raise MpdError(Ack.ARGUMENT, f'too many arguments for "{name}"')
        return spec

    async def _perform(
        self, spec: Spec, command: Command, answer: Answer, *, is_in_list: bool
    ) -> None:
        call = Call(self._desk, self._client, command.name, command.arguments, answer, is_in_list)
        then: Then | None
        if spec.is_slow:
            then = await trio.to_thread.run_sync(spec.perform, call, limiter=ONE_AT_A_TIME)
        else:
            then = spec.perform(call)
        if then is not None:
            then()


def _turn(command: Command) -> Reply | None:
    """What comes of a command that is about whose turn it is; None: it is another one."""
    match command.name:
        case "close":
            return Reply(is_over=True)
        case "idle":
            return Reply(idle=_subsystems(command))
        case "noidle":
            return Reply()  # it came too late: the news was on its way
        case _:
            return None


def _subsystems(command: Command) -> frozenset[str]:
    for name in command.arguments:
        if name not in SUBSYSTEMS:
            raise MpdError(Ack.ARGUMENT, f"Unrecognized idle event: {name}")
    return frozenset(command.arguments or SUBSYSTEMS)


def _commands(call: Call) -> None:
    """What the client may do."""
    for name in sorted([*COMMANDS, "close", "idle"]):
        spec = COMMANDS.get(name)
        if call.client.may_change or spec is None or not spec.changes:
            call.answer.add("command", name)


def _notcommands(call: Call) -> None:
    """What it may not do, without the password."""
    for name, spec in sorted(COMMANDS.items()):
        if spec.changes and not call.client.may_change:
            call.answer.add("command", name)


COMMANDS: Mapping[str, Spec] = {
    **status.COMMANDS,
    **playing.COMMANDS,
    **queueing.COMMANDS,
    **database.COMMANDS,
    **session.COMMANDS,
    "commands": Spec(_commands),
    "notcommands": Spec(_notcommands),
}
