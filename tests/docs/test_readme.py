"""The README is true: its commands are run, and print what it says they print.

They are run in the order they stand there, in one session, with three changes:
ports of our own take the place of 8000 and 8001, and `radiocast dj` is told so;
PASSWORD becomes the password that the station made; and of `make TARGET` only the
plan is checked (`make --dry-run`), because this is itself part of `make test`, but
for `make run`, whose last command starts the station.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from radiocast.cli.files import read_config
from radiocast.cli.welcome import welcome
from radiocast.config.model import PasswordsConfig
from tests.docs.conversation import Conversation, two_free_ports, with_port
from tests.docs.readme import Step, steps

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
START = re.compile(r"\S*radiocast serve conf/demo\.toml")
STEERING = ".venv/bin/radiocast dj "


def plan(target: str, environment: dict[str, str]) -> list[str]:
    """What `make TARGET` would do, in commands."""
    done = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", target],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.mark.clients
def test_the_readme_is_true(tmp_path: Path) -> None:
    for tool in ("make", "curl", "ffmpeg", "ffprobe"):
        if shutil.which(tool) is None and "CI" not in os.environ:
            pytest.skip(f"{tool} is not installed")
    port = two_free_ports()
    # Under `make test`, make would pass its own options down to the make we call.
    environment = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    environment["XDG_STATE_HOME"] = str(tmp_path)

    def password(of: str) -> str:
        file = tmp_path / "radiocast" / "passwords.toml"
        made: str = tomllib.loads(file.read_text())["passwords"][of]
        return made

    def adapt(step: Step) -> Step:
        target = re.fullmatch(r"make (\w+)", step.command)
        if target and not step.runs_on:
            assert plan(target[1], environment)
            return replace(step, command="true")
        if target:
            start = plan(target[1], environment)[-1].strip()
            assert START.fullmatch(start), start
            step = replace(step, command=f"exec {start} --port {port}")
        elif "PASSWORD" in step.command:
            step = replace(step, command=step.command.replace("PASSWORD", password("source")))
        elif step.command.startswith(STEERING):
            # It finds a station on port 8000 by itself, and its password, but not one elsewhere.
            environment["RADIOCAST_PASSWORD"] = password("admin")
            step = replace(step, command=f"{step.command} --url http://localhost:8000")
        return with_port(step, port)

    session = Conversation(ROOT, tmp_path, environment, adapt)
    try:
        for step in steps(README):
            session.try_step(step)
        session.check_what_runs_on()
    finally:
        session.interrupt_all()


def test_console_blocks_are_read_as_a_reader_would() -> None:
    text = (
        "```sh\n$ not this\n```\n"
        "```console\n$ a \\\n    b\n$ c\none...\n[exit 3]\n```\n"
        "```console\n$ d\nready\n^C\n```\n"
    )
    assert steps(text) == [
        Step("a \\\n    b", ""),
        Step("c", "one...\n", 3),
        Step("d", "ready\n", runs_on=True),
    ]


def test_three_dots_stand_for_anything_and_nothing_else_does() -> None:
    step = Step("", "one...\nthree.\n")
    assert step.matches("one\ntwo\nthree.\n")
    assert step.matches("one\nthree.")
    assert not step.matches("one\nthree!\n")
    assert not step.matches("one\nthree.\nfour\n")


def test_three_dots_on_a_line_of_their_own_stand_for_any_lines_or_none() -> None:
    step = Step("", "...\none\n...\n")
    for printed in ("one\n", "zero\none\n", "one\ntwo\nthree\n", "one\nhalf"):
        assert step.matches(printed), printed
    for printed in ("", "xone\n", "one two\n"):
        assert not step.matches(printed), printed


@pytest.mark.parametrize(
    "step",
    [Step("echo no", "yes\n"), Step("exit 1", ""), Step("echo no", "yes\n", runs_on=True)],
)
def test_a_command_that_does_not_print_what_the_text_says_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: Step
) -> None:
    monkeypatch.setattr("tests.docs.conversation.PATIENCE", 0.3)
    session = Conversation(tmp_path, tmp_path, os.environ, lambda step: step)
    try:
        with pytest.raises(AssertionError, match="but prints:\n"):
            session.try_step(step)
    finally:
        session.interrupt_all()


def test_a_command_that_should_run_on_but_ends_is_found(tmp_path: Path) -> None:
    session = Conversation(tmp_path, tmp_path, os.environ, lambda step: step)
    try:
        session.try_step(Step("echo started", "started\n", runs_on=True))
        session.running[0].process.wait(timeout=10)
        with pytest.raises(AssertionError, match="ended with:\nstarted"):
            session.check_what_runs_on()
    finally:
        session.interrupt_all()


def test_the_package_table_names_every_package_and_no_other() -> None:
    table = README.partition("\n| Package |")[2].partition("\n\n")[0]
    named = re.findall(r"^\| `(\w+)` \| \S.* \|$", table, re.MULTILINE)
    packages = [path.parent.name for path in (ROOT / "radiocast").glob("*/__init__.py")]
    assert sorted(named) == sorted(packages)


def test_every_link_to_a_file_leads_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert links
    for link in links:
        assert (ROOT / link).exists(), link


def test_the_readme_gives_the_settings_the_first_run_gives() -> None:
    passwords = PasswordsConfig(source="PASSWORD", admin="ADMIN")
    demo = replace(read_config(ROOT / "conf" / "demo.toml"), passwords=passwords)
    shown = welcome(demo, Path("passwords.toml"), PasswordsConfig())
    for heading in ("butt", "Mixxx"):
        table = re.search(rf"^\*\*{heading}\*\* .*\n\n(.*)\n.*\n(.*)\n", README, re.MULTILINE)
        assert table
        names, values = (
            [cell.strip() for cell in row.strip("|").split("|")] for row in table.groups()
        )
        section = shown[shown.index(f"On air with {heading}") :].split("\n\n")[1]
        assert section.splitlines() == [
            f"  {name:<{max(map(len, names))}}   {value}"
            for name, value in zip(names, values, strict=True)
        ]
    ffmpeg = next(step for step in steps(README) if step.command.startswith("ffmpeg"))
    assert " ".join(ffmpeg.command.replace("\\\n", " ").split()) in shown
