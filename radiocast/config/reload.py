"""How a running station comes by other settings. Types only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from radiocast.config.model import Config

Take: TypeAlias = Callable[[Config], None]
"""Goes on with other settings. Raises ConfigError if they cannot be used: then all stays as it
was."""

Reload: TypeAlias = Callable[[Take], None]
"""Reads the settings again for whoever takes them. Raises ConfigError, for what is wrong with the
file, and for what was found wrong when they were taken."""
