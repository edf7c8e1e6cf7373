"""Which mount a SHOUTcast number means, and for how long."""

from __future__ import annotations

from radiocast.config.load import load
from radiocast.mounts import sids
from radiocast.mounts.sids import Sids

CONFIG = """
[listen]
shoutcast_mount = "/main"
[mounts."/z"]
[mounts."/a"]
[outputs."/m"]
[sockets.second]
shoutcast_mount = "/show"
"""


def numbers(given: Sids) -> dict[int, str]:
    return {sid: path for sid in range(1, 20) if (path := given.path(sid)) is not None}


def test_what_the_configuration_names_is_numbered_by_path_after_the_first() -> None:
    given = Sids(load(CONFIG))
    assert numbers(given) == {1: "/main", 2: "/a", 3: "/m", 4: "/show", 5: "/z"}


def test_others_get_the_next_number_and_keep_it() -> None:
    given = Sids(load(CONFIG))
    assert given.number("/new") == 6
    assert given.number("/another") == 7
    assert given.number("/new") == 6
    assert given.number("/main") == 1


def test_after_a_reload_the_old_numbers_mean_what_they_meant() -> None:
    given = Sids(load(CONFIG))
    given.number("/new")
    given.configure(load(CONFIG + '[mounts."/b"]'))
    told = {1: "/main", 2: "/a", 3: "/m", 4: "/show", 5: "/z", 6: "/new", 7: "/b"}
    assert numbers(given) == told


def test_another_first_mount_after_a_reload() -> None:
    given = Sids(load(CONFIG))
    given.configure(load(CONFIG.replace('"/main"', '"/z"') + '[mounts."/main"]'))
    assert numbers(given) == {1: "/z", 2: "/a", 3: "/m", 4: "/show", 6: "/main"}


def test_mounts_that_come_and_go_are_forgotten_in_the_end() -> None:
    given = Sids(load(CONFIG))
    kept = given.number("/stays")
    for each in range(sids.MAX_REMEMBERED + 50):
        given.number(f"/{each}", exist=["/stays"])
    assert len(given) == 5 + 1 + sids.MAX_REMEMBERED
    assert given.path(kept) == "/stays"
    assert given.path(kept + 1) is None
    assert given.number("/0") > sids.MAX_REMEMBERED
    assert given.path(1) == "/main"
