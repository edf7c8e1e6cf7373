"""`radiocast sign`, and what `radiocast check` says of files and secrets."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from radiocast.access.asking import Admitted
from radiocast.access.signed import check
from radiocast.cli.main import main
from tests.access.made import caller

SECRET = "0123456789abcdef0123456789abcdef"
SIGNED = f"""
[station]
host = "radio.example"
[mounts."/live"]
auth = "links"
[auth.links]
kind = "signed"
secret = "{SECRET}"
"""


def config(tmp_path: Path, text: str) -> str:
    file = tmp_path / "radiocast.toml"
    file.write_text(text)
    return str(file)


def test_a_link_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = config(tmp_path, SIGNED)
    who = ["--user", "anna", "--ip", "192.0.2.7"]
    assert main(["sign", "/live", "--for", "2h", *who, "--config", file]) == 0
    target = capsys.readouterr().out.strip().removeprefix("http://radio.example:8000")
    answer = check(SECRET, caller(target), now=time.time() + 7190)
    assert isinstance(answer, Admitted)
    assert answer.user == "anna"
    assert not isinstance(check(SECRET, caller(target), now=time.time() + 7201), Admitted)


def test_a_mount_without_signed_links_has_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = config(tmp_path, SIGNED)
    assert main(["sign", "/other", "--for", "2h", "--config", file]) == 1
    assert 'mounts."/other".auth: is not signed' in capsys.readouterr().err


@pytest.mark.parametrize("time", ["", "2", "-1h", "0s", "99999d", "two hours"])
def test_what_is_no_time_is_wrong_usage(tmp_path: Path, time: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["sign", "/live", f"--for={time}", "--config", config(tmp_path, SIGNED)])
    assert caught.value.code == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[auth.x]\nkind = "signed"\nsecret = "short"', "at least 32 characters (openssl rand"),
        ('[auth.x]\nkind = "signed"', "signed needs a secret"),
        ('[auth.x]\nkind = "url"', "url needs an address that is asked or told"),
        ('[auth.x]\nkind = "url"\nlistener_add = "example"', "must be an address that begins"),
        ('[auth.x]\nkind = "url"\nmount_add = "http://[::1"', "must be an address that begins"),
        ('[auth.x]\nkind = "htpasswd"', "htpasswd needs a file"),
        ('[auth.x]\nfile = "/no/such/place"', "auth.x.file: /no/such/place: No such file"),
        ('[access]\nallow_file = "/no/such/file"', "access.allow_file: /no/such/file: No such"),
        ('[access]\ndeny = ["example"]', "access.deny: 'example' does not appear to be"),
        ("[access]\nproxy_protocol = true", "nobody is trusted to speak the PROXY protocol"),
        ('[mounts."/live"]\nauth = "x"', "there is no [auth.x]"),
    ],
)
def test_mistakes_are_told_with_a_hint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    assert main(["check", config(tmp_path, text)]) == 1
    assert said in capsys.readouterr().err
