"""What `radiocast check` finds on the machine before a station is to run there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from radiocast.cli.main import main
from tests.cli.test_running_as import AS_ROOT


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ('tls.certificate = "/nowhere/cert.pem"', "tls.certificate: /nowhere/cert.pem cannot"),
        ('process.user = "nosuchuser"', "process.user: there is no user nosuchuser"),
        ('process = { user = "root", group = "nosuch" }', "process.group: there is no group"),
        ('logs.file = "/nowhere/a.log"', "logs.file: /nowhere/a.log: there is no such directory"),
        ('logs.access = "/nowhere/a.log"', "logs.access: /nowhere/a.log"),
        ('logs.playlist = "/nowhere/a.log"', "logs.playlist: /nowhere/a.log"),
        ('access.deny_file = "/nowhere/deny"', "access.deny_file: /nowhere/deny"),
    ],
)
def test_what_is_not_there_is_a_mistake(
    settings: str, complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "radiocast.toml"
    file.write_text(settings)
    assert main(["check", str(file)]) == 1
    assert complaint in capsys.readouterr().err


def test_it_is_said_with_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "radiocast.toml"
    file.write_text('[tls]\nkey = "/k"\ncertificate = "/nowhere/c.pem"\n')
    assert main(["check", str(file)]) == 1
    said = "tls.certificate: /nowhere/c.pem with /k cannot be used: No such file or directory"
    assert capsys.readouterr().err.startswith(f"radiocast: {file}:3: {said} (PEM files")


def test_and_in_the_words_of_an_icecast_xml(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "icecast.xml"
    file.write_text(
        "<icecast>\n<mount><mount-name>/live</mount-name>\n"
        '<authentication type="htpasswd">\n'
        '<option name="filename" value="/nowhere/users"/></authentication></mount>\n'
        "<security><changeowner>\n<user>nosuchuser</user></changeowner></security>\n"
        "</icecast>"
    )
    assert main(["check", str(file)]) == 1
    said = f"radiocast: {file}:6: security/changeowner/user: there is no user nosuchuser\n"
    assert capsys.readouterr().err == said
    file.write_text(file.read_text().replace("nosuchuser", "root"))
    assert main(["check", str(file)]) == 1
    where = "mount/authentication/option 'filename'"
    assert capsys.readouterr().err.startswith(f"radiocast: {file}:4: {where}: /nowhere/users: ")


def test_in_a_chroot_paths_are_not_looked_for(tmp_path: Path) -> None:
    file = tmp_path / "radiocast.toml"
    file.write_text('process.chroot = "/srv"\nlogs.file = "/nowhere/a.log"')
    assert main(["check", str(file)]) == 0


def test_where_logs_can_be_is_no_mistake(tmp_path: Path) -> None:
    file = tmp_path / "radiocast.toml"
    file.write_text(f'logs = {{ file = "{tmp_path}/a.log", access = "-" }}')
    assert main(["check", str(file)]) == 0
    assert list(tmp_path.iterdir()) == [file]


def test_a_circle_of_fallbacks_is_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "radiocast.toml"
    file.write_text('mounts."/a".fallback = "/b"\nmounts."/b".fallback = "/a"')
    assert main(["check", str(file)]) == 0
    assert "warning: /a: its fallbacks lead in a circle: /a > /b > /a" in capsys.readouterr().out


@AS_ROOT
def test_names_of_hosts_are_understood_where_the_user_may_not_read_python() -> None:
    """Python may be in root's home: what it loads late is not to be had any more then."""
    program = """
import sys
from radiocast.config.process import ProcessConfig
from radiocast.server.process import prepare
sys.modules.pop("encodings.idna", None)
prepare(ProcessConfig(user="nobody"))
sys.path.clear()
sys.modules["encodings"].__path__.clear()
assert "bücher.example".encode("idna") == b"xn--bcher-kva.example"
"""
    subprocess.run([sys.executable, "-c", program], check=True)
