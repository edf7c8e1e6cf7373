"""Moments as HTTP and log files write them: always English, whatever the locale."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def http_date(moment: float) -> str:
    """Unix seconds as the Date header has them (RFC 9110 section 5.6.7)."""
    return _http_date(int(moment))


@lru_cache(maxsize=4)  # a thousand listeners who come within a second get the same
def _http_date(second: int) -> str:
    when = datetime.fromtimestamp(second, UTC)
    day, month = _DAYS[when.weekday()], _MONTHS[when.month - 1]
    return f"{day}, {when:%d} {month} {when:%Y %H:%M:%S} GMT"


def log_date(moment: float, utc_offset: int = 0) -> str:
    """Unix seconds as access logs have them; `utc_offset` in seconds, east positive."""
    when = datetime.fromtimestamp(int(moment), timezone(timedelta(seconds=utc_offset)))
    return f"{when:%d}/{_MONTHS[when.month - 1]}/{when:%Y:%H:%M:%S %z}"
