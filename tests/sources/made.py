"""A library, a programme and a studio for tests, without files and without a process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import trio
import trio.testing

from radiocast.autodj.changes import Changes
from radiocast.autodj.database import Database
from radiocast.autodj.history import History
from radiocast.autodj.library import Library
from radiocast.autodj.state import Rules, Shelves
from radiocast.autodj.track import Shelf
from radiocast.config.autodj import PlaylistConfig
from radiocast.config.model import Config
from radiocast.config.outputs import OutputConfig
from radiocast.mounts.mount import Mount
from radiocast.sources.chronicle import Chronicle
from radiocast.sources.console import Console, plan_of
from radiocast.sources.lives import Lives
from radiocast.sources.programme import Programme
from radiocast.studio.commands import Command
from radiocast.studio.reports import Report
from radiocast.studio.supervisor import Studio
from tests.autodj.made import make_rules, make_shelf

C = TypeVar("C", bound=Command)


class MadeLibrary(Library):
    """Shelves that are there at once."""

    def __init__(self, rules: Rules, shelves: Mapping[str, Shelf]) -> None:
        super().__init__(rules)
        self.made = shelves
        self.broken: dict[str, str] = {}

    @property
    def shelves(self) -> Shelves:
        return self.made

    def mark_broken(self, path: str, problem: str) -> None:
        self.broken[path] = problem


class MadeStudio(Studio):
    """Remembers what it is told and says what a test wants; `clock` is the media time on air."""

    def __init__(self) -> None:
        super().__init__(plan_of(Config(), {}))
        self.told: list[Command] = []
        self.clock = 0

    def send(self, command: Command) -> None:
        self.told.append(command)

    def on_air(self) -> int:
        return self.clock

    async def say(self, *reports: Report) -> None:
        for report in reports:
            await self._reports_out.send(report)
        await trio.testing.wait_all_tasks_blocked()

    async def run(self) -> None:
        await trio.sleep_forever()

    def of_type(self, kind: type[C]) -> list[C]:
        return [each for each in self.told if isinstance(each, kind)]


class Made:
    """All the parts of an auto-DJ round a studio of a test's own, and one mount."""

    def __init__(self, tracks: int = 5) -> None:
        self.rules = make_rules({"all": PlaylistConfig(source="/music")})
        self.library = MadeLibrary(self.rules, {"all": make_shelf("a", tracks)})
        self.changes = Changes()
        self.programme = Programme(self.rules, self.library, self.changes)
        self.history = History(Database(":memory:"))
        self.chronicle = Chronicle(self.history, self.changes, lambda: 7)
        self.lives = Lives()
        self.studio = MadeStudio()
        self.console = Console(self.studio, self.programme, self.chronicle, self.lives)
        self.mount = Mount("/stream", Config().mount("/stream"))
        self.console.feed({"/stream": self.mount}, Config(outputs={"/stream": OutputConfig()}))
