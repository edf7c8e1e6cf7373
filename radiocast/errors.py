"""Every error radiocast raises on purpose, sorted by who can do something about it."""

from __future__ import annotations

from dataclasses import dataclass


class RadiocastError(Exception):
    """Base of them all. Anything else that escapes is a bug in radiocast."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong with a configuration, in the operator's terms."""

    key: str
    """The full key, as `limits.listeners` or `mounts."/live".burst`; empty: the file as a whole."""
    problem: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.key}: " if self.key else ""
        return f"{where}{self.problem}" + (f" ({self.hint})" if self.hint else "")


class ConfigError(RadiocastError):
    """The operator can fix it. Carries every mistake found, not just the first."""

    def __init__(self, *mistakes: Mistake) -> None:
        self.mistakes = mistakes
        super().__init__("; ".join(map(str, mistakes)))


class PeerError(RadiocastError):
    """The other side broke its protocol: never our bug, never worth a traceback.

    `status` is the HTTP status to answer with where an answer is still
    possible; protocols that are not HTTP ignore it.
    """

    def __init__(self, problem: str, *, status: int = 400) -> None:
        self.status = status
        super().__init__(problem)


class FormatError(PeerError):
    """The audio bytes are not what their content type promises, and never will be."""
