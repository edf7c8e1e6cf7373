"""conf/radiocast.toml is the reference: every setting, its default, nothing else."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from radiocast.config.load import NAMED, TABLES, load
from radiocast.config.model import Config

CONF = Path(__file__).parents[2] / "conf"
REFERENCE = (CONF / "radiocast.toml").read_text(encoding="utf-8")

# A setting without a default stands there as `#name = example`: no blank, unlike prose.
COMMENTED = re.compile(r"^#(?=[a-z_]+ = |\[)", re.MULTILINE)
SETTING = re.compile(r"^(#?)([a-z_]+) = ", re.MULTILINE)


def settings_of(table: str) -> list[tuple[str, bool]]:
    """(name, whether it is commented out) of each setting in one table of the reference."""
    _, _, after = REFERENCE.partition(f"\n[{table}]\n")
    body = re.split(r"^\[", after, maxsplit=1, flags=re.MULTILINE)[0]
    return [(name, mark == "#") for mark, name in SETTING.findall(body)]


def test_the_values_it_shows_are_the_defaults() -> None:
    assert load(REFERENCE) == Config()


@pytest.mark.parametrize("table", TABLES)
def test_it_shows_each_setting_once_and_in_order(table: str) -> None:
    kind = TABLES[table]
    defaults = kind()
    expected = [(field.name, getattr(defaults, field.name) is None) for field in fields(kind)]
    assert settings_of(table) == expected


def test_it_shows_the_tables_in_order() -> None:
    shown = re.findall(r"^\[(\w+)\]$", REFERENCE, re.MULTILINE)
    assert shown == [*TABLES, *NAMED]


def test_the_examples_it_gives_for_settings_without_a_default_can_be_used() -> None:
    config = load(COMMENTED.sub("", REFERENCE))
    for field in fields(Config):
        table = getattr(config, field.name)
        if field.name not in NAMED:
            assert None not in [getattr(table, each.name) for each in fields(table)]
    assert list(config.mounts) == ["/live"]
    assert list(config.playlists) == ["rotation", "jingles", "morning"]
    assert list(config.outputs) == ["/stream"]
    assert list(config.djs) == ["anna"]


@pytest.mark.parametrize("path", sorted(CONF.glob("*.toml")), ids=lambda path: path.name)
def test_every_example_loads(path: Path) -> None:
    load(path.read_text(encoding="utf-8"))
