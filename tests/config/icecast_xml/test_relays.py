"""`<relay>`: streams of other servers."""

from __future__ import annotations

import pytest

from radiocast.config.relays import RelayConfig
from tests.config.icecast_xml.reading import config, remarks

PLACE = "<server>a.example</server><port>80</port><mount>/x</mount>"
HERE = "<local-mount>/here</local-mount>"


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (PLACE, RelayConfig(url="http://a.example:80/x", mount="/x")),
        (PLACE + HERE, RelayConfig(url="http://a.example:80/x", mount="/here")),
        (HERE, RelayConfig(url="http://127.0.0.1:8000/", mount="/here")),
        (
            PLACE + "<username>u</username><password>p</password><on-demand>1</on-demand>"
            "<relay-shoutcast-metadata>0</relay-shoutcast-metadata><bind>127.0.0.2</bind>",
            RelayConfig(
                url="http://a.example:80/x",
                mount="/x",
                user="u",
                password="p",
                on_demand=True,
                titles=False,
                bind="127.0.0.2",
            ),
        ),
        (
            HERE + "<upstream type='normal'><uri>https://a/1</uri><username>u</username></upstream>"
            "<upstream type='default'><password>p</password></upstream>"
            "<upstream><server>b</server></upstream>",
            RelayConfig(
                url="https://a/1",
                mount="/here",
                backups=("http://b:8000/",),
                user="u",
                password="p",
            ),
        ),
        (
            PLACE + "<host><ip>::1</ip><mount>y</mount></host>",
            RelayConfig(url="http://a.example:80/x", mount="/x", backups=("http://[::1]:8000/y",)),
        ),
    ],
)
def test_a_relay_is_named_after_where_it_is_heard(inner: str, expected: RelayConfig) -> None:
    found = config(f"<relay>{inner}</relay>")
    assert found.relays == {expected.mount: expected}


def test_relays_are_on_demand_if_all_are_wherever_that_stands() -> None:
    own = f"<relay>{PLACE}<on-demand>0</on-demand></relay>"
    other = "<relay><mount>/y</mount></relay>"
    found = config(own + other + "<relays-on-demand>1</relays-on-demand>")
    assert {mount: relay.on_demand for mount, relay in found.relays.items()} == {
        "/x": False,
        "/y": True,
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<relay/>", "warning: relay: is left out: '/': a mount's path begins with /"),
        (
            f"<relay>{PLACE}</relay>" * 2,
            "warning: relay: is left out: another one is heard at /x already",
        ),
        (f"<relay>{PLACE}<enable>0</enable></relay>", "note: relay: is not enabled"),
        (f"<relay>{PLACE}<run-on>5</run-on></relay>", "warning: relay/run-on: cannot be honoured"),
    ],
)
def test_what_will_be_otherwise_is_said(text: str, said: str) -> None:
    (remark,) = remarks(text)
    assert remark.startswith(said), remark
