"""docs/api.md names all that the API has, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from tests.admin.control.made import Caller

TEXT = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


async def test_the_table_is_the_apis_own_list() -> None:
    listed = (await Caller().get("")).json["api"]
    named = re.findall(r"^\| `([A-Z]+)` \| `(/api[^`]*)` \|", TEXT, re.MULTILINE)
    assert named == [(each["method"], each["path"]) for each in listed if each["path"] != "/api"]


async def test_it_says_who_may_ask() -> None:
    listed = (await Caller().get("")).json["api"]
    public = [each["path"] for each in listed if each["for"] == "everybody"]
    assert public[-1].startswith("/api/art"), "the text says: down to /api/art"
    assert [each["for"] for each in listed] == sorted(
        (each["for"] for each in listed), key=["everybody", "listeners", "admin"].index
    )
