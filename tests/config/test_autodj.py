"""[autodj] and [playlists]: what an operator may write, and what is said about the rest."""

from __future__ import annotations

import tomllib
from dataclasses import fields, replace
from typing import TypeVar

import pytest

from radiocast.config.autodj import (
    TITLE_FIELDS,
    AutoDjConfig,
    Crossfade,
    Order,
    PlaylistConfig,
    Start,
)
from radiocast.config.fields import MAX_ENTRIES, SettingError, Table, parser_of
from radiocast.config.week import ALL_DAYS, Moment, Window, parse_moment, parse_window

K = TypeVar("K", bound=Table)


def read(kind: type[K], toml: str) -> K:
    """One table, as the loader reads it."""
    parsers = {field.name: parser_of(field) for field in fields(kind)}
    values = {key: parsers[key](value) for key, value in tomllib.loads(toml).items()}
    return replace(kind(), **values)


def test_a_playlist_says_when_it_plays() -> None:
    playlist = read(
        PlaylistConfig,
        """
        source = "/srv/news.mp3"
        order = "sequential"
        when = ["mon-fri 06:00-10:00", "sat,sun"]
        at = [":00", "mon-fri 18:30:15"]
        start = "hard"
        wait = "30s"
        every = "20min"
        """,
    )
    weekdays = frozenset(range(5))
    assert playlist == PlaylistConfig(
        source="/srv/news.mp3",
        order=Order.SEQUENTIAL,
        when=(Window(weekdays, 360, 600), Window(frozenset({5, 6}))),
        at=(Moment(ALL_DAYS, None, 0), Moment(weekdays, 18, 30, 15)),
        start=Start.HARD,
        wait=30,
        every=1200,
    )
    assert playlist.conflicts() == []


def test_the_auto_dj_has_its_sound_and_its_manners() -> None:
    settings = read(
        AutoDjConfig,
        """
        title = "{title} ({album})"
        tag_charsets = ["cp1251"]
        separation_artist = "1h"
        crossfade = "fixed"
        loudness = -14
        """,
    )
    assert settings.separation_artist == 3600
    assert settings.crossfade is Crossfade.FIXED
    assert settings.loudness == -14.0


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("7:05", Moment(ALL_DAYS, 7, 5)),
        (":59", Moment(ALL_DAYS, None, 59)),
        ("SUN-tue  23:59:59", Moment(frozenset({6, 0, 1}), 23, 59, 59)),
        ("fri,mon :30", Moment(frozenset({0, 4}), None, 30)),
    ],
)
def test_moments_are_read(text: str, moment: Moment) -> None:
    assert parse_moment(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "24:00",
        "7:60",
        "7:00:60",
        "day 7:00",
        "mon",
        "mon-xyz 7:00",
        "mon- 7:00",
        "\u0667:00",
    ],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no |not a"):
        parse_moment(text)


def test_windows_may_pass_midnight_and_last_whole_days() -> None:
    assert parse_window("fri 22:00-02:00").minutes == 240
    assert parse_window("00:00-24:00").minutes == 1440
    assert parse_window("sat").minutes == 1440
    assert parse_window("7:00-7:00").minutes == 1440


@pytest.mark.parametrize(
    "text", ["", "7:00", "25:00-26:00", "7:00-24:01", "7:99-8:00", "x 7:00-8:00"]
)
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no |not a"):
        parse_window(text)


@pytest.mark.parametrize(
    ("kind", "toml", "problem"),
    [
        (PlaylistConfig, 'at = ":00"', "must be a list"),
        (PlaylistConfig, "at = [7]", "must be text"),
        (PlaylistConfig, f"at = {['7:00'] * (MAX_ENTRIES + 1)}", "more than 200"),
        (PlaylistConfig, "weight = 0", "must be from 1 to 100"),
        (PlaylistConfig, 'order = "any"', "must be one of"),
        (AutoDjConfig, 'title = "{artist"', "no template"),
        (AutoDjConfig, 'title = "{artist.x}"', "cannot fill in"),
        (AutoDjConfig, 'title = "{}"', "cannot fill in"),
        (AutoDjConfig, 'title = "{artist!r}"', "cannot fill in"),
        (AutoDjConfig, 'title = "{artist:>999999999}"', "cannot fill in"),
        (AutoDjConfig, 'tag_charsets = ["klingon"]', "no charset"),
        (AutoDjConfig, 'tag_charsets = ["rot13"]', "no charset"),
        (AutoDjConfig, "loudness = nan", "must be from -40 to -5"),
        (AutoDjConfig, 'loudness = "loud"', "number of decibels"),
        (AutoDjConfig, "limiter = true", "number of decibels"),
    ],
)
def test_what_cannot_be_used_is_refused(kind: type[Table], toml: str, problem: str) -> None:
    with pytest.raises(SettingError, match=problem):
        read(kind, toml)


@pytest.mark.parametrize(
    ("toml", "key"),
    [
        ("every_songs = 4\nweight = 2", "weight"),
        ('at = [":00"]\nwhen = ["mon"]\nalone = true', "alone"),
        ('start = "hard"', "start"),
        ("overlay = true", "overlay"),
        ('overlay = true\nat = [":00"]\nstart = "hard"', "start"),
        ('wait = "5s"', "wait"),
        ("alone = true", "alone"),
    ],
)
def test_settings_that_contradict_each_other_are_told(toml: str, key: str) -> None:
    assert [conflict.keys for conflict in read(PlaylistConfig, toml).conflicts()] == [(key,)]


def test_every_title_field_can_be_in_a_template() -> None:
    template = " ".join(f"{{{name}}}" for name in TITLE_FIELDS)
    assert read(AutoDjConfig, f'title = "{template}"').title == template
