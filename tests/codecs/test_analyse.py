"""The analyser as a process: paths in, answers out, and nothing it does reaches anyone else."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiocast.codecs.loudness import measure
from radiocast.codecs.measured import (
    Answer,
    Measured,
    Unplayable,
    Working,
    parse_answer,
    to_line,
)
from tests.media import MEDIA

MP3 = MEDIA / "gapless" / "lame-44100.mp3"

Process = subprocess.Popen[bytes]


@pytest.fixture(scope="module")
def analyser() -> Iterator[Process]:
    command = [sys.executable, "-m", "radiocast.codecs.analyse"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert parse_answer(process.stdout.readline()) == Working()
        yield process
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(10) == 0


def ask(process: Process, path: str) -> Answer:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(path).encode() + b"\n")
    process.stdin.flush()
    while isinstance(answer := parse_answer(process.stdout.readline()), Working):
        pass
    return answer


def test_what_is_measured_comes_back_as_it_is(analyser: Process) -> None:
    assert ask(analyser, str(MP3)) == measure(MP3)


def test_what_cannot_be_played_is_said_and_the_next_file_measured(
    analyser: Process, tmp_path: Path
) -> None:
    assert ask(analyser, str(tmp_path / "gone.mp3")) == Unplayable("No such file or directory")
    assert isinstance(ask(analyser, str(MP3)), Measured)


@pytest.mark.parametrize("name", [b"caf\xe9.mp3", "new\nline ☀.mp3".encode()])
def test_names_of_any_kind_reach_it(analyser: Process, tmp_path: Path, name: bytes) -> None:
    path = tmp_path / os.fsdecode(name)
    path.symlink_to(MP3)
    assert isinstance(ask(analyser, str(path)), Measured)


def test_it_steps_back_for_everything_else_and_has_a_bound_of_memory(analyser: Process) -> None:
    ask(analyser, str(MP3))
    assert os.getpriority(os.PRIO_PROCESS, analyser.pid) == 19
    limits = Path(f"/proc/{analyser.pid}/limits").read_text(encoding="ascii")
    assert f"Max data size             {1 << 30}" in limits


def test_a_signal_to_all_of_the_station_does_not_end_it(analyser: Process) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        analyser.send_signal(number)
    assert isinstance(ask(analyser, str(MP3)), Measured)


def test_it_ends_when_the_station_has_gone() -> None:
    command = [sys.executable, "-m", "radiocast.codecs.analyse"]
    paths = json.dumps(str(MP3)).encode() + b"\n"
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        process.stdin.write(paths * 3)
        process.stdin.close()
        assert process.wait(10) == 1
        assert process.stderr.read() == b""


NUMBERS = st.floats(allow_nan=False)
ANSWERS = st.one_of(
    st.just(Working()),
    st.builds(Unplayable, st.text(max_size=50)),
    st.builds(
        Measured, NUMBERS | st.none(), NUMBERS, NUMBERS, NUMBERS | st.none(), NUMBERS | st.none()
    ),
)


@given(answer=ANSWERS)
def test_an_answer_is_the_same_after_its_way(answer: Answer) -> None:
    line = to_line(answer)
    assert line.index(b"\n") == len(line) - 1
    assert parse_answer(line) == answer


@pytest.mark.parametrize("line", [b"", b"x", b"[]", b'{"loud": 1}', b'{"loudness": 1}', b"\xff"])
def test_what_is_no_answer_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_answer(line)
