"""Listeners and sources a web server says yes or no to: `kind = "url"`."""

from __future__ import annotations

import logging

import trio

from radiocast.access import url_forms
from radiocast.access.asking import Admitted, Caller, Denied
from radiocast.access.notices import Notices, Post
from radiocast.access.url_forms import Server
from radiocast.config.auth import AuthConfig
from radiocast.protocols.basic_auth import Credentials
from radiocast.web_client.fetch import FetchError, WebResponse, fetch

logger = logging.getLogger(__name__)

MOST_ASKED = 64
"""Questions on their way to one web server. More wait, and their time runs."""

NO_ONE = Credentials("", "")


class UrlAuth:
    """Asks and tells a web server as Icecast does."""

    def __init__(
        self, config: AuthConfig, server: Server, listeners: Notices, mounts: Notices
    ) -> None:
        self.config = config
        self.server = server
        self._listeners = listeners
        self._mounts = mounts
        self._asking = trio.CapacityLimiter(MOST_ASKED)

    def refresh(self) -> None:
        """There is no file."""

    async def admit(self, caller: Caller) -> Admitted | Denied:
        config = self.config
        limit: float | None = None
        if config.listener_add:
            body = url_forms.listener_add(self.server, config, caller)
            answer = await self._ask(config.listener_add, body, caller.credentials, "listener_add")
            if answer is None:
                return Denied("the web server does not answer")
            told = url_forms.message(answer)
            if not url_forms.says_yes(config, answer):
                return Denied(f"the web server says no{told and f': {told}'}", told)
            limit = url_forms.time_limit(config, answer)
        user = caller.credentials.user if caller.credentials is not None else None
        return Admitted(user or None, limit, lambda seconds: self._tell_left(caller, seconds))

    async def may_send(
        self, mount: str, ip: str, credentials: Credentials, *, agent: str, admin: bool
    ) -> bool:
        """Whether a source may, or with `admin` whether it may change its title."""
        body = url_forms.stream_auth(self.server, mount, ip, credentials, agent=agent, admin=admin)
        theirs = credentials if self.server.is_2_5 else None
        answer = await self._ask(self.config.stream_auth, body, theirs, "stream_auth")
        return answer is not None and url_forms.says_yes(self.config, answer)

    def tell_mount(self, action: str, mount: str, ip: str, agent: str) -> None:
        """A source came (`mount_add`) or is gone (`mount_remove`)."""
        url = self.config.mount_add if action == "mount_add" else self.config.mount_remove
        if url:
            body = url_forms.mount_event(self.server, action, mount, ip, agent)
            self._mounts.put(self._post(url, body, None, f"{action} of {mount}"))

    def _tell_left(self, caller: Caller, seconds: float) -> None:
        if self.config.listener_remove:
            body = url_forms.listener_remove(self.server, caller, seconds)
            about = f"listener_remove of {caller.mount}"
            post = self._post(self.config.listener_remove, body, caller.credentials, about)
            self._listeners.put(post)

    async def _ask(
        self, url: str, body: bytes, theirs: Credentials | None, about: str
    ) -> WebResponse | None:
        """What the web server answers; None: nothing in time, or nothing that makes sense."""
        post = self._post(url, body, theirs, about)
        try:
            with trio.fail_after(post.timeout):
                async with self._asking:
                    return await fetch(
                        url,
                        "POST",
                        headers=post.headers,
                        body=body,
                        credentials=post.credentials,
                        timeout=post.timeout,
                    )
        except FetchError as exc:
            logger.warning("%s: %s", about, exc)
        except trio.TooSlowError:
            logger.warning("%s: no answer within %g s", about, post.timeout)
        return None

    def _post(self, url: str, body: bytes, theirs: Credentials | None, about: str) -> Post:
        """With our own credentials or, as Icecast does where there are none, with theirs."""
        config = self.config
        ours = Credentials(config.user, config.password) if config.user else theirs
        if ours is None and not self.server.is_2_5:
            ours = NO_ONE
        return Post(url, body, self.server.agent, ours, config.timeout, about)
