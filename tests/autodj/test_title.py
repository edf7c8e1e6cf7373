"""Titles as listeners are shown them."""

from __future__ import annotations

import pytest

from radiocast.autodj.charsets import repair
from radiocast.autodj.title import format_title
from radiocast.autodj.track import Track, gain_to, make_labels

BARE = Track("/srv/02 Morning.mp3")
NAMED = Track("/srv/x.mp3", artist="Ann", title="Go")
FULL = Track("/srv/x.mp3", artist="Ann", title="Go", album="Hours")
NO_ARTIST = Track("/srv/x.mp3", title="Go", album="Hours")


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("{artist} - {title}", ("02 Morning", "Ann - Go", "Ann - Go", "Go")),
        ("{title} ({album})", ("02 Morning", "Go", "Go (Hours)", "Go (Hours)")),
        ("({album}) {title}", ("02 Morning", "Go", "(Hours) Go", "(Hours) Go")),
        (
            "{artist} - {title} [{album}]",
            ("02 Morning", "Ann - Go", "Ann - Go [Hours]", "Go [Hours]"),
        ),
        ("{playlist}: {title}!", ("Night: 02 Morning!", *["Night: Go!"] * 3)),
        ("{title} {{live}}", ("02 Morning {live}", *["Go {live}"] * 3)),
        ("We play music", ("We play music",) * 4),
        ("{file}", ("02 Morning", "x", "x", "x")),
    ],
)
def test_what_is_missing_is_left_out_with_the_signs_round_it(
    template: str, shown: tuple[str, ...]
) -> None:
    assert (
        tuple(format_title(template, t, "Night") for t in (BARE, NAMED, FULL, NO_ARTIST)) == shown
    )


def test_an_address_has_a_file_name_too() -> None:
    assert format_title("{title}", Track("http://a.example/b/news.mp3?x=/y")) == "news"


@pytest.mark.parametrize(
    ("wrong", "charsets", "right"),
    [
        ("Bj\xf6rk", (), "Björk"),
        ("Привет".encode().decode("latin-1"), (), "Привет"),
        ("Ïðèâåò", ("cp1251",), "Привет"),
        ("Привет", ("cp1251",), "Привет"),
        ("plain", ("utf-16",), "plain"),
        ("ÄãºÃ", ("ascii", "gbk"), "你好"),
    ],
)
def test_text_that_was_called_latin_1_is_read_again(
    wrong: str, charsets: tuple[str, ...], right: str
) -> None:
    assert repair(wrong, charsets) == right


def test_several_artists_are_told_apart() -> None:
    assert make_labels("Ann & Ben feat. Cleo, Dee vs AC/DC", "", "").artists == (
        "ann", "ben", "cleo", "dee", "ac", "dc",
    )  # fmt: skip
    assert make_labels("Featherweights", "Love (Live!)", "A  B").artists == ("featherweights",)
    assert make_labels("", "Love (Live!)", "").title == "love live"
    assert make_labels("!!!", "", "").artists == ()


def test_gain_brings_a_track_to_the_target_but_not_far_over_full_scale() -> None:
    assert gain_to(-16, -10) == -6
    assert gain_to(-16, -26, 0.1) == 10
    assert gain_to(-16, -26, 1.0) == 3
    assert gain_to(-16, -26, 2.0) == 0
    assert gain_to(-16, None) == 0
    assert gain_to(-16, -26, 0.0) == 10
    assert gain_to(-16, -69, 0.001) == 20
