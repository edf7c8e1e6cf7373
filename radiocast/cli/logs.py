"""The log: one line per thing that happened, for an operator to read."""

from __future__ import annotations

import logging
import sys

from radiocast.config.model import LogsConfig
from radiocast.errors import ConfigError, Mistake

LINE = "%(asctime)s %(levelname)-7s %(message)s"
TIME = "%Y-%m-%d %H:%M:%S"


def set_up_log(config: LogsConfig) -> None:
    """Log as configured from now on; a file is opened again, so that it can be rotated.

    Only our own lines: libraries have nothing to say to an operator. Raises
    ConfigError, and then logs on as before.
    """
    handler = _handler(config.file)
    handler.setFormatter(logging.Formatter(LINE, TIME))
    logger = logging.getLogger("radiocast")
    for old in list(logger.handlers):
        logger.removeHandler(old)
        old.close()
    logger.addHandler(handler)
    logger.setLevel(config.level.upper())
    logger.propagate = False


def _handler(file: str) -> logging.Handler:
    if not file:
        return logging.StreamHandler(sys.stderr)
    try:
        return logging.FileHandler(file, encoding="utf-8")
    except OSError as exc:
        raise ConfigError(Mistake("logs.file", f"{file}: {exc.strerror}")) from None
