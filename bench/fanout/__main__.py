"""`python -m bench.fanout`: what a listener costs, beside Icecast and beside a bare loop.

Everything runs on 127.0.0.1, ends by itself, and takes its processes with it on Ctrl-C.

    python -m bench.fanout                              the table, at 1,000, 5,000, 12,000 listeners
    python -m bench.fanout --listeners 1000 --window 5  a quick look
    python -m bench.fanout joins|hostile|mounts|status|tls  one question each
    python -m bench.fanout --url http://127.0.0.1:9000/live --pid 4711 --name mine

How to read the table, one line per server and load:

CPU, user, sys
    µs of the server's CPU per listener and second, from /proc over the window. On loopback this
    includes the receiving half of TCP: the kernel runs it inside the sender's `send`.
/icecast, /bare, /plain
    CPU against Icecast under the same load; against a loop that only calls `send`, as often as
    radiocast did; with ICY against without. Ratios of one run mean something on any machine.
RSS MB, KiB each
    Resident memory of the server; what one listener added to it. Sockets are the kernel's memory:
    `--json` has them as `kernel`, both ends together.
first p50, p99
    From `connect` to the first audio byte, while the listeners come at 400 a second.
joins/s
    How many a second are served when all are there and 500 more come, 64 at a time.
gap p50, p99, max
    The longest time each listener went without a byte. radiocast means one tick, and up to one
    block of the source more: half a second and a quarter of one under a crowd, less below that.
recv/s
    How often a listener had something to read: a server's sends per listener and second.
kbit/s
    What the worst served listener got. Lines with `!` say what was lost, refused or late.

`bench/fanout/README.md` says how to tune a machine for 10,000 listeners, and what TLS costs.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from types import FrameType

from bench.fanout import hostile, joins, mounts, status, tls
from bench.fanout.cells import compare
from bench.fanout.clip import CODECS, load, make_file
from bench.fanout.environment import describe
from bench.fanout.figures import Row
from bench.fanout.limits import raise_descriptors
from bench.fanout.servers import QUEUE, STARTS, Plan, Start, external
from bench.fanout.table import aligned, fanout_table, number

MODES = {
    "joins": joins.run,
    "hostile": hostile.run,
    "mounts": mounts.run,
    "status": status.run,
    "tls": tls.run,
}


def main(arguments: list[str] | None = None) -> int:
    """Run one benchmark and print what it found. Returns the exit status."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _end)
    raise_descriptors()
    environment = describe()
    for name, value in environment.items():
        print(f"{name + ':':13}{value}")
    servers = _servers(options)
    codec = CODECS[options.format]
    with tempfile.TemporaryDirectory(prefix="fanout-clip-") as directory:
        path = Path(directory) / f"clip.{codec.name}"
        make_file(codec, path)
        clip = load(codec, path)
        plan = Plan(
            codec.name, path, queue=QUEUE, tick=options.tick, send_buffer=options.send_buffer
        )
        print(f"stream:      {codec.name}, {clip.rate * 8 / 1000:.1f} kbit/s\n")
        if options.mode == "table":
            rows = compare(
                servers,
                options.listeners or [1000, 5000, 12000],
                plan,
                clip,
                icy={"both": [False, True], "no": [False], "yes": [True]}[options.icy],
                window=options.window,
                join_rate=options.join_rate,
                rounds=options.rounds,
                say=_say,
            )
            print(fanout_table(rows))
            result = [_as_json(row) for row in rows]
        else:
            servers.pop("bare", None)
            count = options.listeners[0] if options.listeners else None
            result = MODES[options.mode](servers, plan, clip, count, options.window, _say)
            print(_plain_table(result))
    if options.json:
        document = {"mode": options.mode, "environment": environment, "rows": result}
        options.json.write_text(json.dumps(document, indent=1) + "\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.fanout",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("mode", nargs="?", choices=["table", *MODES], default="table")
    parser.add_argument("--listeners", type=_counts, help="how many, with commas between")
    parser.add_argument("--servers", default="radiocast,icecast,bare", help="which to start")
    parser.add_argument("--format", choices=CODECS, default="mp3")
    parser.add_argument("--icy", choices=["both", "no", "yes"], default="both")
    parser.add_argument("--window", type=float, default=10.0, help="seconds (default: 10)")
    parser.add_argument("--join-rate", type=float, default=400.0, help="a second (default: 400)")
    parser.add_argument("--rounds", type=int, default=1, help="the median by CPU is printed")
    parser.add_argument("--tick", type=float, default=0.5, help="radiocast's largest tick, seconds")
    parser.add_argument("--send-buffer", type=int, default=0, help="radiocast's SO_SNDBUF, bytes")
    parser.add_argument(
        "--url", help="the mount of a server that runs; with a password: we feed it"
    )
    parser.add_argument("--pid", type=int, help="that server's process")
    parser.add_argument("--name", default="other", help="what to call it")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    return parser


def _counts(text: str) -> list[int]:
    return [int(word) for word in text.split(",")]


def _servers(options: argparse.Namespace) -> dict[str, Start]:
    servers = {name: STARTS[name] for name in options.servers.split(",") if name}
    if options.url:
        servers[options.name] = external(options.url, options.pid, options.name)
    return servers


def _as_json(row: Row) -> dict[str, object]:
    return {**asdict(row), "cpu": row.cpu, "memory_each": row.memory_each}


def _plain_table(rows: list[dict[str, object]]) -> str:
    if not rows:
        return "nothing was measured"
    return aligned([tuple(rows[0]), *(tuple(map(_cell, row.values())) for row in rows)])


def _cell(value: object) -> str:
    return number(value, 1) if isinstance(value, float) else str(value)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _end(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
