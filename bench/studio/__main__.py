"""`python -m bench.studio`: what the studio costs, beside Liquidsoap doing the same.

    python -m bench.studio                     the table: six minutes
    python -m bench.studio --only mp3,aac --window 12      a quick look
    python -m bench.studio soak --hours 24     virtual time: memory, hour by hour

Both programs play the same files at the same time with crossfades, encode the same, in real time,
and are looked at in the same seconds: whatever else the machine does, it does to both. How to
read the table, one line per set of encoders:

CPU
    Milliseconds per second of sound; for radiocast the worker's. `parent` is what the process
    costs that reads and throws away its packets; in the line `station` all is counted: of
    radiocast the whole server, of Liquidsoap Icecast, too.
ratio
    radiocast's CPU by Liquidsoap's; behind it the least and the most of three parts of the window.
RSS, PSS
    MB of the worker, with its idle fork server, and of Liquidsoap. PSS counts what processes
    share once.

`bench/studio/README.md` says what was thought about being fair.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bench.fanout.running import ServerError
from bench.studio.cells import CELLS, Cell, measure
from bench.studio.table import table, versions
from bench.studio.tracks import make_tracks
from radiocast.studio.workers import ENVIRONMENT


def main(arguments: list[str] | None = None) -> int:
    """Run one benchmark and print what it found. Returns the exit status."""
    options = _parser().parse_args(arguments)
    if options.mode == "soak":
        from bench.studio import soak  # a table's process must not share what a worker imports

        _take_on(ENVIRONMENT)
        return soak.run(options.hours, options.outputs.split("+"), options.diary, options.json)
    for name, value in versions().items():
        print(f"{name + ':':12}{value}")
    with tempfile.TemporaryDirectory(prefix="bench-studio-tracks-") as directory:
        tracks = make_tracks(Path(directory))
        try:
            rows = list(measure(_cells(options.only), tracks, options.window, _say))
        except ServerError as exc:
            print(exc, file=sys.stderr)
            return 1
    print(table(rows))
    return 0


def _take_on(environment: Mapping[str, str]) -> None:
    """Begin anew in a worker's environment: its memory is what a soak is about."""
    if not environment.items() <= os.environ.items():
        os.execve(sys.executable, sys.orig_argv, {**os.environ, **environment})


def _cells(only: str) -> list[Cell]:
    wanted = [label.strip() for label in only.split(",")]
    return [cell for cell in CELLS if not only or cell.label.strip() in wanted]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.studio",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("mode", nargs="?", choices=["table", "soak"], default="table")
    parser.add_argument("--window", type=float, default=20.0, help="seconds (default: 20)")
    parser.add_argument("--only", default="", help="lines of the table, with commas between")
    parser.add_argument("--hours", type=float, default=24.0, help="of the soak (default: 24)")
    parser.add_argument(
        "--outputs", default="mp3+opus+aac+vorbis", help="of the soak, with plus signs between"
    )
    parser.add_argument(
        "--diary", choices=["usual", "busy"], default="usual", help="what happens in the soak"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="the soak's figures, too")
    return parser


def _say(text: str) -> None:
    print(f"... {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
