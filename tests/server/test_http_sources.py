"""Encoders over HTTP: how they are let in, and that every byte they send is heard."""

from __future__ import annotations

import itertools

import pytest

from .audio import FRAME, frames, numbers
from .made import encoder, mount_of, player, put, station, until
from .talk import ACCEPTED, CONTINUE, ask, basic, parse_answer, request_head, talk

AUTH, MP3 = basic("sesame"), "Content-Type: audio/mpeg"
EXPECT = "Expect: 100-continue"

FORMS = {
    "libshout": (request_head("SOURCE", "/live", "HTTP/1.0", [AUTH, MP3]), ACCEPTED),
    "butt": (
        request_head("PUT", "/live", "HTTP/1.1", ["Host: x", AUTH, MP3, EXPECT]),
        CONTINUE + ACCEPTED,
    ),
    "an older butt": (request_head("PUT", "/live", "HTTP/1.1", ["Host: x", AUTH, MP3]), ACCEPTED),
    "liquidsoap's put": (
        request_head("PUT", "/live", "HTTP/1.0", [AUTH, MP3, EXPECT]),
        CONTINUE + ACCEPTED,
    ),
    "liquidsoap's post": (request_head("POST", "/live", "HTTP/1.0", [AUTH, MP3]), ACCEPTED),
    "edcast": (
        request_head("SOURCE", "/live", "ICE/1.0", [AUTH, MP3]).replace(b"\r\n", b"\n"),
        ACCEPTED,
    ),
    "darkice": (
        request_head("SOURCE", "/live", "HTTP/1.0", [AUTH, MP3])
        .replace(b"\r\n", b"\n")
        .removesuffix(b"\n")
        + b"\r\n",
        ACCEPTED,
    ),
    "an old darkice": (
        request_head("SOURCE", "/live", "ICE/1.0", ["ice-password: sesame", MP3]),
        ACCEPTED,
    ),
    "no content type, by SOURCE": (request_head("SOURCE", "/live", "HTTP/1.0", [AUTH]), ACCEPTED),
    "a length of nothing": (
        request_head("SOURCE", "/live", "HTTP/1.0", [AUTH, MP3, "Content-Length: 0"]),
        ACCEPTED,
    ),
}


@pytest.mark.parametrize(("head", "reply"), FORMS.values(), ids=FORMS.keys())
async def test_an_encoder_is_let_in_before_it_sends_audio(head: bytes, reply: bytes) -> None:
    async with station() as on, talk(on.port) as source:
        await source.send(head)
        assert await source.read_some(1000) == reply, "in one piece, to the byte"
        await source.send(frames(0, 20))
        async with player(on) as listener:
            await listener.hear(19 * FRAME)
            assert numbers(listener.body) == range(19)


@pytest.mark.parametrize(("head", "reply"), FORMS.values(), ids=FORMS.keys())
async def test_audio_in_the_same_segment_as_the_head_is_heard(head: bytes, reply: bytes) -> None:
    async with station() as on, talk(on.port) as source:
        await source.send(head + frames(0, 20))
        assert await source.read(len(reply)) == reply
        async with player(on) as listener:
            await listener.hear(19 * FRAME)
            assert numbers(listener.body) == range(19)


async def test_chunks_are_taken_apart() -> None:
    audio = frames(0, 30)
    cuts = [0, 1, 3, 700, 701, 5000, len(audio)]
    chunked = b"".join(
        b"%x;note=x\r\n%s\r\n" % (end - start, audio[start:end])
        for start, end in itertools.pairwise(cuts)
    )
    async with station() as on:
        async with encoder(on, "/live", "Transfer-Encoding: chunked") as source:
            for at in range(0, len(chunked), 997):
                await source.send(chunked[at : at + 997])
            async with player(on) as listener:
                await listener.hear(29 * FRAME)
                await source.send(b"0\r\n\r\n")
                await listener.hear(30 * FRAME)
                assert listener.body == audio
                assert await source.read_all() == b"", "the last chunk is the end"


async def test_chunks_that_make_no_sense_end_the_source() -> None:
    async with station() as on:
        async with encoder(on, "/live", "Transfer-Encoding: chunked") as source:
            await source.send(b"%x\r\n%s\r\nnonsense\r\n" % (FRAME * 3, frames(0, 3)))
            await source.read_all()
            assert on.registry.sources == 0


async def test_a_body_of_known_length_ends_there() -> None:
    async with station() as on:
        async with encoder(on, "/live", f"Content-Length: {10 * FRAME}") as source:
            await source.send(frames(0, 12))
            assert await source.read_all() == b""
            async with player(on) as listener:
                await listener.hear(10 * FRAME)
                assert on.registry.sources == 0
                assert mount_of(on).log.end == 10 * FRAME


async def test_without_the_password_an_encoder_is_asked_for_it() -> None:
    async with station() as on:
        for headers in (
            [],
            [basic("wrong")],
            [basic("sesame", user="someone")],
            ["Authorization: x"],
        ):
            for method in ("SOURCE", "PUT", "POST"):
                answer = parse_answer(
                    await ask(on.port, request_head(method, "/live", "HTTP/1.0", [*headers, MP3]))
                )
                assert answer.head.line == "HTTP/1.0 401 Authentication Required"
                assert answer.head.headers["www-authenticate"].startswith("Basic realm=")
                assert answer.head.headers["connection"].lower() == "close"
                assert answer.body == b"You need to authenticate\r\n"
        assert on.registry.sources == 0


async def test_who_is_refused_while_it_sends_audio_already_still_hears_why() -> None:
    """A connection closed with bytes unread is reset, and the answer may go with it."""
    async with station() as on, talk(on.port) as source:
        await source.send(put(password="wrong"))
        assert (await source.read_head()).status == 401
        for first in range(0, 5000, 1000):
            await source.send(frames(first, first + 1000))
        await source.end()
        await source.read_all()


async def test_a_mount_in_use_is_forbidden_and_its_source_does_not_notice() -> None:
    audio = frames(0, 10)
    async with station() as on, encoder(on, audio=audio) as source, player(on) as listener:
        answer = parse_answer(await ask(on.port, put()))
        assert answer.head.line == "HTTP/1.0 403 Forbidden"
        assert answer.body == b"Mountpoint in use"
        await source.send(frames(10, 20))
        await listener.hear(19 * FRAME)
        assert numbers(listener.body) == range(19)


@pytest.mark.parametrize(
    "path", ["/", "/status-json.xsl", "/static/style.css", "/admin/metadata", "/admin.cgi", "*"]
)
async def test_no_source_takes_the_place_of_our_own_pages(path: str) -> None:
    async with station() as on:
        answer = parse_answer(await ask(on.port, put(path)))
        assert (answer.head.status, answer.body) == (403, b"mountpoint unavailable")
        assert list(on.registry) == []


async def test_put_and_post_must_say_what_they_send() -> None:
    async with station() as on:
        for method in ("PUT", "POST"):
            answer = parse_answer(await ask(on.port, request_head(method, "/live", headers=[AUTH])))
            assert answer.head.status == 403
            assert answer.body == b"No Content-type given"


@pytest.mark.parametrize("kind", ["text/html", "image/png", "nonsense"])
async def test_what_cannot_be_audio_is_refused(kind: str) -> None:
    async with station() as on:
        answer = parse_answer(await ask(on.port, put(kind=kind)))
        assert (answer.head.status, answer.body) == (403, b"Content-type not supported")
        assert list(on.registry) == []


async def test_there_are_only_so_many_sources() -> None:
    async with station("[limits]\nsources = 2") as on, encoder(on, "/a"), encoder(on, "/b") as b:
        answer = parse_answer(await ask(on.port, put("/c")))
        assert answer.head.status == 403
        assert answer.body == b"too many sources connected"
        assert on.registry.get("/c") is None
        await b.close()
        await until(lambda: on.registry.sources == 1)
        async with encoder(on, "/c"):
            pass


async def test_a_mount_may_have_a_user_and_a_password_of_its_own() -> None:
    settings = '[mounts."/own"]\nuser = "dj"\npassword = "mellon"'
    async with station(settings) as on:
        for user, password, path, status in [
            ("dj", "mellon", "/own", 200),
            ("source", "mellon", "/own", 401),
            ("dj", "sesame", "/own", 401),
            ("source", "sesame", "/own", 401),
            ("dj", "mellon", "/other", 401),
        ]:
            head = request_head("SOURCE", path, headers=[basic(password, user), MP3])
            async with talk(on.port) as source:
                await source.send(head)
                assert (await source.read_head()).status == status


async def test_a_mount_whose_name_is_not_ascii_is_one_mount_however_it_is_written() -> None:
    async with station() as on, talk(on.port) as source:
        await source.send(put("/my r\u00f6ck.mp3") + frames(0, 10))
        assert await source.read(len(ACCEPTED)) == ACCEPTED
        async with player(on, "/my%20r%c3%b6ck.mp3") as listener:
            await listener.hear(FRAME)


async def test_an_encoder_that_ends_with_a_reset_loses_nothing_it_sent() -> None:
    async with station() as on, encoder(on, audio=frames(0, 10)) as source:
        async with player(on) as listener:
            await listener.hear(9 * FRAME)
            await source.reset()
            await until(lambda: on.registry.sources == 0)
            await listener.hear(10 * FRAME)
            assert numbers(listener.body) == range(10)


async def test_an_encoder_that_starts_inside_a_frame_is_heard_from_the_next_one_on() -> None:
    audio = b"LAME3.100" * 30 + frames(5, 15)
    async with station() as on, encoder(on, audio=audio), player(on) as listener:
        await listener.hear(9 * FRAME)
        assert numbers(listener.body) == range(5, 14)
        assert mount_of(on).counts.bytes_skipped == 270


async def test_libshout_looking_for_tls_is_told_to_go_on_without() -> None:
    """404 or 501 would make it give up, 426 loop; so would an Allow header change its ways."""
    probe = request_head("OPTIONS", "*", "HTTP/1.1", ["Connection: Upgrade", "Upgrade: TLS/1.0"])
    async with station() as on:
        for request in (probe, request_head("GET", "/admin/!POKE", "HTTP/1.1", ["Host: x"])):
            async with talk(on.port) as peer:
                await peer.send(request)
                head = await peer.read_head()
                assert head.status == 400
                assert "allow" not in head.headers
        answer = parse_answer(await ask(on.port, probe))
        assert answer.head.headers["connection"].lower() == "close"
