"""What plays when nothing else can: one file, or those of a directory."""

from __future__ import annotations

from pathlib import Path

import pytest

from radiocast.autodj.listing import MAX_EMERGENCY, list_emergency
from radiocast.autodj.playlists import PlaylistError


def test_a_file_is_taken_whatever_its_name(tmp_path: Path) -> None:
    file = tmp_path / "last-hope"
    file.write_bytes(b"")
    assert list_emergency(str(file)) == (str(file),)


def test_a_directory_is_taken_with_all_that_is_in_it_by_name(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    for name in ("b.mp3", "a.flac", "cover.png", ".hidden.mp3", "more/c.ogg"):
        (tmp_path / name).write_bytes(b"")
    found = [Path(path).relative_to(tmp_path).as_posix() for path in list_emergency(str(tmp_path))]
    assert found == ["a.flac", "b.mp3", "more/c.ogg"]


def test_no_more_files_are_taken_than_their_bound(tmp_path: Path) -> None:
    for number in range(MAX_EMERGENCY + 5):
        (tmp_path / f"{number:04}.mp3").write_bytes(b"")
    found = list_emergency(str(tmp_path))
    assert len(found) == MAX_EMERGENCY
    assert found[-1].endswith(f"{MAX_EMERGENCY - 1:04}.mp3")


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(PlaylistError, match="is not there"):
        list_emergency(str(tmp_path / "gone"))
