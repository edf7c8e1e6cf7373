"""What this machine can encode: said at start-up, not when the first listener comes."""

from __future__ import annotations

from radiocast.codecs.encode import make_encoder
from radiocast.codecs.errors import CodecError
from radiocast.codecs.spec import OutputSpec


def missing(spec: OutputSpec) -> str | None:
    """Why there can be no such output here, in a sentence for the operator; None: there can."""
    try:
        make_encoder(spec)  # libraries may be there and still refuse: only trying tells
    except CodecError as error:
        return str(error)
    return None
