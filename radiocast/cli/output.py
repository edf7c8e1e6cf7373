"""Results on standard output."""

from __future__ import annotations

import os
import sys


def show(text: str) -> None:
    """Print a result. What the terminal cannot show is escaped; a reader like `head` may stop
    reading when it has enough."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        print(text.encode(encoding, "backslashreplace").decode(encoding), flush=True)
    except BrokenPipeError:
        # Python flushes once more when it ends, and would complain of the same.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
