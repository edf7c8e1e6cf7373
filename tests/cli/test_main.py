"""The command line as typed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from radiocast import __version__
from radiocast.cli.main import main


def test_a_good_file_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "radiocast.toml"
    file.write_text("[listen]\nport = 9000\n")
    assert main(["check", str(file)]) == 0
    assert capsys.readouterr() == (f"{file}: OK\n", "")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_system(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], end: str
) -> None:
    file = tmp_path / "radiocast.toml"
    file.write_bytes(f"[listen]{end}port = 9000{end}".encode())
    assert main(["check", str(file)]) == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\nport = 1", ":2: port: no such table or setting (it belongs in [listen])"),
        (b"\n[listen\n", ":2: not TOML: Expected ']'"),
        (b"\xff", ": is not UTF-8 text: invalid start byte at byte 0"),
        (None, ": cannot be read: No such file or directory"),
    ],
)
def test_a_bad_file_is_explained_on_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, said: str
) -> None:
    file = tmp_path / "radiocast.toml"
    if content is not None:
        file.write_bytes(content)
    assert main(["check", str(file)]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(f"radiocast: {file}{said}")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["sreve"],
        ["check"],
        ["serve", "a", "b"],
        ["serve", "--port", "x"],
        ["serve", "--port", "65536"],
        ["serve", "--port", "9" * 5000],
    ],
)
def test_wrong_usage_is_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: radiocast" in capsys.readouterr().err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"radiocast {__version__}\n"


def test_python_m_radiocast_is_the_same_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "radiocast", "--version"],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stdout == f"radiocast {__version__}\n"
