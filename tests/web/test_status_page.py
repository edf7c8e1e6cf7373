from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiocast.formats import Title
from radiocast.mounts.statistics import MountStatistics
from radiocast.protocols.source_info import SourceInfo
from radiocast.web.static import asset
from radiocast.web.status_page import CONTENT_SECURITY_POLICY
from tests.mounts.made import mount_statistics as make_mount
from tests.web.pages import read_page

HOSTILE = [
    "<script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "</article></div></title><img src=x onerror=alert(1)>",
    "<!--",
    "]]>&lt;b&gt;&#60;i>",
    "\x00\x0b\ud800",
]


def make_talkative(text: str) -> MountStatistics:
    info = SourceInfo(
        name=text,
        description=text,
        genre=text,
        url="http://" + text,
        bitrate=text,
        audio_info=f"ice-bitrate={text}",
    )
    return make_mount("/" + text, info=info, content_type=text, codec=text, title=Title(text))


def test_each_mount_has_what_a_player_and_a_listener_need() -> None:
    info = SourceInfo("Night Radio", "Until sunrise", "ambient", "https://night.example/")
    page = read_page(make_mount("/live.mp3", info=info, title=Title("A - T"), listeners=3))
    (article,) = page.all("article")
    assert article["data-mount"] == "/live.mp3"
    assert article["data-state"] == "stopped"
    links = [link["href"] for link in page.all("a")]
    for kind in ("", ".m3u", ".pls", ".xspf"):
        assert "/live.mp3" + kind in links
    assert "https://night.example/" in links
    for text in ("Night Radio", "Until sunrise", "ambient", "A - T", "3 listeners"):
        assert text in page.texts


def test_the_station_says_what_it_is_and_where() -> None:
    page = read_page()
    for text in ("Radio Example", "Jazz by night", "jazz", "radio.example/about", "Hamburg"):
        assert text in page.texts
    assert "https://radio.example/about" in [link["href"] for link in page.all("a")]


def test_it_plays_without_scripts_and_loads_nothing_before() -> None:
    page = read_page(make_mount("/a b"))
    assert page.all("audio") == [{"controls": "", "preload": "none", "src": "/a%20b"}]
    (button,) = page.all("button")
    assert "hidden" in button


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_adds_no_tag_and_no_attribute(text: str) -> None:
    harmless = read_page(make_talkative("words"), name="words", location="words")
    hostile = read_page(make_talkative(text), name=text, location=text)
    assert hostile.shape == harmless.shape


@settings(max_examples=60)
@given(st.text(st.sampled_from("<>&\"'/=- abscript;#x0!"), min_size=1))
def test_no_text_at_all_changes_the_shape_of_the_page(text: str) -> None:
    harmless = read_page(make_talkative("words"))
    assert read_page(make_talkative("x" + text)).shape == harmless.shape


@settings(max_examples=60)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1))
def test_what_a_source_says_is_shown_as_it_is(text: str) -> None:
    page = read_page(make_mount(info=SourceInfo(name="<" + text), title=Title("&" + text)))
    for part in ("<" + text, "&" + text):
        assert part.strip() in page.texts


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil", "ftp://x", " http://x", ""]
)
def test_only_web_addresses_become_links(url: str) -> None:
    with_url = read_page(make_mount(info=SourceInfo(name="N", url=url)))
    assert with_url.shape == read_page(make_mount(info=SourceInfo(name="N"))).shape


@pytest.mark.parametrize(
    ("mount", "expected"),
    [
        (make_mount(info=SourceInfo(bitrate="128")), "MP3 · 128 kbit/s · 44.1 kHz · stereo"),
        (make_mount(info=SourceInfo(audio_info="bitrate=64"), channels=1), "MP3 · 64 kbit/s · "),
        (make_mount(info=SourceInfo(audio_info="ice-bitrate=64")), "MP3 · 64 kbit/s · "),
        (make_mount(info=SourceInfo(bitrate="Quality 3")), "MP3 · Quality 3 · 44.1 kHz"),
        (make_mount(info=SourceInfo(bitrate="0")), "MP3 · 44.1 kHz · stereo"),
        (make_mount(codec="opus", sample_rate=48000, channels=6), "Opus · 48 kHz · 6 channels"),
        (make_mount(codec="", content_type="video/nsv", sample_rate=0, channels=0), "video/nsv"),
    ],
)
def test_the_quality_is_told_as_far_as_it_is_known(mount: MountStatistics, expected: str) -> None:
    assert any(text.startswith(expected) for text in read_page(mount).texts)


def test_one_listener_is_not_one_listeners() -> None:
    assert "1 listener" in read_page(make_mount(listeners=1)).texts


def test_a_mount_without_a_name_is_called_by_its_path() -> None:
    assert "/live" in read_page(make_mount(info=SourceInfo())).texts


def test_hidden_mounts_are_not_shown() -> None:
    page = read_page(make_mount("/a"), make_mount("/secret", hidden=True))
    assert [article["data-mount"] for article in page.all("article")] == ["/a"]


def test_with_nothing_on_air_the_page_says_how_to_get_there() -> None:
    page = read_page(make_mount("/secret", hidden=True))
    (section,) = page.all("section")
    assert "hidden" not in section
    assert "Nothing is on air" in page.texts
    for setting in ("radio.example", "8000", "/live", "source"):
        assert setting in page.texts
    (command,) = [text for text in page.texts if text.startswith("ffmpeg")]
    assert command.endswith(" icecast://source:PASSWORD@radio.example:8000/live")


def test_with_something_on_air_these_instructions_are_hidden() -> None:
    (section,) = read_page(make_mount()).all("section")
    assert "hidden" in section


def test_a_station_without_a_name_is_called_by_its_host() -> None:
    assert "radio.example" in read_page(make_mount(), name="").texts


def test_nothing_comes_from_elsewhere_and_nothing_is_inline() -> None:
    page = read_page(make_mount())
    assert page.all("style") == []
    for tag, attributes in page.tags:
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)
        if tag in ("script", "link"):
            path, _, version = (attributes.get("src") or attributes["href"]).partition("?v=")
            found = asset(path)
            assert found is not None
            assert version in found.etag
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY


def test_every_control_has_a_name_for_screen_readers() -> None:
    page = read_page(make_mount(info=SourceInfo(name="Night Radio")))
    assert page.texts.count("Night Radio") == 2  # the heading, and what follows "Play"
    assert "Volume of Night Radio" in page.texts
    assert page.all("html") == [{"lang": "en"}]


def test_the_script_finds_every_element_it_looks_for() -> None:
    script = asset("/static/player.js")
    assert script is not None
    page = read_page(make_mount(info=SourceInfo("N", "d", "g", "http://x/")))
    classes = {name for _, tag in page.tags for name in tag.get("class", "").split()}
    source = script.body.decode()
    looked_for = re.findall(
        r"""(?:querySelector(?:All)?|setText|text)\([^)]*?["'](\.[^"']+)""", source
    )
    wanted = set(re.findall(r"\.([a-z-]+)", " ".join(looked_for)))
    assert {"play", "title", "listeners", "state", "off-air", "trouble", "mounts"} <= wanted
    assert wanted <= classes


def test_the_script_knows_when_a_mount_has_another_source() -> None:
    (article,) = read_page(make_mount(stream_start=1_795_355_676.9)).all("article")
    # As JavaScript's Date.parse reads it from the statistics, which know whole seconds.
    assert article["data-since"] == "1795355676"
