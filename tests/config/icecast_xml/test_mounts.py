"""`<mount>`: what it becomes, and what the default mount gives the others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from radiocast.config.auth import AuthConfig, AuthKind
from radiocast.config.fields import Header
from radiocast.config.mount import MountConfig
from radiocast.config.relays import RelayConfig
from radiocast.units import KIB
from tests.config.icecast_xml.reading import config, mistakes, read, remarks


def mount(inner: str) -> str:
    return f"<mount><mount-name>/m</mount-name>{inner}</mount>"


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("", MountConfig()),
        (
            "<username>dj</username><password>pw</password><cluster-password>c</cluster-password>",
            MountConfig(user="dj", password="pw", cluster_password="c"),
        ),
        (
            "<stream-name>N</stream-name><stream-description>D</stream-description>"
            "<stream-url>U</stream-url><genre>G</genre><bitrate>64</bitrate><type>T</type>"
            "<subtype>S</subtype><public>1</public>",
            MountConfig(
                name="N",
                description="D",
                url="U",
                genre="G",
                bitrate="64",
                content_type="T",
                subtype="S",
                public=True,
            ),
        ),
        ("<public>-1</public>", MountConfig()),
        ("<public>0</public>", MountConfig(public=False)),
        ("<no-yp>1</no-yp>", MountConfig(public=False)),
        ("<no-yp>0</no-yp>", MountConfig()),
        ("<hidden>1</hidden><no-mount>1</no-mount>", MountConfig(hidden=True, direct=False)),
        ("<allow-direct-access>false</allow-direct-access>", MountConfig(direct=False)),
        ("<max-listeners>5</max-listeners>", MountConfig(max_listeners=5)),
        ("<max-listeners>-1</max-listeners>", MountConfig()),
        (
            "<max-listener-duration>60</max-listener-duration><source-timeout>7</source-timeout>",
            MountConfig(listener_time=60, source_timeout=7),
        ),
        (
            "<fallback-mount>/f</fallback-mount><fallback-override>1</fallback-override>"
            "<fallback-when-full>1</fallback-when-full>",
            MountConfig(fallback="/f", fallback_override=True, fallback_when_full=True),
        ),
        ("<fallback-override>all</fallback-override>", MountConfig(fallback_override=True)),
        ("<fallback-override>none</fallback-override>", MountConfig()),
        ("<fallback><mount>/f</mount></fallback>", MountConfig(fallback="/f")),
        (
            "<dump-file>/d-%Y</dump-file><on-connect>/on</on-connect>"
            "<on-disconnect>/off</on-disconnect><charset>ISO8859-1</charset>",
            MountConfig(
                record="/d-%Y", on_connect="/on", on_disconnect="/off", charset="ISO8859-1"
            ),
        ),
        (
            "<queue-size>102400</queue-size><burst-size>1000</burst-size>"
            "<mp3-metadata-interval>4096</mp3-metadata-interval>",
            MountConfig(queue=100 * KIB, burst=1000, burst_time=0, metaint=4096),
        ),
        ("<mp3-metadata-interval>0</mp3-metadata-interval>", MountConfig(metaint=0)),
        ("<icy-metadata-interval>-1</icy-metadata-interval>", MountConfig()),
        ("<hijack>1</hijack>", MountConfig(takeover=True)),
        (
            '<http-headers><header name="X-A" value="1"/></http-headers>',
            MountConfig(headers=(Header("X-A", "1"),)),
        ),
    ],
)
def test_what_is_said_of_a_mount_becomes_a_setting(inner: str, expected: MountConfig) -> None:
    assert config(mount(inner)).mounts == {"/m": expected}


@pytest.mark.parametrize("root", ["/web", "/web/"])
def test_an_intro_is_a_file_in_the_webroot_wherever_that_stands(root: str) -> None:
    text = mount("<intro>/i.mp3</intro>") + f"<paths><webroot>{root}</webroot></paths>"
    assert config(text).mounts["/m"].intro == "/web/i.mp3"
    assert config(mount("<intro>/i.mp3</intro>")).mounts["/m"].intro == "/i.mp3"


DEFAULT = """<mount type="default"><genre>G</genre><hidden>1</hidden><password>pw</password>
 <max-listeners>3</max-listeners><queue-size>100000</queue-size>
 <http-headers><header name="X-D" value="1"/></http-headers></mount>"""


def test_the_default_mount_is_merged_into_the_others_as_by_icecast_2_4_4() -> None:
    """As Icecast 2.4.4 was seen to do; its documentation says that it does not."""
    own = (
        "<hidden>0</hidden><queue-size>0</queue-size><max-listeners>9</max-listeners>"
        '<http-headers><header name="X-O" value="2"/></http-headers>'
    )
    found = config(mount(own) + DEFAULT + "<mount><mount-name>/n</mount-name></mount>")
    common = MountConfig(
        genre="G",
        hidden=True,
        password="pw",
        max_listeners=3,
        queue=100_000,
        headers=(Header("X-D", "1"),),
    )
    assert found.mount_defaults == found.mounts["/n"] == common
    both = (Header("X-O", "2"), Header("X-D", "1"))
    assert found.mounts["/m"] == replace(common, max_listeners=9, headers=both)


HTPASSWD = (
    '<authentication type="htpasswd"><option name="filename" value="/h"/>'
    '<option name="allow_duplicate_users" value="0"/></authentication>'
)


def test_the_authentication_of_the_default_mount_is_for_mounts_that_are_not_there() -> None:
    imported = read(f'<mount type="default">{HTPASSWD}</mount>' + mount("") + mount_n(HTPASSWD))
    found = imported.config
    assert [str(remark) for remark in imported.remarks] == [
        "mount: the default's <authentication> does not count here, as in Icecast"
    ]
    assert found.mount("/elsewhere").auth == "default"
    assert found.mounts["/m"].auth is None
    assert found.mounts["/n"].auth == "/n"
    assert found.auth["default"] == found.auth["/n"] == AuthConfig(file="/h", duplicates=False)


def mount_n(inner: str) -> str:
    return mount(inner).replace("/m<", "/n<")


URL = """<authentication type="url"><option name="listener_add" value="http://a/1"/>
 <option name="listener_remove" value="http://a/2"/><option name="mount_add" value="http://a/3"/>
 <option name="mount_remove" value="http://a/4"/><option name="stream_auth" value="http://a/5"/>
 <option name="username" value="u"/><option name="password" value="p"/>
 <option name="auth_header" value="x: 1"/><option name="timelimit_header" value="y:"/>
 <option name="headers" value="x-a, x-b"/><option name="header_prefix" value="C."/>
 <option name="timeout" value="3"/></authentication>"""


def test_a_web_server_is_asked_as_the_options_say() -> None:
    assert config(mount(URL)).auth == {
        "/m": AuthConfig(
            kind=AuthKind.URL,
            listener_add="http://a/1",
            listener_remove="http://a/2",
            mount_add="http://a/3",
            mount_remove="http://a/4",
            stream_auth="http://a/5",
            user="u",
            password="p",
            allow_header="x: 1",
            time_header="y:",
            forward=("x-a", "x-b"),
            forward_prefix="C.",
            timeout=3,
        )
    }


def test_roles_of_2_5_that_say_what_2_4_can_are_understood() -> None:
    roles = """<authentication>
      <role type="static"><option name="username" value="dj"/>
      <option name="password" value="pw"/></role>
      <role type="htpasswd" connections-per-user="1"><option name="filename" value="/h"/></role>
      </authentication>"""
    found = config(mount(roles))
    assert found.mounts == {"/m": MountConfig(user="dj", password="pw", auth="/m")}
    assert found.auth == {"/m": AuthConfig(file="/h", duplicates=False)}


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        ('<authentication type="command"/>', "authentication: the type 'command' is not known"),
        ("<authentication/>", "authentication: the type '' is not known here"),
        ('<authentication type="htpasswd"/>', "authentication: htpasswd needs a file"),
        (
            '<authentication><role type="enforce-auth"/></authentication>',
            "authentication/role: a role of the type 'enforce-auth' cannot be honoured",
        ),
        (
            f"<authentication><role {HTPASSWD[16:-17]}</role><role type='anonymous'/>"
            "</authentication>",
            "authentication/role: a role of the type 'anonymous' cannot be honoured",
        ),
        (
            '<authentication type="url"><option name="client_add" value="http://a"/>'
            '<option name="stream_auth" value="http://a"/>'
            "</authentication>",
            "authentication/option 'client_add': cannot be honoured, and without it more could",
        ),
    ],
)
def test_no_mount_is_opened_to_everybody_because_we_lack_something(inner: str, said: str) -> None:
    (mistake,) = mistakes(f"<icecast>\n{mount(inner)}</icecast>")
    assert mistake.startswith(f"2: mount/{said}"), mistake


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<mount/>", "is left out: it has no <mount-name>"),
        ('<mount type="odd"/>', "is left out: its type is neither normal nor default"),
        ("<mount><mount-name>/a*</mount-name></mount>", "is left out: '/a*' is a pattern"),
        ("<mount><mount-name>live</mount-name></mount>", "is left out: 'live': a mount's path beg"),
        (
            mount("") + mount("<hidden>1</hidden>"),
            "is left out: /m is there already, and the first",
        ),
        (
            '<mount type="default"><mount-name>/a*</mount-name></mount>',
            "cannot be honoured: a default for some mounts only",
        ),
        (
            '<mount type="default"/><mount type="default"><hidden>1</hidden></mount>',
            "is left out: there is another default",
        ),
    ],
)
def test_a_mount_that_icecast_would_never_find_is_left_out_and_that_is_said(
    text: str, said: str
) -> None:
    imported = read(text)
    (remark,) = imported.remarks
    assert str(remark).startswith(f"mount: {said}")
    assert set(imported.config.mounts) <= {"/m"}
    assert MountConfig(hidden=True) not in [imported.config.mount("/m"), imported.config.mount("/")]


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        ("<max-listeners>0</max-listeners>", "note: mount/max-listeners: nobody may listen then"),
        ("<fallback-mount>/a b</fallback-mount>", "warning: mount/fallback-mount: cannot be h"),
        ("<charset>klingon</charset>", "warning: mount/charset: cannot be honoured: "),
        ("<fallback-override>own</fallback-override>", "warning: mount/fallback-override: all"),
        ("<event-bindings/>", "warning: mount/event-bindings: cannot be honoured: "),
        ("<allow-chunked>1</allow-chunked>", "note: mount/allow-chunked: has no meaning here"),
        ("<max-listners>1</max-listners>", "warning: mount/max-listners: is no element here (did"),
        (
            f"<authentication>{'<role type='}'htpasswd' connections-per-user='3'>"
            "<option name='filename' value='/h'/></role></authentication>",
            "warning: mount/authentication/role: cannot be honoured: a name may listen once",
        ),
        (
            '<authentication type="htpasswd"><option name="filename" value="/h"/>'
            '<option name="flename" value="/h"/></authentication>',
            "warning: mount/authentication/option 'flename': is no option here (did you mean file",
        ),
        (
            "<queue-size>50000</queue-size>",
            "warning: mount/queue-size: the burst does not fit into the queue, which is 64KiB",
        ),
    ],
)
def test_what_will_be_otherwise_is_said(inner: str, said: str) -> None:
    (remark,) = remarks(mount(inner))
    assert remark.startswith(said), remark


def test_a_relay_within_a_mount_is_heard_there() -> None:
    inner = "<relay><uri>https://a.example/x</uri><on-demand>1</on-demand></relay>"
    assert config(mount(inner)).relays == {
        "/m": RelayConfig(url="https://a.example/x", mount="/m", on_demand=True)
    }
