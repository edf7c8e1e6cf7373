"""The `ice-audio-info` header: what an encoder says about its own settings.

libshout sends `bitrate=128;samplerate=44100;channels=2`, others `ice-bitrate=128;…`,
liquidsoap adds `quality=4`. Icecast shows each pair by its own name in its statistics.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

# Only these may be shown under their own name: any name at all would let a source
# pretend to have `listeners` or another address.
_NAME = re.compile(r"ice-[a-z0-9_-]{1,40}|bitrate|samplerate|channels|quality")


def parse_audio_info(text: str) -> dict[str, str]:
    """The pairs an `ice-audio-info` header holds, unescaped; whatever is no pair is left out.

    >>> parse_audio_info("ice-samplerate=44100;ice-bitrate=128;listeners=9000")
    {'ice-samplerate': '44100', 'ice-bitrate': '128'}
    """
    pairs = {}
    for part in text.split(";"):
        name, _, value = part.partition("=")
        if _NAME.fullmatch(name := name.strip()) and (value := unquote(value.strip())):
            pairs[name] = value
    return pairs
