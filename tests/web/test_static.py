from __future__ import annotations

import hashlib
import xml.etree.ElementTree as ElementTree
from importlib import resources

import pytest

from radiocast.web.static import asset, asset_url


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("style.css", "text/css; charset=utf-8"),
        ("player.js", "text/javascript; charset=utf-8"),
        ("favicon.svg", "image/svg+xml"),
    ],
)
def test_every_file_is_served_as_what_it_is(name: str, kind: str) -> None:
    found = asset("/static/" + name)
    assert found is not None
    assert found.content_type == kind
    assert found.body.decode().strip()


def test_no_packaged_file_is_forgotten() -> None:
    for file in resources.files("radiocast.web").joinpath("static").iterdir():
        assert asset(f"/static/{file.name}") is not None


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/static/",
        "/static/none.css",
        "/static/../static.py",
        "/static/%2e%2e/static.py",
        "/static//style.css",
        "static/style.css",
        "/static/style.css/",
        "/static/style.css\0",
        "/etc/passwd",
    ],
)
def test_there_is_nothing_anywhere_else(path: str) -> None:
    assert asset(path) is None


def test_the_etag_is_quoted_and_depends_on_every_byte() -> None:
    found = asset("/static/style.css")
    assert found is not None
    assert found.etag == f'"{hashlib.sha256(found.body).hexdigest()[:16]}"'


def test_the_address_changes_with_the_file() -> None:
    found = asset("/static/player.js")
    assert found is not None
    assert asset_url("player.js") == f"/static/player.js?v={found.etag[1:-1]}"
    with pytest.raises(KeyError):
        asset_url("other.js")


def test_the_icon_is_well_formed() -> None:
    icon = asset("/static/favicon.svg")
    assert icon is not None
    assert ElementTree.fromstring(icon.body).tag == "{http://www.w3.org/2000/svg}svg"


def test_style_and_script_load_nothing_from_elsewhere() -> None:
    for name in ("style.css", "player.js"):
        found = asset("/static/" + name)
        assert found is not None
        for elsewhere in (b"http:", b"https:", b"@import", b"url(", b"innerHTML", b"eval("):
            assert elsewhere not in found.body
