"""The log: one line per thing that happened, for an operator to read."""

from __future__ import annotations

import logging
import sys

from radiocast.config.model import LogsConfig
from radiocast.errors import ConfigError, Mistake
from radiocast.server.log_file import LogFile

LINE = "%(asctime)s %(levelname)-7s %(message)s"
TIME = "%Y-%m-%d %H:%M:%S"


class _FileHandler(logging.Handler):
    """Writes into a file that rotates, and that may be on a full disk."""

    def __init__(self, file: LogFile) -> None:
        super().__init__()
        self._file = file

    def emit(self, record: logging.LogRecord) -> None:
        self._file.write(self.format(record))

    def close(self) -> None:
        self._file.close()
        super().close()


def set_up_log(config: LogsConfig) -> None:
    """Log as configured from now on; a file is opened again, so that it can be rotated.

    Only our own lines: libraries have nothing to say to an operator. Raises
    ConfigError, and then logs on as before.
    """
    handler = _handler(config)
    handler.setFormatter(logging.Formatter(LINE, TIME))
    logger = logging.getLogger("radiocast")
    for old in list(logger.handlers):
        logger.removeHandler(old)
        old.close()
    logger.addHandler(handler)
    logger.setLevel(config.level.upper())
    logger.propagate = False


def _handler(config: LogsConfig) -> logging.Handler:
    file = config.file
    if not file:
        return logging.StreamHandler(sys.stderr)
    try:
        return _FileHandler(LogFile(file, rotate=config.rotate, archive=config.archive))
    except OSError as exc:
        raise ConfigError(Mistake("logs.file", f"{file}: {exc.strerror}")) from None
