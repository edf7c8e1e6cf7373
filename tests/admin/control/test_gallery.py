"""Pictures by URL: by id only, kept while there is room, read again when files change."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from radiocast.admin.control import gallery
from radiocast.admin.control.shapes import id_of
from radiocast.autodj.artwork import find_artwork
from radiocast.autodj.tags import Artwork
from radiocast.autodj.track import Track

from .made import Caller, FakeAutoDj

TAGGED = Path(__file__).parents[2] / "media" / "tagged"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.fixture
def song(tmp_path: Path) -> Path:
    return Path(shutil.copy(TAGGED / "id3v2.mp3", tmp_path / "song.mp3"))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were looked into for a picture."""
    paths: list[str] = []

    def find_and_tell(path: str) -> Artwork | None:
        paths.append(path)
        return find_artwork(path)

    monkeypatch.setattr(gallery, "find_artwork", find_and_tell)
    return paths


async def test_the_picture_of_what_is_heard_has_an_address(song: Path) -> None:
    track = Track(str(song), 1.0)
    caller = Caller(FakeAutoDj(track))
    caller.autodj.play(track)
    art = (await caller.get("/now")).json["art"]
    for target in ("/art/now", art.removeprefix("/api")):
        answer = await caller.get(target)
        assert answer.response.content_type == "image/jpeg"
        assert answer.response.body.startswith(b"\xff\xd8\xff")
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert (await caller.get("/art/now")).headers["cache-control"] == "no-cache"
    assert "max-age" in (await caller.get(art.removeprefix("/api"))).headers["cache-control"]


async def test_a_browser_that_has_it_gets_it_no_second_time(song: Path) -> None:
    caller = Caller(FakeAutoDj(Track(str(song))))
    target = f"/api/art/{id_of(str(song))}".encode()
    etag = (await caller.raw("GET", target)).headers["etag"]
    again = await caller.raw("GET", target, b"", ("if-none-match", etag))
    assert (again.status, again.response.body, again.headers["etag"]) == (304, b"", etag)
    other = await caller.raw("GET", target, b"", ("if-none-match", '"other"'))
    assert other.status == 200


async def test_only_what_there_is_to_play_has_a_picture(song: Path) -> None:
    caller = Caller(FakeAutoDj(Track("/music/gone.mp3"), Track("http://example.org/a.mp3")))
    for name in (id_of(str(song)), id_of("/music/gone.mp3"), id_of("http://example.org/a.mp3")):
        assert (await caller.get(f"/art/{name}")).status == 404
    assert (await caller.get(f"/art/{song}")).status == 404
    caller.autodj.play(Track(str(song)))
    assert (await caller.get(f"/art/{id_of(str(song))}")).status == 200


async def test_a_picture_is_read_once_until_its_file_changes(song: Path, reads: list[str]) -> None:
    caller = Caller(FakeAutoDj(Track(str(song))))
    target = f"/art/{id_of(str(song))}"
    for _ in range(3):
        assert (await caller.get(target)).status == 200
    assert len(reads) == 1
    os.utime(song, (1, 1))
    assert (await caller.get(target)).status == 200
    assert len(reads) == 2


async def test_that_there_is_none_is_remembered_until_something_is_put_beside_it(
    tmp_path: Path, reads: list[str]
) -> None:
    song = tmp_path / "song.ogg"
    song.write_bytes(b"no audio")
    os.utime(tmp_path, (1, 1))
    caller = Caller(FakeAutoDj(Track(str(song))))
    target = f"/art/{id_of(str(song))}"
    for _ in range(3):
        assert (await caller.get(target)).status == 404
    assert len(reads) == 1
    (tmp_path / "cover.png").write_bytes(PNG)
    assert (await caller.get(target)).response.body == PNG


@pytest.mark.parametrize(("bound", "value"), [("MAX_PICTURES", 2), ("MAX_BYTES", 2000)])
async def test_what_was_not_asked_for_longest_makes_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reads: list[str], bound: str, value: int
) -> None:
    picture = Artwork(PNG + bytes(900), "image/png")

    def find(path: str) -> Artwork:
        reads.append(path)
        return picture

    monkeypatch.setattr(gallery, "find_artwork", find)
    monkeypatch.setattr(gallery, bound, value)
    songs = [tmp_path / f"{n}.mp3" for n in range(3)]
    for song in songs:
        song.write_bytes(b"")
    caller = Caller(FakeAutoDj(*(Track(str(song)) for song in songs)))
    for n in (0, 1, 0, 2, 0, 1):
        assert (await caller.get(f"/art/{id_of(str(songs[n]))}")).status == 200
    assert [Path(path).stem for path in reads] == ["0", "1", "2", "1"]
