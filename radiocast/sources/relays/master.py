"""A master's list of mounts, which is asked for again and again."""

from __future__ import annotations

import logging

from radiocast.config.relays import MasterConfig
from radiocast.sources.relays.plan import MAX_MOUNTS, credentials_of, read_listing
from radiocast.web_client.fetch import FetchError, fetch

logger = logging.getLogger(__name__)

MAX_LISTING = MAX_MOUNTS * 256
"""Bytes of a list."""


class Master:
    """Asks for the list, and says in the log when the master comes and goes."""

    def __init__(self) -> None:
        self.paths: tuple[str, ...] = ()
        """The mounts it had when it last answered."""
        self._url = ""
        self._answers: bool | None = None

    def configure(self, config: MasterConfig) -> None:
        """Another master has other mounts."""
        if config.url != self._url:
            self._url, self.paths, self._answers = config.url, (), None

    async def look(self, config: MasterConfig, agent: str) -> None:
        """Ask now. If it does not answer, all stays as it was."""
        url = f"{config.url.rstrip('/')}/admin/streamlist.txt"
        try:
            response = await fetch(
                url,
                headers=(("User-Agent", agent),),
                credentials=credentials_of(config),
                limit=MAX_LISTING,
            )
            if response.status != 200:
                raise FetchError(f"it says {response.status} {response.reason}".rstrip())
        except FetchError as exc:
            self._say(answers=False, what=f"has no list of mounts for us: {exc}")
            return
        if config.url == self._url:  # else there is a new one by now
            self.paths = tuple(read_listing(response.body))
            self._say(answers=True, what=f"has {len(self.paths)} mounts")

    def _say(self, *, answers: bool, what: str) -> None:
        level = logging.INFO if answers else logging.WARNING
        logger.log(logging.DEBUG if answers is self._answers else level, "the master %s", what)
        self._answers = answers
