"""Tags, loudness, durations and artwork of files that other people's programs made."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from radiocast.autodj import tags
from radiocast.autodj.tags import MAX_TEXT, Tags, TagsError, read_artwork, read_tags
from tests.strategies import damaged

MEDIA = Path(__file__).parents[1] / "media"
TAGGED = MEDIA / "tagged"
FILES = sorted(path for path in TAGGED.iterdir() if path.suffix != ".sh")


@pytest.mark.parametrize(
    ("name", "loudness"),
    [
        ("id3v2.mp3", -11.8),
        ("mp4.m4a", None),
        ("opus.opus", -21.0),
        ("flac.flac", -11.8),
        ("asf.wma", None),
        ("ape.wv", None),
    ],
)
def test_tags_are_read_in_every_format(name: str, loudness: float | None) -> None:
    found = read_tags(str(TAGGED / name))
    assert (found.artist, found.title, found.album) == ("Sigur Rós", "Þriðja ☀", "Ágætis")
    assert found.loudness == (None if loudness is None else pytest.approx(loudness))
    assert found.duration == pytest.approx(1.0, abs=0.03)


def test_several_artists_are_all_read() -> None:
    assert read_tags(str(TAGGED / "vorbis.ogg")).artist == "Guest, Sigur Rós"


def test_old_tags_are_in_the_charset_the_operator_says() -> None:
    old = str(TAGGED / "id3v1-cp1251.mp3")
    assert read_tags(old).title == "Ïðèâåò"
    found = read_tags(old, ["cp1251"])
    assert (found.artist, found.title, found.album) == ("Кино", "Привет", "Ночь")


@pytest.mark.parametrize(
    ("name", "seconds"),
    [  # as ffprobe counts their packets
        ("tagged/uneven-vbr-no-xing.mp3", 6.0604),
        ("tagged/uneven.aac", 6.0372),
        ("cbr128.mp3", 2.0376),
    ],
)
def test_durations_are_right_where_no_header_tells_them(name: str, seconds: float) -> None:
    assert read_tags(str(MEDIA / name)).duration == pytest.approx(seconds, abs=0.03)


def test_files_too_long_to_count_have_the_duration_mutagen_guesses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tags, "MAX_COUNTED", 1000)
    guess = read_tags(str(TAGGED / "uneven-vbr-no-xing.mp3")).duration
    assert guess is not None
    assert abs(guess - 6.06) > 1


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("id3v2.mp3", "image/jpeg"),
        ("mp4.m4a", "image/jpeg"),
        ("opus.opus", "image/png"),
        ("flac.flac", "image/png"),
    ],
)
def test_artwork_is_found_and_known_by_its_bytes(name: str, content_type: str) -> None:
    artwork = read_artwork(str(TAGGED / name))
    assert artwork is not None
    assert artwork.content_type == content_type
    assert artwork.data[:3] in (b"\xff\xd8\xff", b"\x89PN")


def test_a_picture_that_is_none_or_too_large_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.mp3"
    jpeg = (TAGGED / "id3v2.mp3").read_bytes()
    page.write_bytes(jpeg.replace(b"\xff\xd8\xff", b"<a>"))
    assert read_artwork(str(page)) is None
    monkeypatch.setattr(tags, "MAX_ARTWORK", 200)
    assert read_artwork(str(TAGGED / "id3v2.mp3")) is None
    assert read_artwork(str(TAGGED / "vorbis.ogg")) is None


def test_a_tag_is_one_line_of_bounded_length(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "lines.flac"
    copy.write_bytes((TAGGED / "flac.flac").read_bytes().replace(b"ja ", b"\n\x01\t"))
    assert read_tags(str(copy)).title == "Þrið ☀"
    monkeypatch.setattr(tags, "MAX_TEXT", 4)
    assert read_tags(str(copy)).title == "Þrið"


def test_what_mutagen_does_not_know_has_no_tags(tmp_path: Path) -> None:
    unknown = tmp_path / "x.bin"
    unknown.write_bytes(b"nothing that anybody knows")
    assert read_tags(str(unknown)) == Tags()
    assert read_artwork(str(unknown)) is None


def test_a_file_with_the_wrong_name_is_known_by_its_bytes(tmp_path: Path) -> None:
    misnamed = tmp_path / "x.flac"
    misnamed.write_bytes((TAGGED / "vorbis.ogg").read_bytes())
    assert read_tags(str(misnamed)).title == "Þriðja ☀"


def test_what_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    junk = tmp_path / "junk.mp3"
    junk.write_bytes(os.urandom(100))
    for path in (tmp_path / "gone.mp3", tmp_path, junk):
        with pytest.raises(TagsError, match="cannot be read"):
            read_tags(str(path))


def test_whatever_mutagen_trips_over_is_a_tags_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def trip(_: object) -> None:
        raise struct.error("unpack requires a buffer of 4 bytes")

    monkeypatch.setattr("mutagen.File", trip)
    with pytest.raises(TagsError, match="unpack"):
        read_tags(str(TAGGED / "flac.flac"))


@given(data=st.data())
@hypothesis_settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_damaged_file_raises_nothing_but_a_tags_error(
    tmp_path: Path, data: st.DataObject
) -> None:
    source = data.draw(st.sampled_from(FILES))
    copy = tmp_path / source.name
    copy.write_bytes(data.draw(damaged(source.read_bytes())))
    for read in (read_tags, read_artwork):
        try:
            found = read(str(copy))
        except TagsError:
            continue
        if isinstance(found, Tags):
            assert found.duration is None or found.duration > 0
            assert len(found.title) <= MAX_TEXT
            assert found.title.isprintable()
