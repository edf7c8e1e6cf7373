"""Public lists of stations that we tell of our streams: `[directories.NAME]`. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from radiocast.config.fields import Table, duration, setting, text


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryConfig(Table):
    """One list (YP)."""

    url: str = setting("", text)
    """Its address, as `http://dir.xiph.org/cgi-bin/yp-cgi`."""

    timeout: float = setting(15.0, duration(0.1, 600))
    """Seconds it may take to answer."""

    touch: float = setting(600.0, duration(1, 86400))
    """Seconds between two signs of life, where it does not name a time itself."""
