"""`<listen-socket>`: which ports are opened, and for whom."""

from __future__ import annotations

import pytest

from radiocast.config.fields import network
from radiocast.config.model import ListenConfig, ListenersConfig
from radiocast.config.sockets import SocketConfig, Tls
from tests.config.icecast_xml.reading import config, mistakes, read, remarks


def socket(port: int, inner: str = "") -> str:
    return f"<listen-socket><port>{port}</port>{inner}</listen-socket>"


SSL = "<ssl>1</ssl>"
COMPAT = "<shoutcast-compat>1</shoutcast-compat>"
CERTIFICATE = "<paths><ssl-certificate>/c</ssl-certificate></paths>"
LOCAL = "<bind-address>127.0.0.1</bind-address>"
MOUNT = "<shoutcast-mount>/dsp</shoutcast-mount>"


@pytest.mark.parametrize(
    ("text", "listen"),
    [
        ("", ListenConfig(port=8000, shoutcast_port=0)),
        (socket(80), ListenConfig(port=80, shoutcast_port=0)),
        (socket(80, LOCAL), ListenConfig(port=80, host="127.0.0.1", shoutcast_port=0)),
        (socket(80, MOUNT), ListenConfig(port=80, shoutcast_mount="/dsp")),
        ("<port>80</port>" + LOCAL, ListenConfig(port=80, host="127.0.0.1", shoutcast_port=0)),
        (MOUNT, ListenConfig(shoutcast_mount="/dsp", shoutcast_port=0)),
        (MOUNT + socket(80), ListenConfig(port=80, shoutcast_mount="/dsp", shoutcast_port=0)),
        (socket(80) + socket(90, COMPAT), ListenConfig(port=80, shoutcast_port=90)),
        (socket(90, COMPAT) + socket(80), ListenConfig(port=80, shoutcast_port=90)),
    ],
)
def test_there_is_a_port_for_shoutcast_sources_only_if_the_file_asks_for_one(
    text: str, listen: ListenConfig
) -> None:
    found = config(text)
    assert found.listen == listen
    assert found.sockets == {}


def test_the_other_sockets_are_ports_of_their_own() -> None:
    text = (
        socket(8443, SSL)
        + socket(8000)
        + socket(8080, LOCAL + "<so-sndbuf>65536</so-sndbuf>")
        + socket(8001, COMPAT)
        + socket(8010, MOUNT)
        + socket(8020, COMPAT + MOUNT)
        + CERTIFICATE
    )
    found = config(text)
    assert found.listen == ListenConfig(port=8000, shoutcast_port=8001)
    assert found.sockets == {
        "port-8443": SocketConfig(port=8443, tls=Tls.ONLY),
        "port-8080": SocketConfig(port=8080, host="127.0.0.1", send_buffer=65_536),
        "port-8010": SocketConfig(port=8010, shoutcast_mount="/dsp"),
        "port-8020": SocketConfig(port=8020, shoutcast_mount="/dsp", shoutcast_only=True),
    }


def test_the_same_port_of_two_addresses_is_two_sockets() -> None:
    found = config(socket(1) + socket(8000, LOCAL) + socket(8000, LOCAL.replace("1<", "2<")))
    assert [each.host for each in found.sockets.values()] == ["127.0.0.1", "127.0.0.2"]


def test_a_shoutcast_port_of_another_address_is_a_socket() -> None:
    found = config(socket(8000) + socket(8001, COMPAT + LOCAL))
    assert found.listen == ListenConfig(shoutcast_port=0)
    assert found.sockets == {
        "port-8001": SocketConfig(
            port=8001, host="127.0.0.1", shoutcast_mount="/stream", shoutcast_only=True
        )
    }


def test_the_send_buffer_of_the_first_port_is_that_of_all_who_say_nothing() -> None:
    found = config(socket(8000, "<so-sndbuf>65536</so-sndbuf>"))
    assert found.listeners == ListenersConfig(send_buffer=65_536)


@pytest.mark.parametrize(
    ("mode", "tls"),
    [
        ("off", Tls.OFF),
        ("disabled", Tls.OFF),
        ("auto", Tls.AUTO),
        ("auto_no_plain", Tls.ONLY),
        ("RFC2818", Tls.ONLY),
        ("1", Tls.ONLY),
        ("0", Tls.AUTO),
    ],
)
def test_the_modes_of_2_5(mode: str, tls: Tls) -> None:
    found = config(socket(1) + socket(8443, f"<tls>{mode}</tls>") + CERTIFICATE)
    assert found.sockets == {"port-8443": SocketConfig(port=8443, tls=tls)}


def test_trusted_proxies_are_trusted_on_all_ports_and_virtual_sockets_bind_none() -> None:
    virtual = '<listen-socket type="virtual"><port>1</port></listen-socket>'
    found = config(virtual + socket(80, "<trusted-proxy>10.0.0.1</trusted-proxy>"))
    assert found.listen.port == 80
    assert found.sockets == {}
    assert found.access.trusted_proxies == (network("10.0.0.1"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (socket(8000) + socket(8000), "listen-socket: port 8000 is open already; it is left out"),
        (socket(8000, MOUNT) + socket(8001), "listen-socket: port 8001 is open already; it is"),
        (socket(1) + socket(2, SSL), "listen-socket: there is no certificate: port 2 is not encr"),
        (socket(1, SSL) + CERTIFICATE, "listen-socket: port 1 is the first one: it speaks plain"),
        (socket(1, COMPAT), "listen-socket: port 1 is the only one: it is opened for everybody"),
        (socket(65_535, MOUNT), "listen-socket: there is no port after it for SHOUTcast sources"),
        (
            socket(1, "<tls>rfc2817</tls>"),
            "listen-socket/tls: a plain connection is not made a TLS",
        ),
        (socket(1, "<trusted-proxy>x</trusted-proxy>"), "listen-socket/trusted-proxy: cannot be"),
        (socket(1, "<http-headers/>"), "listen-socket/http-headers: cannot be honoured: "),
        (
            socket(1, "<prot>1</prot>"),
            "listen-socket/prot: is no element here (did you mean port?)",
        ),
    ],
)
def test_what_will_be_otherwise_is_said(text: str, said: str) -> None:
    (remark,) = remarks(text)
    assert remark.startswith(f"warning: {said}"), remark


def test_a_socket_without_a_certificate_is_plain_as_in_icecast() -> None:
    assert read(socket(1) + socket(2, SSL)).config.sockets == {"port-2": SocketConfig(port=2)}


def test_a_port_beside_sockets_means_nothing() -> None:
    assert remarks("<port>1</port>" + socket(2)) == [
        "note: port: has no meaning here: <listen-socket> counts"
    ]


@pytest.mark.parametrize("port", ["65536", "-1", "http"])
def test_a_port_that_cannot_be_is_a_mistake(port: str) -> None:
    text = f"<icecast>\n<listen-socket>\n<port>{port}</port></listen-socket></icecast>"
    (mistake,) = mistakes(text)
    assert mistake.startswith("3: listen-socket/port: must be ")
