"""A station that root starts and that runs as somebody else, or sees one directory alone."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from .test_process import command, station, wait_for_line

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can")

SETTINGS = """
[passwords]
source = "sesame"
admin = "letmein"
[logs]
file = "{at}/logs/radiocast.log"
access = "{at}/logs/access.log"
playlist = "{at}/logs/playlist.log"
rotate = 250
[process]
pid_file = "{at}/radiocast.pid"
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that everybody may enter, which those of pytest are not."""
    at = Path(tempfile.mkdtemp())
    at.chmod(0o755)
    yield at
    shutil.rmtree(at)


def status_of(pid: int) -> dict[str, list[str]]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.split() for name, _, value in (line.partition(":") for line in lines)}


def told(manager: socket.socket) -> str:
    return manager.recv(1000).decode().partition("\n")[0]


def test_a_service_manager_is_told_and_the_number_written(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, number = place / "radiocast.toml", place / "radiocast.pid"
    file.write_text(f'process.pid_file = "{number}"')
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"{place}/notify")
        manager.settimeout(20)
        monkeypatch.setenv("NOTIFY_SOCKET", f"{place}/notify")
        with station(place, str(file)) as process:
            assert told(manager) == "READY=1"
            assert number.read_text() == f"{process.pid}\n"
            process.send_signal(signal.SIGHUP)
            assert [told(manager), told(manager)] == ["RELOADING=1", "READY=1"]
            process.send_signal(signal.SIGTERM)
            assert told(manager) == "STOPPING=1"
            assert process.wait(timeout=20) == 0
    assert not number.exists()


@AS_ROOT
def test_it_is_the_user_for_good_once_it_has_what_only_root_can_get(place: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    (place / "logs").mkdir()
    os.chown(place / "logs", nobody.pw_uid, nobody.pw_gid)
    identity = trustme.CA().issue_cert("localhost")
    certificate = place / "station.pem"
    identity.private_key_and_cert_chain_pem.write_to_path(str(certificate))
    certificate.chmod(0o600)
    file = place / "radiocast.toml"
    file.write_text(
        SETTINGS.format(at=place) + f'user = "nobody"\n[tls]\ncertificate = "{certificate}"'
    )
    log = place / "logs" / "radiocast.log"
    process = subprocess.Popen(
        command(place / "state", str(file), "--port", "0"), stderr=subprocess.PIPE, text=True
    )
    try:
        port = wait_until_listening(log, process)
        status = status_of(process.pid)
        assert status["Uid"] == [str(nobody.pw_uid)] * 4
        assert status["Gid"] == [str(nobody.pw_gid)] * 4
        assert status["Groups"] == [str(nobody.pw_gid)]
        assert status["CapEff"] == ["0" * 16]
        assert (place / "radiocast.pid").read_text() == f"{process.pid}\n"
        for _ in range(4):  # logs are the user's, who can put them away
            urllib.request.urlopen(f"http://127.0.0.1:{port}/status-json.xsl", timeout=10).close()
        owners = {each.name: each.stat().st_uid for each in (place / "logs").iterdir()}
        assert {"access.log", "access.log.old", "playlist.log", "radiocast.log"} <= set(owners)
        assert set(owners.values()) == {nobody.pw_uid}
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.communicate()


@AS_ROOT
def test_it_can_see_one_directory_alone(place: Path) -> None:
    web = place / "web"
    web.mkdir()
    (web / "hello.txt").write_text("hello")
    (place / "secret.txt").write_text("SECRET")
    (web / "up").symlink_to("..")
    file = place / "radiocast.toml"
    file.write_text(
        '[passwords]\nsource = "sesame"\nadmin = "letmein"\n'
        f'[process]\nchroot = "{web}"\nuser = "nobody"\n[files]\nroot = "/"\n'
    )
    with subprocess.Popen(
        command(place / "state", str(file), "--port", "0"), stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            port = wait_for_line(process, "listening on port").split()[-3]
            assert Path(f"/proc/{process.pid}/root").readlink() == web.resolve()
            for target in ("/hello.txt", "/", "/status-json.xsl"):
                with urllib.request.urlopen(f"http://localhost:{port}{target}", timeout=10) as got:
                    assert got.status == 200
            process.send_signal(signal.SIGHUP)
            assert "cannot be read" in wait_for_line(process, "not reloaded")
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=20) == 0
        finally:
            process.kill()


def test_no_auto_dj_in_there(place: Path) -> None:
    file = place / "radiocast.toml"
    file.write_text('[process]\nchroot = "/srv"\n[outputs."/stream"]')
    done = subprocess.run(
        command(place, str(file), "--port", "0"), capture_output=True, text=True, timeout=20
    )
    assert done.returncode == 1
    assert done.stderr.startswith(
        f"radiocast: {file}:2: process.chroot: the auto-DJ needs programs"
    )


def wait_until_listening(log: Path, process: subprocess.Popen[str]) -> int:
    """The port, once it stands in the log."""
    while process.poll() is None:
        text = log.read_text() if log.exists() else ""
        old = log.with_name(f"{log.name}.old")
        text += old.read_text() if old.exists() else ""
        for line in text.splitlines():
            if "listening on port " in line:
                return int(line.partition("listening on port ")[2].split()[0])
        time.sleep(0.02)
    raise AssertionError(process.communicate()[1])
