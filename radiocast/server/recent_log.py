"""The last lines of the log, for administrators who look at it from afar."""

from __future__ import annotations

import logging
from collections import deque
from types import TracebackType
from typing import Self

MAX_LINES = 200
MAX_LINE = 1000
"""Characters of a line; a traceback is one line."""


class RecentLog(logging.Handler):
    """Keeps the last lines that the program logs. A context manager."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: deque[str] = deque(maxlen=MAX_LINES)
        self.setFormatter(logging.Formatter("[{asctime}] {levelname} {message}", style="{"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record)[:MAX_LINE])

    def __enter__(self) -> Self:
        logging.getLogger("radiocast").addHandler(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        logging.getLogger("radiocast").removeHandler(self)
