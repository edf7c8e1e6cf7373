"""Real programs these tests drive: a missing one skips the test, but fails it in CI."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest


def need(*programs: str) -> None:
    _miss([program for program in programs if shutil.which(program) is None])


def need_npm(directory: Path) -> None:
    """The packages of the `package.json` in this directory."""
    _miss([] if (directory / "node_modules").is_dir() else [f"the packages of {directory}"])


def _miss(missing: list[str]) -> None:
    if not missing:
        return
    message = f"not installed: {', '.join(missing)} (`make test` as root installs them)"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
