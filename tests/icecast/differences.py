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


def replaced(theirs: bytes, ours: bytes) -> Callable[[Any], object]:
    return lambda body: re.sub(theirs, ours, body) if isinstance(body, bytes) else body


def is_stream(parts: Parts) -> bool:
    """Whether it is what a listener gets."""
    kind = str(parts.get("content-type"))
    is_audio = kind.startswith(("audio/", "video/", "application/ogg", "application/x-unknown"))
    return (
        parts.get("status") == "200"
        and "body" not in parts
        and is_audio
        and "accept-ranges" not in parts
    )


def is_nothing(parts: Parts) -> bool:
    """Whether it hung up without a word."""
    return parts == {"body": b""}


def is_json(parts: Parts) -> bool:
    return isinstance(parts.get("body"), dict)


def without_dummies(body: dict[str, Any]) -> dict[str, Any]:
    return _each(body, lambda fields: {k: v for k, v in fields.items() if k != "dummy"})


def title(text: str) -> Callable[[Any], object]:
    """The statistics with another title."""

    def retitle(fields: dict[str, Any]) -> dict[str, Any]:
        said: dict[str, Any] = {name: text for name in ("title", "display-title") if name in fields}
        if fields.get("metadata") is not None:
            said["metadata"] = {"x_icy_title": text}
        return {**fields, **said}

    return lambda body: _each(body, retitle)


def without_bitrates_of_ogg(body: dict[str, Any]) -> dict[str, Any]:
    def strip(fields: dict[str, Any]) -> dict[str, Any]:
        is_ogg = fields.get("server_type") == "application/ogg"
        return {k: v for k, v in fields.items() if not (is_ogg and k == "ice-bitrate")}

    return _each(body, strip)


def without_artist(body: dict[str, Any]) -> dict[str, Any]:
    def leave_out(fields: dict[str, Any]) -> dict[str, Any]:
        kept = {name: value for name, value in fields.items() if name != "artist"}
        return {name: leave_out(v) if name == "metadata" else v for name, v in kept.items()}

    return _each(body, leave_out)


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


def report(text: str, definition: str) -> bytes:
    """What 2.5 refuses something with."""
    return (
        icecast("listener-404", "2.5")[1]
        .partition(b"\r\n\r\n")[2]
        .replace(b"The file you requested could not be found", text.encode())
        .replace(b"18c32b43-0d8e-469d-b434-10133cdd06ad", definition.encode())
    )


def users(said: str, name: str) -> bytes:
    """What `manageauth` says at 2.5, of one user or none."""
    message = f"<message>{said}</message>" if said else ""
    found = f"<user><username>{name}</username></user></source>" if name else ""
    start = f'<source mount="/auth.mp3"{">" if name else "/>"}'
    root = f"<icestats><modules/>{message}{start}{found}</icestats>"
    return f'<?xml version="1.0"?>\n{root}\n'.encode()


def has_document(parts: Parts) -> bool:
    """Whether it holds statistics, in XML or in JSON."""
    body = parts.get("body")
    return isinstance(body, list | dict) or (isinstance(body, bytes) and b"<icestats><" in body)


_EXPERIMENTS = {
    *("authentication", "health", "dumpfile_written", "geoip", "unhandled-child", "host"),
    *("role", "acl", "tls", "protocol", "referer", "audio_bits"),
}


def without_experiments(body: Any) -> Any:
    if isinstance(body, bytes):
        for name in (
            *sorted(_EXPERIMENTS - {"host"}),
            *("maintenance", "history", "listensocketeffective"),
        ):
            found = rf"<{name}(>| [^>]*[^/]>).*?</{name}>|<{name}/>".encode()
            body = re.sub(found, b"", body)
        return re.sub(rb"(<listener .*?)<host>.*?</host>", rb"\1", body)
    if isinstance(body, list):
        return [without_experiments(each) for each in body]
    if isinstance(body, dict):
        if "connected" in body and "id" in body:  # one who listens
            known = ("id", "ip", "useragent", "connected")
            return {key: value for key, value in body.items() if key in known}
        return {
            key: without_experiments(value)
            for key, value in body.items()
            if key not in _EXPERIMENTS - {"host"} or (key == "authentication" and value == "")
        }
    return body


def with_audio_info(body: Any) -> Any:
    """With what the golden sources say there."""
    whole = "ice-samplerate=44100;ice-bitrate=128;ice-channels=2"
    told = {"ice-bitrate": 128, "ice-channels": 2, "ice-samplerate": 44100}
    if isinstance(body, bytes):
        tags = "".join(f"<{name}>{value}</{name}>" for name, value in told.items()).encode()
        body = re.sub(rb"<ice-(bitrate|channels|samplerate)>\d+</ice-\1>", b"", body)
        return re.sub(rb"(<audio_info>.*?<genre>.*?</genre>)", rb"\1" + tags, body)
    if isinstance(body, list):
        return [with_audio_info(each) for each in body]
    if isinstance(body, dict):
        more = told if body.get("audio_info") == whole else {}
        return {**{key: with_audio_info(value) for key, value in body.items()}, **more}
    return body


def admin_json(body: Any) -> Any:
    def change(fields: dict[str, Any]) -> dict[str, Any]:
        mounts = ("/fallback.mp3", "/fbfile.mp3", "/fbogg.mp3")
        kept = {key: value for key, value in fields.items() if key not in (*mounts, "listener")}
        if "listener" in fields and "genre" not in fields:
            kept["listener"] = fields["listener"]
        if fields.get("allow-direct-access") == "true":
            kept["allow-direct-access"] = True
        if fields.get("bitrate") == "128":
            kept["bitrate"] = 128
        return kept

    return _deep(body, change)


def _deep(body: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """`change` done to every object in it."""
    if isinstance(body, list):
        return [_deep(each, change) for each in body]
    if isinstance(body, dict):
        return change({key: _deep(value, change) for key, value in body.items()})
    return body


def mended(body: bytes) -> Any:
    """What was to be JSON: the title `-` without its quotes is none."""
    return json.loads(body.replace(b'"title":-', b'"title":"-"'))


FINITE = (
    r"(admin-(?!metadata-put|stats-stream).*|m3u.*|vclt.*|xspf.*|web-(?!dir).*|metadata-.*|"
    r"shoutcast-metadata.*|req-(lf-only|poke)|listener-(404.*|mp3-(case|trailing-slash))|"
    r"nocors-listener-404|hup-status-json|client-(gst-shout2send|libshout-source-http-(mp3|ogg)).*-2|"
    r"client-ezstream-source-[34]|accept.*|stats-json-accept|auth-url-source-metadata|"
    r"slave-(listmounts|status-json)|source-inline-icy-metaint)"
)
"""What has an end and is answered over HTTP by h11."""
PHRASES = {
    "Authentication Required": "Unauthorized",
    "File Not Found": "Not Found",
    "Request Range Not Satisfiable": "Requested Range Not Satisfiable",
}
FILES = r"web-static-(file|mp3|range-from)"
PAGES = r"(admin-.*-xsl.*|admin-index|metadata-xsl|web-server-version)"
FILE_SOURCE = rb'<source mount="/(fallback|fbfile|fbogg)\.mp3">.*?</source>'
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
MODERN: Parts = {
    "version": "HTTP/1.1",
    "connection": "close",
    "accept-encoding": "identity",
    "allow": "GET, HEAD, PUT, OPTIONS, SOURCE",
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
ADMIN_ALLOWS = "GET, HEAD, POST, OPTIONS"
ALLOWED = {
    "GET, POST, OPTIONS": ADMIN_ALLOWS,
    "GET, DELETE, OPTIONS": "GET, HEAD, OPTIONS",
    "GET, PUT, OPTIONS, SOURCE": "GET, HEAD, PUT, OPTIONS, SOURCE",
}
BY_MOUNT = "users are those of a mount, as by 2.4; 2.5 wants the number of a role"
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
        r"source-limit-reached|client-limit-.*|nocors-listener.*|slave-.*",
        "access-control-allow-origin",
        "*",
        "pages of other sites may read every public answer without a setting, errors as well",
        OLD,
    ),
    # Around the answers of 2.5.
    Difference(
        r"(listener-mp3-dot-segments|web-dir.*)", ANSWER, {**UNREADABLE, **MODERN}, TELLS, NEW
    ),
    Difference(
        r"(nocors|req)-options(-cors)?",
        ANSWER,
        {**PREFLIGHT, **MODERN},
        "browsers ask so before a page may listen with titles",
        NEW,
    ),
    Difference(
        r"req-post",
        ANSWER,
        "source-put-no-auth",
        "some encoders POST their stream: it is a source without a password",
        NEW,
    ),
    Difference(
        r"source-put-no-leading-slash",
        ANSWER,
        "source-put-ok",
        "the slash is added, as for every other path: old encoders leave it out",
        NEW,
    ),
    Difference(
        r"source-ice-password-icelogin",
        ANSWER,
        "source-legacy-ok",
        "encoders of that age know no other way",
        NEW,
    ),
    Difference(
        r"source-put-mount-password-global-refused",
        ANSWER,
        "source-put-no-auth",
        "the password is wrong, and nobody is told more than that",
        NEW,
    ),
    Difference(
        r"shoutcast-(source-lf|compat-socket-ok)",
        ANSWER,
        {"login": "OK2"},
        "OK2 comes at once: most sources wait for it, and 2.5 lets them wait for ever",
        NEW,
    ),
    Difference(r"shoutcast-source-in-use", "login", "OK2", "the same", NEW),
    Difference(
        r"shoutcast-metadata-cgi",
        ANSWER,
        {
            **MODERN,
            "status": "200",
            "reason": "OK",
            "allow": ADMIN_ALLOWS,
            "content-type": "text/html; charset=utf-8",
            **NEVER_CACHED,
            "access-control-allow-origin": "*",
            "body": b"<html><head></head><body><p>Metadata update successful</p></body></html>",
        },
        "the password is right: 2.5 refuses every form of it",
        NEW,
    ),
    Difference(r"shoutcast-metadata-cgi-nosong", ANSWER, "metadata-no-mode", "the same", NEW),
    Difference(
        r"shoutcast-metadata-cgi-badmode",
        ANSWER,
        {
            **MODERN,
            "status": "400",
            "reason": "Bad Request",
            "allow": ADMIN_ALLOWS,
            "content-type": "text/xml; charset=utf-8",
            **NEVER_CACHED,
            "access-control-allow-origin": "*",
            "body": report("No such action", "1e8a3b6c-6f5a-4d8e-9c0b-52d5f2b7a3f1"),
        },
        "the same",
        NEW,
    ),
    Difference(r"metadata-cgi-on-http-source", ANSWER, "metadata-missing-mount", "the same", NEW),
    Difference(
        r"admin-buildm3u-nomount",
        ANSWER,
        "admin-no-auth",
        "who may not ask is told so first, as by 2.4",
        NEW,
    ),
    Difference(
        r"admin-metadata-put|web-status-json-0-sources-http11|listener-404-http11|"
        r"req-keepalive-two|req-poke",
        "connection",
        lambda theirs: None,
        "HTTP/1.1 keeps connections without a word (RFC 9112 section 9.3)",
        NEW,
    ),
    Difference(
        r".*",
        "connection",
        lambda theirs: "close" if theirs == "keep-alive" else theirs,
        "2.5 promises to go on, and closes or falls silent: HTTP/1.0 has no such promise, and "
        "refused sources and listeners are hung up on",
        NEW,
    ),
    Difference(
        r".*",
        "allow",
        lambda theirs: ALLOWED.get(theirs, theirs),
        "HEAD is answered, and there is no DELETE",
        NEW,
    ),
    Difference(
        r"source-limit-reached",
        "allow",
        "GET, HEAD, PUT, OPTIONS, SOURCE",
        "the mount is not on air",
        NEW,
    ),
    Difference(
        r"admin-unknown-command.*|req-poke",
        "allow",
        "GET, HEAD, POST, OPTIONS",
        "the path is one of the administration's, though no command",
        NEW,
    ),
    Difference(
        r".*",
        "upgrade",
        None,
        "TLS is not offered within a connection (RFC 2817): it is known by its first byte",
        NEW,
    ),
    Difference(
        r"client-limit-.*",
        "content-type",
        "text/xml; charset=utf-8",
        "the request is not read, so it is not known what form it likes: it gets the usual one",
        NEW,
    ),
    Difference(
        r"source-limit-reached|client-limit-.*|nocors-listener.*",
        "access-control-allow-origin",
        "*",
        "pages of other sites may read every public answer without a setting, errors as well",
        NEW,
    ),
    Difference(
        r"m3u-(host-without-port|no-host)",
        "body",
        replaced(rb"127.0.0.1:PORT", b"localhost:PORT"),
        "a name is better than the address of a machine that may be behind another",
        NEW,
    ),
    Difference(
        r"web-status-json-config-overrides",
        "body",
        lambda body: _each(
            body, lambda d: {**d, "content-type": "audio/x-cfg"} if "genre" in d else d
        ),
        "a stream has one type in the statistics: the one that the operator wants",
        NEW,
    ),
    # The documents of 2.5.
    Difference(
        r".*",
        "body",
        without_experiments,
        "roles, which we do not have, and nodes that 2.5 calls experimental itself",
        NEW,
        when=has_document,
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
    Difference(r"admin-post", ANSWER, "admin-stats", "POST is taken like GET, as by 2.5"),
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
        r"admin-metadata-put",
        ANSWER,
        {
            **MODERN,
            "status": "400",
            "reason": "Bad Request",
            "content-type": "text/xml; charset=utf-8",
            **NEVER_CACHED,
            "access-control-allow-origin": "*",
            "allow": ADMIN_ALLOWS,
            "body": report("No Content-type given", "2cd86778-ac30-49e7-a108-26627a7923f7"),
        },
        "whoever PUTs is a source, as by 2.4",
        NEW,
    ),
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
        r".*",
        "body",
        with_audio_info,
        "the parts of ice-audio-info are told one by one, as by 2.4",
        NEW,
        when=has_document,
    ),
    Difference(
        r"admin-.*-json.*",
        "body",
        admin_json,
        "numbers and yes are JSON's own; who listens is told by listclients alone; and what is not "
        "on air is no mount",
        NEW,
        when=has_document,
    ),
    Difference(
        r"admin-publicstats-json-.*noauth",
        "body",
        lambda body: _deep(
            body,
            lambda d: {**d, "display-title": "J"} if "x_icy_title" in str(d.get("metadata")) else d,
        ),
        "what is shown of a title follows it at once",
        NEW,
    ),
    Difference(
        r"listener-mount-headers",
        "access-control-allow-origin",
        "http://webplayer.example.org",
        "the mount's takes the place of everybody's: browsers refuse an answer that has two",
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
        OLD,
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
            "accept-encoding": "identity",
            "allow": "GET, HEAD, PUT, OPTIONS, SOURCE",
        },
        "the same",
        NEW,
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
        OLD,
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
            "accept-encoding": "identity",
            "allow": "GET, HEAD, PUT, OPTIONS, SOURCE",
        },
        "the same",
        NEW,
    ),
    Difference(
        r"admin-listclients-json-mount-live-mp3",
        "body",
        lambda body: json.loads(json.dumps(body).replace("198.51.100.7", "127.0.0.1")),
        "whoever was recorded came by a proxy; who comes by one is in another scene",
        NEW,
    ),
    # Relays.
    Difference(
        r"slave-status-json",
        "body",
        without_bitrates_of_ogg,
        "what Icecast's master finds in a Vorbis header it tells its slaves in one of HTTP; ours "
        "find it there themselves (audio_bitrate)",
        OLD,
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
        r"web-(status-xsl|root-alias)",
        "content-type",
        "text/html; charset=utf-8",
        "the same",
    ),
    Difference(
        r"web-(status-xsl|root-alias)",
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'",
        "nothing that a source says of itself can bring a script in",
    ),
    Difference(
        r"web-(status-xsl|root-alias)",
        "access-control-allow-origin",
        None,
        "scripts of other sites read the statistics, not the page",
    ),
    Difference(
        r"web-auth-xsl", ANSWER, "listener-404", "a page on which there is nothing but its title"
    ),
    Difference(
        r"(m3u|xspf)-missing-mount",
        ANSWER,
        "listener-404",
        "a playlist of what does not exist lets players try it for ever",
    ),
    Difference(
        r"vclt.*",
        "body",
        replaced(rb"\n +", b"\n"),
        "the style sheet of 2.5 indents the lines, and no player knows them then",
        NEW,
    ),
    Difference(
        r"vclt.*",
        "body",
        replaced(rb"localhost:PORT", b"127.0.0.1:PORT"),
        "the address by which the request reached us: it works from there",
        OLD,
    ),
    Difference(
        r".*stats|.*status-json.*|req-(lf-only|keepalive-two)|source-inline-icy-metaint",
        "body",
        without_dummies,
        "the style sheet's filler, which no reader looks for",
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
        without_artist,
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
        r"admin-(stats|listmounts|streamlist|moveclients-list|post|publicstats.*)|stats-json-accept",
        "body",
        replaced(FILE_SOURCE, b""),
        "a fallback file that Icecast reads is no mount: nobody can listen to it by that name, and "
        "what is not on air is no mount either",
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
    ),
    Difference(
        r"admin-publicstats-noauth",
        "body",
        replaced(rb'("/live.mp3">)(<genre>)', rb"\1<display-title>J</display-title>\2"),
        "what is shown of a title follows it at once",
        NEW,
    ),
    # Who may.
    Difference(
        r"auth-htpasswd-query-userpass",
        ANSWER,
        "listener-mp3-plain",
        "players that know no Authorization header have no other way; Icecast-KH takes it, too",
    ),
    Difference(
        r"auth-url-(denied|noheader-user)",
        "body",
        replaced(b"You need to authenticate", b"no such user"),
        "what the web server has to say to the listener; Icecast only writes it into its log",
    ),
    Difference(
        r"auth-url-source-metadata",
        ANSWER,
        "metadata-song",
        "who may send may say what plays",
        NEW,
    ),
    # Administration.
    Difference(
        r"admin-listclients-user",
        "body",
        replaced(
            rb"(<listeners>N</listeners>)",
            rb'\1<listener id="N"><id>N</id><ip>127.0.0.1</ip><useragent>golden/1.0</useragent>'
            rb"<connected>N</connected><username>fred</username></listener>",
        ),
        "the listener of that recording was let in by 2.4 alone",
        NEW,
    ),
    *(
        Difference(f"admin-manageauth-{name}", part, value, BY_MOUNT, NEW)
        for name, said, user in (
            ("add", "User added", "fred"),
            ("add-dup", "User already exists - not added", "fred"),
            ("list", "", "fred"),
            ("delete", "User deleted", ""),
            ("delete-missing", "User deleted", ""),
        )
        for part, value in (("status", "200"), ("reason", "OK"), ("body", users(said, user)))
    ),
    Difference(
        r"admin-streamlist-txt-admin",
        ANSWER,
        "admin-streamlist-txt",
        "the administrator may know which mounts there are, as by 2.5",
        OLD,
    ),
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
        replaced(
            rb"Clients moved from /live.mp3 to /live.ogg</message><return>1",
            b"Players of /live.mp3 cannot go on with /live.ogg: their streams differ</message>"
            b"<return>0",
        ),
        "Icecast says that they were moved, and moves nobody",
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
