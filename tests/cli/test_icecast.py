"""An icecast.xml on the command line: checked, imported, run, run as an Icecast is."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import trustme

from radiocast import __version__
from radiocast.cli.icecast import close_gaps
from radiocast.cli.main import main
from radiocast.cli.serve import Options, serve
from radiocast.config.load import load
from radiocast.config.model import Config, PasswordsConfig
from radiocast.config.reload import Reload
from tests.cli.test_process import wait_for_line
from tests.cli.test_serve import FakeStation
from tests.config.icecast_xml.reading import HERE

PASSWORDS = """<authentication><source-password>src</source-password>
<admin-password>adm</admin-password></authentication>"""
SMALL = f"<icecast>{PASSWORDS}\n<limits>\n<clinets>5</clinets><threadpool>5</threadpool></limits>\n"
END = "</icecast>"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "icecast.xml"
    path.write_text(SMALL + END)
    return path


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that does not exist: who writes to it makes it."""
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    return home


def test_check_says_what_becomes_of_the_file(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(file)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"warning: {file}:4: limits/clinets: is no element here (did you mean clients?)",
        f"note: {file}:4: limits/threadpool: has no meaning here: there are no threads to be "
        "counted",
        f"{file}: OK",
    ]


def test_mistakes_are_told_with_their_lines_and_nothing_starts(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text("<icecast>\n<limits><clients>x</clients></limits></icecast>")
    said = f"radiocast: {file}:2: limits/clients: must be a whole number\n"
    for arguments in (["check", str(file)], ["import", str(file)], ["serve", str(file)]):
        assert main(arguments) == 1
        assert capsys.readouterr() == ("", said)


def test_import_writes_a_radiocast_toml_with_the_remarks(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", str(file)]) == 0
    shown = capsys.readouterr()
    assert load(shown.out).passwords == PasswordsConfig(source="src", admin="adm")
    assert f"# {file}:4: limits/clinets: is no element here" in shown.out
    assert f"# {file}:4: limits/threadpool: has no meaning here" in shown.out
    assert shown.err.startswith(f"radiocast: {file}:4: limits/clinets: ")
    assert "threadpool" not in shown.err


def test_only_an_icecast_xml_can_be_imported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "radiocast.toml"
    file.write_text("")
    assert main(["import", str(file)]) == 1
    assert capsys.readouterr().err == (
        f"radiocast: {file}: is no icecast.xml (radiocast.toml needs no import)\n"
    )


def test_a_station_with_passwords_is_not_welcomed_and_keeps_nothing_anywhere(
    file: Path, nowhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    station = FakeStation()
    assert serve(Options(file), station) == 0
    (config,) = station.configs
    assert config.passwords == PasswordsConfig(source="src", admin="adm")
    assert not nowhere.exists()
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("clinets") == 1
    assert re.findall(r"(WARNING|INFO) +(\S+:4: limits/\w+)", shown.err) == [
        ("WARNING", f"{file}:4: limits/clinets"),
        ("INFO", f"{file}:4: limits/threadpool"),
    ]


def test_where_the_log_is_a_file_warnings_are_shown_besides(
    file: Path, tmp_path: Path, nowhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(SMALL + f"<paths><logdir>{tmp_path}</logdir></paths>" + END)
    assert serve(Options(file), FakeStation()) == 0
    assert capsys.readouterr().err.count("\n") == 1
    assert (tmp_path / "error.log").read_text().count("limits/") == 2


def test_without_passwords_nobody_gets_in(
    file: Path, nowhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text("<icecast/>")
    station = FakeStation()
    assert serve(Options(file), station) == 0
    (config,) = station.configs
    assert config.passwords.source
    assert config.passwords.admin
    assert close_gaps(Config()).passwords != close_gaps(Config()).passwords
    shown = capsys.readouterr()
    assert "nobody may administrate" in shown.err
    assert config.passwords.source not in shown.err + shown.out
    assert not nowhere.exists()


def test_a_reload_reads_the_xml_again_and_says_what_is_new(
    file: Path, nowhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reloaded: list[Config] = []

    def act(reload: Reload) -> None:
        file.write_text(f"<icecast>{PASSWORDS}<hostname>new</hostname><odd/></icecast>")
        reload(reloaded.append)

    assert serve(Options(file), FakeStation(act)) == 0
    assert reloaded[0].station.host == "new"
    assert f"{file}:2: odd: is no element here" in capsys.readouterr().err
    assert not nowhere.exists()


@pytest.mark.parametrize("arguments", [["-c"], ["-b"], ["-c", "a.xml", "-q"]])
def test_wrong_usage_of_icecasts_command_line_is_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: radiocast [-h] -c CONFIG [-b] [-v]" in " ".join(capsys.readouterr().err.split())


def test_icecasts_way_to_ask_for_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["-v"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"radiocast {__version__}\n"


def small_station(folder: Path, errorlog: str = "-") -> Path:
    path = folder / "icecast.xml"
    path.write_text(
        f"<icecast>{PASSWORDS}<listen-socket><port>0</port><bind-address>127.0.0.1</bind-address>"
        f"</listen-socket><paths><logdir>{folder}</logdir></paths>"
        f"<logging><errorlog>{errorlog}</errorlog></logging></icecast>"
    )
    return path


def test_an_icecasts_command_line_runs_a_station_until_sigterm(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "radiocast", "-c", str(small_station(tmp_path))],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_for_line(process, "listening on port")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.communicate()


def test_in_the_background_a_station_goes_on_when_the_command_has_ended(tmp_path: Path) -> None:
    # A pipe for the log: it tells when the station listens, and when it has ended.
    log = tmp_path / "error.log"
    os.mkfifo(log)
    reading = os.open(log, os.O_RDONLY | os.O_NONBLOCK)
    done = subprocess.run(
        [sys.executable, "-m", "radiocast", "-b", "-c", str(small_station(tmp_path, log.name))],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    found = re.fullmatch(r"radiocast runs in the background, as process (\d+)\n", done.stdout)
    assert found
    os.set_blocking(reading, True)
    with os.fdopen(reading, encoding="utf-8") as lines:
        port = next(words[1] for line in lines if (words := line.split("on port "))[1:])
        socket.create_connection(("127.0.0.1", int(port)), timeout=10).close()
        assert os.getsid(int(found[1])) == int(found[1]), "the terminal's end is not ours"
        os.kill(int(found[1]), signal.SIGTERM)
        assert "the station stops" in lines.read()


def grown_station(folder: Path) -> Path:
    """The station of thirty mounts, in a folder of its own, with free ports."""
    text = (HERE / "station.xml").read_text(encoding="utf-8").replace("/srv/radio", str(folder))
    text = re.sub(r"<port>8\d+</port>", "<port>0</port>", text).replace('port="8080" ', "")
    for name in ("log", "web", "archive"):
        (folder / name).mkdir()
    for name in ("mime.types", "deny", *(f"members{number}" for number in range(1, 9))):
        (folder / name).touch()
    issued = trustme.CA().issue_cert("127.0.0.1")
    issued.private_key_and_cert_chain_pem.write_to_path(folder / "radio.pem")
    path = folder / "icecast.xml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_grown_station_listens_within_two_seconds(tmp_path: Path) -> None:
    """Two seconds of the processor, which it takes half of on a small machine: those on the wall
    depend on what else the machine does."""
    process = subprocess.Popen(
        [sys.executable, "-m", "radiocast", "serve", str(grown_station(tmp_path))],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "HOME": "/nonexistent"},
    )
    try:
        wait_for_line(process, "listening on port")
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        spent = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        assert spent < 2
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.communicate()
