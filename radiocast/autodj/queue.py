"""The queue: tracks the operator wants next, in their order. Pure."""

from __future__ import annotations

from dataclasses import replace

from radiocast.autodj.state import Queued, State
from radiocast.autodj.track import Track
from radiocast.errors import RadiocastError

MAX_QUEUE = 1000
"""Tracks in the queue: more than two days."""


class QueueError(RadiocastError):
    """The queue cannot be changed like that. Says why."""


def add(state: State, track: Track, position: int | None = None) -> State:
    """Put a track at `position` (0 is next), or at the end. Raises QueueError."""
    if len(state.queue) >= MAX_QUEUE:
        raise QueueError(f"the queue is full: {MAX_QUEUE} tracks")
    at = len(state.queue) if position is None else _checked(state, position, len(state.queue))
    new = Queued(state.next_number, track)
    queue = (*state.queue[:at], new, *state.queue[at:])
    return replace(state, queue=queue, next_number=state.next_number + 1)


def remove(state: State, number: int) -> State:
    """Take out the track called `number`. Raises QueueError."""
    at = _find(state, number)
    return replace(state, queue=state.queue[:at] + state.queue[at + 1 :])


def move(state: State, number: int, position: int) -> State:
    """Put the track called `number` at `position`, where 0 is next. Raises QueueError."""
    at = _find(state, number)
    to = _checked(state, position, len(state.queue) - 1)
    rest = state.queue[:at] + state.queue[at + 1 :]
    return replace(state, queue=(*rest[:to], state.queue[at], *rest[to:]))


def clear(state: State) -> State:
    """Empty the queue."""
    return replace(state, queue=())


def _find(state: State, number: int) -> int:
    for at, queued in enumerate(state.queue):
        if queued.number == number:
            return at
    raise QueueError(f"there is no number {number} in the queue")


def _checked(state: State, position: int, most: int) -> int:
    if not 0 <= position <= most:
        raise QueueError(f"there is no position {position} in a queue of {len(state.queue)}")
    return position
