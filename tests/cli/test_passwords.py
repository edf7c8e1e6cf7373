"""Generated passwords: made once, kept safely, shown to nobody twice."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest

from radiocast.cli.passwords import (
    FILE_NAME,
    Completed,
    StateError,
    complete_passwords,
    default_state_directory,
    generate_password,
)
from radiocast.config.model import Config, PasswordsConfig


def test_a_generated_password_is_strong_and_can_be_read_out() -> None:
    made = {generate_password() for _ in range(100)}
    assert len(made) == 100
    for password in made:
        assert re.fullmatch(r"[a-z2-9]{5}(-[a-z2-9]{5}){3}", password)
        assert not set(password) & set("lo01")


def test_the_first_run_makes_passwords_that_only_the_owner_can_read(tmp_path: Path) -> None:
    directory = tmp_path / "deep" / "state"
    completed = complete_passwords(Config(), directory)
    assert completed.first_run
    assert completed.file == directory / FILE_NAME
    assert completed.file.stat().st_mode & 0o777 == 0o600
    assert directory.stat().st_mode & 0o777 == 0o700
    assert list(directory.iterdir()) == [completed.file]
    passwords = completed.config.passwords
    assert passwords.source
    assert passwords.admin
    assert passwords.source != passwords.admin


def test_later_runs_use_the_same_passwords(tmp_path: Path) -> None:
    first = complete_passwords(Config(), tmp_path)
    assert complete_passwords(Config(), tmp_path) == Completed(
        first.config, first.file, first_run=False
    )


def test_a_configured_password_wins_over_the_stored_one(tmp_path: Path) -> None:
    stored = complete_passwords(Config(), tmp_path).config.passwords
    given = Config(passwords=PasswordsConfig(source="chosen", admin_user="root"))
    assert complete_passwords(given, tmp_path).config.passwords == PasswordsConfig(
        source="chosen", admin=stored.admin, admin_user="root"
    )


def test_no_file_is_made_where_both_passwords_are_configured(tmp_path: Path) -> None:
    given = Config(passwords=PasswordsConfig(source="a", admin="b"))
    assert complete_passwords(given, tmp_path / "x") == Completed(given, None, first_run=False)
    assert not (tmp_path / "x").exists()


def test_of_many_first_runs_at_once_one_wins(tmp_path: Path) -> None:
    results: list[Completed] = []
    barrier = threading.Barrier(8)

    def run() -> None:
        barrier.wait(timeout=10)
        results.append(complete_passwords(Config(), tmp_path))

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    assert sorted(each.first_run for each in results) == [False] * 7 + [True]
    passwords = [each.config.passwords for each in results]
    assert all(each == passwords[0] for each in passwords)
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "a password is missing"),
        ("[passwords]\nsource = 'half'\n", "a password is missing"),
        ("[passwords]\nsource = 'hal", "not TOML"),
        ("[passwords]\nsource = 5\nadmin = 'x'", ":2: passwords.source: must be text"),
    ],
)
def test_a_damaged_file_is_an_error_that_says_what_to_do(
    tmp_path: Path, content: str, said: str
) -> None:
    (tmp_path / FILE_NAME).write_text(content)
    with pytest.raises(StateError, match="delete the file to have new passwords made") as caught:
        complete_passwords(Config(), tmp_path)
    assert str(tmp_path / FILE_NAME) in str(caught.value)
    assert said in str(caught.value)
    assert "half" not in str(caught.value)


@pytest.mark.parametrize("directory", ["file", "file/below"])
def test_a_state_directory_that_cannot_be_made_is_an_error(tmp_path: Path, directory: str) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StateError, match=r"passwords\.toml: cannot be written: .* \(use --state"):
        complete_passwords(Config(), tmp_path / directory)


def test_the_state_directory_follows_the_xdg_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/dj")
    home = Path("/home/dj/.local/state/radiocast")
    assert default_state_directory({}) == home
    assert default_state_directory({"XDG_STATE_HOME": "relative"}) == home
    assert default_state_directory({"XDG_STATE_HOME": "/s"}) == Path("/s/radiocast")
