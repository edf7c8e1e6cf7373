"""A source that comes by HTTP: who it is, which mount it wants, what it will send.

    SOURCE /live HTTP/1.0        libshout, liquidsoap, darkice, Mixxx; ICE/1.0: edcast
    PUT /live HTTP/1.1           butt, ffmpeg, curl; often with Expect: 100-continue
    POST /live HTTP/1.0          liquidsoap with method="post"

The answer goes out at once and in one piece, before any audio came: most
encoders wait for it, and darkice, butt and liquidsoap read only once. `100
Continue` is for those who asked: it breaks darkice and liquidsoap's SOURCE,
while liquidsoap's PUT (on HTTP/1.0!) takes nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from radiocast.protocols.basic_auth import Credentials, parse_basic
from radiocast.protocols.http_head import RequestHead
from radiocast.protocols.source_info import SourceInfo, source_info
from radiocast.protocols.text import parse_number

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
ACCEPTED = b"HTTP/1.0 200 OK\r\n\r\n"
"""To the byte: darkice compares the first twelve, and a Content-Length stops curl's upload."""
SOURCE_METHODS = ("SOURCE", "PUT", "POST")
_DEFAULT_USER = "source"


@dataclass(frozen=True, slots=True)
class SourceRequest:
    """What a source asked for."""

    path: str
    """Of the mount."""
    credentials: Credentials | None
    content_type: str
    """In lower case, without parameters. Empty: refuse it with Refusal.NO_CONTENT_TYPE."""
    expects_continue: bool
    chunked: bool
    """The body is in chunks: see `chunked.Dechunker`."""
    content_length: int | None
    """Bytes of audio to come, for the few that know it (`curl -T file`)."""
    info: SourceInfo
    metaint: int = 0
    """Bytes of audio between two blocks of ICY metadata in the body; 0: there are none."""

    @classmethod
    def from_head(cls, head: RequestHead) -> SourceRequest:
        """Read a head whose method is one of `SOURCE_METHODS`."""
        content_type = (head.header("content-type") or "").partition(";")[0].strip().lower()
        if not content_type and head.method == "SOURCE":
            content_type = "audio/mpeg"  # encoders older than the header; as Icecast does
        return cls(
            path=head.path,
            credentials=_credentials(head),
            content_type=content_type,
            expects_continue="100-continue" in head.header_words("expect"),
            chunked="chunked" in head.header_words("transfer-encoding"),
            content_length=_content_length(head),
            info=source_info(head.headers),
            metaint=parse_number(head.header("icy-metaint") or "", digits=7) or 0,
        )


def _credentials(head: RequestHead) -> Credentials | None:
    ice_password = head.header("ice-password")  # darkice before it learnt Basic
    if ice_password and head.header("authorization") is None:
        return Credentials(_DEFAULT_USER, ice_password)
    return parse_basic(head.header("authorization"))


def _content_length(head: RequestHead) -> int | None:
    # libshout asks with Content-Length: 0 and means that it does not know.
    return parse_number(head.header("content-length") or "") or None
