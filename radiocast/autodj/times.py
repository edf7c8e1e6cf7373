"""When the times of the week are: wall clock to Unix seconds and back. Pure.

A time that summer time leaves out happens when the clocks have moved on; one that it
repeats happens the first time.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo

from radiocast.config.week import Moment, Window

_HOUR = 3600.0


def occurrences(moment: Moment, after: float, until: float, zone: tzinfo) -> list[float]:
    """When `moment` is, after `after` up to and including `until`, in Unix seconds."""
    if moment.hour is None:
        return _hourly(moment, after, until, zone)
    seconds = 3600 * moment.hour + 60 * moment.minute + moment.second
    found = (_at(day, seconds, zone) for day in _days(after, until, zone, moment.days))
    return [t for t in found if after < t <= until]


def openings(window: Window, after: float, until: float, zone: tzinfo) -> list[float]:
    """When `window` opens, after `after` up to and including `until`, in Unix seconds."""
    found = (_at(day, 60 * window.start, zone) for day in _days(after, until, zone, window.days))
    return [t for t in found if after < t <= until]


def is_open(window: Window, now: float, zone: tzinfo) -> bool:
    """Whether `now` is in `window`: its first second is, its last minute's end is not."""
    local = datetime.fromtimestamp(now, zone)
    minute = 60 * local.hour + local.minute
    today, yesterday = local.weekday(), (local.weekday() - 1) % 7
    end = window.start + window.minutes
    return (today in window.days and window.start <= minute < end) or (
        yesterday in window.days and minute + 24 * 60 < end
    )


def _hourly(moment: Moment, after: float, until: float, zone: tzinfo) -> list[float]:
    local = datetime.fromtimestamp(after, zone)
    into = 60 * local.minute + local.second + local.microsecond / 1e6
    found: list[float] = []
    # Rounded: the hour's start is a whole second, whatever the float has lost.
    at = round(after - into) + 60.0 * moment.minute + moment.second
    while at <= until:
        if at > after and datetime.fromtimestamp(at, zone).weekday() in moment.days:
            found.append(at)
        at += _HOUR
    return found


def _days(after: float, until: float, zone: tzinfo, wanted: frozenset[int]) -> list[date]:
    """The wanted days of a stretch of time."""
    first = datetime.fromtimestamp(after, zone).date()
    last = datetime.fromtimestamp(until, zone).date()
    days = ((first + timedelta(n)) for n in range((last - first).days + 1))
    return [day for day in days if day.weekday() in wanted]


def _at(day: date, seconds: int, zone: tzinfo) -> float:
    clock = time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    return datetime.combine(day, clock, zone).timestamp()
