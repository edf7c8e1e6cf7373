"""Which mount stands in for which: as configured, or as somebody said since. Pure.

Chains are walked as Icecast does: the first of them that is on air is heard, and one that names
itself again, or is longer than DEPTH, ends there.
"""

from __future__ import annotations

from radiocast.config.model import Config

DEPTH = 10
"""Steps of a chain at most (MAX_FALLBACK_DEPTH of Icecast)."""


class Fallbacks:
    """The fallback of every mount that has one."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._said: dict[str, str] = {}

    def configure(self, config: Config) -> None:
        """New settings; what was said before is forgotten."""
        self._config = config
        self._said.clear()

    def set(self, path: str, fallback: str) -> None:
        """From now on `fallback` is the fallback of `path`, until the next `configure`."""
        self._said[path] = fallback

    def of(self, path: str) -> str | None:
        """The fallback of a mount; None: it has none."""
        return self._said.get(path, self._config.mount(path).fallback)

    def named(self, path: str) -> bool:
        """Whether somebody has spoken of this very mount. What all mounts have in common makes
        none of a path that nobody feeds."""
        return path in self._said or path in self._config.mounts

    def chain(self, path: str) -> list[str]:
        """The fallback of a mount, the fallback of that, and so on."""
        steps: list[str] = []
        step = self.of(path)
        while step is not None and step != path and step not in steps and len(steps) < DEPTH:
            steps.append(step)
            step = self.of(step)
        return steps


def warnings(config: Config) -> list[str]:
    """What an operator may not have meant, each in a line."""
    found, seen = [], set[str]()
    fallbacks = Fallbacks(config)
    for path, mount in config.mounts.items():
        steps = [path, *fallbacks.chain(path)]
        onward = fallbacks.of(steps[-1])
        if mount.fallback is None or onward is None or seen.intersection(steps):
            continue
        if len(steps) > DEPTH and onward not in steps:
            found.append(f"{path}: of its chain of fallbacks only {DEPTH} are looked at")
            seen.update(steps)
        elif steps[-1] in config.mounts:  # else it is the default that leads to itself
            found.append(f"{path}: its fallbacks lead in a circle: {' > '.join([*steps, onward])}")
            seen.update(steps)
    return found
