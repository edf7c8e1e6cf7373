import io
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

from radiocast.codecs.audio import RATE
from radiocast.studio.commands import Command, LiveAudio, LiveClose, LiveOpen, Load, Skip, Start
from radiocast.studio.cues import Cue
from radiocast.studio.engine import STEP, Engine
from radiocast.studio.events import LiveEnded, LiveStarted, NeedTrack, TrackStarted
from radiocast.studio.messages import to_message, to_report
from radiocast.studio.reports import Heartbeat, Packets, Problem, Report
from radiocast.studio.wire import Message, Unpacker, pack
from radiocast.studio.worker import (
    BATCH,
    BATCH_STEPS,
    EASY,
    FIRST_TRACK,
    HOLD,
    IDLE,
    LIVE_LEAD,
    LIVE_STEP,
    MAX_WAITING,
    REST,
    Inbox,
    Pace,
    Worker,
    how_much,
    read_commands,
    time_to_wait,
)
from tests.studio.fakes import longest_quiet, noise, sine
from tests.studio.made import FLAC, MP3, decode, mp3, packets_of, plan, write_wav

START = Start(plan(FLAC))
TIMEOUT = 30
COMMAND = (sys.executable, "-c", "from radiocast.studio.worker import work; work()")
"""A worker that nobody forked."""


def converse(commands: bytes, seconds: float, *, track: str = "") -> tuple[list[Report], int]:
    """Run a worker until it has sent so much, then close its stdin."""
    worker = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    watchdog = threading.Timer(TIMEOUT, worker.kill)
    watchdog.start()
    assert worker.stdin is not None
    assert worker.stdout is not None
    with worker:
        worker.stdin.write(commands)
        worker.stdin.flush()
        unpacker, reports, end = Unpacker(), list[Report](), 0
        while end < seconds * RATE and (data := os.read(worker.stdout.fileno(), 65536)):
            for message in unpacker.feed(data):
                assert isinstance(message, Message)
                reports.append(to_report(message))
                if isinstance(reports[-1], Packets):
                    end = reports[-1].end
        worker.stdin.close()
        status = worker.wait(TIMEOUT)
    watchdog.cancel()
    return reports, status


def said(*commands: Command) -> bytes:
    return b"".join(pack(to_message(command)) for command in commands)


def test_a_worker_plays_a_file_runs_ahead_and_exits_when_stdin_closes(tmp_path: Path) -> None:
    tune = sine(0, 20 * RATE)
    path = write_wav(tmp_path / "tune.wav", tune)
    begun = time.monotonic()
    reports, status = converse(said(START, Load(Cue("1", path))), 4.0)
    assert time.monotonic() - begun > 1.0, "the lead is 3 seconds, not more"
    assert status == 0
    assert [each for each in reports if isinstance(each, TrackStarted)] == [TrackStarted(0, "1")]
    heard = decode(reports, FLAC)
    assert len(heard) > 3 * RATE
    assert abs(heard[: 3 * RATE] - tune[: 3 * RATE]).max() < 0.001
    beats = [each for each in reports if isinstance(each, Heartbeat)]
    assert beats
    assert max(beat.ahead for beat in beats) < 3.2


def test_garbage_and_commands_that_mean_nothing_are_reported_and_survived(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "tune.wav", sine(0, 20 * RATE))
    nonsense = pack(Message({"type": "Fly", "to": "the moon"}))
    commands = b"what?" + said(Skip(), START) + b"\0" * 99 + nonsense + said(Load(Cue("1", path)))
    reports, status = converse(commands + said(START), 1.0)
    problems = [each.text for each in reports if isinstance(each, Problem)]
    assert problems == [
        "5 bytes that are no command",
        "Start comes first",
        "99 bytes that are no command",
        "there is no message 'Fly'",
        "the studio has started already",
    ]
    assert status == 0


def test_without_a_track_the_worker_waits_a_little_and_then_plays_what_it_has() -> None:
    begun = time.monotonic()
    reports, _ = converse(said(START), 0.5)
    assert time.monotonic() - begun > FIRST_TRACK
    assert packets_of(reports, "flac")[0].at == 0
    assert any(isinstance(each, NeedTrack) for each in reports)


def test_a_live_source_is_decoded_and_played_out(tmp_path: Path) -> None:
    """The worker's loop, in this process and without its clock."""
    show = mp3("sine=550:duration=4,volume=12dB")
    path = write_wav(tmp_path / "tune.wav", noise(1, 60 * RATE))
    engine = Engine(Start(plan(FLAC)))
    engine.do(Load(Cue("1", path)))
    reports = [*engine.step()]
    engine.do(Load(Cue("2", path)))
    engine.do(LiveOpen("dj", "audio/mpeg"))
    for at in range(0, len(show), 1600):
        engine.do(LiveAudio("dj", show[at : at + 1600]))
        engine.tick(0.1)
        reports += engine.step()
    engine.do(LiveClose("dj"))
    for _ in range(20):
        reports += engine.step()
    (started,) = [each for each in reports if isinstance(each, LiveStarted)]
    (ended,) = [each for each in reports if isinstance(each, LiveEnded)]
    assert abs((ended.at - started.at) / RATE + 0.3 - 4.0) < 0.1
    assert longest_quiet(decode(reports, FLAC)) < 48


def test_live_bytes_that_are_no_audio_close_that_source_and_nothing_else(tmp_path: Path) -> None:
    engine = Engine(Start(plan(MP3)))
    engine.do(Load(Cue("1", write_wav(tmp_path / "tune.wav", noise(1, 60 * RATE)))))
    engine.do(LiveOpen("dj", "image/png"))
    engine.do(LiveAudio("dj", b"\x89PNG" * 5000))
    engine.do(LiveAudio("dj", b"more"))
    reports = [*engine.step(), *engine.step()]
    (problem,) = [each.text for each in reports if isinstance(each, Problem)]
    assert problem.startswith("live source dj: ")
    assert packets_of(reports, "mp3")


class Situation(NamedTuple):
    idle: bool = False
    hurried: bool = False
    scarce: bool = False
    expectant: bool = False
    watchful: bool = False
    resting: bool = False


def test_the_worker_renders_up_to_the_lead_and_waits_where_that_is_better() -> None:
    busy, idle, hurried = Situation(), Situation(idle=True), Situation(hurried=True)
    assert time_to_wait(busy, 2.0, 2.5) is None
    assert time_to_wait(busy, 2.75, 2.5) == 0.25 + BATCH
    assert time_to_wait(busy, 2.25, 2.5) == BATCH - 0.25, "a heartbeat woke it: it is too early"
    watchful = Situation(watchful=True)
    assert time_to_wait(watchful, 2.39, 2.5) is None, "a source off the air is listened to evenly"
    assert how_much(watchful, 2.0, 2.5) == (STEP, 1)
    assert how_much(busy, 2.0, 2.5) == (STEP, BATCH_STEPS)
    assert how_much(busy, EASY, 2.5) == (STEP, 1), "what is there first counts"
    assert how_much(hurried, 0.1, 2.5) == (LIVE_STEP, 1)
    assert how_much(hurried, -0.1, 2.5) == (STEP, 1)
    assert time_to_wait(idle, 2.0, 2.5) == IDLE, "a track may come"
    assert time_to_wait(idle, HOLD, 2.5) is None, "before a hole is heard the ladder helps"
    assert time_to_wait(idle, 0.0, 2.5, patience=1.0) == IDLE, "a new station has no listener"
    assert time_to_wait(hurried, 2.0, 2.5) == IDLE, "live sound comes no faster"
    assert time_to_wait(hurried, LIVE_LEAD, 2.5) is None
    stumbling = Situation(hurried=True, scarce=True)
    assert time_to_wait(stumbling, 0.2, 2.5) == IDLE, "it may come in time"
    assert time_to_wait(stumbling, 0.1, 2.5) is None, "now it is late"
    assert time_to_wait(Situation(expectant=True), 2.75, 2.5) == IDLE, "a track may be ready soon"
    assert time_to_wait(Situation(resting=True), -1.0, 2.5) == REST


def test_the_pace_forgets_the_time_the_machine_was_asleep() -> None:
    pace = Pace(RATE, due=101.0)
    assert pace.ahead(RATE, 100.0) == 1.0
    assert pace.ahead(3 * RATE, 101.5) == 1.5
    assert pace.ahead(3 * RATE, 109.0) == -6.0
    assert pace.ahead(3 * RATE, 9000.0) == 0.0
    assert pace.ahead(3 * RATE, 9001.0) == -1.0


def test_commands_that_nobody_obeys_stop_the_reader() -> None:
    ours, theirs = os.pipe()
    inbox: Inbox = queue.Queue(MAX_WAITING)
    with os.fdopen(ours, "rb") as stdin:
        reader = threading.Thread(target=read_commands, args=(stdin, inbox), daemon=True)
        os.set_blocking(theirs, False)
        written = 0
        reader.start()
        skip = said(Skip())
        try:
            for _ in range(1_000_000):
                written += os.write(theirs, skip)
        except BlockingIOError:
            pass
        assert written < 5 * 65536 + 2 * MAX_WAITING * len(skip)
        assert inbox.qsize() <= MAX_WAITING
        os.close(theirs)
        while inbox.get(timeout=5) is not None:
            pass
        reader.join(5)


def test_a_worker_whose_station_left_before_start_ends() -> None:
    inbox: Inbox = queue.Queue()
    inbox.put("5 bytes that are no command")
    inbox.put(None)
    out = io.BytesIO()
    Worker(inbox, out).run()
    (message,) = Unpacker().feed(out.getvalue())
    assert isinstance(message, Message)
    assert to_report(message) == Problem(0, "5 bytes that are no command")
