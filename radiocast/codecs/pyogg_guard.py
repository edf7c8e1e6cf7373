"""PyOgg 0.6.14a1, imported without the harm its import does.

Importing it appends its own directory to PATH eight times, behind a `;` that on Linux spoils the
last entry for every program started later; with no PATH at all it fails. And it compiles
with warnings on some versions of Python.
"""

from __future__ import annotations

import os
import warnings
from functools import cache
from types import ModuleType


@cache
def import_pyogg() -> ModuleType | None:
    """The module; None: it is not installed, or cannot be imported on this machine.

    Not for two threads at once: the environment belongs to the whole process.
    """
    path = os.environ.get("PATH")
    os.environ["PATH"] = path or ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pyogg  # type: ignore[import-untyped]
    except Exception:  # whatever goes wrong in there, only Vorbis is missing
        return None
    finally:
        if path is None:
            del os.environ["PATH"]
        else:
            os.environ["PATH"] = path
    assert isinstance(pyogg, ModuleType)
    return pyogg
