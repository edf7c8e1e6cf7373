"""Title updates that come beside the stream, by `/admin/metadata` and `/admin.cgi`.

    GET /admin/metadata?mode=updinfo&mount=/live&charset=UTF-8&song=...      Icecast
    GET /admin.cgi?mode=updinfo&pass=...&song=...&url=...&sid=1              SHOUTcast

A request says everything about its title: nothing is kept from an earlier one
(in Icecast an artist sticks until replaced). `artist` and `title` win over
`song`, which Mixxx sends stale beside them; all of them empty clear the title.

libshout asks without credentials first and wants a 401; so judge
`credentials` before `problem`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from radiocast.formats import Title
from radiocast.protocols.basic_auth import Credentials, parse_basic
from radiocast.protocols.charset import decode_claimed
from radiocast.protocols.http_head import RequestHead, clean_path, parse_form
from radiocast.protocols.replies import Refusal, Reply, ice_response, success_page
from radiocast.protocols.text import decode_text, one_line, parse_number

DEFAULT_USER = "source"
"""Who it is that says a password and no name."""
_UPDATE = "updinfo"

UPDATED = "Metadata update successful"
UNKNOWN_MODE = "No such action"


@dataclass(frozen=True, slots=True)
class TitleUpdate:
    """What somebody wants a mount's title to be."""

    mount: str | None
    """None: not said; in SHOUTcast the port's own mount."""
    sid: int | None
    """SHOUTcast's number of the stream, where one was given."""
    credentials: Credentials | None
    title: Title | None
    """None: clear it."""
    problem: Reply | None
    """What to answer instead of doing anything, once the credentials are good."""
    success: Reply
    """What to answer when it is done."""
    dj: str = ""
    """Who is on air, where SHOUTcast's `dj` says it."""

    @classmethod
    def from_admin_metadata(
        cls, head: RequestHead, body: bytes = b"", *, charset: str = ""
    ) -> TitleUpdate:
        """Read `/admin/metadata`; `body` of a POST is urlencoded, `charset` that of titles which
        do not say it. Raises PeerError for a mount that cannot be one."""
        said = _parameters(head, body)
        credentials = parse_basic(head.header("authorization"))
        if credentials is None and said.get("pass"):
            credentials = Credentials(DEFAULT_USER, decode_text(said["pass"]))  # edcast
        if said.get("mode", b"").decode("latin-1").lower() not in ("", _UPDATE):
            problem: Reply | None = ice_response(UNKNOWN_MODE, success=False)
        else:
            problem = None if _complete(said) else Refusal.MISSING_PARAMETER.value
        done = ice_response(UPDATED, success=True)
        return cls(mount_in(said), _sid(said), credentials, _title(said, charset), problem, done)

    @classmethod
    def from_admin_cgi(
        cls, head: RequestHead, body: bytes = b"", *, charset: str = ""
    ) -> TitleUpdate:
        """Read `/admin.cgi`; like `from_admin_metadata`."""
        said = _parameters(head, body)
        credentials = parse_basic(head.header("authorization"))
        if said.get("pass"):
            user = decode_text(said.get("user", b"")) or DEFAULT_USER
            credentials = Credentials(user, decode_text(said["pass"]))
        if credentials is None:
            problem: Reply | None = Refusal.MISSING_PASS.value
        elif said.get("mode", b"").decode("latin-1").lower() not in ("", _UPDATE):
            problem = Refusal.NO_SUCH_ACTION.value
        else:
            problem = None if _complete(said) else Refusal.MISSING_PARAMETER.value
        done = success_page(UPDATED)
        dj = one_line(decode_claimed(said.get("dj", b""), decode_text(said.get("charset", b""))))
        return cls(
            mount_in(said), _sid(said), credentials, _title(said, charset), problem, done, dj
        )


def _parameters(head: RequestHead, body: bytes) -> dict[str, bytes]:
    return head.query_bytes | parse_form(body)


def _complete(said: dict[str, bytes]) -> bool:
    return bool(said.get("mode")) and not said.keys().isdisjoint(("song", "title", "artist"))


def _title(said: dict[str, bytes], charset: str) -> Title | None:
    charset = decode_text(said.get("charset", b"")) or charset
    song, artist, title, url = (
        one_line(decode_claimed(said.get(name, b""), charset))
        for name in ("song", "artist", "title", "url")
    )
    text = " - ".join(filter(None, (artist, title))) or song
    return Title(text, artist=artist, title=title, url=url) if text else None


def mount_in(said: Mapping[str, bytes]) -> str | None:
    """The mount that parameters name, if they name one. Raises PeerError for what cannot be one."""
    mount = said.get("mount")
    # The parameter is decoded already: a percent sign that is left is part of the name.
    return clean_path(mount.replace(b"%", b"%25")) if mount else None


def _sid(said: dict[str, bytes]) -> int | None:
    return parse_number(decode_text(said.get("sid", b"")), digits=9)
