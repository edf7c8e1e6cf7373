"""A running station, as the command line talks to it: its API over HTTP."""

from __future__ import annotations

import base64
import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote, urlencode, urlsplit

from radiocast.cli.files import read_config
from radiocast.cli.passwords import FILE_NAME, default_state_directory, stored_passwords
from radiocast.config.model import Config
from radiocast.errors import RadiocastError

PASSWORD = "RADIOCAST_PASSWORD"
"""The variable of the environment that holds the password: other users can read command lines."""

PATIENCE = 30.0
"""Seconds a station has for an answer."""

MAX_ANSWER = 64 * 1024 * 1024
"""Bytes of an answer: a dry run of a week is less than a tenth of it."""


class StationError(RadiocastError):
    """The station cannot be asked, or says no. Says why."""


@dataclass(frozen=True, slots=True)
class Where:
    """What the command line says of the station. None: nothing."""

    file: Path | None = None
    state: Path | None = None
    url: str | None = None
    password: str | None = None


@dataclass(frozen=True, slots=True)
class Station:
    """A station that can be asked."""

    scheme: str
    host: str
    port: int
    user: str
    password: str | None = field(repr=False)
    """None: nobody knows it here; what is public can be asked all the same."""

    @property
    def url(self) -> str:
        """Its address."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    def get(self, path: str, /, **query: object) -> object:
        """Ask for something below /api. Raises StationError."""
        return json.loads(self.get_text(path, **query))

    def get_text(self, path: str, /, **query: object) -> str:
        """The same for what is no JSON."""
        given = {name: value for name, value in query.items() if value not in (None, "")}
        return self._ask("GET", f"{path}?{urlencode(given)}" if given else path)

    def post(self, path: str, /, **fields: object) -> object:
        """Have something done. Raises StationError."""
        given = {name: value for name, value in fields.items() if value is not None}
        return json.loads(self._ask("POST", path, json.dumps(given)))

    def delete(self, path: str) -> object:
        """Take something away. Raises StationError."""
        return json.loads(self._ask("DELETE", path))

    def _ask(self, method: str, path: str, body: str | None = None) -> str:
        headers = {} if body is None else {"Content-Type": "application/json"}
        if self.password is not None:
            login = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            headers["Authorization"] = f"Basic {login}"
        kind = http.client.HTTPSConnection if self.scheme == "https" else http.client.HTTPConnection
        connection = kind(self.host, self.port, timeout=PATIENCE)
        try:
            connection.request(method, f"/api/{quote(path, safe='/?=&%+')}", body, headers)
            response = connection.getresponse()
            content = response.read(MAX_ANSWER)
        except (OSError, http.client.HTTPException) as exc:
            reason = getattr(exc, "strerror", None) or str(exc) or type(exc).__name__
            raise StationError(
                f"no answer from {self.url}: {reason} (is the station running there? "
                "--url or --config says where it is)"
            ) from None
        finally:
            connection.close()
        return self._read(response.status, response.getheader("Content-Type") or "", content)

    def _read(self, status: int, content_type: str, content: bytes) -> str:
        text = content.decode("utf-8", "replace")
        is_json = content_type.startswith("application/json")
        if status < 300 and (is_json or content_type.startswith("text/csv")):
            return text
        if status == 401:
            hint = "is wrong" if self.password is not None else "is needed"
            raise StationError(
                f"the administrator's password {hint} (--password, {PASSWORD}, or --state DIR)"
            )
        try:
            problem = json.loads(text)["error"] if is_json else None
        except (ValueError, KeyError, TypeError):
            problem = None
        raise StationError(str(problem or f"{self.url} is no radiocast station with an auto-DJ"))


def find_station(where: Where, environment: Mapping[str, str]) -> Station:
    """The station that is meant: as `radiocast serve` would start it, unless told otherwise.

    Raises ConfigError, StateError and StationError.
    """
    config = read_config(where.file) if where.file else Config()
    password = where.password or environment.get(PASSWORD) or config.passwords.admin
    user = config.passwords.admin_user
    if where.url is not None:
        return _from_url(where.url, user, password)
    if password is None:
        file = (where.state or default_state_directory(environment)) / FILE_NAME
        password = stored_passwords(file).admin if file.exists() else None
    if config.listen.port == 0:
        raise StationError("listen.port is 0, so nobody knows the port: give --url")
    return Station("http", config.listen.host or "localhost", config.listen.port, user, password)


def _from_url(url: str, user: str, password: str | None) -> Station:
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise StationError(f"{url} is no address of a station, as http://localhost:8000")
    user = unquote(parts.username) if parts.username else user
    password = unquote(parts.password) if parts.password else password
    default = 443 if parts.scheme == "https" else 80
    return Station(parts.scheme, parts.hostname, port or default, user, password)
