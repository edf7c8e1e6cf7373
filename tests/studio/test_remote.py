"""Playlists and tracks from the network, from the list to the sound, and what may go wrong."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
import trio

from radiocast.autodj.library import Library
from radiocast.codecs import container
from radiocast.codecs.audio import Audio, silence
from radiocast.codecs.decode import FileDecoder
from radiocast.codecs.errors import CodecError
from radiocast.config.autodj import AutoDjConfig, PlaylistConfig
from radiocast.studio.readahead import ReadAhead
from tests.autodj.made import make_rules
from tests.media import MEDIA

GOOD = MEDIA / "gapless" / "lame-44100.mp3"

LIST = """#EXTM3U
#EXTINF:1,Sigur Rós - Þriðja
good.mp3
hangs.mp3
stalls.mp3
dies.mp3
gone.mp3
"""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.over = threading.Event()


class Handler(BaseHTTPRequestHandler):
    """Serves a list and its tracks, some of them badly."""

    def do_GET(self) -> None:
        assert isinstance(self.server, Server)
        data = LIST.encode() if self.path == "/list.m3u" else GOOD.read_bytes()
        name = self.path.strip("/").partition(".")[0]
        if name == "hangs":
            self.server.over.wait(20)
            return
        self.send_response(404 if name == "gone" else 200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if name in ("stalls", "dies"):
            data = data[: len(data) // 2]
        self.wfile.write(data)
        if name == "stalls":
            self.wfile.flush()
            self.server.over.wait(20)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(container, "OPEN_TIMEOUT", 0.5)
    monkeypatch.setattr(container, "READ_TIMEOUT", 0.5)
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


def library_of(web: str) -> Library:
    playlists = {"main": PlaylistConfig(source=f"{web}/list.m3u")}
    return Library(make_rules(playlists, AutoDjConfig(settle=0)))


def play(path: str) -> tuple[Audio, str]:
    """What a deck hears of it, and why there is no more."""
    sound = ReadAhead(path, 0.0)
    pieces = [silence(0)]
    deadline = time.monotonic() + 10
    try:
        while not sound.check():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        while len(piece := sound.read(960)):
            pieces.append(piece)
    except CodecError as error:
        return np.concatenate(pieces), str(error)
    finally:
        sound.close()
    return np.concatenate(pieces), ""


def whole() -> Audio:
    decoder = FileDecoder(GOOD)
    audio = decoder.read(1 << 30)
    decoder.close()
    return audio


async def test_a_list_from_the_network_names_tracks_that_play(web: str) -> None:
    library = library_of(web)
    with trio.fail_after(10):
        await library.refresh()
    first, *others = library.shelves["main"].tracks
    assert (first.artist, first.title, first.duration) == ("Sigur Rós", "Þriðja", 1)
    assert [track.path for track in others] == [
        f"{web}/{name}.mp3" for name in ("hangs", "stalls", "dies", "gone")
    ]
    heard, problem = await trio.to_thread.run_sync(play, first.path)
    assert problem == ""
    assert np.array_equal(heard, whole())
    assert library.next_unanalysed() is None  # what is not here is not measured


@pytest.mark.parametrize(
    ("name", "problem"), [("hangs", "nothing came for too long"), ("gone", "404")]
)
def test_an_address_that_gives_nothing_is_found_out_before_its_time(
    web: str, name: str, problem: str
) -> None:
    heard, said = play(f"{web}/{name}.mp3")
    assert len(heard) == 0
    assert problem in said


@pytest.mark.parametrize("name", ["stalls", "dies"])
def test_an_address_that_ends_in_the_middle_plays_until_there(web: str, name: str) -> None:
    heard, said = play(f"{web}/{name}.mp3")
    assert len(whole()) * 0.3 < len(heard) < len(whole()) * 0.6
    assert np.array_equal(heard, whole()[: len(heard)])
    assert said


async def test_an_address_that_fails_costs_one_line_of_the_log_and_is_left_out(
    web: str, caplog: pytest.LogCaptureFixture
) -> None:
    library = library_of(web)
    with trio.fail_after(10):
        await library.refresh()
        caplog.set_level(logging.WARNING)
        library.mark_broken(f"{web}/hangs.mp3", "no answer")
        library.mark_broken(f"{web}/queued.mp3", "no answer either")  # of no list
        for _ in range(3):
            await library.refresh()
    assert f"{web}/hangs.mp3" not in library.shelves["main"].keys
    assert len(library.shelves["main"].keys) == 4
    assert caplog.messages == [
        f"not played: {web}/hangs.mp3: no answer",
        f"not played: {web}/queued.mp3: no answer either",
    ]
