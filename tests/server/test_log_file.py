"""Logs on disk: appended, rotated, opened again, and harmless when the disk is full."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from radiocast.server import log_file
from radiocast.server.log_file import LogFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "access.log"


def test_lines_are_there_at_once_and_behind_those_of_before(path: Path) -> None:
    path.write_text("before\n")
    log = LogFile(str(path))
    log.write("Café")
    assert path.read_text() == "before\nCafé\n"
    log.close()
    log.write("lost")
    assert path.read_text() == "before\nCafé\n"


def test_a_full_log_is_put_away_as_old_and_a_new_one_begun(path: Path) -> None:
    old = path.with_name("access.log.old")
    path.write_text("123456789\n")
    log = LogFile(str(path), rotate=20)
    log.write("abcdefghi")
    assert not old.exists(), "it just fits"
    log.write("next")
    assert (old.read_text(), path.read_text()) == ("123456789\nabcdefghi\n", "next\n")
    log.write("x" * 100)
    assert (old.read_text(), path.read_text()) == ("next\n", "x" * 100 + "\n")
    log.write("after")
    assert old.read_text() == "x" * 100 + "\n"


def test_a_line_that_alone_is_too_long_is_written_all_the_same(path: Path) -> None:
    LogFile(str(path), rotate=10).write("x" * 100)
    assert [each.name for each in path.parent.iterdir()] == ["access.log"]


def test_archived_ones_are_all_kept_under_their_time(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = LogFile(str(path), rotate=10, archive=True)
    now = "20261122_135436"
    monkeypatch.setattr(log_file.time, "strftime", lambda form: now)  # type: ignore[attr-defined]
    for line in ("first....", "second...", "third...."):
        log.write(line)
    first = path.with_name("access.log.20261122_135436")
    assert first.read_text() == "first....\n"
    assert path.read_text() == "second...\nthird....\n", "nothing is lost within a second"
    now = "20261122_135437"
    log.write("fourth...")
    assert first.read_text() == "first....\n"
    assert path.with_name(f"access.log.{now}").read_text() == "second...\nthird....\n"
    assert path.read_text() == "fourth...\n"


def test_the_time_in_their_names_is_icecasts(path: Path) -> None:
    log = LogFile(str(path), rotate=10, archive=True)
    log.write("first....")
    log.write("second...")
    names = sorted(each.name for each in path.parent.iterdir())
    assert re.fullmatch(r"access\.log\.\d{8}_\d{6}", names[1])


def test_what_cannot_be_put_away_goes_on_growing_and_is_said_once(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log = LogFile(str(path), rotate=20)
    path.with_name("access.log.old").mkdir()
    for _ in range(6):
        log.write("123456789")
    assert path.read_text() == "123456789\n" * 6
    assert capsys.readouterr().err.count(f"radiocast: {path}: ") in (1, 2), "once per 20 bytes"


def full(descriptor: int, data: bytes) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


def nearly_full(descriptor: int, data: bytes) -> int:
    return len(data) - 1


@pytest.mark.parametrize("write", [full, nearly_full])
def test_a_full_disk_is_one_line_on_standard_error(
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    write: Callable[[int, bytes], int],
) -> None:
    log = LogFile(str(path))
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", write)
        for _ in range(100):
            log.write("lost")
    assert capsys.readouterr().err == f"radiocast: {path}: No space left on device\n"
    log.write("there is room again")
    assert path.read_text() == "there is room again\n"
    monkeypatch.setattr(os, "write", write)
    log.write("lost")
    assert capsys.readouterr().err.count("\n") == 1


def test_a_real_full_device_raises_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    LogFile("/dev/full").write("lost")
    assert capsys.readouterr().err == "radiocast: /dev/full: No space left on device\n"


def test_no_standard_error_is_no_trouble_either(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", None)
    LogFile("/dev/full").write("lost")


def test_it_can_be_standard_output_or_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    LogFile("-").write("here")
    nowhere = LogFile("")
    nowhere.write("there")
    assert not nowhere.is_open
    assert capsys.readouterr() == ("here\n", "")


def test_one_that_cannot_be_opened_leaves_the_old_one(path: Path) -> None:
    log = LogFile(str(path))
    with pytest.raises(NotADirectoryError):
        log.reopen(f"{path}/none")
    log.write("still here")
    assert path.read_text() == "still here\n"
