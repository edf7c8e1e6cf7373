"""The analyser: `python -m radiocast.codecs.analyse`, started by `sources/analyser.py`.

Paths come in on stdin, answers go out on stdout, as lines of JSON (`measured.py`): first a
`Working` when it is ready, then for each path what was found, and `Working` again and again
until then. It is a process of its own, as decoders crash on files that were made for it, and
stays behind everything else on the machine.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from typing import BinaryIO

from radiocast.codecs.errors import CodecError
from radiocast.codecs.loudness import Measuring
from radiocast.codecs.measured import Answer, Unplayable, Working, to_line

NICE = 19
ALIVE = 1.0
"""Seconds between two answers, as long as it can say anything."""
MAX_MEMORY = 1 << 30
"""Bytes. A damaged header promises more than there is; what plays well needs a tenth."""


def main() -> None:
    """Measure what stdin names, until it ends."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the station ends it, by closing its stdin
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_DATA, (MAX_MEMORY, MAX_MEMORY))
    try:
        answer_all(sys.stdin.buffer, sys.stdout.buffer)
    except BrokenPipeError:
        os._exit(1)  # the station has gone; and there is nobody to tell


def answer_all(paths: BinaryIO, answers: BinaryIO) -> None:
    """Measure each path of a pipe, one after the other."""
    _say(answers, Working())
    for line in paths:
        _say(answers, _measure(json.loads(line), answers))


def _measure(path: str, answers: BinaryIO) -> Answer:
    said = time.monotonic()
    try:
        measuring = Measuring(path)
        try:
            while measuring.step():
                if time.monotonic() - said >= ALIVE:
                    said = time.monotonic()
                    _say(answers, Working())
            return measuring.result()
        finally:
            measuring.close()
    except CodecError as error:
        return Unplayable(str(error))


def _say(answers: BinaryIO, answer: Answer) -> None:
    answers.write(to_line(answer))
    answers.flush()


if __name__ == "__main__":
    main()
