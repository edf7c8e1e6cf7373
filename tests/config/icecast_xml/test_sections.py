"""Elements one by one: the setting each becomes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from radiocast.config.access import AccessConfig
from radiocast.config.directories import DirectoryConfig
from radiocast.config.fields import Header, network
from radiocast.config.files import AliasConfig, FilesConfig
from radiocast.config.icecast import IcecastConfig
from radiocast.config.model import (
    Config,
    LimitsConfig,
    ListenConfig,
    LogLevel,
    LogsConfig,
    PasswordsConfig,
    StationConfig,
    TlsConfig,
)
from radiocast.config.mount import MountConfig
from radiocast.config.process import ProcessConfig
from radiocast.config.relays import MasterConfig
from radiocast.units import KIB
from tests.config.icecast_xml.reading import config, mistakes, read, remarks

EMPTY = Config(
    station=StationConfig(admin="icemaster@localhost"),
    listen=ListenConfig(shoutcast_port=0),
    passwords=PasswordsConfig(source="src", admin="adm"),
    access=AccessConfig(ban_after=0),
)
"""What an icecast.xml means that says nothing but passwords: Icecast's defaults."""

LISTEN = ListenConfig(shoutcast_port=0)


def test_a_file_that_says_nothing_is_an_icecast_with_its_defaults() -> None:
    assert config("") == EMPTY


@pytest.mark.parametrize(
    ("inner", "changes"),
    [
        (
            "<location>Here</location><admin>me</admin><hostname> radio.example </hostname>",
            {"station": StationConfig(location="Here", admin="me", host="radio.example")},
        ),
        (
            "<server-id>Icecast 2.4.4</server-id>",
            {"icecast": IcecastConfig(server_id="Icecast 2.4.4")},
        ),
        ("<mime-types>/m</mime-types>", {"files": FilesConfig(types="/m")}),
        (
            "<limits><clients>100</clients><sources>2</sources><header-timeout>5</header-timeout>"
            "<source-timeout>7</source-timeout><bodysize>4096</bodysize></limits>",
            {
                "limits": LimitsConfig(
                    listeners=100, sources=2, header_timeout=5, source_timeout=7, body=4 * KIB
                )
            },
        ),
        (
            "<limits><queue-size>1048576</queue-size><burst-size>65535</burst-size></limits>",
            {"mount_defaults": MountConfig(queue=1024 * KIB, burst=65_535)},
        ),
        (
            "<limits><burst-size>8192</burst-size></limits>",
            {"mount_defaults": MountConfig(burst=8192, burst_time=0)},
        ),
        (
            "<limits><burst-on-connect>0</burst-on-connect></limits>",
            {"mount_defaults": MountConfig(burst=0, burst_time=0)},
        ),
        (
            "<limits><burst-on-connect>0</burst-on-connect><burst-size>70000</burst-size></limits>",
            {"mount_defaults": MountConfig(burst=70_000)},
        ),
        (
            "<limits><clients>50000</clients></limits>",
            {"limits": LimitsConfig(listeners=50_000, connections=52_016)},
        ),
        ("<limits><burst-on-connect>1</burst-on-connect></limits>", {}),
        ("<limits><clients> </clients><sources/></limits>", {}),
        (
            "<authentication><admin-user>chef</admin-user><relay-user>slave</relay-user>"
            "<relay-password>rel</relay-password></authentication>",
            {
                "passwords": PasswordsConfig(
                    source="src", admin="adm", relay="rel", admin_user="chef", relay_user="slave"
                )
            },
        ),
        (
            '<http-headers><header name="X-A" value="1"/><!-- between --><header name="X-B" '
            'value="2" status="404" type="static"/></http-headers>'
            '<http-headers><header type="cors" name="Access-Control-Allow-Origin"/></http-headers>',
            {
                "icecast": IcecastConfig(
                    headers=(
                        Header("X-A", "1"),
                        Header("X-B", "2", 404),
                        Header("Access-Control-Allow-Origin", "*"),
                    )
                )
            },
        ),
        (
            "<directory><yp-url-timeout>15</yp-url-timeout><yp-url>http://yp.example/a</yp-url>"
            "</directory><directory><yp-url>http://yp.example/b</yp-url>"
            "<touch-interval>60</touch-interval></directory>",
            {
                "directories": {
                    "yp.example": DirectoryConfig(url="http://yp.example/a", timeout=15),
                    "yp.example-2": DirectoryConfig(url="http://yp.example/b", touch=60),
                }
            },
        ),
        (
            '<yp-directory url="http://yp.example/a"><option name="timeout" value="9"/>'
            '<option name="touch-interval" value="60"/></yp-directory>',
            {
                "directories": {
                    "yp.example": DirectoryConfig(url="http://yp.example/a", timeout=9, touch=60)
                }
            },
        ),
        (
            "<paths><webroot>/web</webroot><pidfile>/p</pidfile><allow-ip>/a</allow-ip>"
            "<deny-ip>/d</deny-ip></paths>",
            {
                "files": FilesConfig(root="/web", links=True),
                "process": ProcessConfig(pid_file="/p"),
                "access": AccessConfig(allow_file="/a", deny_file="/d", ban_after=0),
            },
        ),
        (
            "<paths><ssl-certificate>/c</ssl-certificate><ssl-private-key>/k</ssl-private-key>"
            "<ssl-allowed-ciphers>HIGH</ssl-allowed-ciphers></paths>",
            {"tls": TlsConfig(certificate="/c", key="/k", ciphers="HIGH")},
        ),
        (
            "<security><tls-context><tls-certificate>/c</tls-certificate><tls-key>/k</tls-key>"
            "</tls-context></security>",
            {"tls": TlsConfig(certificate="/c", key="/k")},
        ),
        (
            '<paths><alias source="/" destination="/status.xsl"/><alias source="/a" dest="/b" '
            'port="8080" bind-address="127.0.0.1"/><alias source="/c" dest="/d" port="-1"/>'
            "</paths>",
            {
                "aliases": {
                    "/": AliasConfig(to="/status.xsl"),
                    "/a": AliasConfig(to="/b", port=8080, host="127.0.0.1"),
                    "/c": AliasConfig(to="/d"),
                }
            },
        ),
        (
            "<paths><x-forwarded-for>10.0.*</x-forwarded-for>"
            "<x-forwarded-for>192.0.2.7</x-forwarded-for></paths>",
            {
                "access": AccessConfig(
                    trusted_proxies=(network("10.0.0.0/16"), network("192.0.2.7")), ban_after=0
                )
            },
        ),
        (
            "<paths><basedir>/root</basedir></paths><security><chroot>1</chroot><changeowner>"
            "<user>nobody</user><group>nogroup</group></changeowner></security>",
            {"process": ProcessConfig(user="nobody", group="nogroup", chroot="/root")},
        ),
        ("<paths><basedir>/root</basedir></paths><security><chroot>0</chroot></security>", {}),
        (
            "<master-server>radio.example</master-server><master-server-port>8001"
            "</master-server-port><master-update-interval>60</master-update-interval>"
            "<master-username>me</master-username><master-password>pw</master-password>",
            {
                "master": MasterConfig(
                    url="http://radio.example:8001", user="me", password="pw", interval=60
                )
            },
        ),
        (
            "<master-server>::1</master-server><master-server-port>8001</master-server-port>",
            {"master": MasterConfig(url="http://[::1]:8001", password="src")},
        ),
        ("<master-password>pw</master-password><relays-on-demand>1</relays-on-demand>", {}),
    ],
)
def test_an_element_becomes_a_setting(inner: str, changes: dict[str, Any]) -> None:
    assert config(inner) == replace(EMPTY, **changes)


LOGS = [
    ("<paths><logdir>/l</logdir></paths>", LogsConfig(file="/l/error.log", access="/l/access.log")),
    (
        "<paths><logdir>/l/</logdir></paths><logging><accesslog>a</accesslog><errorlog>e</errorlog>"
        "<playlistlog>p</playlistlog><loglevel>4</loglevel><logsize>100</logsize>"
        "<logarchive>1</logarchive></logging>",
        LogsConfig(
            file="/l/e",
            access="/l/a",
            playlist="/l/p",
            level=LogLevel.DEBUG,
            rotate=100 * KIB,
            archive=True,
        ),
    ),
    (
        "<logging><accesslog><name>a</name></accesslog><errorlog>-</errorlog></logging>"
        "<paths><logdir>/l</logdir></paths>",
        LogsConfig(access="/l/a"),
    ),
    ("<logging><accesslog>-</accesslog><errorlog>-</errorlog></logging>", LogsConfig()),
    ("<logging><loglevel>0</loglevel></logging>", LogsConfig(level=LogLevel.ERROR)),
    ("<logging><loglevel>1</loglevel></logging>", LogsConfig(level=LogLevel.ERROR)),
    ("<logging><loglevel>2</loglevel></logging>", LogsConfig(level=LogLevel.WARNING)),
    ("<logging><loglevel>3</loglevel></logging>", LogsConfig()),
    ("<logging><loglevel>5</loglevel></logging>", LogsConfig(level=LogLevel.DEBUG)),
    ("<logging><loglevel>Warn</loglevel></logging>", LogsConfig(level=LogLevel.WARNING)),
]


@pytest.mark.parametrize(("inner", "logs"), LOGS)
def test_logs_are_in_the_directory_of_logs(inner: str, logs: LogsConfig) -> None:
    assert config(inner).logs == logs


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        (
            "<limits><client-timeout>30</client-timeout></limits>",
            "note: limits/client-timeout: has no meaning here",
        ),
        ("<paths><adminroot>/a</adminroot></paths>", "note: paths/adminroot: has no meaning here"),
        ("<limts/>", "warning: limts: is no element here (did you mean limits?)"),
        ("<qqq/>", "warning: qqq: is no element here"),
        (
            "<limits><cleints>1</cleints></limits>",
            "warning: limits/cleints: is no element here (did you mean clients?)",
        ),
        ("<hostname>a<b/></hostname>", "warning: hostname: <b> is not read here"),
        ("<include>x.xml</include>", "warning: include: cannot be honoured: "),
        (
            "<limits><queue-size>1000</queue-size><burst-size>0</burst-size></limits>",
            "warning: limits/queue-size: 1000 is not from 16KiB to 1GiB: 16KiB it is",
        ),
        (
            "<limits><header-timeout>-1</header-timeout></limits>",
            "warning: limits/header-timeout: -1 is not from 1s to 10min: 1s it is",
        ),
        (
            "<limits><burst-size>600000</burst-size></limits>",
            "warning: limits/burst-size: the burst does not fit into the queue, which is 600",
        ),
        (
            "<limits><clients>1000000</clients></limits>",
            "warning: limits/clients: 1000000 is not from 0 to 900000: 900000 it is",
        ),
        (
            "<fileserve>0</fileserve><paths><webroot>/w</webroot></paths>",
            "warning: fileserve: no file is served then",
        ),
        (
            "<logging><accesslog>a</accesslog></logging>",
            "warning: logging/accesslog: cannot be honoured: <paths> has no <logdir>",
        ),
        (
            "<logging><playlistlog>-</playlistlog></logging>",
            "warning: logging/playlistlog: cannot be honoured: ",
        ),
        (
            "<master-server>a</master-server>",
            "warning: master-server: nothing is relayed, as in Icecast",
        ),
        ("<directory><yp-url/></directory>", "note: directory: has no yp-url"),
        ("<yp-directory/>", "note: yp-directory: has no url"),
        (
            '<yp-directory url="//a"><option name="tiemout" value="9"/></yp-directory>',
            "warning: yp-directory/option 'tiemout': is no option here (did you mean timeout?)",
        ),
        (
            '<http-headers><header type="cors" name="X-Allow-Methods"/></http-headers>',
            "note: http-headers/header: has no meaning here",
        ),
        (
            '<http-headers><header type="odd" name="X" value="1"/></http-headers>',
            "warning: http-headers/header: cannot be honoured: a header of the type 'odd'",
        ),
        (
            '<paths><alias source="/a b" dest="/b"/></paths>',
            "warning: paths/alias: cannot be honoured: '/a b': a mount's path has no space",
        ),
        (
            '<paths><alias source="/a"/></paths>',
            "note: paths/alias: has no source or no destination",
        ),
        (
            '<paths><alias source="/a" dest="/b" vhost="x"/></paths>',
            "warning: paths/alias: cannot be honoured: 'vhost'",
        ),
        (
            '<paths><alias source="/a" dest="/b"/><alias source="/a" dest="/"/></paths>',
            "warning: paths/alias: cannot be honoured: '/a' has another destination",
        ),
        (
            "<paths><x-forwarded-for>*.example</x-forwarded-for></paths>",
            "warning: paths/x-forwarded-for: cannot be honoured: '*.example' is no address",
        ),
        (
            '<source-password mount="/a">x</source-password>',
            "warning: source-password: a mount's password is not read here",
        ),
        (
            "<authentication><relay-password>hackme</relay-password></authentication>",
            "warning: authentication/relay-password: hackme is what everybody tries first",
        ),
        (
            '<authentication><role type="static"/></authentication>',
            "warning: authentication/role: cannot be honoured: there are no roles",
        ),
        (
            "<relays-on-demand>yes</relays-on-demand>",
            "note: relays-on-demand: is taken for 1, as Icecast 2.5 does",
        ),
    ],
)
def test_what_will_be_otherwise_is_said(inner: str, said: str) -> None:
    (remark,) = remarks(inner)
    assert remark.startswith(said), remark


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        ("<limits>\n<clients>many</clients></limits>", "2: limits/clients: must be a whole number"),
        ("<limits><clients>64k</clients></limits>", "1: limits/clients: must be a whole number"),
        ("<relays-on-demand>maybe</relays-on-demand>", "1: relays-on-demand: must be 1 or 0"),
        (
            "<security><chroot>1</chroot></security>",
            "1: security/chroot: there is no directory for it (<paths> needs a <basedir>)",
        ),
        (
            '<http-headers>\n<header name="X Y" value="1"/></http-headers>',
            "2: http-headers/header: 'X Y: 1' is no header",
        ),
        (
            '<http-headers><header name="X"/></http-headers>',
            "1: http-headers/header: must have a name and a value",
        ),
        (
            '<http-headers><header name="X" value="a&#10;b"/></http-headers>',
            "1: http-headers/header: ",
        ),
        (
            '<paths><alias source="/a" dest="/b" port="eight"/></paths>',
            "1: paths/alias: port must be a whole number",
        ),
        (
            '<paths><alias source="/a" dest="/b" port="65536"/></paths>',
            "1: paths/alias: must be from 0 to 65535",
        ),
        (f"<hostname>\n{'a' * 501}</hostname>", "1: hostname: is longer than 500 characters"),
        (
            "<authentication>\n<admin-user>a:b</admin-user></authentication>",
            "2: authentication/admin-user: must be a name without a colon",
        ),
        (
            "\n<source-password>a\nb</source-password>",
            "2: source-password: must not contain line breaks",
        ),
        (
            "<security><changeowner><group>g</group></changeowner></security>",
            "1: security/changeowner/group: a group without a user",
        ),
    ],
)
def test_what_cannot_be_used_is_a_mistake_with_its_line(inner: str, said: str) -> None:
    (mistake,) = mistakes(f"<icecast>{inner}</icecast>")
    assert mistake.startswith(said), mistake


def test_every_mistake_is_reported_at_once_in_the_order_of_the_file() -> None:
    text = "<icecast>\n<admin>a\tb</admin>\n<limits>\n<sources>x</sources></limits></icecast>"
    assert mistakes(text) == [
        "2: admin: must not contain line breaks or other control characters",
        "4: limits/sources: must be a whole number",
    ]


def test_no_mistake_quotes_a_password() -> None:
    (mistake,) = mistakes(
        "<icecast><authentication><source-password>s3cret\n</source-password></authentication>"
        "</icecast>"
    )
    assert "s3cret" not in mistake


def test_without_passwords_nobody_gets_in_and_that_is_said() -> None:
    imported = read("")
    assert imported.remarks == ()
    assert mistakes("<icecast/>") == []


def test_the_last_of_two_elements_counts_as_in_icecast() -> None:
    assert config("<hostname>a</hostname><hostname>b</hostname>").station.host == "b"


def test_space_around_a_password_belongs_to_it() -> None:
    inner = "<authentication><relay-password> a </relay-password></authentication>"
    assert config(inner).passwords.relay == " a "
