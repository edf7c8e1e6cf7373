"""The picture of a track: in its file, or beside it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from radiocast.autodj import artwork
from radiocast.autodj.artwork import find_artwork
from radiocast.autodj.tags import read_artwork

MEDIA = Path(__file__).parents[1] / "media"
PLAIN = MEDIA / "cbr128.mp3"
EMBEDDED = read_artwork(str(MEDIA / "tagged" / "id3v2.mp3"))
assert EMBEDDED is not None
JPEG = EMBEDDED.data
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.fixture
def album(tmp_path: Path) -> Path:
    shutil.copy(PLAIN, tmp_path / "song.mp3")
    return tmp_path


def found(album: Path) -> tuple[bytes, str] | None:
    picture = find_artwork(str(album / "song.mp3"))
    return None if picture is None else (picture.data, picture.content_type)


def test_the_picture_in_the_file_is_the_best(tmp_path: Path) -> None:
    shutil.copy(MEDIA / "tagged" / "id3v2.mp3", tmp_path / "song.mp3")
    (tmp_path / "cover.png").write_bytes(PNG)
    assert found(tmp_path) == (JPEG, "image/jpeg")


def test_a_file_without_one_has_that_of_its_album(album: Path) -> None:
    assert found(album) is None
    (album / "Folder.PNG").write_bytes(PNG)
    assert found(album) == (PNG, "image/png")
    (album / "cover.jpeg").write_bytes(JPEG)
    assert found(album) == (JPEG, "image/jpeg"), "a cover is better than a folder"


def test_what_is_no_picture_is_not_shown_whatever_it_is_called(album: Path) -> None:
    (album / "cover.jpg").write_bytes(b"<script>alert(1)</script>")
    (album / "cover.html").write_bytes(JPEG)
    assert found(album) is None
    (album / "album.jpg").write_bytes(JPEG)
    assert found(album) == (JPEG, "image/jpeg"), "the next name counts then"


def test_what_is_too_large_is_not_read(album: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (album / "cover.jpg").write_bytes(JPEG)
    monkeypatch.setattr(artwork, "MAX_ARTWORK", len(JPEG) - 1)
    assert found(album) is None
    monkeypatch.setattr(artwork, "MAX_ARTWORK", len(JPEG))
    assert found(album) is not None


def test_a_pipe_or_a_directory_is_no_picture(album: Path) -> None:
    os.mkfifo(album / "cover.jpg")
    (album / "folder.jpg").mkdir()
    assert found(album) is None


def test_of_a_huge_directory_only_a_part_is_looked_at(
    album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (album / "cover.jpg").write_bytes(JPEG)
    monkeypatch.setattr(artwork, "MAX_BESIDE", 0)
    assert found(album) is None


def test_a_file_that_is_gone_has_no_picture(tmp_path: Path) -> None:
    assert find_artwork(str(tmp_path / "gone" / "song.mp3")) is None
    assert find_artwork("\0") is None


def test_a_broken_file_still_has_that_of_its_album(album: Path) -> None:
    (album / "song.mp3").write_bytes(b"ID3\x04\x00\x00\x00\x00\x7f\x7f" + bytes(10))
    (album / "cover.jpg").write_bytes(JPEG)
    assert found(album) == (JPEG, "image/jpeg")
