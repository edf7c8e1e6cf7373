"""Files that come and go are noticed at once, where the kernel tells."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import trio

from radiocast.autodj import library as library_module
from radiocast.autodj import watch as watch_module
from radiocast.autodj.library import Library
from radiocast.autodj.watch import Watch, open_watch
from radiocast.config.autodj import AutoDjConfig, PlaylistConfig
from tests.autodj.made import make_rules

TAGGED = Path(__file__).parents[1] / "media" / "tagged"


@pytest.fixture
def watch() -> Iterator[Watch]:
    with open_watch() as watch:
        yield watch


async def notices(watch: Watch, patience: float = 5.0) -> bool:
    with trio.move_on_after(patience) as waiting:
        await watch.wait()
    return not waiting.cancelled_caught


def write(path: Path) -> None:
    path.write_bytes(b"x")


@pytest.mark.parametrize(
    "happens",
    [
        lambda folder: write(folder / "new.mp3"),
        lambda folder: write(folder / "new.M3U"),
        lambda folder: (folder / "old.mp3").unlink(),
        lambda folder: (folder / "old.mp3").rename(folder.parent / "gone.mp3"),
        lambda folder: (folder.parent / "there.mp3").rename(folder / "here.mp3"),
        lambda folder: (folder / "album").mkdir(),
        lambda folder: write(folder / "old.mp3"),
    ],
    ids=["a file", "a playlist", "deleted", "moved away", "moved here", "a directory", "changed"],
)
async def test_what_may_concern_a_playlist_is_noticed(
    tmp_path: Path, watch: Watch, happens: object
) -> None:
    folder = tmp_path / "music"
    folder.mkdir()
    for path in (folder / "old.mp3", tmp_path / "there.mp3"):
        write(path)
    watch.follow([str(folder)])
    assert callable(happens)
    happens(folder)
    assert await notices(watch)


async def test_what_concerns_no_playlist_is_not(tmp_path: Path, watch: Watch) -> None:
    (tmp_path / "old.mp3").write_bytes(b"x")
    watch.follow([str(tmp_path)])
    (tmp_path / "cover.jpg").write_bytes(b"x")
    assert (tmp_path / "old.mp3").read_bytes() == b"x"
    watch.follow([])  # which the kernel reports, too
    assert not await notices(watch, 0.1)


async def test_a_directory_that_was_replaced_by_another_is_watched(
    tmp_path: Path, watch: Watch
) -> None:
    folder = tmp_path / "music"
    folder.mkdir()
    assert watch.follow([str(folder)])
    assert not watch.follow([str(folder)])
    folder.rename(tmp_path / "before")
    folder.mkdir()
    assert watch.follow([str(folder)])
    assert watch.count == 1
    write(tmp_path / "before" / "a.mp3")
    assert not await notices(watch, 0.1)
    write(folder / "a.mp3")
    assert await notices(watch)


def test_what_is_no_directory_or_not_there_is_passed_over(tmp_path: Path, watch: Watch) -> None:
    write(tmp_path / "file")
    assert watch.follow([str(tmp_path / "file"), str(tmp_path / "gone"), str(tmp_path)])
    assert watch.count == 1


def test_there_is_a_bound_of_our_own_and_it_is_said_once(
    tmp_path: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(watch_module, "MAX_WATCHES", 2)
    folders = [tmp_path / name for name in "abc"]
    for folder in folders:
        folder.mkdir()
    for _ in range(2):
        watch.follow([str(folder) for folder in folders])
        assert watch.count == 2
    assert len(caplog.records) == 1
    assert "only 2 directories" in caplog.text


def test_the_bound_of_the_kernel_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    class Full:
        def add_watch(self, path: str, _: int) -> int:
            if path == "/b":
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return 1

    watch = Watch(Full())
    for _ in range(2):
        assert watch.follow(["/a", "/b", "/c"]) is (_ == 0)
    assert caplog.messages == [
        "only 1 directories are watched for new files: see fs.inotify.max_user_watches"
    ]


async def test_without_inotify_nothing_is_noticed_and_nothing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_module, "INotify", None)
    with open_watch() as watch:
        assert not watch.follow([str(tmp_path)])
        write(tmp_path / "a.mp3")
        assert not await notices(watch, 0.05)


async def test_a_machine_without_watches_to_spare_is_told_of(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(**_: object) -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(watch_module, "INotify", refuse)
    with open_watch() as watch:
        assert not watch.follow(["/"])
    assert "not watched for new files" in caplog.text


# ---- the library ----------------------------------------------------------------------------


async def until(library: Library, count: int) -> None:
    with trio.fail_after(10):
        while "main" not in library.shelves or len(library.shelves["main"].keys) != count:
            await library.wait_scanned()


async def test_the_library_notices_an_album_that_is_copied_into_it(
    tmp_path: Path, nursery: trio.Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_module, "BREATH", 0.02)
    settings = AutoDjConfig(settle=0.1, poll=86400)
    library = Library(make_rules({"main": PlaylistConfig(source=str(tmp_path))}, settings))
    nursery.start_soon(library.run)
    with trio.fail_after(10):
        await library.wait_scanned()
    album = tmp_path / "artist" / "album"
    album.mkdir(parents=True)
    for number in range(3):
        await trio.sleep(0.05)  # as a copy over the network would
        shutil.copyfile(TAGGED / "flac.flac", album / f"{number}.flac")
    await until(library, 3)
    shutil.rmtree(album.parent)
    await until(library, 0)
    nursery.cancel_scope.cancel()


async def test_a_disk_that_is_never_quiet_is_not_looked_at_all_the_time(
    tmp_path: Path, nursery: trio.Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_module, "BREATH", 0.01)
    settings = AutoDjConfig(settle=0, poll=86400)
    library = Library(make_rules({"main": PlaylistConfig(source=str(tmp_path))}, settings))
    looks = 0
    refresh = library.refresh

    async def count() -> None:
        nonlocal looks
        looks += 1
        await trio.sleep(0.03)  # on a large library it takes a while
        await refresh()

    monkeypatch.setattr(library, "refresh", count)
    nursery.start_soon(library.run)
    with trio.fail_after(10):
        await library.wait_scanned()
    with trio.move_on_after(1.0):
        while True:
            write(tmp_path / "a.mp3")
            await trio.sleep(0.02)
    assert 2 <= looks <= 5  # of 20 or more
    with trio.fail_after(10):  # but who asks is answered
        before = trio.current_time()
        library.reload()
        await library.wait_scanned()
        assert trio.current_time() - before < 0.25
    nursery.cancel_scope.cancel()
