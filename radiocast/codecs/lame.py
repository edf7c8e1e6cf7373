"""The system's LAME, if there is one. The one inside PyAV's wheels takes three times as long.

After LAME's own API documentation, `lame.h`. LAME 3.100 keeps binary compatibility with 3.9x.
"""

from __future__ import annotations

import ctypes
import weakref
from functools import cache

import numpy as np

from radiocast.codecs.audio import Audio
from radiocast.codecs.errors import CodecError
from radiocast.codecs.packet import Packet
from radiocast.codecs.resample import FromBus
from radiocast.codecs.spec import OutputSpec
from radiocast.formats.mpeg_header import parse_header

_NAMES = ("libmp3lame.so.0", "libmp3lame.0.dylib", "libmp3lame.dll")
_MONO, _JOINT_STEREO = 3, 1
_MARGIN = 7200  # "mp3buf_size in bytes = 1.25 * num_samples + 7200"
_POINTER, _INT = ctypes.c_void_p, ctypes.c_int
_ARGUMENTS: dict[str, tuple[type, ...]] = {
    "set_in_samplerate": (_INT,),
    "set_out_samplerate": (_INT,),
    "set_num_channels": (_INT,),
    "set_mode": (_INT,),
    "set_brate": (_INT,),
    "set_bWriteVbrTag": (_INT,),
    "init_params": (),
    "close": (),
    "encode_buffer_ieee_float": (_POINTER, _POINTER, _INT, _POINTER, _INT),
    "encode_flush": (_POINTER, _INT),
}


@cache
def lame_library() -> ctypes.CDLL | None:
    """The library; None: it is not installed."""
    for name in _NAMES:
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        library.lame_init.restype = ctypes.c_void_p
        for function, arguments in _ARGUMENTS.items():
            getattr(library, f"lame_{function}").argtypes = (ctypes.c_void_p, *arguments)
        return library
    return None


class LameEncoder:
    """An Encoder for MP3 with a constant bitrate. Raises CodecError if there is no LAME."""

    headers: tuple[bytes, ...] = ()
    delay = 1105

    def __init__(self, spec: OutputSpec) -> None:
        library = lame_library()
        if library is None:
            raise CodecError("libmp3lame is not installed")
        self._library, self._spec = library, spec
        self._handle = ctypes.c_void_p(library.lame_init())
        weakref.finalize(self, library.lame_close, self._handle)
        settings = {
            "in_samplerate": spec.sample_rate,
            "out_samplerate": spec.sample_rate,
            "num_channels": spec.channels,
            "mode": _MONO if spec.channels == 1 else _JOINT_STEREO,
            "brate": spec.bitrate // 1000,
            "bWriteVbrTag": 0,
        }
        for name, value in settings.items():
            getattr(library, f"lame_set_{name}")(self._handle, value)
        if library.lame_init_params(self._handle) < 0:
            raise CodecError(f"LAME takes no {spec.bitrate // 1000} kbit/s, {spec.sample_rate} Hz")
        self._input = FromBus(spec.sample_rate, spec.channels)
        self._stream = b""  # a frame that is not whole

    def encode(self, block: Audio) -> list[Packet]:
        return self._encode(self._input.push(block))

    def flush(self) -> list[Packet]:
        packets = self._encode(self._input.flush())
        out = ctypes.create_string_buffer(_MARGIN)
        length = self._library.lame_encode_flush(self._handle, out, len(out))
        return packets + self._frames(out.raw[:length])

    def _encode(self, audio: Audio) -> list[Packet]:
        # One array of its own per channel. LAME leaves the right one of a mono stream alone.
        left = np.ascontiguousarray(audio[:, 0])
        right = np.ascontiguousarray(audio[:, -1])
        out = ctypes.create_string_buffer(len(left) * 5 // 4 + _MARGIN)
        length = self._library.lame_encode_buffer_ieee_float(
            self._handle, left.ctypes.data, right.ctypes.data, len(left), out, len(out)
        )
        if length < 0:
            raise CodecError(f"LAME gave up (error {length})")
        return self._frames(out.raw[:length])

    def _frames(self, data: bytes) -> list[Packet]:
        """The whole frames: LAME writes bytes as they come."""
        self._stream += data
        packets = []
        while header := parse_header(self._stream):
            if len(self._stream) < header.length:
                break
            packets.append(Packet(self._stream[: header.length], header.samples))
            self._stream = self._stream[header.length :]
        return packets
