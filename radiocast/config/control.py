"""How the auto-DJ is steered from outside: `[control]`. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from radiocast.config.fields import Table, flag, optional, password, setting, text, whole


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlConfig(Table):
    """Remote controls. The HTTP API is on the station's port: what is public there for
    everybody, the rest for the administrator."""

    requests: bool = setting(False, flag)
    """Whether listeners may look tracks up and ask for them, each every ten minutes."""

    metrics: bool = setting(False, flag)
    """Whether everybody may read /metrics; if not, the administrator may."""

    mpd_port: int = setting(0, whole(0, 65535))
    """The TCP port for programs that steer an MPD (mpc, phone apps); 0: none. The custom is
    6600. Changes need a restart."""

    mpd_host: str = setting("127.0.0.1", text)
    """The address it listens on: MPD's protocol sends passwords in the clear. Empty: every one."""

    mpd_password: str | None = setting(None, optional(password), secret=True)
    """What those programs must give before they may change anything; None: nothing is asked."""
