"""Configuration files: what they may say, and what is said about their mistakes."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from radiocast.config.fields import MAX_TEXT
from radiocast.config.keys import find_lines, full_key, line_of
from radiocast.config.load import TABLES, load
from radiocast.config.model import (
    Behind,
    Config,
    LimitsConfig,
    ListenConfig,
    ListenersConfig,
    LogLevel,
    LogsConfig,
    PasswordsConfig,
    StationConfig,
)
from radiocast.config.mount import MountConfig
from radiocast.errors import ConfigError, Mistake


def mistakes(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(text)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_an_empty_file_means_the_defaults() -> None:
    assert load("") == Config()


def test_settings_of_every_kind_are_read() -> None:
    config = load("""
        station.name = "Night Radio"
        [listen]
        port = 9000
        [limits]
        head = "16KiB"
        body = 2000
        header_timeout = "500ms"
        source_timeout = 2.5
        stop_timeout = 3
        [listeners]
        behind = "skip"
        [logs]
        level = "debug"
        [mount]
        public = true
        """)
    assert config == Config(
        station=StationConfig(name="Night Radio"),
        listen=ListenConfig(port=9000),
        limits=LimitsConfig(
            head=16384, body=2000, header_timeout=0.5, source_timeout=2.5, stop_timeout=3.0
        ),
        listeners=ListenersConfig(behind=Behind.SKIP),
        logs=LogsConfig(level=LogLevel.DEBUG),
        mount_defaults=MountConfig(public=True),
    )


def test_a_mount_inherits_what_it_does_not_say_wherever_the_defaults_stand() -> None:
    config = load("""
        [mounts."/live"]
        burst = "100KiB"
        [mount]
        burst = "50KiB"
        password = "all-mounts"
        """)
    assert config.mount("/live") == MountConfig(burst=102400, password="all-mounts")
    assert config.mount("/other") == MountConfig(burst=51200, password="all-mounts")


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert load("\ufeff[listen]\nport = 9000") == Config(listen=ListenConfig(port=9000))


def test_every_mistake_is_reported_at_once() -> None:
    assert mistakes("""
        [listen]
        port = "eight thousand"
        [limits]
        listners = 5
        header_timeout = "soon"
        [mounts."/live"]
        burst = true
        """) == [
        "listen.port: must be a whole number (from 0 to 65535)",
        "limits.listners: no such setting (did you mean listeners?)",
        "limits.header_timeout: 'soon' is not a number followed by one of ms, s, min, h, d"
        ' (as "15s")',
        'mounts."/live".burst: must be a size (as "64KiB", or a whole number of bytes)',
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("port = 1", "port: no such table or setting (it belongs in [listen])"),
        ("[lisen]", "lisen: no such table or setting (did you mean [listen]?)"),
        ("[qqq]", "qqq: no such table or setting (tables are station, listen, "),
        ("listen = 1", "listen: must be a table (as [listen])"),
        ("mounts = 1", 'mounts: must be a table (as [mounts."/live"])'),
        ("mount = []", "mount: must be a table (as [mount])"),
        ('[mounts]\n"/a" = 1', 'mounts."/a": must be a table (as [mounts."/a"])'),
        ("[mounts.live]", "mounts.live: a mount's path begins with / and has a name"),
        ('[mounts."/"]', 'mounts."/": a mount\'s path begins with / and has a name'),
        ('[mounts."/a b"]', 'mounts."/a b": a mount\'s path has no space'),
        ('[mounts."/admin/x"]', 'mounts."/admin/x": /admin is radiocast\'s own'),
        (
            '[mount]\n"/a" = {}',
            'mount."/a": no such setting (one mount\'s settings are in [mounts."/a"])',
        ),
        ("[listen]\nheader_timeout = 1", "listen.header_timeout: no such setting (it belongs in ["),
        ("[listen]\nadmin = 1", "listen.admin: no such setting (it belongs in [station] or [pass"),
        ("[logs]\nqqq = 1", "logs.qqq: no such setting (settings here are level, file, access, "),
        ("[listen]\nport = true", "listen.port: must be a whole number"),
        ("[listen]\nport = 65536", "listen.port: must be from 0 to 65535"),
        ("[listen]\nport = -1", "listen.port: must be from 0 to 65535"),
        ("[limits]\nhead = 1023", "limits.head: must be from 1KiB to 1MiB"),
        ('[limits]\nhead = "2MiB"', "limits.head: must be from 1KiB to 1MiB"),
        ("[limits]\nhead = 8192.0", 'limits.head: must be a size (as "64KiB"'),
        ("[limits]\nheader_timeout = nan", "limits.header_timeout: must be from 100ms to 10min"),
        ("[limits]\nheader_timeout = inf", "limits.header_timeout: must be from 100ms to 10min"),
        ("[limits]\nheader_timeout = true", "limits.header_timeout: must be a duration"),
        ('[listeners]\nbehind = "wait"', 'listeners.behind: must be one of "drop", "skip"'),
        ("[listeners]\nbehind = []", 'listeners.behind: must be one of "drop", "skip"'),
        ("[mount]\nmax_listeners = 0", "mount.max_listeners: must be from 1 to 1000000 (leave it"),
        ('[mount]\npublic = "yes"', "mount.public: must be true or false (without quotes)"),
        ("[station]\nname = 5", 'station.name: must be text (in quotes, as "text")'),
        ('[station]\nname = "a\\nb"', "station.name: must not contain line breaks"),
        ('[station]\nname = "a\\u2028b"', "station.name: must not contain line breaks"),
        (f'[station]\nname = "{"a" * (MAX_TEXT + 1)}"', "station.name: is longer than 500"),
        ('[passwords]\nsource = ""', "passwords.source: must not be empty (leave it out"),
        ('[passwords]\nsource_user = "a:b"', "passwords.source_user: must be a name without a c"),
        ('[mount]\nuser = ""', "mount.user: must be a name without a colon"),
        ('[listen]\nshoutcast_mount = "x"', "listen.shoutcast_mount: a mount's path begins with"),
    ],
)
def test_a_mistake_is_named_with_its_key_and_a_hint(text: str, said: str) -> None:
    (mistake,) = mistakes(text)
    assert mistake.startswith(said), mistake


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[listen]\nshoutcast_port = 8000", "listen.shoutcast_port: port and shoutcast_port are"),
        ("[listen]\nport = 65535", "listen.port: there is no port 65536"),
        (
            "[limits]\nlisteners = 20000",
            "limits.listeners: 20000 listeners and 16 sources do not fit into 12000 connections"
            " (connections = 20016 or more)",
        ),
        ('[listeners]\ntick_min = "1s"', "listeners.tick_min: tick_min 1s exceeds tick_max 500ms"),
        (
            '[mount]\nqueue = "32KiB"',
            "mount.queue: a burst of 64KiB does not fit into a queue of 32KiB",
        ),
        (
            '[mounts."/a"]\nburst = "1MiB"',
            'mounts."/a".burst: a burst of 1MiB does not fit into a queue of 512KiB'
            ' (queue = "1MiB" or more)',
        ),
    ],
)
def test_settings_that_contradict_each_other_are_a_mistake(text: str, said: str) -> None:
    (mistake,) = mistakes(text)
    assert mistake.startswith(said), mistake


def test_a_contradiction_is_not_repeated_by_every_mount_that_inherits_it() -> None:
    assert len(mistakes('[mount]\nburst = "1MiB"\n[mounts."/a"]\nhidden = true')) == 1


def test_a_setting_that_cannot_be_read_contradicts_nothing() -> None:
    assert mistakes('[mount]\nburst = "?"\nqueue = "32KiB"') == [
        "mount.burst: '?' is not a number followed by one of B, kB, KiB, MB, MiB, GB, GiB"
        ' (as "64KiB")'
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[listen", "not TOML: Expected"),
        ("a = " + "[" * 5000, "is nested too deeply"),
        ("a = " + "9" * 5000, "not TOML: Exceeds the limit"),
        ("[listen]\nport = 0x" + "f" * 5000, "listen.port: must be from 0 to 65535"),
    ],
)
def test_what_no_parser_could_digest_is_a_mistake_too(text: str, said: str) -> None:
    (mistake,) = mistakes(text)
    assert mistake.startswith(said), mistake


@pytest.mark.parametrize(
    ("port", "shoutcast_port", "effective"),
    [(8000, None, 8001), (0, None, 0), (8000, 0, None), (8000, 9001, 9001)],
)
def test_the_shoutcast_port_follows_the_port(
    port: int, shoutcast_port: int | None, effective: int | None
) -> None:
    listen = ListenConfig(port=port, shoutcast_port=shoutcast_port)
    assert listen.effective_shoutcast_port == effective


def test_no_repr_shows_a_secret() -> None:
    config = Config(
        passwords=PasswordsConfig(source="s3cret", admin="s3cret"),
        mounts={"/live": MountConfig(password="s3cret")},
    )
    assert "s3cret" not in repr(config)


@pytest.mark.parametrize("key", ["passwords.source", "passwords.admin", "mount.password"])
@pytest.mark.parametrize("value", [r'"s3cret\n"', '["s3cret"]', f'"{"s3cret" * 100}"'])
def test_no_mistake_quotes_a_secret(key: str, value: str) -> None:
    (mistake,) = mistakes(f"{key} = {value}")
    assert "s3cret" not in mistake


def test_mistakes_are_found_by_their_lines() -> None:
    text = """\
# a comment = 1
[limits] # with a comment
head = 1

[mounts."/live"] # [not this]
"burst" = 1
que = 1
listen = { prot = 1 }
[ listen ]
  port=-1
[mounts.live]
"""
    with pytest.raises(ConfigError) as caught:
        load(text)
    lines = find_lines(text)
    found = {mistake.key: line_of(mistake, lines) for mistake in caught.value.mistakes}
    assert found == {
        "limits.head": 3,
        'mounts."/live".que': 7,
        'mounts."/live".listen': 8,
        "listen.port": 10,
        "mounts.live": 11,
    }


def test_a_mistake_inside_an_inline_table_is_found_by_the_table() -> None:
    text = "\n[mount]\n[mounts]\n'/a' = { brst = 1 }\n"
    with pytest.raises(ConfigError) as caught:
        load(text)
    (mistake,) = caught.value.mistakes
    assert line_of(mistake, find_lines(text)) == 4


def test_text_that_is_not_toml_is_found_by_its_line() -> None:
    text = "[listen]\nport = 8000\nhost = nowhere\n"
    with pytest.raises(ConfigError) as caught:
        load(text)
    (mistake,) = caught.value.mistakes
    assert line_of(mistake, find_lines(text)) == 3


KEYS = st.sampled_from(
    [*TABLES, "mounts", "qqq", *(field.name for kind in TABLES.values() for field in fields(kind))]
)
SCALARS = st.sampled_from(
    [
        "1",
        "-1",
        "0",
        "99999999999999999999",
        "nan",
        "inf",
        "true",
        '"8KiB"',
        '"1s"',
        '""',
        '"/x"',
        "[]",
        "{}",
        "1979-05-27",
        '"""',
        "",
    ]
)
LINES = st.one_of(
    st.builds("[{}]".format, KEYS),
    st.builds('[mounts."/{}"]'.format, KEYS),
    st.builds("{} = {}".format, KEYS, SCALARS),
)
TEXTS = st.text() | st.lists(LINES, max_size=12).map("\n".join)


def mistakes_if_any(text: str) -> tuple[Mistake, ...]:
    try:
        load(text)
    except ConfigError as exc:
        return exc.mistakes
    return ()


@given(TEXTS)
@example("mounts.'\x80'.x = 1")
@example('["\\u007F"]')
def test_no_text_raises_anything_but_a_config_error_whose_lines_exist(text: str) -> None:
    lines = find_lines(text)
    for mistake in mistakes_if_any(text):
        line = line_of(mistake, lines)
        assert line is None or 1 <= line <= text.count("\n") + 1


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_a_full_key_is_toml_that_leads_back_to_its_parts(path: list[str]) -> None:
    node: Any = tomllib.loads(f"{full_key(tuple(path))} = 0")
    for part in path:
        node = node[part]
    assert node == 0
