"""Real programs these tests drive: a missing one skips the test, but fails it in CI."""

from __future__ import annotations

import os
import shutil

import pytest


def need(*programs: str) -> None:
    missing = [program for program in programs if shutil.which(program) is None]
    if not missing:
        return
    message = f"not installed: {', '.join(missing)} (`make test` as root installs them)"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
