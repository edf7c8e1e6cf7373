"""The operator's files over HTTP."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
import trio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from trio.testing import MockClock

from radiocast.server import file_bodies
from radiocast.server.file_bodies import MAX_SENDING, PATIENCE, PIECE, FileBody, Transfers
from radiocast.server.files import find
from tests.station import RunningStation

from .audio import frames
from .made import encoder, player, station, until
from .talk import ask, get, parse_answer, request_head, talk
from .test_access_log import lines

HELLO = b"hello static world\n"
LONG = bytes(range(256)) * (4 * PIECE // 256) + b"the end"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "web"
    (root / "shows").mkdir(parents=True)
    (root / "hello.txt").write_bytes(HELLO)
    (root / "shows" / "Café 1.mp3").write_bytes(LONG)
    (root / "empty.html").write_bytes(b"")
    return root


@asynccontextmanager
async def serving(
    root: Path, extra: str = "", log: Path | None = None
) -> AsyncIterator[RunningStation]:
    async with station(f'[files]\nroot = "{root}"\n{extra}', access_log=log) as on:
        yield on


async def test_a_file_is_sent_with_its_type_and_size_and_the_connection_kept(root: Path) -> None:
    async with serving(root) as on, talk(on.port) as peer:
        for target, kind, content in (
            ("/hello.txt", "text/plain", HELLO),
            ("/shows/Caf%C3%A9%201.mp3", "audio/mpeg", LONG),
            ("/empty.html", "text/html", b""),
            ("/hello.txt?v=2", "text/plain", HELLO),
        ):
            await peer.send(request_head("GET", target, "HTTP/1.1", ["Host: x"]))
            answer = await peer.read_sized()
            assert answer.head.line == "HTTP/1.1 200 OK"
            assert answer.head.headers["content-type"] == kind
            assert answer.head.headers["accept-ranges"] == "bytes"
            assert answer.body == content


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("song.ogg", "application/ogg"),
        ("song.opus", "audio/ogg"),
        ("song.aac", "audio/aac"),
        ("SONG.MP3", "audio/mpeg"),
        ("page.css", "text/css"),
        ("list.pls", "audio/x-scpls"),
        ("all.tar.gz", "application/gzip"),
        ("what", "application/octet-stream"),
        ("what.unheard-of", "application/octet-stream"),
    ],
)
async def test_types_by_ending(root: Path, name: str, kind: str) -> None:
    (root / name).write_bytes(b"x")
    async with serving(root) as on:
        assert (await get(on.port, f"/{name}")).head.headers["content-type"] == kind


async def test_an_operators_list_of_types_counts_and_is_read_again(
    root: Path, tmp_path: Path
) -> None:
    (root / "a.ogg").write_bytes(b"x")
    types = tmp_path / "mime.types"
    types.write_text("# ours\naudio/x-ours\t\togg spx\n")
    tables = f'[files]\nroot = "{root}"\ntypes = "{types}"'
    async with station(tables) as on:
        assert (await get(on.port, "/a.ogg")).head.headers["content-type"] == "audio/x-ours"
        types.unlink()
        on.reload(tables)
        assert (await get(on.port, "/a.ogg")).head.headers["content-type"] == "application/ogg"
        on.reload("")
        assert (await get(on.port, "/a.ogg")).head.status == 404


async def test_ranges_and_conditions(root: Path) -> None:
    async with serving(root) as on:
        whole = await get(on.port, "/hello.txt")
        part = await get(on.port, "/hello.txt", "Range: bytes=6-")
        assert part.head.line == "HTTP/1.1 206 Partial Content"
        assert part.head.headers["content-range"] == "bytes 6-18/19"
        assert part.body == HELLO[6:]
        end = await get(on.port, "/shows/Caf%C3%A9%201.mp3", "Range: bytes=-7")
        assert end.body == b"the end"
        beyond = await get(on.port, "/hello.txt", "Range: bytes=500-")
        assert beyond.head.status == 416
        assert beyond.head.headers["content-range"] == "bytes */19"
        known = await get(on.port, "/hello.txt", f"If-None-Match: {whole.head.headers['etag']}")
        assert (known.head.status, known.body) == (304, b"")
        assert known.head.headers["etag"] == whole.head.headers["etag"]
        since = f"If-Modified-Since: {whole.head.headers['last-modified']}"
        assert (await get(on.port, "/hello.txt", since)).head.status == 304
        (root / "hello.txt").write_bytes(b"other")
        tag = f"If-Range: {whole.head.headers['etag']}"
        changed = await get(on.port, "/hello.txt", "Range: bytes=6-", tag)
        assert (changed.head.status, changed.body) == (200, b"other")


async def test_a_head_says_how_long_the_file_is(root: Path) -> None:
    async with serving(root) as on, talk(on.port) as peer:
        await peer.send(request_head("HEAD", "/hello.txt", "HTTP/1.1", ["Host: x"]))
        head = await peer.read_head()
        assert (head.status, head.headers["content-length"]) == (200, "19")
        await peer.send(request_head("GET", "/hello.txt", "HTTP/1.1", ["Host: x"]))
        assert (await peer.read_sized()).body == HELLO, "nothing came in between"


async def test_what_lies_outside_or_is_hidden_is_not_there(root: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_bytes(b"SECRET")
    (root / ".htpasswd").write_bytes(b"SECRET")
    (root / ".git").mkdir()
    (root / ".git" / "config").write_bytes(b"SECRET")
    (root / "config").symlink_to(root / ".git" / "config")
    (root / "out.txt").symlink_to(secret)
    (root / "up").symlink_to(tmp_path)
    (root / "ring").symlink_to(root / "ring")
    (root / "others.xsl").write_bytes(b"SECRET")
    (root / "within.txt").symlink_to(root / "hello.txt")
    os.mkfifo(root / "pipe")
    async with serving(root) as on:
        for target in (
            "/.htpasswd",
            "/.git/config",
            "/config",
            "/out.txt",
            "/up/secret.txt",
            "/ring",
            "/others.xsl",
            "/pipe",
            "/shows",
            "/shows/",
            "/hello.txt/",
            "/hello.txt/x",
            "/nothing",
            "/" + "x" * 4000,
            "/" + "x/" * 2000,
        ):
            answer = await get(on.port, target)
            assert (answer.head.status, b"SECRET" in answer.body) == (404, False), target
        assert (await get(on.port, "/within.txt")).body == HELLO


PARTS = st.sampled_from(
    [
        "..",
        ".",
        "",
        "web",
        "secret.txt",
        "up",
        "%2e%2e",
        "%2E.",
        "..%2f",
        "%5c..",
        "..\\",
        "%00",
        "x",
    ]
)
SPELLINGS = st.one_of(
    st.lists(PARTS, min_size=1, max_size=12).map("/".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40).map(quote),
    st.lists(PARTS, min_size=1, max_size=6).map(lambda parts: "/" + "\\".join(parts)),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(SPELLINGS, st.text(max_size=40)))
def test_no_spelling_of_a_path_leads_out_of_the_root(tmp_path: Path, path: str) -> None:
    # Not cleaned by the reader of heads, whose own tests see to that: `find` alone must hold.
    root = tmp_path / "web"
    if not root.exists():
        root.mkdir()
        (tmp_path / "secret.txt").write_bytes(b"SECRET")
        (root / "x").write_bytes(b"x")
        (root / "up").symlink_to("..")
    for spelling in (path, f"/{path}", f"{root}/{path}", f"/{tmp_path}/secret.txt"):
        found = find(root, spelling)
        assert found is None or found[0] == root.resolve() / "x"


async def test_links_may_lead_out_where_the_operator_says_so(root: Path, tmp_path: Path) -> None:
    """As Debian's Icecast has it: /usr/share/icecast2/web/style.css leads to /etc."""
    for name in ("style.css", ".hidden", "status.xsl"):
        (tmp_path / name).write_bytes(b"THERE")
    (root / "style.css").symlink_to(tmp_path / "style.css")
    (root / "named").symlink_to(tmp_path / ".hidden")
    (root / "page").symlink_to(tmp_path / "status.xsl")
    (root / ".dot").symlink_to(tmp_path / "style.css")
    async with serving(root, "links = true") as on:
        for target in ("/style.css", "/named"):
            assert (await get(on.port, target)).body == b"THERE"
        for target in ("/page", "/.dot", "/../style.css", "/%2e%2e/style.css"):
            assert (await get(on.port, target)).head.status in (400, 404), target


async def test_ways_up_are_refused_in_every_spelling(root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_bytes(b"SECRET")
    async with serving(root) as on:
        for target in (
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/shows/..%2f../secret.txt",
            "/..%5csecret.txt",
            "/..\\secret.txt",
            "//../secret.txt",
            f"/{tmp_path}/secret.txt",
            "/hello.txt%00.mp3",
            "/..%c0%af../secret.txt",
        ):
            answer = parse_answer(await ask(on.port, request_head("GET", target)))
            assert answer.head.status in (400, 404), target
            assert b"SECRET" not in answer.body


async def test_our_pages_come_before_files_and_what_is_on_air_does(root: Path) -> None:
    for name in ("status-json.xsl", "metrics", "index.html", "live", "live.m3u", "favicon.ico"):
        (root / name).write_bytes(b"A FILE")
    (root / "api").mkdir()
    (root / "api" / "now").write_bytes(b"A FILE")

    async def is_file(on: RunningStation, target: str) -> bool:
        return (await get(on.port, target)).body == b"A FILE"

    async with serving(root, "[mount]\ngrace = 0") as on:
        for target in ("/", "/status-json.xsl", "/metrics", "/api/now"):
            assert not await is_file(on, target), target
        for target in ("/index.html", "/favicon.ico", "/live", "/live.m3u"):
            assert await is_file(on, target), target
        async with encoder(on, "/live", audio=frames(0, 5)), player(on, "/live") as listener:
            await listener.hear(4)
            assert listener.audio != b"A FI"
            assert not await is_file(on, "/live.m3u")
        await until(lambda: on.registry.get("/live") is None)
        assert await is_file(on, "/live")


async def test_what_was_sent_of_a_file_stands_in_the_log_even_if_its_reader_left(
    root: Path, tmp_path: Path
) -> None:
    (root / "large").write_bytes(bytes(64 * PIECE))
    log = tmp_path / "access.log"
    async with serving(root, log=log) as on:
        async with talk(on.port, receive_buffer=4096) as peer:
            await peer.send(request_head("GET", "/large"))
            await peer.read(100)
            await peer.reset()
        (line,) = await lines(log, 1)
        assert (line["status"], line["request"]) == ("200", "GET /large HTTP/1.0")
        assert 0 < int(line["sent"]) < 64 * PIECE


# How they are sent


def body_of(transfers: Transfers, path: Path) -> FileBody:
    found = find(path.parent, f"/{path.name}")
    assert found is not None
    return FileBody(transfers, *found, 0, found[1].size)


class Reader:
    """Takes pieces, as soon as it may."""

    def __init__(self) -> None:
        self.taken = 0
        self.largest = 0
        self.begun = trio.Event()
        self.may_go_on = trio.Event()

    async def take(self, piece: bytes) -> None:
        self.begun.set()
        await self.may_go_on.wait()
        self.taken += len(piece)
        self.largest = max(self.largest, len(piece))


@pytest.fixture
def large(tmp_path: Path) -> Path:
    file = tmp_path / "large"
    with file.open("wb") as out:
        out.truncate(10 * PIECE + 1)
    return file


async def test_a_slow_reader_has_one_piece_in_memory(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    pread = os.pread

    def counting(descriptor: int, size: int, position: int) -> bytes:
        read.append(size)
        return pread(descriptor, size, position)

    monkeypatch.setattr(os, "pread", counting)
    reader = Reader()
    with trio.fail_after(10):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(body_of(Transfers(), large).write_to, reader.take)
            await reader.begun.wait()
            await trio.testing.wait_all_tasks_blocked()
            assert read == [PIECE]
            reader.may_go_on.set()
    assert (reader.taken, reader.largest) == (10 * PIECE + 1, PIECE)


@pytest.mark.parametrize("change", [lambda file: os.utime(file, (1, 1)), Path.unlink])
async def test_a_file_that_changes_meanwhile_is_not_mixed_with_what_was_announced(
    large: Path, change: Callable[[Path], None]
) -> None:
    async def refuse(_: bytes) -> None:
        raise AssertionError

    body = body_of(Transfers(), large)
    change(large)
    with pytest.raises(trio.BrokenResourceError):
        await body.write_to(refuse)


async def test_one_that_becomes_shorter_ends_the_connection(large: Path) -> None:
    pieces: list[bytes] = []

    async def cut(piece: bytes) -> None:
        pieces.append(piece)
        os.truncate(large, 2 * PIECE)

    with pytest.raises(trio.BrokenResourceError):
        await body_of(Transfers(), large).write_to(cut)
    assert len(pieces) == 2


async def test_who_takes_nothing_for_too_long_is_given_up(
    large: Path, autojump_clock: MockClock
) -> None:
    reader = Reader()
    began = trio.current_time()
    with pytest.raises(trio.TooSlowError):
        await body_of(Transfers(), large).write_to(reader.take)
    assert trio.current_time() - began == pytest.approx(PATIENCE)


async def test_only_so_many_files_at_one_time_and_who_takes_nothing_makes_room(
    large: Path, monkeypatch: pytest.MonkeyPatch, mock_clock: MockClock
) -> None:
    monkeypatch.setattr(file_bodies, "MAX_SENDING", 3)
    transfers, readers = Transfers(), [Reader() for _ in range(4)]
    given_up: list[Reader] = []

    async def send(reader: Reader) -> None:
        try:
            await body_of(transfers, large).write_to(reader.take)
        except trio.TooSlowError:
            given_up.append(reader)

    async with trio.open_nursery() as nursery:
        for reader in readers[:3]:
            nursery.start_soon(send, reader)
            await reader.begun.wait()
        assert not transfers.make_room()
        with pytest.raises(trio.BrokenResourceError):
            await body_of(transfers, large).write_to(readers[3].take)
        mock_clock.jump(file_bodies.STALLED)
        nursery.start_soon(send, readers[3])
        await readers[3].begun.wait()
        assert len(transfers) == 3
        for reader in readers:
            reader.may_go_on.set()
    assert given_up == readers[:1]
    assert [reader.taken for reader in readers[1:]] == [10 * PIECE + 1] * 3
    assert len(transfers) == 0


async def test_when_all_places_are_taken_it_is_said(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_bodies, "MAX_SENDING", 0)
    monkeypatch.setattr(Transfers, "make_room", lambda _: False)
    async with serving(root) as on:
        answer = await get(on.port, "/hello.txt")
        assert (answer.head.status, answer.head.headers["retry-after"]) == (503, "10")
        assert (await get(on.port, "/hello.txt", method="HEAD")).head.status == 200


def test_the_bound_is_what_it_says() -> None:
    assert MAX_SENDING * PIECE <= 32 * 1024 * 1024
