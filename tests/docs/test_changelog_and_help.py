"""What else an operator reads: the changelog, and what the command says of itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from radiocast.cli.main import main

ROOT = Path(__file__).parents[2]


def test_the_changelog_begins_with_what_is_not_released_yet() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert sections[0].startswith("[Unreleased]\n")
    assert re.search(r"^- \S", sections[0], re.MULTILINE)


def help_of(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    with pytest.raises(SystemExit) as caught:
        main([*command, "--help"])
    assert caught.value.code == 0
    return capsys.readouterr().out


def test_the_help_names_every_command_and_gives_examples(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = help_of(capsys)
    for command in ("serve", "check", "import", "dj", "sign", "simulate"):
        assert re.search(rf"^    {command}  ", text, re.MULTILINE), command
        assert f"  radiocast {command} " in text.partition("examples:")[2]


def test_the_help_of_each_command_names_its_options(capsys: pytest.CaptureFixture[str]) -> None:
    text = help_of(capsys, "serve")
    for option in ("CONFIG", "--host HOST", "--port PORT", "--state DIR", "SIGHUP"):
        assert option in text
    assert "conf/radiocast.toml" in help_of(capsys, "check")
    assert "docs/migration.md" in help_of(capsys, "import")


def test_the_help_of_the_auto_djs_commands_gives_examples(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = help_of(capsys, "dj")
    examples = text.partition("examples:")[2]
    for command in re.findall(r"^  radiocast dj (\w+)", examples, re.MULTILINE):
        assert re.search(rf"^    {command} ", text, re.MULTILINE), command
        assert "--url URL" in help_of(capsys, "dj", command)
    assert "--days N" in help_of(capsys, "simulate")
