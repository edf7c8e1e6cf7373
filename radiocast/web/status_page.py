"""The page at `/`: what is on air, and a player for each mount.

It works as it is, with the browser's own audio controls; `static/player.js`
replaces these by a button that is made for live streams and keeps titles and
listeners up to date from `/status-json.xsl`. That script takes new mounts
from a fresh copy of this page, so that what a mount looks like is said here only.

Whatever a source says about itself is text from a stranger: it passes through
`_text`, and its address is a link only if it leads to a web page.
"""

from __future__ import annotations

from html import escape

from radiocast.mounts.statistics import MountStatistics, StationStatistics
from radiocast.protocols.addresses import listen_url, quote_path
from radiocast.protocols.audio_info import parse_audio_info
from radiocast.web.static import asset_url

CONTENT_TYPE = "text/html; charset=utf-8"

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"
)
"""What the server sends as Content-Security-Policy with the page: nothing from elsewhere,
and no script or style inside the page. Other sites may show it in a frame."""

_CODECS = {
    "mp1": "MP1",
    "mp2": "MP2",
    "mp3": "MP3",
    "aac": "AAC",
    "vorbis": "Ogg Vorbis",
    "opus": "Opus",
    "flac": "FLAC",
    "speex": "Speex",
}
_CHANNELS = {1: "mono", 2: "stereo"}
_PLAYLISTS = (".m3u", ".pls", ".xspf")


def status_page(station: StationStatistics) -> bytes:
    """The whole page, as UTF-8. Hidden mounts are left out."""
    mounts = [mount for mount in station.mounts if not mount.hidden]
    name = _text(station.name or station.host)
    page = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{name}</title>
<link rel="icon" type="image/svg+xml" href="{asset_url("favicon.svg")}">
<link rel="stylesheet" href="{asset_url("style.css")}">
<script type="module" src="{asset_url("player.js")}"></script>
</head>
<body>
<header class="station">
<h1>{name}</h1>
{_paragraph("description", station.description)}{_paragraph("genre", station.genre)}\
{_website(station.url)}{_paragraph("location", station.location)}\
</header>
<main>
<p class="trouble" role="status" hidden>The station cannot be reached; trying again…</p>
<div class="mounts">
{"".join(_article(mount) for mount in mounts)}</div>
{_off_air(station, hidden=bool(mounts))}</main>
<footer>
<p>{_text(station.server_id)} · <a href="/status-json.xsl">Statistics as JSON</a></p>
</footer>
</body>
</html>
"""
    return page.encode("utf-8", "replace")


def _article(mount: MountStatistics) -> str:
    info = mount.info
    link = _text(quote_path(mount.path))
    name = _text(info.name or mount.path)
    playlists = " · ".join(f'<a href="{link}{kind}">{kind[1:]}</a>' for kind in _PLAYLISTS)
    since = int(mount.stream_start)  # another number: another source, maybe with another name
    return f"""<article data-mount="{_text(mount.path)}" data-since="{since}" data-state="stopped">
<div class="about">
<h2>{name}</h2>
{_paragraph("description", info.description)}{_paragraph("genre", info.genre)}{_website(info.url)}\
</div>
<p class="title">{_text(mount.title.text if mount.title else "")}</p>
<div class="player">
<button class="play" type="button" hidden><span class="label">Play</span>\
<span class="unseen"> {name}</span></button>
<audio controls preload="none" src="{link}"></audio>
<label class="volume" hidden><span class="unseen">Volume of {name}</span>
<input type="range" min="0" max="100" value="100" autocomplete="off"></label>
<p class="state" role="status"></p>
</div>
<p class="facts"><span class="listeners">{_listeners(mount.listeners)}</span> · \
<span class="quality">{_text(_quality(mount))}</span></p>
<p class="links"><a class="stream" href="{link}">{_text(mount.path)}</a> · {playlists}</p>
</article>
"""


def _off_air(station: StationStatistics, *, hidden: bool) -> str:
    mount = "/live"
    target = listen_url(station.host, station.port, mount).removeprefix("http://")
    command = (
        "ffmpeg -re -i music.mp3 -c:a libmp3lame -b:a 128k -content_type audio/mpeg "
        f"-f mp3 icecast://source:PASSWORD@{target}"
    )
    return f"""<section class="off-air"{" hidden" if hidden else ""}>
<h2>Nothing is on air</h2>
<p>This page shows a player as soon as a source connects. In butt, Mixxx, OBS or any other
Icecast source, use these settings:</p>
<dl>
<dt>Server type</dt><dd>Icecast 2</dd>
<dt>Address</dt><dd><code>{_text(station.host)}</code></dd>
<dt>Port</dt><dd><code>{station.port}</code></dd>
<dt>Mount</dt><dd><code>{mount}</code></dd>
<dt>User</dt><dd><code>source</code></dd>
<dt>Password</dt><dd>the source password of this station; its operator knows it</dd>
</dl>
<p>Or with ffmpeg:</p>
<pre><code>{_text(command)}</code></pre>
</section>
"""


def _paragraph(kind: str, text: str) -> str:
    return f'<p class="{kind}">{_text(text)}</p>\n' if text else ""


def _website(url: str) -> str:
    """A link to the source's own page, unless it is `javascript:` or anything else but a page."""
    if not url.lower().startswith(("http://", "https://")):
        return ""
    shown = _text(url.partition("://")[2].rstrip("/"))
    return f'<p class="website"><a href="{_text(url)}" rel="noopener nofollow">{shown}</a></p>\n'


def _listeners(count: int) -> str:
    return "1 listener" if count == 1 else f"{count} listeners"


def _quality(mount: MountStatistics) -> str:
    """What arrives, as `MP3 · 128 kbit/s · 44.1 kHz · stereo`; what nobody knows is left out."""
    said = parse_audio_info(mount.info.audio_info)
    bitrate = mount.info.bitrate or said.get("ice-bitrate") or said.get("bitrate", "")
    if bitrate.isdecimal():
        bitrate = f"{bitrate} kbit/s" if bitrate.strip("0") else ""
    rate = f"{mount.sample_rate / 1000:g} kHz" if mount.sample_rate else ""
    channels = _CHANNELS.get(mount.channels, f"{mount.channels} channels" if mount.channels else "")
    known = (_CODECS.get(mount.codec, mount.content_type), bitrate, rate, channels)
    return " · ".join(part for part in known if part)


def _text(text: str) -> str:
    """Text as it may stand in the page, between tags and in quoted attributes."""
    return escape(text, quote=True)
