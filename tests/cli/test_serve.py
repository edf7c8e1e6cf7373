"""`radiocast serve`, with a station that does nothing in place of the real one."""

from __future__ import annotations

import errno
import logging
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from radiocast.cli.passwords import FILE_NAME
from radiocast.cli.serve import Options, serve
from radiocast.config.model import Config, ListenConfig, PasswordsConfig
from radiocast.config.reload import Reload
from radiocast.errors import ConfigError, Mistake

Act = Callable[[Reload], None]


class FakeStation:
    """Remembers how it was run, and does one thing while it runs."""

    def __init__(self, act: Act = lambda reload: None) -> None:
        self.configs: list[Config] = []
        self._act = act

    async def __call__(self, config: Config, *, reload: Reload) -> None:
        self.configs.append(config)
        self._act(reload)


def failing(problem: Exception, depth: int = 0) -> Act:
    """Raise `problem` as nurseries `depth` deep would."""
    for _ in range(depth):
        problem = ExceptionGroup("", [problem])

    def act(reload: Reload) -> None:
        raise problem

    return act


def run(state: Path, station: FakeStation | None = None, **options: object) -> int:
    return serve(Options(state=state, **options), station or FakeStation())  # type: ignore[arg-type]


def test_the_first_run_shows_the_passwords_and_every_encoders_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    station = FakeStation()
    assert run(tmp_path, station, port=9000) == 0
    (config,) = station.configs
    shown = capsys.readouterr().out
    source, admin = config.passwords.source, config.passwords.admin
    assert f"user source, password {source}\n" in shown
    assert f"user admin, password {admin}\n" in shown
    assert str(tmp_path / FILE_NAME) in shown
    butt = rf"Icecast\n.*localhost\n.*9000\n.*{source}\n.*/live\n.*source\n"
    assert re.search(rf"butt: .*\n\n  Type +{butt}", shown)
    assert re.search(rf"Mixxx: .*\n\n(.*\n){{5}}  Password   {source}\n", shown)
    assert re.search(rf"  ffmpeg .* icecast://source:{source}@localhost:9000/live\n", shown)
    assert "Listen        http://localhost:9000/live\n" in shown
    assert "Status page   http://localhost:9000/\n" in shown
    assert "heard at http://localhost:9000/stream" in shown


OUTPUTS = '[outputs."/stream"]\n[outputs."/small"]\ncodec = "opus"\n'


def test_where_the_auto_dj_plays_the_first_run_says_where_to_listen_and_to_take_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "radiocast.toml"
    file.write_text(OUTPUTS)
    station = FakeStation()
    assert run(tmp_path, station, file=file) == 0
    shown = capsys.readouterr()
    assert "Listen now    http://localhost:8000/stream\n" in shown.out
    assert "              http://localhost:8000/small\n" in shown.out
    assert "IceCast mountpoint   /stream\n" in shown.out
    assert "  Mount      /stream\n" in shown.out
    source = station.configs[0].passwords.source
    assert f" icecast://source:{source}@localhost:8000/stream\n" in shown.out
    assert "/live" not in shown.out
    assert shown.err == ""


def test_where_the_auto_dj_plays_later_runs_say_where_to_listen_and_to_take_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "radiocast.toml"
    file.write_text(OUTPUTS)
    run(tmp_path, file=file)
    capsys.readouterr()
    assert run(tmp_path, file=file, port=9000) == 0
    said = capsys.readouterr().err
    assert "listen at http://localhost:9000/stream and http://localhost:9000/small" in said
    assert "who sends to /stream takes over from the auto-DJ; the password is in" in said


def test_later_runs_say_where_the_passwords_are_and_do_not_show_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = FakeStation(), FakeStation()
    run(tmp_path, first)
    capsys.readouterr()
    assert run(tmp_path, second) == 0
    shown = capsys.readouterr()
    assert shown.out == ""
    assert str(tmp_path / FILE_NAME) in shown.err
    passwords = first.configs[0].passwords
    assert second.configs[0].passwords == passwords
    assert passwords.source is not None
    assert passwords.source not in shown.err


def test_a_password_the_operator_chose_is_not_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "radiocast.toml"
    file.write_text('passwords.source = "ch0sen/by me"')
    station = FakeStation()
    assert run(tmp_path, station, file=file) == 0
    passwords = station.configs[0].passwords
    assert passwords.source == "ch0sen/by me"
    shown = capsys.readouterr().out
    assert "ch0sen" not in shown
    assert "user source, password as configured" in shown
    assert "icecast://source:PASSWORD@localhost:8000/live" in shown
    assert f"user admin, password {passwords.admin}\n" in shown


def test_nothing_is_shown_where_all_passwords_are_configured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "radiocast.toml"
    file.write_text('[passwords]\nsource = "a"\nadmin = "b"')
    station = FakeStation()
    assert run(tmp_path / "state", station, file=file) == 0
    assert station.configs == [Config(passwords=PasswordsConfig(source="a", admin="b"))]
    assert capsys.readouterr() == ("", "")
    assert not (tmp_path / "state").exists()


def test_the_command_line_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "radiocast.toml"
    file.write_text('listen.host = "::1"\nlisten.shoutcast_mount = "/x"')
    station = FakeStation()
    assert run(tmp_path, station, file=file, host="127.0.0.1", port=0) == 0
    assert station.configs[0].listen == ListenConfig(host="127.0.0.1", port=0, shoutcast_mount="/x")


def test_a_port_the_file_has_no_room_for_is_a_mistake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "radiocast.toml"
    file.write_text("listen.shoutcast_port = 9000")
    assert run(tmp_path, file=file, port=9000) == 1
    assert capsys.readouterr().err.startswith("radiocast: listen: port and shoutcast_port are")


def test_mistakes_in_the_file_are_shown_one_per_line_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "radiocast.toml"
    file.write_text("[limits]\nlistners = 50\n[listen]\nport = -1\n")
    station = FakeStation()
    assert run(tmp_path / "state", station, file=file) == 1
    assert station.configs == []
    assert capsys.readouterr() == (
        "",
        f"radiocast: {file}:2: limits.listners: no such setting (did you mean listeners?)\n"
        f"radiocast: {file}:4: listen.port: must be from 0 to 65535\n",
    )
    assert not (tmp_path / "state").exists()


def test_a_damaged_password_file_ends_the_run_with_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / FILE_NAME).write_text("?")
    station = FakeStation()
    assert run(tmp_path, station) == 1
    assert station.configs == []
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (
            OSError(errno.EADDRINUSE, "Address already in use"),
            "cannot listen on all addresses, port 8000 and 8001: Address already in use"
            " (is another server running? --port N takes another port)",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied"),
            "cannot listen on all addresses, port 8000 and 8001: Permission denied"
            " (ports below 1024 are for root; --port N takes another port)",
        ),
        (
            socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
            "cannot listen on all addresses, port 8000 and 8001:"
            " Name or service not known (see listen.host)",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied", "/var/log/access.log"),
            "FILE:1: logs.access: /var/log/access.log: Permission denied",
        ),
    ],
)
@pytest.mark.parametrize("depth", [0, 2])
def test_what_the_station_cannot_have_ends_the_run_with_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], problem: OSError, said: str, depth: int
) -> None:
    file = tmp_path / "radiocast.toml"
    file.write_text('logs.access = "/var/log/access.log"')
    assert run(tmp_path, FakeStation(failing(problem, depth)), file=file) == 1
    assert capsys.readouterr().err == f"radiocast: {said}\n".replace("FILE", str(file))


@pytest.mark.parametrize("depth", [0, 2])
def test_a_mistake_that_only_the_station_finds_is_one_line_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], depth: int
) -> None:
    mistake = ConfigError(Mistake("tls.certificate", "cannot be used"))
    assert run(tmp_path, FakeStation(failing(mistake, depth))) == 1
    assert capsys.readouterr().err == "radiocast: tls.certificate: cannot be used\n"


@pytest.mark.parametrize(
    "bug", [OSError(errno.EBADF, "Bad file descriptor"), FileNotFoundError(errno.ENOENT, "", "/x")]
)
def test_any_other_failure_is_a_bug_and_stays_visible(tmp_path: Path, bug: OSError) -> None:
    with pytest.raises(OSError) as caught:  # noqa: PT011
        run(tmp_path, FakeStation(failing(bug)))
    assert caught.value is bug


def test_a_bug_beside_a_problem_stays_visible(tmp_path: Path) -> None:
    both = ExceptionGroup("", [OSError(errno.EADDRINUSE, "in use"), ValueError("a bug")])
    with pytest.raises(ExceptionGroup):
        run(tmp_path, FakeStation(failing(both)))


def test_a_reload_reads_the_file_again_and_keeps_what_the_command_line_said(
    tmp_path: Path,
) -> None:
    file = tmp_path / "radiocast.toml"
    file.write_text("limits.sources = 5")
    reloaded: list[Config] = []

    def act(reload: Reload) -> None:
        file.write_text("limits.sources = 6")
        reload(reloaded.append)

    station = FakeStation(act)
    assert run(tmp_path, station, file=file, port=9000) == 0
    (before,), (after,) = station.configs, reloaded
    assert (before.limits.sources, after.limits.sources) == (5, 6)
    assert after.passwords == before.passwords
    assert after.listen == before.listen


def test_a_reload_of_a_broken_file_names_file_line_and_key(tmp_path: Path) -> None:
    file = tmp_path / "radiocast.toml"
    file.write_text("")

    def act(reload: Reload) -> None:
        file.write_text("\nlimits.sorces = 6")
        with pytest.raises(ConfigError) as caught:
            reload(lambda config: None)
        assert str(caught.value) == (
            f"{file}:2: limits.sorces: no such setting (did you mean sources?)"
        )

    assert run(tmp_path, FakeStation(act), file=file) == 0


def test_what_is_found_wrong_when_settings_are_taken_has_its_line_too(tmp_path: Path) -> None:
    file = tmp_path / "radiocast.toml"
    file.write_text("")

    def refuse(config: Config) -> None:
        raise ConfigError(Mistake("tls.certificate", f"{config.tls.certificate} cannot be used"))

    def act(reload: Reload) -> None:
        file.write_text('[tls]\ncertificate = "/c.pem"')
        with pytest.raises(ConfigError) as caught:
            reload(refuse)
        assert str(caught.value) == f"{file}:2: tls.certificate: /c.pem cannot be used"

    assert run(tmp_path, FakeStation(act), file=file) == 0


def test_a_reload_opens_the_log_again_so_that_it_can_be_rotated(tmp_path: Path) -> None:
    file, log = tmp_path / "radiocast.toml", tmp_path / "radiocast.log"
    file.write_text(f'[logs]\nfile = "{log}"')

    def act(reload: Reload) -> None:
        logging.getLogger("radiocast.test").info("before")
        log.rename(tmp_path / "old.log")
        reload(lambda config: None)
        logging.getLogger("radiocast.test").info("after")
        logging.getLogger("radiocast.test").debug("not shown")

    assert run(tmp_path, FakeStation(act), file=file) == 0
    line = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d INFO    "
    assert re.fullmatch(f"{line}before\n", (tmp_path / "old.log").read_text())
    assert re.fullmatch(f"{line}after\n", log.read_text())


def test_a_log_that_cannot_be_opened_is_a_mistake_and_a_reload_logs_on_as_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "radiocast.toml"
    file.write_text("")

    def act(reload: Reload) -> None:
        file.write_text(f'logs.file = "{tmp_path}"')
        with pytest.raises(ConfigError, match=r"logs\.file: .*: Is a directory"):
            reload(lambda config: None)
        logging.getLogger("radiocast.test").info("still here")

    assert run(tmp_path, FakeStation(act), file=file) == 0
    assert "still here" in capsys.readouterr().err
    assert run(tmp_path, file=file) == 1
