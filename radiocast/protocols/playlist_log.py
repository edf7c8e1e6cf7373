"""Lines of the log of titles, as Icecast writes them, so that the same programs read them.

22/Nov/2026:13:58:55 +0000|/yp.mp3|3|Artist - Title
"""

from __future__ import annotations

from radiocast.protocols.http_date import log_date
from radiocast.protocols.text import one_line


def playlist_line(
    mount: str, listeners: int, title: str, *, now: float, utc_offset: int = 0
) -> str:
    """One line without its end. The title may hold the separator: it is the last of the four."""
    path = one_line(mount).replace("|", ".")
    return f"{log_date(now, utc_offset)}|{path}|{listeners}|{one_line(title)}"
