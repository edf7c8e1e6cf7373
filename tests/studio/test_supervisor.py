import contextlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import trio

from radiocast.codecs.audio import RATE
from radiocast.studio import supervisor, workers
from radiocast.studio.commands import Configure, LiveAudio, LiveOpen, Load
from radiocast.studio.cues import Cue
from radiocast.studio.events import NeedTrack, TrackStarted
from radiocast.studio.messages import to_message
from radiocast.studio.outbox import MAX_COMMANDS, MAX_LIVE_BYTES
from radiocast.studio.reports import Heartbeat, Packets, Problem, Report, Spliced, StreamBegan
from radiocast.studio.supervisor import Studio
from radiocast.studio.wire import pack
from tests.studio.fakes import longest_quiet, sine
from tests.studio.made import (
    AAC,
    MP3,
    OPUS,
    assert_contiguous,
    audible,
    decode,
    plan,
    write_wav,
)


def forking(script: str) -> tuple[str, ...]:
    """The command of a fork server whose workers run a script."""
    serve = f"from radiocast.studio.forkserver import serve; serve(lambda: exec({script!r}, {{}}))"
    return (sys.executable, "-c", serve)


class Listener:
    """Collects a studio's reports, and how close to being due the packets came."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.reports: list[Report] = []
        self.shortest_lead = float("inf")

    @property
    def heard(self) -> list[Report]:
        """What listeners get of all this."""
        return audible(self.reports)

    @property
    def reached(self) -> int:
        """The media time up to which there are packets of every stream, but for the void."""
        ends: dict[str, int] = {}
        for report in self.reports:
            if isinstance(report, Packets):
                ends[report.stream] = report.end
        return min(ends.values())

    async def until(self, done: Callable[[Report], bool]) -> Report:
        while True:
            report = await self.studio.reports.receive()
            self.reports.append(report)
            if isinstance(report, Packets):
                # What was there before these came is what was left to play.
                lead = (report.at - self.studio.on_air()) / RATE
                self.shortest_lead = min(self.shortest_lead, lead)
            if done(report):
                return report

    async def reach(self, seconds: float) -> None:
        await self.until(lambda each: isinstance(each, Packets) and each.end >= seconds * RATE)


async def on_air(nursery: trio.Nursery, directory: Path) -> Listener:
    """A studio that has played a second of a long track."""
    studio = Studio(plan(MP3))
    listener = Listener(studio)
    nursery.start_soon(studio.run)
    studio.send(Load(Cue("1", write_wav(directory / "tune.wav", sine(0, 60 * RATE)))))
    await listener.reach(1.0)
    return listener


def kill(pid: int | None, number: int = signal.SIGKILL) -> None:
    assert pid is not None
    os.kill(pid, number)


async def test_a_killed_worker_is_not_heard(nursery: trio.Nursery, tmp_path: Path) -> None:
    path = write_wav(tmp_path / "tune.wav", sine(0, 60 * RATE, 440, 0.4))
    studio = Studio(plan(MP3, AAC, OPUS))
    listener = Listener(studio)
    with trio.fail_after(40):
        nursery.start_soon(studio.run)
        studio.send(Load(Cue("1", path)))
        await listener.reach(3.0)

        def rested(report: Report) -> bool:
            return isinstance(report, Heartbeat) and report.ahead > 2.5

        await listener.until(rested)
        listener.shortest_lead = float("inf")
        for kills in (1, 2):
            kill(studio.pid)
            await listener.until(lambda each: isinstance(each, Problem))
            await listener.reach(3.0 + 1.5 * kills)
            await listener.until(rested)
        assert listener.shortest_lead > 0, "a hole was heard"
        assert studio.restarts == 2
        nursery.cancel_scope.cancel()
    started = [each for each in listener.heard if isinstance(each, TrackStarted)]
    assert started == [TrackStarted(0, "1")], "the track goes on: nobody is told otherwise"
    for stream in (MP3, AAC, OPUS):
        assert_contiguous(listener.heard, stream)
        heard = decode(listener.heard, stream)
        assert longest_quiet(heard[4800:-4800]) < 48
        levels = np.sqrt(np.mean(heard[4800 : 5 * RATE, 0].reshape(-1, 240) ** 2, axis=1))
        assert np.abs(20 * np.log10(levels / np.median(levels))).max() < 3.0
    begun = [each.stream for each in listener.heard if isinstance(each, StreamBegan)]
    assert (begun.count("mp3"), begun.count("opus")) == (1, 3), "Ogg begins a new link"


async def test_what_was_loaded_is_loaded_again_without_asking_the_station(
    nursery: trio.Nursery, tmp_path: Path
) -> None:
    path = write_wav(tmp_path / "tune.wav", sine(0, 6 * RATE))
    studio = Studio(plan(MP3))
    listener = Listener(studio)
    with trio.fail_after(30):
        nursery.start_soon(studio.run)
        studio.send(Load(Cue("1", path)))
        await listener.until(lambda each: isinstance(each, NeedTrack))
        studio.send(Load(Cue("2", path)))
        await listener.reach(3.0)
        kill(studio.pid)
        await listener.until(lambda each: each == TrackStarted(6 * RATE, "2"))
        nursery.cancel_scope.cancel()
    asked = [each for each in listener.reports if isinstance(each, NeedTrack)]
    assert len(asked) <= 2, "for the second, and for the third"


async def test_a_worker_that_hangs_is_replaced(
    nursery: trio.Nursery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "DEAD_AFTER", 1.2)
    studio = Studio(plan(MP3))
    listener = Listener(studio)
    with trio.fail_after(30):
        nursery.start_soon(studio.run)
        studio.send(Load(Cue("1", write_wav(tmp_path / "tune.wav", sine(0, 60 * RATE)))))
        await listener.reach(2.0)
        kill(studio.pid, signal.SIGSTOP)
        lost = await listener.until(lambda each: isinstance(each, Problem))
        assert isinstance(lost, Problem)
        assert lost.text == "the studio worker was lost (silent for 1.2 seconds)"
        await listener.reach(4.0)
        nursery.cancel_scope.cancel()
    assert_contiguous(listener.heard, MP3)


async def test_a_worker_that_cannot_live_is_started_ever_more_slowly(
    nursery: trio.Nursery,
) -> None:
    studio = Studio(plan(MP3), command=forking("raise SystemExit(3)"))
    with trio.fail_after(20):
        nursery.start_soon(studio.run)
        begun = trio.current_time()
        for _ in range(4):
            problem = await studio.reports.receive()
            assert isinstance(problem, Problem)
            assert problem.text == "the studio worker was lost (exit status 3)"
        assert trio.current_time() - begun > 0.1 + 0.3 + 0.7
        nursery.cancel_scope.cancel()


TALKER = """
import sys
sys.stdout.buffer.write(b"noise" + bytes.fromhex({message!r}) + bytes.fromhex({beat!r}))
sys.stdout.buffer.flush()
sys.stdin.buffer.read()
"""


async def test_a_worker_that_babbles_is_listened_to_where_it_makes_sense(
    nursery: trio.Nursery,
) -> None:
    beat = Heartbeat(5, 1.0, 0.5)
    script = TALKER.format(
        message=pack(to_message(Configure(plan()))).hex(), beat=pack(to_message(beat)).hex()
    )
    studio = Studio(plan(MP3), command=forking(script))
    with trio.fail_after(20):
        nursery.start_soon(studio.run)
        assert await studio.reports.receive() == beat
        nursery.cancel_scope.cancel()


REPEATER = """
import os, sys
from radiocast.studio.messages import to_message
from radiocast.studio.reports import Packets, Problem
from radiocast.studio.wire import Unpacker, pack

def say(report):
    os.write(1, pack(to_message(report)))

unpacker = Unpacker()
say(Packets(0, 48000, "mp3", (5,), (48000,), (True,), b"frame"))
while data := os.read(0, 65536):
    for message in unpacker.feed(data):
        if message.tail == b"die":
            raise SystemExit
        say(Problem(0, f"{message.head['type']} {message.tail.decode()}"))
"""


async def test_what_a_source_sends_while_a_worker_takes_over_comes_behind_what_it_must_know(
    nursery: trio.Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "MAX_REPORTS", 0)  # the studio waits for us at each report
    studio = Studio(plan(MP3), command=forking(REPEATER))
    said: list[str] = []

    async def until(done: Callable[[Report], bool]) -> None:
        while True:
            with contextlib.suppress(trio.WouldBlock):
                report = studio.reports.receive_nowait()
                if isinstance(report, Problem):
                    said.append(report.text)
                if done(report):
                    return
            await trio.sleep(0.001)

    with trio.fail_after(20):
        nursery.start_soon(studio.run)
        studio.send(LiveOpen("dj", "audio/flac"))
        studio.send(LiveAudio("dj", b"one"))
        await until(lambda _: said[-1:] == ["LiveAudio one"])
        studio.send(LiveAudio("dj", b"die"))
        await until(lambda each: isinstance(each, Spliced))
        studio.send(LiveAudio("dj", b"two"))
        said.clear()
        await until(lambda _: said[-1:] == ["LiveAudio two"])
        nursery.cancel_scope.cancel()
    assert said == ["Start ", "LiveOpen ", "LiveAudio onedie", "LiveAudio two"]


async def test_live_audio_for_a_worker_that_does_not_read_is_bounded() -> None:
    studio = Studio(plan(MP3))
    for _ in range(100):
        studio.send(LiveAudio("dj", bytes(100_000)))
    assert studio.waiting_bytes <= MAX_LIVE_BYTES + 200_000
    for number in range(MAX_COMMANDS + 10):
        studio.send(Load(Cue(str(number), "x")))
    assert studio.waiting_commands <= MAX_COMMANDS


async def test_no_process_is_left_behind() -> None:
    studio = Studio(plan(MP3))
    with trio.fail_after(20):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(studio.run)
            await studio.reports.receive()
            pids = [studio.pid, studio.forkserver_pid]
            nursery.cancel_scope.cancel()
    for pid in pids:
        assert pid is not None
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


async def test_a_worker_goes_on_without_its_fork_server_and_its_successor_has_another(
    nursery: trio.Nursery, tmp_path: Path
) -> None:
    with trio.fail_after(30):
        listener = await on_air(nursery, tmp_path)
        studio = listener.studio
        first, pid = studio.forkserver_pid, studio.pid
        kill(first)
        while studio.forkserver_pid in (first, None):  # noqa: ASYNC110 - nobody says when
            await trio.sleep(0.01)
        await listener.reach(listener.reached / RATE + 2.0)
        assert studio.restarts == 0
        assert studio.pid == pid
        kill(pid)
        lost = await listener.until(lambda each: isinstance(each, Problem))
        assert isinstance(lost, Problem)
        assert lost.text == "the studio worker was lost (nobody saw why)"
        await listener.reach((lost.at / RATE) + 1.0)
        assert studio.restarts == 1
        nursery.cancel_scope.cancel()
    assert_contiguous(listener.heard, MP3)


async def test_both_may_be_killed_at_once(nursery: trio.Nursery, tmp_path: Path) -> None:
    with trio.fail_after(30):
        listener = await on_air(nursery, tmp_path)
        studio = listener.studio
        kill(studio.forkserver_pid)
        kill(studio.pid)
        lost = await listener.until(lambda each: isinstance(each, Problem))
        await listener.reach((lost.at / RATE) + 1.0)
        nursery.cancel_scope.cancel()
    assert_contiguous(listener.heard, MP3)


async def test_a_fork_server_that_does_not_answer_is_replaced(
    nursery: trio.Nursery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with trio.fail_after(30):
        listener = await on_air(nursery, tmp_path)
        studio = listener.studio
        monkeypatch.setattr(workers, "BORN_WITHIN", 0.2)
        monkeypatch.setattr(workers, "FAREWELL", 0.2)
        kill(studio.forkserver_pid, signal.SIGSTOP)
        kill(studio.pid)
        said = []
        for _ in range(2):
            lost = await listener.until(lambda each: isinstance(each, Problem))
            assert isinstance(lost, Problem)
            said.append(lost.text)
        assert said == [f"the studio worker was lost ({why})" for why in WHYS]
        await listener.reach((lost.at / RATE) + 1.0)
        nursery.cancel_scope.cancel()
    assert_contiguous(listener.heard, MP3)


WHYS = ("nobody saw why", "signal 9")


async def test_a_fork_server_that_cannot_live_is_told_of(nursery: trio.Nursery) -> None:
    studio = Studio(plan(MP3), command=(sys.executable, "-c", "raise SystemExit(4)"))
    with trio.fail_after(20):
        nursery.start_soon(studio.run)
        for _ in range(2):
            problem = await studio.reports.receive()
            assert isinstance(problem, Problem)
            assert problem.text == "the studio worker was lost (exit status 4)"
        nursery.cancel_scope.cancel()


async def test_a_stop_before_there_is_a_worker_is_no_long_farewell() -> None:
    studio = Studio(plan(MP3))
    with trio.fail_after(20):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(studio.run)
            while (pid := studio.forkserver_pid) is None:  # noqa: ASYNC110 - nobody says when
                await trio.sleep(0.001)
            assert studio.pid is None
            nursery.cancel_scope.cancel()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_fork_server_has_no_threads(nursery: trio.Nursery) -> None:
    studio = Studio(plan(MP3))
    with trio.fail_after(20):
        nursery.start_soon(studio.run)
        await studio.reports.receive()
        threads = list(await trio.Path(f"/proc/{studio.forkserver_pid}/task").iterdir())
        assert len(threads) == 1, "a fork has but the one that calls"
        nursery.cancel_scope.cancel()
