"""`radiocast simulate`: a programme without a station."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from radiocast.autodj.analyses import Analyses, Analysis, Stamp
from radiocast.autodj.database import Database
from radiocast.cli.main import main

MEDIA = Path(__file__).parents[1] / "media"

CONFIG = """
[autodj]
timezone = "UTC"
separation_title = 0
separation_artist = 0
separation_album = 0
[playlists.songs]
source = "{music}/songs.m3u"
[playlists.news]
source = "{music}/cbr128.mp3"
at = [":00"]
[playlists.sweepers]
source = "{music}/cbr128.mp3"
at = ["06:15"]
overlay = true
[playlists.broken]
source = "{music}/gone.m3u"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    music = tmp_path / "music"
    music.mkdir()
    shutil.copy(MEDIA / "cbr128.mp3", music)
    songs = [f"#EXTINF:600,Anna - Song {n}\nhttp://radio.invalid/{n}.mp3\n" for n in range(3)]
    (music / "songs.m3u").write_text("".join(songs))
    file = tmp_path / "radiocast.toml"
    file.write_text(CONFIG.format(music=music))
    return file


def simulate(
    capsys: pytest.CaptureFixture[str], config: Path, *arguments: str, code: int = 0
) -> str:
    state = str(config.parent / "state")
    said = ["simulate", str(config), "--state", state, "--from", "2026-03-02 06:00", *arguments]
    assert main(said) == code
    shown = capsys.readouterr()
    return shown.err if code else shown.out


def test_the_programme_is_printed_day_by_day(
    capsys: pytest.CaptureFixture[str], config: Path
) -> None:
    lines = simulate(capsys, config).splitlines()
    assert lines[0] == "Monday 02 March 2026"
    assert re.fullmatch(r"  06:00:00  songs +\S.*", lines[1])
    assert "Tuesday 03 March 2026" in lines
    assert re.fullmatch(r"  06:15:00  sweepers +\S.*", lines[3])
    assert re.fullmatch(r"  06:20:00  songs +\S.*", lines[4])
    assert sum(re.match(r"  ..:..:..  news  ", line) is not None for line in lines) == 23
    assert lines[-1].startswith("not played: broken: ")
    assert not (config.parent / "state").exists()


def test_it_says_why(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    assert "because" not in simulate(capsys, config)
    assert "    because it is the turn of songs" in simulate(capsys, config, "--why")


def test_the_same_seed_is_the_same_programme(
    capsys: pytest.CaptureFixture[str], config: Path
) -> None:
    first = simulate(capsys, config)
    assert simulate(capsys, config) == first
    assert simulate(capsys, config, "--seed", "2") != first


def test_programs_get_json(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    said = json.loads(simulate(capsys, config, "--json"))
    begin, end = said["programme"][0]["start"], said["programme"][-1]["end"]
    assert end - begin == pytest.approx(86400, abs=600)
    assert [each["what"] for each in said["problems"]] == ["broken"]
    week = json.loads(simulate(capsys, config, "--json", "--days", "2"))
    assert week["programme"][-1]["end"] - begin == pytest.approx(2 * 86400, abs=600)


def test_what_a_station_measured_counts(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    song = config.parent / "music" / "cbr128.mp3"
    (config.parent / "state").mkdir()
    database = Database(config.parent / "state" / "autodj.db")
    stamp = Stamp(song.stat().st_size, song.stat().st_mtime_ns)
    Analyses(database).put(str(song), stamp, Analysis(start_next=1.5))
    database.close()
    airings = json.loads(simulate(capsys, config, "--json"))["programme"]
    lengths = {round(e["end"] - e["start"], 3) for e in airings if e["track"]["key"] == str(song)}
    assert lengths == {1.5}


def test_a_database_that_is_none_is_one_line(
    capsys: pytest.CaptureFixture[str], config: Path
) -> None:
    (config.parent / "state").mkdir()
    (config.parent / "state" / "autodj.db").write_text("this is no database " * 100)
    assert simulate(capsys, config, code=1).startswith("radiocast: ")


def test_a_configuration_without_playlists_is_a_mistake(
    capsys: pytest.CaptureFixture[str], config: Path
) -> None:
    config.write_text("")
    said = simulate(capsys, config, code=1)
    assert said == "radiocast: playlists: there are none (see conf/radiocast.toml)\n"
    config.write_text("playlists = 5")
    assert simulate(capsys, config, code=1).startswith(f"radiocast: {config}")


@pytest.mark.parametrize(
    "arguments", [[], ["x", "--days", "32"], ["x", "--from", "never"], ["x", "--seed", "-1"]]
)
def test_wrong_usage_is_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["simulate", *arguments])
    assert caught.value.code == 2
    assert "usage: radiocast simulate" in capsys.readouterr().err
