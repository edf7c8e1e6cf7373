"""What was going on when each conversation was recorded: the scenes they are replayed in."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from radiocast.config.relays import MasterConfig, RelayConfig
from radiocast.formats import Title
from radiocast.protocols.icy_metadata import EMPTY_BLOCK, metadata_block
from tests.media import MEDIA, media
from tests.protocols.recorded import icecast_names
from tests.server.made import mount_of, player, put, station, until
from tests.server.talk import talk
from tests.station import RunningStation

from .guards import accepting, fred, fred_listens, refusing, users
from .stage import (
    AGENT,
    DOOMED,
    EARLY,
    FALLEN,
    LATE,
    LIVE,
    MASTERS,
    SHOUTCAST_INFO,
    TITLED,
    VORBIS,
    Sources,
    on_air,
)

LEVELS = ("2.4", "2.5")

Company = Callable[[RunningStation], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def nobody(_: RunningStation) -> AsyncIterator[None]:
    yield


def listening(*players: tuple[str, ...]) -> Company:
    """Who listens meanwhile: for each the mount and its headers."""

    @asynccontextmanager
    async def listen(on: RunningStation) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for target, *headers in players:
                await stack.enter_async_context(player(on, target, *headers))
            yield

    return listen


@asynccontextmanager
async def reloaded(on: RunningStation) -> AsyncIterator[None]:
    """Somebody listens; the host and the mount got other settings meanwhile."""
    async with player(on, "/live.mp3"):
        config = on.station.broadcast.config
        changed = replace(config.mount("/live.mp3"), name="After HUP", max_listeners=1)
        station = replace(config.station, host="changed.example")
        on.station.reload(
            replace(config, station=station, mounts={**config.mounts, "/live.mp3": changed})
        )
        yield


@asynccontextmanager
async def relaying(on: RunningStation) -> AsyncIterator[None]:
    """All mounts of another server are relayed, and one of them twice more, once on demand."""
    async with station() as there, on_air(there, MASTERS):
        theirs = there.station.broadcast.config
        passwords = replace(theirs.passwords, relay="relaypw")
        there.station.reload(replace(theirs, passwords=passwords))
        site = f"http://127.0.0.1:{there.port}"
        config = on.station.broadcast.config
        relays = {
            path: RelayConfig(url=f"{site}/live.mp3", mount=path, on_demand=path == "/rel.mp3")
            for path in ("/rel.mp3", "/rel2.mp3")
        }
        master = MasterConfig(url=site, password="relaypw")
        on.station.reload(replace(config, master=master, relays=relays))
        await until(lambda: len(on.registry.on_air) == len(MASTERS) + 1)
        yield


@asynccontextmanager
async def inlined(on: RunningStation) -> AsyncIterator[None]:
    """A source that sends titles between its audio, heard by somebody."""
    interval, audio = 8192, media("cbr128.mp3")
    told = {1: Title("Inline 1", url="http://u/1"), 3: Title("Inline 2", url="http://u/2")}
    blocks = {number: metadata_block(title) for number, title in told.items()}
    sent = b"".join(
        audio[at : at + interval] + blocks.get(number, EMPTY_BLOCK)
        for number, at in enumerate(range(0, len(audio), interval), start=1)
    )
    async with talk(on.port) as source:
        await source.send(put("/inline.mp3", AGENT, f"icy-metaint: {interval}") + sent)
        await until(lambda: on.registry.get("/inline.mp3") is not None)
        async with player(on, "/inline.mp3"):
            await until(lambda: mount_of(on, "/inline.mp3").log.titles.latest() == told[3])
            yield


def titled(title: str) -> Company:
    """What plays has this title."""

    @asynccontextmanager
    async def titled(on: RunningStation) -> AsyncIterator[None]:
        mount_of(on, "/live.mp3").set_title(Title(title))
        yield

    return titled


@dataclass(frozen=True, slots=True)
class Scene:
    """A station, who is there, and what is asked of it then, in this order."""

    name: str
    cases: tuple[str, ...]
    """Patterns for the names of recordings: each belongs to the scene that names it, or to the
    first with a pattern that it fits."""
    sources: Sources = field(default_factory=dict)
    company: Company = nobody
    settings: str = ""
    levels: tuple[str, ...] = LEVELS


TWO_NAMED = {path: TITLED[path] for path in ("/live.mp3", "/live.ogg")}
TWO = (("/live.mp3", "User-Agent: golden/1.0"), ("/live.mp3",))

MEMBERS: Sources = {"/auth.mp3": LIVE["/live.mp3"]}
PAID: Sources = {"/url.mp3": LIVE["/live.mp3"]}
SHOWS: Sources = {"/urlsrc.mp3": LIVE["/live.mp3"]}

SCENES = (
    Scene(
        "nothing is on air",
        (
            *("web-status-json-0-sources", "web-status-json-0-sources-http11", "req-lf-only"),
            *("req-options", "req-options-cors", "nocors-options", "req-post"),
            *("source-put-no-auth", "source-put-wrong-password", "source-put-wrong-user"),
            *("source-put-wrong-password-100", "source-put-admin-credentials"),
            *("source-put-mount-password-global-refused", "source-legacy-wrong-password"),
        ),
    ),
    Scene("one source", ("web-status-json-1-source",), LIVE, listening(("/live.mp3",))),
    Scene("two sources", ("web-status-json-2-sources",), {**LIVE, **VORBIS}),
    Scene(
        "listeners",
        ("admin-listclients", "admin-listclients-xsl", "admin-killclient"),
        EARLY,
        listening(*TWO),
    ),
    Scene(
        "listeners are moved",
        ("admin-moveclients-format-mismatch", "admin-moveclients"),
        EARLY,
        listening(*TWO),
    ),
    Scene("a fallback is set", ("admin-fallbacks", "admin-fallbacks-missing"), EARLY),
    Scene("a source is killed", ("admin-killsource", "admin-killsource-again"), DOOMED),
    Scene(
        "late",
        (
            "admin-streamlist-txt-hidden",
            "listener-(hidden|metaint-0|mount-headers|max-duration|no-mount|config-overrides)",
        ),
        LATE,
    ),
    Scene(
        "overridden",
        ("web-status-json-config-overrides",),
        {"/over.mp3": LATE["/over.mp3"]},
        listening(("/over.mp3",)),
    ),
    Scene(
        "there are files",
        ("listener-fallback-file", "listener-intro"),
        {"/intro.mp3": LATE["/intro.mp3"]},
        settings=f"""[files]
root = "{MEDIA}"
[mounts."/fbfile.mp3"]
fallback = "/cbr128.mp3"
[mounts."/intro.mp3"]
intro = "{MEDIA / "cbr128.mp3"}"
""",
    ),
    Scene(
        "the fallback is on air",
        ("listener-fallback-mount-down", "listener-max-listeners-fallback"),
        FALLEN,
        listening(("/fullfb.mp3",)),
    ),
    Scene(
        "there is no fallback",
        ("listener-max-listeners-fallback-missing",),
        {"/fullfb.mp3": LIVE["/live.mp3"]},
        listening(("/fullfb.mp3",)),
    ),
    Scene(
        "administration of 2.5",
        (
            "stats-json-accept",
            "admin-(?!fallbacks|metadata|publicstats-json-.*noauth).*-json.*",
            "admin-(version|listensocketlist|dashboard|showlog|marklog|reloadconfig).*",
            "admin-publicstats",
            "admin-(fallbacks|metadata)-json.*",
            "admin-publicstats-noauth",
            "admin-publicstats-json-mount-noauth",
            "admin-publicstats-json-noauth",
        ),
        TWO_NAMED,
        listening(("/live.mp3", "User-Agent: golden/1.0")),
        levels=("2.5",),
    ),
    Scene(
        "full",
        ("listener-max-listeners",),
        {"/full.mp3": LIVE["/live.mp3"]},
        listening(("/full.mp3",)),
    ),
    Scene(
        "too many sources",
        ("source-limit-reached",),
        LIVE,
        settings="[limits]\nsources = 1\n",
    ),
    Scene(
        "connections run out",
        ("client-limit-.*",),
        LIVE,
        listening(("/live.mp3",), ("/live.mp3",)),
        settings="[limits]\nconnections = 3\nlisteners = 2\nsources = 1\n",
    ),
    Scene("a new source", ("source-put-ok",), {}),
    Scene("a new source that waits", ("source-put-100-continue",), {}),
    Scene(
        "new sources",
        (
            "source-legacy-(ok|ice10|no-content-type)",
            "source-put-(chunked|mount-password|content-length).*",
            "source-ice-password-icelogin",
            "client-(curl|ezstream|ffmpeg|gst|libshout).*source.*",
        ),
        {},
    ),
    Scene(
        "users are made and deleted",
        (
            *("admin-manageauth-add", "admin-manageauth-add-dup", "admin-manageauth-add-missing"),
            *("admin-manageauth-list", "admin-manageauth-delete"),
            *("admin-manageauth-delete-missing", "admin-manageauth-noauth-mount"),
        ),
        {**LIVE, **MEMBERS},
        users,
    ),
    Scene("for users", ("auth-htpasswd-(none|wrong|query-userpass)",), MEMBERS, fred),
    Scene(
        "a user listens",
        ("admin-listclients-user", "auth-htpasswd-duplicate"),
        MEMBERS,
        fred_listens,
    ),
    Scene("a web server refuses", ("auth-url-(denied|noheader-user)",), PAID, refusing),
    Scene("a web server accepts", ("auth-url-source-ok",), {}, accepting),
    Scene("whom it accepted", ("auth-url-source-(in-use|metadata)",), SHOWS, accepting),
    Scene(
        "SHOUTcast is on air",
        ("shoutcast-(listener|metadata|source-in-use)-?.*",),
        {"/sc.mp3": ("audio/mpeg", "cbr128.mp3", SHOUTCAST_INFO)},
    ),
    Scene("SHOUTcast", ("shoutcast-(source|port|compat)-.*",), {}),
    Scene(
        "reloaded",
        ("hup-.*",),
        LIVE,
        reloaded,
    ),
    Scene(
        "silence in the head",
        ("req-header-timeout",),
        {},
        settings="[limits]\nheader_timeout = 0.3\n",
    ),
    Scene(
        "files",
        ("web-static-.*",),
        settings=f'[files]\nroot = "{Path(__file__).parent / "web"}"\n',
    ),
    Scene("titles between the audio", ("source-inline-icy-metaint",), {}, inlined),
    Scene(
        "relays",
        ("slave-status-json", "slave-listmounts", "slave-listener-on-demand"),
        {},
        relaying,
        levels=("2.4",),
    ),
    Scene(
        "behind a proxy",
        ("admin-listclients-x-forwarded-for",),
        LIVE,
        listening(("/live.mp3", "User-Agent: golden/1.0", "X-Forwarded-For: 198.51.100.7")),
        settings='[access]\ntrusted_proxies = ["127.0.0.1"]\n',
        levels=("2.5",),
    ),
    Scene("a number for a title", ("metadata-numeric-title-stats",), LIVE, titled("1984")),
    Scene("titles", ("metadata-(?!xsl).*", "metadata-xsl", "admin-metadata-post"), TITLED),
    Scene(
        "everything is on air",
        (
            "web-status-json-many-sources",
            "(admin|listener|m3u|vclt|xspf|web|req|source|nocors|metadata|accept|client)(-.*)?",
        ),
        EARLY,
    ),
)

ENDLESS = ("admin-stats-stream", "admin-eventfeed", "admin-eventfeed-mount")
"""What has no end is held against ours in tests/server/test_feeds.py."""


def cases_of(scene: Scene, level: str) -> list[str]:
    """The recordings of a level that are replayed in this scene, in order."""
    mine = assigned(level)
    return [name for pattern in scene.cases for name in sorted(mine[scene.name, pattern])]


def assigned(level: str) -> dict[tuple[str, str], set[str]]:
    """All recordings by scene and pattern: each is in the first there is."""
    left = icecast_names(level) - set(ENDLESS)
    found: dict[tuple[str, str], set[str]] = {}
    exact_first = sorted(
        (
            (scene.name, pattern)
            for scene in SCENES
            for pattern in scene.cases
            if level in scene.levels
        ),
        key=lambda each: "*" in each[1],
    )
    for key in exact_first:
        found[key] = {name for name in left if re.fullmatch(key[1], name)}
        left -= found[key]
    assert not left, f"in no scene: {sorted(left)}"
    return {**{(s.name, p): set() for s in SCENES for p in s.cases}, **found}
