"""Where we answer otherwise than Icecast, and why: the whole of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.protocols.recorded import icecast

from .comparing import Parts, parts_of

BOTH = ("2.4", "2.5")
OLD = ("2.4",)
NEW = ("2.5",)
ANSWER = "the whole answer"


def anything(_: Parts) -> bool:
    return True


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """One, in what may be many answers."""

    cases: str
    """A pattern for the names of the recordings."""
    part: str
    """Of the answer; see `Parts`. ANSWER: all of it."""
    ours: Callable[[Any], object] | Parts | bytes | str | None
    """What we say: a value, what is made of theirs, or None for nothing. As an ANSWER: the parts,
    or the name of another recording, which is answered in the same way."""
    reason: str
    levels: tuple[str, ...] = BOTH
    when: Callable[[Parts], bool] = anything
    """What their answer must be like for this to apply."""


def replaced(theirs: bytes, ours: bytes) -> Callable[[bytes], bytes]:
    return lambda body: re.sub(theirs, ours, body)


def is_stream(parts: Parts) -> bool:
    """Whether it is what a listener gets."""
    kind = str(parts.get("content-type", "text/"))
    is_answer = parts.get("status") == "200" and "body" not in parts
    return is_answer and "accept-ranges" not in parts and not kind.startswith("text/")


def is_nothing(parts: Parts) -> bool:
    """Whether it hung up without a word."""
    return parts == {"body": b""}


def is_json(parts: Parts) -> bool:
    return isinstance(parts.get("body"), dict)


def without_dummies(body: dict[str, Any]) -> dict[str, Any]:
    return _each(body, lambda fields: {k: v for k, v in fields.items() if k != "dummy"})


def title(text: str) -> Callable[[Any], object]:
    """The statistics with another title."""

    def change(body: dict[str, Any]) -> dict[str, Any]:
        return _each(
            body, lambda fields: {**fields, "title": text} if "title" in fields else fields
        )

    return change


def opus_titles(body: dict[str, Any]) -> dict[str, Any]:
    known = {"/live.opus": {"artist": "ARTIST", "title": "TITLE"}, "/live.oga": {"title": "TITLE"}}

    def add(fields: dict[str, Any]) -> dict[str, Any]:
        path = "/" + str(fields.get("listenurl", "")).rpartition("/")[2]
        return {**fields, **known.get(path, {})}

    return _each(body, add)


def _each(
    body: dict[str, Any], change: Callable[[dict[str, Any]], dict[str, Any]]
) -> dict[str, Any]:
    """`change` done to the station and to all its sources."""
    stats = dict(body["icestats"])
    source = stats.get("source")
    if isinstance(source, dict):
        stats["source"] = change(source)
    elif source is not None:
        stats["source"] = [change(each) for each in source]
    return {"icestats": change(stats)}


def mended(body: bytes) -> Any:
    """What was to be JSON: the title `-` without its quotes is none."""
    return json.loads(body.replace(b'"title":-', b'"title":"-"'))


FINITE = (
    r"(admin-(?!metadata-put|stats-stream).*|m3u.*|vclt.*|xspf.*|web-(?!dir).*|metadata-.*|"
    r"shoutcast-metadata.*|req-(lf-only|poke)|listener-(404.*|mp3-(case|trailing-slash))|"
    r"nocors-listener-404|hup-status-json|client-(gst-shout2send|libshout-source-http-(mp3|ogg)).*-2|"
    r"client-ezstream-source-[34]|accept.*|stats-json-accept|auth-url-source-metadata)"
)
"""What has an end and is answered over HTTP by h11."""
PHRASES = {
    "Authentication Required": "Unauthorized",
    "File Not Found": "Not Found",
    "Request Range Not Satisfiable": "Requested Range Not Satisfiable",
}
FILES = r"web-static-(file|mp3|range-from)"
PAGES = r"(admin-.*-xsl.*|admin-index|metadata-xsl)"
FILE_SOURCE = rb'<source mount="/fallback\.mp3">.*?</source>'
NEVER_CACHED: Parts = {
    "cache-control": "no-cache, no-store",
    "expires": "Mon, 26 Jul 1997 05:00:00 GMT",
    "pragma": "no-cache",
}
UNREADABLE: Parts = {
    "version": "HTTP/1.0",
    "status": "400",
    "reason": "Bad Request",
    "connection": "close",
    "content-type": "text/html; charset=utf-8",
    **NEVER_CACHED,
    "access-control-allow-origin": "*",
}
PREFLIGHT: Parts = {
    "version": "HTTP/1.0",
    "status": "204",
    "reason": "No Content",
    "connection": "close",
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, HEAD, OPTIONS",
    "access-control-allow-headers": "Origin, Accept, Authorization, Icy-MetaData, Range",
    "access-control-max-age": "86400",
}
TELLS = "who is hung up on without a word cannot know what was wrong"

DIFFERENCES: tuple[Difference, ...] = (
    # How answers are sent.
    Difference(
        FINITE,
        "version",
        "HTTP/1.1",
        "what has an end is answered in HTTP/1.1, as by 2.5: connections can be used again",
        OLD,
    ),
    Difference(
        r"web-status-json-0-sources-http11|listener-404-http11|req-poke|"
        r"client-(gst-shout2send|libshout-source-http-(mp3|ogg)).*-2|client-ezstream-source-[34]",
        "connection",
        None,
        "the same",
        OLD,
    ),
    Difference(
        FINITE,
        "reason",
        lambda theirs: PHRASES.get(theirs, theirs),
        "the standard's phrases; clients go by the number",
    ),
    Difference(
        r"source-limit-reached|client-limit-.*|nocors-listener.*",
        "access-control-allow-origin",
        "*",
        "pages of other sites may read every public answer without a setting, errors as well",
        OLD,
    ),
    # What is refused without a word.
    Difference(r"(listener-mp3-dot-segments|web-dir.*)", ANSWER, UNREADABLE, TELLS, OLD),
    Difference(
        r"req-options-star|client-(gst-shout2send|libshout-source-http).*-1",
        ANSWER,
        UNREADABLE,
        "libshout looks for TLS like this, and goes on in the clear after a 400",
        OLD,
        when=is_nothing,
    ),
    Difference(
        r"(nocors|req)-options(-cors)?",
        ANSWER,
        PREFLIGHT,
        "browsers ask so before a page may listen with titles",
        OLD,
    ),
    Difference(
        r"listener-mp3-absolute-uri",
        ANSWER,
        "listener-mp3-plain",
        "proxies ask in this form, which RFC 9112 section 3.2.2 wants every server to know",
    ),
    Difference(
        r"source-put-no-leading-slash",
        ANSWER,
        "source-put-ok",
        "the slash is added, as for every other path: old encoders leave it out",
        OLD,
    ),
    Difference(
        r"shoutcast-source-(admin|bad)-password|req-(bad-protocol|garbage|http09)",
        "body",
        b"invalid password\r\n",
        "SHOUTcast's own answer: butt shows it, and gives up instead of trying again",
    ),
    Difference(
        r"shoutcast-source-(user|v2)-colon",
        ANSWER,
        {"login": "OK2"},
        "a user's name and a stream's number beside the password are read and heeded",
    ),
    Difference(
        r"shoutcast-port-http-get",
        ANSWER,
        "listener-404",
        "either port takes either protocol: players try the one beside",
    ),
    # Methods.
    Difference(
        r"listener-mp3-head(-http11)?",
        ANSWER,
        "listener-mp3-plain",
        "HEAD is answered as RFC 9110 section 9.3.2 wants it",
    ),
    Difference(r"listener-404-head", ANSWER, "listener-404", "the same"),
    Difference(r"admin-post", ANSWER, "admin-stats", "POST is taken like GET, as by 2.5", OLD),
    Difference(r"admin-metadata-post", ANSWER, "metadata-song", "the same", OLD),
    Difference(
        r"req-post",
        ANSWER,
        "source-put-no-auth",
        "some encoders POST their stream: it is a source without a password",
        OLD,
    ),
    # What listeners get.
    Difference(
        r".*",
        "icy-br",
        lambda theirs: theirs and theirs.partition(",")[0],
        "Icecast says the bitrate a second time when it has read it in ice-audio-info",
        when=is_stream,
    ),
    Difference(
        r".*",
        "icy-name",
        lambda theirs: theirs or "(the mount)",
        "VLC asks for titles only where there is a name",
        when=is_stream,
    ),
    Difference(
        r".*",
        "access-control-expose-headers",
        "icy-br, icy-description, icy-genre, icy-metaint, icy-name, icy-pub, icy-url, "
        "ice-audio-info",
        "no web player may read these headers without",
        when=is_stream,
    ),
    Difference(
        r"listener-mp3-(flash|msie)",
        "content-length",
        None,
        "those players are gone, and a made-up length becomes a duration in today's",
    ),
    Difference(
        r"listener-mount-headers",
        "access-control-allow-origin",
        "http://webplayer.example.org",
        "the mount's takes the place of everybody's: browsers refuse an answer that has two",
        OLD,
    ),
    # Files.
    Difference(
        FILES,
        "cache-control",
        "no-cache",
        "files are kept by clients, which ask whether they have changed (ETag, Last-Modified)",
    ),
    *(Difference(FILES, name, None, "the same") for name in ("expires", "pragma")),
    Difference(
        r"web-static-range-beyond",
        "content-range",
        "bytes */19",
        "RFC 9110 section 15.5.17: it says what there is",
    ),
    Difference(
        r"web-static-range-suffix",
        ANSWER,
        {
            "version": "HTTP/1.1",
            "status": "206",
            "reason": "Partial Content",
            "connection": "close",
            "content-type": "text/plain",
            "cache-control": "no-cache",
            "access-control-allow-origin": "*",
            "accept-ranges": "bytes",
            "content-range": "bytes 14-18/19",
            "body": b"orld\n",
        },
        "the last bytes of a file can be asked for; Icecast takes that for an error",
    ),
    Difference(
        r"web-static-head",
        ANSWER,
        {
            "version": "HTTP/1.1",
            "status": "200",
            "reason": "OK",
            "connection": "close",
            "content-type": "text/plain",
            "cache-control": "no-cache",
            "access-control-allow-origin": "*",
            "accept-ranges": "bytes",
        },
        "HEAD is answered as RFC 9110 section 9.3.2 wants it",
    ),
    # Pages, statistics, playlists.
    Difference(
        PAGES,
        "content-type",
        "text/html; charset=utf-8",
        "the pages are our own, HTML, and so called",
    ),
    Difference(
        PAGES,
        "content-security-policy",
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'",
        "no other site can put our buttons under its own",
    ),
    Difference(
        PAGES,
        "access-control-allow-origin",
        None,
        "no script of another site has business with an administrator's page",
    ),
    Difference(
        r".*stats|.*status-json.*|req-lf-only",
        "body",
        without_dummies,
        "the style sheet's filler, which no reader looks for",
        OLD,
        when=is_json,
    ),
    Difference(r"metadata-dash-title-stats", "body", mended, "what 2.4 sends is no JSON", OLD),
    Difference(r"metadata-dash-title-stats", "body", without_dummies, "as above", OLD),
    *(
        Difference(
            f"metadata-{name}-stats",
            "body",
            title(text),
            "a title is text, also when it looks like a number or a word of JSON",
        )
        for name, text in (
            ("numeric-title", "1984"),
            ("float-title", "12.50"),
            ("bool-title", "true"),
        )
    ),
    Difference(
        r"metadata-utf8-no-charset-stats",
        "body",
        title("Café €"),
        "UTF-8 stays what it is; Icecast takes it for Latin-1",
    ),
    Difference(
        r"metadata-song-after-artist-stats",
        "body",
        title("Next Song"),
        "the artist of the title before belongs to that title",
    ),
    Difference(
        r"metadata-vorbis-stats",
        "body",
        lambda body: _each(body, lambda fields: {k: v for k, v in fields.items() if k != "artist"}),
        "the same",
    ),
    Difference(
        r"metadata-json-escape-stats",
        "body",
        title('a"b\\c/d e<f>&g'),
        "a title is one line: control characters become blanks",
    ),
    Difference(
        r"web-status-json-many-sources",
        "body",
        opus_titles,
        "titles and artists are read in Opus and FLAC, too",
    ),
    Difference(
        r"metadata-quotes-stats",
        "body",
        title("It's a 'quote'; x"),
        "the title is not cut at the first quote and semicolon",
    ),
    Difference(
        r"admin-(stats|listmounts|streamlist|moveclients-list)",
        "body",
        replaced(FILE_SOURCE, b""),
        "a fallback file that Icecast reads is no mount: nobody can listen to it by that name",
        OLD,
    ),
    Difference(
        r"m3u.*",
        "body",
        lambda theirs: b"#EXTM3U\r\n#EXTINF:-1,Golden Name\r\n" + theirs,
        "players show the station's name until they know a title",
    ),
    Difference(
        r"m3u-tls",
        "body",
        replaced(rb"http://", b"https://"),
        "who came by TLS is sent back by TLS, as by 2.5",
        OLD,
    ),
    Difference(
        r"m3u-host-without-port",
        "body",
        replaced(rb"localhost:PORT", b"radio.example.org"),
        "the address by which the request reached us: it works from there",
        OLD,
    ),
    # Who may.
    Difference(
        r"auth-htpasswd-query-userpass",
        ANSWER,
        "listener-mp3-plain",
        "players that know no Authorization header have no other way; Icecast-KH takes it, too",
        OLD,
    ),
    Difference(
        r"auth-url-(denied|noheader-user)",
        "body",
        b"no such user\r\n",
        "what the web server has to say to the listener; Icecast only writes it into its log",
        OLD,
    ),
    # Administration.
    Difference(
        r"admin-buildm3u",
        "content-disposition = attachment; filename=listen.m3u",
        None,
        "Icecast's line is no header: it has an equals sign for the colon",
        OLD,
    ),
    Difference(
        r"admin-buildm3u",
        "content-disposition",
        "attachment; filename=listen.m3u",
        "what that line was to say",
        OLD,
    ),
    Difference(
        r"admin-buildm3u",
        "body",
        replaced(rb"localhost:PORT|localhost:28400", b"127.0.0.1:28400"),
        "the address that the request reached us by, as in every other playlist: it works",
        OLD,
    ),
    Difference(
        r"admin-moveclients-format-mismatch",
        "body",
        b'<?xml version="1.0"?>\n<iceresponse><message>Players of /live.mp3 cannot go on with '
        b"/live.ogg: their streams differ</message><return>0</return></iceresponse>\n",
        "Icecast says that they were moved, and moves nobody",
        OLD,
    ),
    Difference(
        r"metadata-no-mount-admin",
        "body",
        replaced(rb"Unknown admin request", b"Missing parameter"),
        "it says what is wrong: no command is unknown, a mount is missing",
        OLD,
    ),
    Difference(
        r"metadata-no-mount",
        ANSWER,
        "metadata-no-mount-admin",
        "the password is right, and a mount is missing for whoever asks",
        OLD,
    ),
    Difference(
        r"metadata-(opus|other-ip-source-auth)",
        ANSWER,
        "metadata-song",
        "titles can be set on Ogg of every kind; and encoders that have two addresses (IPv4 and "
        "IPv6) send titles from the other: the password is enough",
    ),
)


def expected(level: str, name: str) -> tuple[Parts, set[Difference]]:
    """What our answer must be, and the differences that make it another than the recorded one."""
    recorded = icecast(name, level)[1]
    has_body = recorded.partition(b"\r\n\r\n")[2] != b"" or not recorded.startswith(b"HTTP/")
    parts = parts_of(recorded, whole=has_body)
    used = set()
    for difference in DIFFERENCES:
        if (
            level not in difference.levels
            or not re.fullmatch(difference.cases, name)
            or not difference.when(parts)
        ):
            continue
        if difference.part == ANSWER:
            if isinstance(difference.ours, str):
                parts, others = expected(level, difference.ours)
                if icecast(name, level)[0].startswith(b"HEAD "):
                    parts.pop("body", None)
                return parts, {difference} | others
            assert isinstance(difference.ours, dict)
            return dict(difference.ours), {difference}
        theirs = parts.get(difference.part)
        ours = difference.ours(theirs) if callable(difference.ours) else difference.ours
        if ours == theirs:
            continue
        used.add(difference)
        if ours is None:
            del parts[difference.part]
        else:
            parts[difference.part] = ours
    return parts, used
