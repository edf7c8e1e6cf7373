"""Users, directories and the file for our number, as far as that can be tried without root."""

from __future__ import annotations

import getpass
import os
from pathlib import Path

import pytest

from radiocast.config.process import ProcessConfig
from radiocast.errors import ConfigError
from radiocast.server.process import pid_file, prepare, regain_root


def test_our_number_is_in_the_file_while_we_run(tmp_path: Path) -> None:
    file = tmp_path / "radiocast.pid"
    file.write_text("4711\n")  # of a station that was killed
    with pid_file(str(file)):
        assert file.read_text() == f"{os.getpid()}\n"
        assert file.stat().st_mode & 0o777 == 0o644
    assert list(tmp_path.iterdir()) == []


def test_the_file_of_a_station_that_came_after_us_stays(tmp_path: Path) -> None:
    file = tmp_path / "radiocast.pid"
    with pid_file(str(file)):
        file.write_text("4711\n")
    assert file.read_text() == "4711\n"


def test_one_that_somebody_removed_is_no_trouble(tmp_path: Path) -> None:
    with pid_file(str(tmp_path / "radiocast.pid")):
        (tmp_path / "radiocast.pid").unlink()
    with pid_file(""):
        pass


def test_one_that_cannot_be_written_is_the_operators_matter(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"process\.pid_file: .*No such file or directory"):
        with pid_file(f"{tmp_path}/none/radiocast.pid"):
            pass


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        (ProcessConfig(user="no-such-user"), r"process\.user: there is no user no-such-user"),
        (
            ProcessConfig(user="nobody", group="no-such-group"),
            r"process\.group: there is no group no-such-group",
        ),
    ],
)
def test_who_is_not_there_cannot_be_become(config: ProcessConfig, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        prepare(config)


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        (ProcessConfig(user="nobody"), r"process\.user: cannot become nobody: only root can"),
        (ProcessConfig(chroot="/srv"), r"process\.chroot: cannot enter /srv: only root can"),
    ],
)
def test_who_is_not_root_is_told_so(
    monkeypatch: pytest.MonkeyPatch, config: ProcessConfig, problem: str
) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    with pytest.raises(ConfigError, match=problem):
        prepare(config)


def test_who_is_that_user_already_needs_not_be_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    prepare(ProcessConfig(user=getpass.getuser()))


def test_nothing_changes_where_nothing_is_asked_for() -> None:
    before = os.getresuid(), os.getresgid(), os.getgroups()
    prepare(ProcessConfig())
    regain_root()()
    assert (os.getresuid(), os.getresgid(), os.getgroups()) == before
