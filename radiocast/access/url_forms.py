"""What URL authentication tells and hears, as Icecast's `auth_url.c` has it. Pure.

The order of the fields and what is escaped follow the recordings of 2.4.4 and of 2.5.0. Fields
that only 2.5 has and that say nothing here (`role`, `source-instance`) are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from radiocast.access.asking import Caller
from radiocast.config.auth import AuthConfig
from radiocast.config.icecast import Level
from radiocast.protocols.basic_auth import Credentials
from radiocast.protocols.text import one_line, parse_number
from radiocast.web_client.fetch import WebResponse
from radiocast.web_client.form import escape, form_body

Fields = list[tuple[str, str]]

MESSAGE = "icecast-auth-message"
MAX_MESSAGE = 200
"""Characters of a web server's message that a listener is shown."""


@dataclass(frozen=True, slots=True)
class Server:
    """Who asks."""

    host: str
    port: int
    instance: str
    """Another one each time the station starts (2.5)."""
    level: Level
    agent: str
    """How we introduce ourselves."""

    @property
    def is_2_5(self) -> bool:
        """Whether we write as Icecast 2.5 does."""
        return self.level is Level.V2_5

    def body(self, fields: Fields) -> bytes:
        """The fields as a form."""
        return form_body(fields, escape_action=self.is_2_5)

    @property
    def fields(self) -> Fields:
        """How we name ourselves."""
        known = [("server", self.host), ("port", str(self.port))]
        return [*known, ("server-instance", self.instance)] if self.is_2_5 else known


def listener_add(server: Server, config: AuthConfig, caller: Caller) -> bytes:
    """Somebody wants to listen."""
    prefix = config.forward_prefix
    forwarded = [
        (escape(f"{prefix}{name.lower()}") if server.is_2_5 else f"{prefix}{name.lower()}", value)
        for name in config.forward
        if (value := caller.head.header(name.lower())) is not None
    ]
    return server.body([("action", "listener_add"), *_listener(server, caller), *forwarded])


def listener_remove(server: Server, caller: Caller, seconds: float) -> bytes:
    """Somebody has listened, so long."""
    duration = ("duration", str(int(seconds)))
    fields = _listener(server, caller)
    if server.is_2_5:
        return server.body([("action", "listener_remove"), duration, *fields])
    at = next(number for number, (name, _) in enumerate(fields) if name == "ip")
    return server.body([("action", "listener_remove"), *fields[:at], duration, *fields[at:]])


def _listener(server: Server, caller: Caller) -> Fields:
    query = caller.head.origin_form.partition(b"?")[2].decode("latin-1")
    mount = f"{caller.mount}?{query}" if query else caller.mount
    fields = [*server.fields, ("client", str(caller.number)), ("mount", mount)]
    credentials = caller.credentials
    if credentials is not None:
        fields += [("user", credentials.user), ("pass", credentials.password)]
    elif not server.is_2_5:
        fields += [("user", ""), ("pass", "")]
    return [*fields, ("ip", caller.ip), ("agent", caller.user_agent)]


def stream_auth(
    server: Server, mount: str, ip: str, credentials: Credentials, *, agent: str, admin: bool
) -> bytes:
    """Somebody wants to send; with `admin`, to change the title, or to ask about the mount."""
    who = [("user", credentials.user), ("pass", credentials.password)]
    if server.is_2_5:
        fields = [*server.fields, ("mount", mount), *who, ("ip", ip), ("agent", agent)]
    else:
        fields = [("mount", mount), ("ip", ip), *server.fields, *who]
    return server.body([("action", "stream_auth"), *fields, *([("admin", "1")] if admin else [])])


def mount_event(server: Server, action: str, mount: str, ip: str, agent: str) -> bytes:
    """A source came (`mount_add`) or is gone (`mount_remove`)."""
    more = [("ip", ip), ("agent", agent)] if server.is_2_5 else []
    return server.body([("action", action), ("mount", mount), *more, *server.fields])


def says_yes(config: AuthConfig, answer: WebResponse) -> bool:
    """Whether an answer has the header that means yes. As in Icecast its line begins with what is
    configured, whatever the status; `HTTP/1.1 200 OK` therefore means the status line."""
    wanted = _normal(config.allow_header)
    lines = [f"HTTP/1.1 {answer.status} {answer.reason}"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    return any(line.lower().startswith(wanted) for line in lines)


def time_limit(config: AuthConfig, answer: WebResponse) -> float | None:
    """Seconds the listener may stay; None: the answer does not say."""
    said = answer.header(config.time_header.partition(":")[0].strip().lower())
    number = parse_number(said.strip()) if said is not None else None
    return None if number is None else float(number)


def message(answer: WebResponse) -> str:
    """What the web server has to say to the listener; empty: nothing."""
    return one_line(answer.header(MESSAGE) or "")[:MAX_MESSAGE]


def _normal(line: str) -> str:
    name, colon, value = line.partition(":")
    return f"{name.strip()}: {value.strip()}".strip().lower() if colon else line.strip().lower()
