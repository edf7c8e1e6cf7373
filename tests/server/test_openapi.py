"""Schemathesis asks a whole station for all that its OpenAPI document says there is.

It makes up calls, good and bad, and holds each answer against the document: its status, its type
and its shape. Events have no end, so they are tested elsewhere.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import trio

from tests.station import RunningStation, running_station

from .audio import frames
from .made import encoder, until

DEMO = Path(__file__).parents[2] / "playlists" / "demo.m3u"
AUTODJ = f"""
[playlists.demo]
source = "{DEMO}"
[outputs."/stream"]
[control]
requests = true
"""
PLAIN = """
[limits]
source_timeout = "2min"
[mounts."/stream"]
name = "Plain"
"""
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "unsupported_method",
)
EXAMPLES = 2
"""Calls that are made up for each operation, in each phase."""


async def fuzz(on: RunningStation, directory: Path, *more: str) -> None:
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", on.url("/api/openapi.json")),
        *("--checks", ",".join(CHECKS), "--auth", "admin:letmein", "--exclude-path", "/api/events"),
        *("--max-examples", str(EXAMPLES), "--seed", "1", "--generation-database", "none"),
        *("--no-color", "--warnings", "off", *more),
    ]
    done = await trio.run_process(
        command, capture_stdout=True, stderr=subprocess.STDOUT, check=False, cwd=directory
    )
    assert done.returncode == 0, done.stdout.decode()[-8000:]


async def test_a_station_with_an_autodj_answers_as_it_says(tmp_path: Path) -> None:
    async with running_station(AUTODJ, patience=120) as on:
        await until(lambda: bool(on.registry.on_air))
        await fuzz(on, tmp_path, "--phases", "examples,fuzzing")
        assert on.registry.on_air, "nothing that was asked took it off the air"


async def test_a_station_without_one_answers_as_it_says(tmp_path: Path) -> None:
    async with (
        running_station(PLAIN, patience=120) as on,
        encoder(on, "/stream", audio=frames(0, 5)),
    ):
        await until(lambda: bool(on.registry.on_air))
        await fuzz(
            on,
            tmp_path,
            "--phases",
            "coverage",
            "--include-path-regex",
            "mounts|status",
        )
