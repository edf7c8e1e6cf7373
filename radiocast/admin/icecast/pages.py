"""Results as pages for a browser: what Icecast makes of them with its style sheets (`*.xsl`).

Every button is a form that posts, so that nothing which follows links does anything. What
sources and listeners say of themselves passes through `_text`; there is no script.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never
from urllib.parse import quote

from radiocast.admin.icecast.documents import mount_fields, station_fields
from radiocast.admin.icecast.results import (
    Banned,
    Listeners,
    Mounts,
    Public,
    Result,
    Shown,
    Statistics,
    TitleForm,
    Told,
    Users,
)
from radiocast.mounts.statistics import ListenerStatistics
from radiocast.protocols.text import xml_text
from radiocast.units import KIB

CONTENT_TYPE = "text/html; charset=utf-8"

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
"""What the server sends as Content-Security-Policy with the pages: nothing from elsewhere, and
no other site may put their buttons under something else."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What is round every page."""

    station: str
    """The station's name."""
    server_id: str
    icon: str
    """Address of the favicon."""
    styles: Sequence[str]
    """Addresses of the style sheets."""


def page(result: Result, frame: Frame) -> bytes:
    """The whole page, as UTF-8."""
    match result:
        case Statistics() | Public():
            content = _statistics(result)
        case Shown():
            content = _shown(result)
        case Mounts():
            content = _mounts(result)
        case Listeners(mount, listeners):
            content = _listeners(mount, listeners)
        case TitleForm(mount):
            content = _title_form(mount)
        case Told():
            content = _told(result)
        case Users():
            content = _users(result)
        case Banned():
            content = _banned(result)
        case _:
            assert_never(result)
    name = _text(frame.station)
    styles = "".join(f'<link rel="stylesheet" href="{_text(url)}">\n' for url in frame.styles)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{name} · Administration</title>
<link rel="icon" type="image/svg+xml" href="{_text(frame.icon)}">
{styles}</head>
<body class="admin">
<header class="station">
<h1>{name}</h1>
<nav><a href="stats.xsl">Statistics</a> <a href="listmounts.xsl">Mounts</a>
<a href="bans.xsl">Bans</a>
<a href="/">Public page</a></nav>
</header>
<main>
{content}</main>
<footer>
<p>{_text(frame.server_id)}</p>
</footer>
</body>
</html>
""".encode()


def _statistics(result: Statistics | Public) -> str:
    sections = [
        f"<section>\n<h2>{_text(mount.path)}</h2>\n{_links(mount.path)}"
        f"{_pairs(mount_fields(result.station, mount).items())}</section>\n"
        for mount in result.mounts
    ]
    station = f"<section>\n<h2>Station</h2>\n{_pairs(station_fields(result.station).items())}"
    return "".join([f"{station}</section>\n", *sections])


def _shown(result: Shown) -> str:
    tables = [_pairs(_flat(each)) for each in result.incidents]
    return f"<section>\n<h2>{_text(result.title)}</h2>\n{''.join(tables)}</section>\n"


def _flat(fields: Mapping[str, object]) -> Iterable[tuple[str, object]]:
    """Fields within fields, one by one."""
    for name, value in fields.items():
        match value:
            case Mapping():
                yield from _flat(value)
            case list():
                yield from ((name, each) for each in value)
            case _:
                yield name, value


def _mounts(result: Mounts) -> str:
    start = result.moving_from
    title = "Mounts" if start is None else f"Move the listeners of {start}"
    if not result.mounts:
        nothing = "Nothing is on air." if start is None else "Nothing else is on air."
        return f"<section>\n<h2>{_text(title)}</h2>\n<p>{nothing}</p>\n</section>\n"
    rows = [
        (
            _text(mount.path),
            str(mount.listeners),
            "" if mount.is_idle else _duration(result.now - mount.stream_start),
            _text(mount.content_type),
            _links(mount.path)
            if start is None
            else _button("moveclients.xsl", "Move them here", mount=start, destination=mount.path),
        )
        for mount in result.mounts
    ]
    heads = ("Mount", "Listeners", "On air for", "Type", "")
    return f"<section>\n<h2>{_text(title)}</h2>\n{_table(heads, rows)}</section>\n"


def _listeners(mount: str, listeners: Sequence[ListenerStatistics]) -> str:
    title = f"<h2>Listeners of {_text(mount)}</h2>\n{_links(mount)}"
    if not listeners:
        return f"<section>\n{title}<p>Nobody listens.</p>\n</section>\n"
    rows = [
        (
            str(each.number),
            _text(each.ip),
            _text(each.user or ""),
            _text(each.user_agent or "Unknown"),
            _duration(each.connected),
            f"{each.lag / KIB:.0f} KiB",
            _button("killclient.xsl", "Kick", mount=mount, id=str(each.number)),
        )
        for each in listeners
    ]
    heads = ("Number", "Address", "User", "Player", "Listens for", "Behind", "")
    return f"<section>\n{title}{_table(heads, rows)}</section>\n"


def _title_form(mount: str) -> str:
    fields = _hidden(mount=mount, mode="updinfo", charset="UTF-8")
    return f"""<section>
<h2>Title of {_text(mount)}</h2>
<form method="post" action="metadata.xsl">{fields}
<label>What plays now <input type="text" name="song" maxlength="1000" required></label>
<button type="submit">Set</button>
</form>
</section>
"""


def _told(told: Told) -> str:
    mark = "done" if told.success else "failed"
    back = _links(told.mount) if told.mount else ""
    return f"""<section>
<h2>{"Done" if told.success else "Not done"}</h2>
<p class="{mark}" role="status">{_text(told.message)}</p>
{back}</section>
"""


def _users(result: Users) -> str:
    mount = result.mount
    rows = [
        (
            _text(name),
            _button("manageauth.xsl", "Delete", mount=mount, action="delete", username=name),
        )
        for name in result.names
    ]
    table = _table(("User", ""), rows) if rows else "<p>There are no users.</p>\n"
    return f"""<section>
<h2>Users of {_text(mount)}</h2>
{_links(mount)}{_done(result.told)}{table}<form method="post" action="manageauth.xsl">
{_hidden(mount=mount, action="add")}
<label>Name <input type="text" name="username" maxlength="200" required></label>
<label>Password <input type="password" name="password" maxlength="200" required
autocomplete="new-password"></label>
<button type="submit">Add</button>
</form>
</section>
"""


def _banned(result: Banned) -> str:
    rows = [
        (
            _text(ban.network),
            str(ban.wrong),
            _duration(ban.seconds_left),
            _button("bans.xsl", "Let in", lift=ban.network),
        )
        for ban in result.bans
    ]
    heads = ("Address", "Wrong passwords", "Still for", "")
    table = _table(heads, rows) if rows else "<p>Nobody is kept out.</p>\n"
    title = "Kept out for wrong passwords"
    return f"<section>\n<h2>{title}</h2>\n{_done(result.told)}{table}</section>\n"


def _done(told: str | None) -> str:
    return "" if told is None else f'<p class="done" role="status">{_text(told)}</p>\n'


def _links(mount: str) -> str:
    """What can be done with a mount."""
    at = f"?mount={quote(mount, safe='/', errors='replace')}"
    return (
        f'<div class="does"><a href="listclients.xsl{at}">Listeners</a> '
        f'<a href="moveclients.xsl{at}">Move listeners</a> '
        f'<a href="updatemetadata.xsl{at}">Set title</a> '
        f"{_button('killsource.xsl', 'Kick source', mount=mount)}</div>\n"
    )


def _button(action: str, label: str, /, **fields: str) -> str:
    return (
        f'<form method="post" action="{action}">{_hidden(**fields)}'
        f'<button type="submit">{label}</button></form>'
    )


def _hidden(**fields: str) -> str:
    return "".join(
        f'<input type="hidden" name="{name}" value="{_text(value)}">'
        for name, value in fields.items()
    )


def _pairs(fields: Iterable[tuple[str, object]]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{name}</th><td>{_text(str(value))}</td></tr>\n'
        for name, value in fields
    )
    return f"<table>\n{rows}</table>\n"


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n" for row in rows)
    return f'<div class="wide"><table>\n<tr>{head}</tr>\n{body}</table></div>\n'


def _duration(seconds: float) -> str:
    """Hours, minutes and seconds, as `1:02:03`."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def _text(text: str) -> str:
    return xml_text(text, quote=True)
