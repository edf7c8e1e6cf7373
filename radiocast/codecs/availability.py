"""What this machine can encode: said at start-up, not when the first listener comes.

`python -m radiocast.codecs.availability` tries it in a process of its own: a station that only
supervises needs no codecs in its memory, and a library that crashes must not take it along.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import astuple

import trio

from radiocast.codecs.spec import OutputSpec

PATIENCE = 30.0
"""Seconds the process may take on a machine that is busy starting."""


async def find_missing(specs: Sequence[OutputSpec]) -> dict[OutputSpec, str]:
    """Why there can be no such output here, in a sentence for the operator, for each that cannot
    be."""
    wanted = json.dumps([astuple(spec) for spec in specs])
    command = [sys.executable, "-m", "radiocast.codecs.availability", wanted]
    with trio.move_on_after(PATIENCE):
        done = await trio.run_process(command, capture_stdout=True, check=False)
        if done.returncode == 0:
            problems = json.loads(done.stdout)
            return {spec: problem for spec, problem in zip(specs, problems, strict=True) if problem}
    return dict.fromkeys(specs, "the codecs could not be tried out: see the log above")


def missing(spec: OutputSpec) -> str | None:
    """Why there can be no such output here; None: there can."""
    # Here, because the station imports this module and needs none of it.
    from radiocast.codecs.encode import make_encoder
    from radiocast.codecs.errors import CodecError

    try:
        make_encoder(spec)  # libraries may be there and still refuse: only trying tells
    except CodecError as error:
        return str(error)
    return None


if __name__ == "__main__":
    json.dump([missing(OutputSpec(*spec)) for spec in json.loads(sys.argv[1])], sys.stdout)
