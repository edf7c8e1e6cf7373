"""Listeners with a name and a password from a file."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
import trio

from radiocast.access import htpasswd as module
from radiocast.access.asking import Admitted, Denied
from radiocast.access.hashes import SALT, is_right, make_hash
from radiocast.access.htpasswd import Htpasswd, RightPasswords
from radiocast.access.password_file import PasswordFile, parse_users

from .made import caller

MD5 = "6e6fdf956d04289354dcf1619e28fe77"  # pw1
SCRYPT = make_hash("sesame", bytes(SALT))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "members"
    file.write_text(f"# Members\nfred:{MD5}\nanna:{SCRYPT}\n")
    file.chmod(0o640)
    return file


def lines_of(file: Path) -> list[str]:
    return file.read_text().splitlines()


def beside(file: Path) -> list[str]:
    return [each.name for each in file.parent.iterdir()]


def mode_of(file: Path) -> int:
    return file.stat().st_mode & 0o777


async def may(users: Htpasswd, *login: str, target: str = "/live", mount: str = "/live") -> bool:
    user, password = login or (None, None)
    who = None if user is None or password is None else (user, password)
    return isinstance(await users.admit(caller(target, login=who, mount=mount)), Admitted)


async def test_who_is_in_the_file_may(file: Path) -> None:
    users = Htpasswd(str(file), duplicates=True)
    assert await may(users, "fred", "pw1")
    assert await may(users, "anna", "sesame")
    assert await may(users, "anna", "sesame")
    assert await may(users, target="/live?user=fred&pass=pw1")
    assert not await may(users, target="/live?user=fred&pass=pw2")
    assert not await may(users, target="/live?user=fred")
    assert not await may(users, "fred", "pw2")
    assert not await may(users, "anna", "pw1")
    assert not await may(users, "nobody", "")
    assert not await may(users)


async def test_a_wrong_password_counts_and_none_does_not(file: Path) -> None:
    users = Htpasswd(str(file), duplicates=True)
    wrong = await users.admit(caller(login=("anna", "guess")))
    assert isinstance(wrong, Denied)
    assert wrong.wrong_password
    none = await users.admit(caller())
    assert isinstance(none, Denied)
    assert not none.wrong_password


async def test_one_name_listens_once_on_each_mount(file: Path) -> None:
    users = Htpasswd(str(file), duplicates=False)
    first = await users.admit(caller(login=("fred", "pw1")))
    assert isinstance(first, Admitted)
    assert first.user == "fred"
    second = await users.admit(caller(login=("fred", "pw1")))
    assert isinstance(second, Denied)
    assert not second.wrong_password
    assert await may(users, "fred", "pw1", mount="/other")
    assert await may(users, "anna", "sesame")
    first.left(60.0)
    assert await may(users, "fred", "pw1")
    assert not await may(users, "fred", "pw1")


async def test_of_two_who_come_at_once_one_is_admitted(file: Path) -> None:
    users = Htpasswd(str(file), duplicates=False)
    answers = []

    async def come() -> None:
        answers.append(await may(users, "anna", "sesame"))

    async with trio.open_nursery() as nursery:
        for _ in range(5):
            nursery.start_soon(come)
    assert sorted(answers) == [False] * 4 + [True]


async def test_a_crowd_with_one_password_costs_a_hash_for_each_thread(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = []
    real = is_right

    def count(password: str, stored: str) -> bool:
        checked.append(password)
        return real(password, stored)

    monkeypatch.setattr(module, "is_right", count)
    users = Htpasswd(str(file), duplicates=True)
    async with trio.open_nursery() as nursery:
        for _ in range(200):
            nursery.start_soon(may, users, "anna", "sesame")
    assert 1 <= len(checked) <= module.THREADS


async def test_no_more_hashes_are_made_at_a_time_than_there_are_threads(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, most = 0, 0

    def slow(_: str, __: str) -> bool:
        nonlocal now, most
        now += 1
        most = max(most, now)
        time.sleep(0.005)
        now -= 1
        return False

    monkeypatch.setattr(module, "is_right", slow)
    users = Htpasswd(str(file), duplicates=True)
    async with trio.open_nursery() as nursery:
        for number in range(20):
            nursery.start_soon(may, users, "anna", f"guess {number}")
    assert most == module.THREADS


def test_what_was_right_is_forgotten_in_time_and_for_another_hash() -> None:
    right = RightPasswords()
    right.remember("sesame", SCRYPT, now=0.0)
    assert right.knows("sesame", SCRYPT, now=module.REMEMBERED - 1)
    assert not right.knows("sesame", SCRYPT, now=module.REMEMBERED)
    assert not right.knows("sesame", SCRYPT + "x", now=0.0)
    assert not right.knows("other", SCRYPT, now=0.0)


def test_what_was_right_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_REMEMBERED", 10)
    right = RightPasswords()
    for number in range(50):
        right.remember(str(number), SCRYPT, now=0.0)
    assert len(right._until) == 10
    assert right.knows("49", SCRYPT, now=0.0)


async def test_users_are_added_and_deleted_and_the_rest_of_the_file_stays(file: Path) -> None:
    users = Htpasswd(str(file), duplicates=True)
    assert await users.add("zoë", "pass word")
    assert not await users.add("fred", "other")
    assert users.names() == ("fred", "anna", "zoë")
    assert await may(users, "zoë", "pass word")
    assert await may(users, "fred", "pw1")
    assert await users.delete("anna")
    assert not await users.delete("anna")
    assert not await may(users, "anna", "sesame")
    lines = lines_of(file)
    assert lines[:2] == ["# Members", f"fred:{MD5}"]
    assert lines[2].startswith("zoë:$scrypt$ln=14,r=8,p=1$")
    assert len(lines) == 3
    assert mode_of(file) == 0o640
    assert beside(file) == ["members"]


async def test_the_first_user_makes_the_file(tmp_path: Path) -> None:
    file = tmp_path / "members"
    users = Htpasswd(str(file), duplicates=True)
    assert await users.add("anna", "sesame")
    assert await may(users, "anna", "sesame")
    assert mode_of(file) == 0o600


async def test_a_file_that_cannot_be_written_stays_as_it_was(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = lines_of(file)
    users = Htpasswd(str(file), duplicates=True)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        await users.add("anton", "x")
    assert lines_of(file) == before
    assert beside(file) == ["members"]


def test_the_file_is_read_again_when_somebody_else_changed_it(file: Path) -> None:
    users = PasswordFile(str(file))
    file.write_text(f"eve:{MD5}\n")
    users.refresh()
    assert dict(users.users) == {"eve": MD5}


def test_hashes_nobody_knows_are_told_once(caplog: pytest.LogCaptureFixture) -> None:
    users = parse_users(f"a:$apr1$x$y\nb:{MD5}\nc\n#d:e\n:f\na:second\n")
    assert dict(users) == {"a": "$apr1$x$y", "b": MD5}
    assert "1 of 2 passwords" in caplog.text
