from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from radiocast.config.load import load
from radiocast.protocols.basic_auth import Credentials
from radiocast.sources.relays.plan import MAX_MOUNTS, Plan, plans_of, read_listing


def test_what_the_operator_names_goes_before_what_the_master_lists() -> None:
    config = load("""
        [master]
        url = "http://master:8000/"
        user = "slave"
        password = "secret"
        on_demand = true
        [relays.news]
        url = "http://news:8000/live"
        backups = ["http://other/"]
        mount = "/news"
        user = "ann"
        password = "hers"
        [relays.jazz]
        url = "http://jazz:8000/caf%C3%A9"
        [relays.nothing]
    """)
    assert plans_of(config, ["/news", "/a b"]) == {
        "/news": Plan(
            "news",
            "/news",
            ("http://news:8000/live", "http://other/"),
            credentials=Credentials("ann", "hers"),
        ),
        "/café": Plan("jazz", "/café", ("http://jazz:8000/caf%C3%A9",)),
        "/a b": Plan(
            "/a b",
            "/a b",
            ("http://master:8000/a%20b",),
            on_demand=True,
            credentials=Credentials("slave", "secret"),
        ),
    }


def test_on_an_output_there_is_always_somebody_who_listens() -> None:
    config = load('[outputs."/live"]\n[relays.x]\nurl = "http://x/live"\non_demand = true')
    assert not plans_of(config, [])["/live"].on_demand


def test_a_list_is_read_as_icecast_writes_it() -> None:
    body = b"/live.mp3\r\n/live.ogg\r\n\r\n/live.mp3\r\n/../x\r\n/admin/stats\r\nx.mp3\n/"
    assert read_listing(body) == ["/live.mp3", "/live.ogg", "/x.mp3"]


def test_a_list_without_end_is_cut() -> None:
    body = b"".join(b"/%d\n" % number for number in range(MAX_MOUNTS * 2))
    assert len(read_listing(body)) == MAX_MOUNTS


@given(st.binary(max_size=500))
def test_no_list_makes_us_stumble(body: bytes) -> None:
    for path in read_listing(body):
        assert path.startswith("/")
