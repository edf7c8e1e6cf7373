"""Files are measured once, whatever becomes of the process that does it."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trio

from radiocast.autodj.analyses import Analyses
from radiocast.autodj.database import Database
from radiocast.autodj.library import Library
from radiocast.codecs.loudness import measure
from radiocast.config.autodj import AutoDjConfig, PlaylistConfig
from radiocast.sources import analyser as analyser_module
from radiocast.sources import analysing
from radiocast.sources.analyser import ANALYSER
from radiocast.sources.analysing import analyse_for_ever
from tests.autodj.made import make_rules
from tests.media import MEDIA

FLAC = MEDIA / "tagged" / "flac.flac"

SCRIPT = """
import json, os, signal, sys, time
log = open(sys.argv[1], "a", buffering=1)
print("started", file=log)
open(sys.argv[1] + ".pid", "w").write(str(os.getpid()))
print("{}", flush=True)
for line in sys.stdin:
    name = os.path.basename(json.loads(line))
    print(name, file=log)
    if "crash" in name and ("once" not in name or open(sys.argv[1]).read().count(name) == 1):
        os.kill(os.getpid(), signal.SIGSEGV)
    if "killed" in name:
        os.kill(os.getpid(), signal.SIGKILL)
    if "leave" in name:
        sys.exit(3)
    if "hang" in name:
        time.sleep(1000)
    if "babble" in name:
        print("x" * 100_000, flush=True)
    if "slow" in name:
        for _ in range(8):
            time.sleep(0.1)
            print("{}", flush=True)
    if "broken" in name:
        print(json.dumps({"problem": "no sound in it"}), flush=True)
    else:
        print(json.dumps(dict(loudness=-20, peak=0.5, cue_in=0.1, cue_out=0.9, start_next=0.8)),
              flush=True)
"""


class Station:
    """A library over a directory, and a process that only pretends to measure."""

    def __init__(self, folder: Path) -> None:
        self.music = folder / "music"
        self.music.mkdir(exist_ok=True)
        self.log = folder / "log"
        self.database = Database(folder / "autodj.sqlite")
        self.analyses = Analyses(self.database)
        settings = AutoDjConfig(settle=0, poll=0.1)
        rules = make_rules({"main": PlaylistConfig(source=str(self.music))}, settings)
        self.library = Library(rules, self.analyses)

    @property
    def fake(self) -> Sequence[str]:
        return (sys.executable, "-S", "-c", SCRIPT, str(self.log))

    def add(self, *names: str) -> None:
        for name in names:
            shutil.copyfile(FLAC, self.music / name)

    def asked(self) -> list[str]:
        return self.log.read_text().split() if self.log.exists() else []

    def pid(self) -> int:
        """Of the last process."""
        return int(Path(f"{self.log}.pid").read_text())

    @property
    def tracks(self) -> list[str]:
        return [Path(track.path).name for track in self.library.shelves["main"].tracks]

    @asynccontextmanager
    async def running(self, command: Sequence[str] = ()) -> AsyncIterator[None]:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self.library.run)
            nursery.start_soon(lambda: analyse_for_ever(self.library, command=command or self.fake))
            with trio.fail_after(15):
                await self.library.wait_scanned()
                yield
            nursery.cancel_scope.cancel()

    async def all_done(self) -> None:
        while self.library.progress.unread or self.library.next_unanalysed():
            await self.library.wait_scanned()
        await self.library.wait_scanned()  # what was measured counts from the next look on


@pytest.fixture
def station(tmp_path: Path) -> Station:
    return Station(tmp_path)


async def test_all_files_are_measured_once_and_by_one_process(
    station: Station, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "radiocast.sources.analysing")
    station.add("a.flac", "b.flac")
    async with station.running():
        await station.all_done()
        assert station.asked() == ["started", "a.flac", "b.flac"]
        track = station.library.shelves["main"].tracks[0]
        assert (track.gain_db, track.cue_in, track.cue_out, track.start_next) == (4, 0.1, 0.9, 0.8)
        assert caplog.messages == [
            "measuring the loudness of 2 files",
            "measured 2 files in 0 seconds",
        ]
        station.add("c.flac")
        while "c.flac" not in station.tracks:
            await station.library.wait_scanned()
        await station.all_done()
    assert station.asked() == ["started", "a.flac", "b.flac", "started", "c.flac"]
    station.database.close()


async def test_where_there_is_nothing_to_measure_there_is_no_process(station: Station) -> None:
    async with station.running():
        for _ in range(3):
            await station.library.wait_scanned()
    assert station.asked() == []
    station.database.close()


async def test_after_a_restart_what_was_measured_is_known(tmp_path: Path) -> None:
    first = Station(tmp_path)
    shutil.copyfile(MEDIA / "gapless" / "lame-44100.mp3", first.music / "a.mp3")
    async with first.running(ANALYSER):
        await first.all_done()
        tracks = first.library.shelves["main"].tracks
    first.database.close()
    found = measure(first.music / "a.mp3")
    assert found.loudness is not None
    assert tracks[0].gain_db == pytest.approx(-16 - found.loudness)
    assert (tracks[0].cue_in, tracks[0].cue_out) == (found.cue_in, found.cue_out)
    again = Station(tmp_path)
    async with again.running():
        assert again.library.shelves["main"].tracks == tracks
        assert again.library.progress.unanalysed == 0
    assert again.asked() == []
    again.database.close()


async def test_what_cannot_be_played_is_left_out_and_does_not_stop_the_rest(
    station: Station, caplog: pytest.LogCaptureFixture
) -> None:
    station.add("a.flac", "broken.flac", "c.flac")
    async with station.running():
        await station.all_done()
        await station.library.wait_scanned()
        assert station.tracks == ["a.flac", "c.flac"]
    assert station.asked() == ["started", "a.flac", "broken.flac", "c.flac"]
    lines = [line for line in caplog.messages if "broken" in line]
    assert lines == [f"not played: {station.music}/broken.flac: no sound in it"]
    station.database.close()


async def test_a_file_that_crashes_two_processes_is_left_out_over_a_restart(tmp_path: Path) -> None:
    station = Station(tmp_path)
    station.add("a.flac", "crash.flac", "z.flac")
    async with station.running():
        await station.all_done()
        assert station.tracks == ["a.flac", "z.flac"]
    asked = ["started", "a.flac", "crash.flac", "started", "crash.flac", "started", "z.flac"]
    assert station.asked() == asked
    station.database.close()
    again = Station(tmp_path)
    async with again.running():
        await again.all_done()
        assert again.tracks == ["a.flac", "z.flac"]
        assert again.asked() == asked
        (problem,) = again.library.problems.values()
        assert problem == "the decoder does not survive it: signal 11"
        again.add("crash.flac")  # it changed
        while again.asked() == asked:
            await again.library.wait_scanned()
    again.database.close()


async def test_a_process_that_is_lost_by_chance_costs_no_file(station: Station) -> None:
    station.add("crash-once.flac")
    async with station.running():
        await station.all_done()
        assert station.library.shelves["main"].tracks[0].cue_in == 0.1
    assert station.asked() == ["started", "crash-once.flac", "started", "crash-once.flac"]
    station.database.close()


@pytest.mark.parametrize("name", ["hang.flac", "killed.flac", "leave.flac", "babble.flac"])
async def test_whatever_else_a_file_does_to_the_process_the_next_one_is_measured(
    station: Station, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analyser_module, "STUCK_AFTER", 0.5)
    station.add(name, "z.flac")
    async with station.running():
        await station.all_done()
        await station.library.wait_scanned()
        assert station.tracks == ["z.flac"]
        assert station.asked() == ["started", name] * 2 + ["started", "z.flac"]
        ((path, stamp),) = [
            (path, known.stamp)
            for path, known in station.library._scanner._known.items()
            if Path(path).name == name
        ]
    # It was not the file's own doing, as far as we know: the next start tries it again.
    assert station.analyses.get(path, stamp) is None
    station.database.close()


async def test_a_process_that_takes_long_but_says_so_is_waited_for(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analyser_module, "STUCK_AFTER", 0.5)
    station.add("slow.flac")
    async with station.running():
        await station.all_done()
    assert station.asked() == ["started", "slow.flac"]
    station.database.close()


async def test_what_leaks_is_bounded_by_a_new_process_now_and_then(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysing, "FILES_PER_PROCESS", 2)
    station.add("a.flac", "b.flac", "c.flac")
    async with station.running():
        await station.all_done()
    assert station.asked() == ["started", "a.flac", "b.flac", "started", "c.flac"]
    station.database.close()


@pytest.mark.parametrize(
    "command", [("/nowhere/analyser",), (sys.executable, "-S", "-c", "raise SystemExit(7)")]
)
async def test_where_no_process_can_be_started_no_file_is_blamed(
    station: Station, command: Sequence[str], caplog: pytest.LogCaptureFixture
) -> None:
    station.add("a.flac")
    async with station.running(command):
        while not caplog.messages:
            await station.library.wait_scanned()
        assert station.tracks == ["a.flac"]
        assert station.library.progress.unanalysed == 1
    assert len(caplog.messages) == 1
    assert "files cannot be measured: the analyser: " in caplog.text
    station.database.close()


async def test_progress_is_told_now_and_then(
    station: Station, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "radiocast.sources.analysing")
    station.add("a.flac", "b.flac", "c.flac")
    monkeypatch.setattr(analysing, "REPORT", 0.0)
    async with station.running():
        await station.all_done()
    assert caplog.messages[1:-1] == [f"measured {n} files, {3 - n} are left" for n in (1, 2, 3)]
    station.database.close()


async def test_cancelled_in_the_middle_it_leaves_no_process_behind(station: Station) -> None:
    station.add("hang.flac")
    with trio.fail_after(5):
        async with station.running():
            while len(station.asked()) < 2:
                await station.library.wait_scanned()
    with pytest.raises(ProcessLookupError):
        os.kill(station.pid(), 0)
    station.database.close()
