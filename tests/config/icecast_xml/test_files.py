"""Whole files: what Debian ships, and a station of thirty mounts."""

from __future__ import annotations

import pytest

from radiocast.config.icecast_xml.read import Imported, read_icecast_xml
from radiocast.config.icecast_xml.remarks import Kind, Remark, gathered
from radiocast.config.model import ListenConfig
from tests.config.icecast_xml.reading import HERE, as_toml_and_back


def imported(name: str) -> Imported:
    return read_icecast_xml((HERE / name).read_bytes())


@pytest.mark.parametrize("name", ["debian.xml", "station.xml"])
def test_what_import_writes_is_the_same_configuration(name: str) -> None:
    found = imported(name)
    assert as_toml_and_back(found) == found.config


def test_of_the_file_that_debian_ships_there_is_little_to_say() -> None:
    found = imported("debian.xml")
    assert [f"{each.kind} {each.where}" for each in found.remarks] == [
        "note limits/client-timeout",
        "warning authentication/source-password",
        "warning authentication/relay-password",
        "warning authentication/admin-password",
        "note paths/adminroot",
    ]
    assert found.config.listen == ListenConfig(shoutcast_port=0)
    assert found.config.logs.file == "/var/log/icecast2/error.log"
    assert found.config.files.root == "/usr/share/icecast2/web"


def test_nothing_of_a_grown_station_is_lost() -> None:
    found = imported("station.xml")
    assert not [each for each in found.remarks if each.kind is Kind.WARNING]
    config = found.config
    assert len(config.mounts) == 30
    assert len(config.auth) == 13
    assert len(config.relays) == len(config.directories) == 2
    assert len(config.sockets) == 3
    assert config.listen.effective_shoutcast_port == 8001
    assert config.passwords.source == 'kräftiges "Passwort" & mehr'


def test_what_is_said_of_many_lines_is_said_once_and_warnings_first() -> None:
    note = [Remark(Kind.NOTE, line, "mount", "a") for line in range(1, 8)]
    warning = Remark(Kind.WARNING, 9, "mount", "b")
    assert list(gathered([*note, warning])) == [
        (warning, "9"),
        (note[0], "1,2,3,4,5 and 2 more"),
    ]
