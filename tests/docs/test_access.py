"""What docs/access.md tells a site to do makes links that open a mount."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

from radiocast.access.asking import Admitted
from radiocast.access.signed import check
from tests.access.made import caller

SECRET = "0123456789abcdef0123456789abcdef"
TEXT = (Path(__file__).parents[2] / "docs" / "access.md").read_text(encoding="utf-8")


def test_the_python_example_makes_a_good_link() -> None:
    example = re.search(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    assert example is not None
    environment = {**os.environ, "RADIO_SECRET": SECRET}
    command = [sys.executable, "-c", example[1]]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    target = done.stdout.strip().removeprefix("https://radio.example:8000")
    assert isinstance(check(SECRET, caller(target), now=time.time()), Admitted)
    assert not isinstance(check(SECRET, caller(target), now=time.time() + 7201), Admitted)


def test_the_php_example_signs_the_same_lines() -> None:
    assert r'"$path\n$expires\n$user\n"' in TEXT
