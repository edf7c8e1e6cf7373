"""Vorbis by libvorbisenc, the one encoder that FFmpeg in PyAV's wheels does not bring.

PyOgg finds the libraries and describes their structures; some of its function wrappers are
broken, so the functions are declared here. After the documentation of libvorbis and libvorbisenc
("vorbisenc API overview").
"""

from __future__ import annotations

import ctypes
import weakref
from typing import Any

import numpy as np

from radiocast.codecs.audio import Audio
from radiocast.codecs.errors import CodecError
from radiocast.codecs.packet import Packet
from radiocast.codecs.pyogg_guard import import_pyogg
from radiocast.codecs.resample import FromBus
from radiocast.codecs.spec import OutputSpec

_RATEMANAGE2_SET = 0x15
_MOST_AT_ONCE = 4096
"""Samples given to the encoder in one go; its work space grows with them and never shrinks."""


class VorbisEncoder:
    """An Encoder for Vorbis: variable bitrate, on average about the one asked for.

    Raises CodecError if PyOgg or libvorbisenc are missing.
    """

    delay = 0

    def __init__(self, spec: OutputSpec) -> None:
        pyogg = import_pyogg()
        if pyogg is None:
            raise CodecError("Vorbis needs the Python package PyOgg, which is not installed")
        library, encoder = pyogg.vorbis.libvorbis, pyogg.vorbis.libvorbisenc
        if library is None or encoder is None:
            raise CodecError("Vorbis needs the libraries libvorbis and libvorbisenc")
        # Loaded again by name, so that what is declared here and what PyOgg declared do not meet.
        self._library = ctypes.CDLL(library._name)
        self._library.vorbis_analysis_buffer.restype = ctypes.POINTER(
            ctypes.POINTER(ctypes.c_float)
        )
        self._library.vorbis_info_clear.restype = None
        self._dsp, self._block = pyogg.vorbis.vorbis_dsp_state(), pyogg.vorbis.vorbis_block()
        self._info, comments = pyogg.vorbis.vorbis_info(), pyogg.vorbis.vorbis_comment()
        self._packet = pyogg.ogg.ogg_packet()
        self._open(ctypes.CDLL(encoder._name), spec)
        self._call("comment_init", comments)
        headers = [pyogg.ogg.ogg_packet() for _ in range(3)]
        self._call("analysis_headerout", self._dsp, comments, *headers)
        first, _, setup = (_bytes(header) for header in headers)
        self._call("comment_clear", comments)
        self.headers: tuple[bytes, ...] = (first, setup)
        self._input = FromBus(spec.sample_rate, spec.channels)
        self._granule = 0

    def encode(self, block: Audio) -> list[Packet]:
        return self._encode(self._input.push(block))

    def flush(self) -> list[Packet]:
        packets = self._encode(self._input.flush())
        self._call("analysis_wrote", self._dsp, 0)
        return packets + self._drain()

    def _open(self, encoder: ctypes.CDLL, spec: OutputSpec) -> None:
        info = ctypes.byref(self._info)
        rates = [ctypes.c_long(value) for value in (spec.sample_rate, -1, spec.bitrate, -1)]
        self._library.vorbis_info_init(info)
        failed = encoder.vorbis_encode_setup_managed(info, ctypes.c_long(spec.channels), *rates)
        # Managed, it encodes each block up to 15 times to hold the bitrate; unmanaged, that
        # bitrate just names the quality. What oggenc does with -b.
        failed = failed or encoder.vorbis_encode_ctl(info, _RATEMANAGE2_SET, None)
        failed = failed or encoder.vorbis_encode_setup_init(info)
        if failed:
            self._library.vorbis_info_clear(info)
            raise CodecError(
                f"Vorbis has no {spec.bitrate // 1000} kbit/s at {spec.sample_rate} Hz, "
                f"{spec.channels} channels"
            )
        self._call("analysis_init", self._dsp, self._info)
        self._call("block_init", self._dsp, self._block)
        weakref.finalize(self, _clear, self._library, self._block, self._dsp, self._info)

    def _encode(self, audio: Audio) -> list[Packet]:
        packets: list[Packet] = []
        for start in range(0, len(audio), _MOST_AT_ONCE):
            piece = audio[start : start + _MOST_AT_ONCE]
            room = self._call("analysis_buffer", self._dsp, len(piece))
            for channel, samples in enumerate(piece.T):
                column = np.ascontiguousarray(samples)
                ctypes.memmove(room[channel], column.ctypes.data, column.nbytes)
            self._call("analysis_wrote", self._dsp, len(piece))
            packets += self._drain()
        return packets

    def _drain(self) -> list[Packet]:
        packets: list[Packet] = []
        while self._call("analysis_blockout", self._dsp, self._block) == 1:
            self._library.vorbis_analysis(ctypes.byref(self._block), None)
            self._call("bitrate_addblock", self._block)
            while self._call("bitrate_flushpacket", self._dsp, self._packet):
                granule = max(self._granule, self._packet.granulepos)
                packets.append(Packet(_bytes(self._packet), granule - self._granule))
                self._granule = granule
        return packets

    def _call(self, name: str, *arguments: Any) -> Any:
        passed = (a if isinstance(a, int) else ctypes.byref(a) for a in arguments)
        return getattr(self._library, f"vorbis_{name}")(*passed)


def _bytes(packet: Any) -> bytes:
    return ctypes.string_at(packet.packet, packet.bytes)


def _clear(library: ctypes.CDLL, block: Any, dsp: Any, info: Any) -> None:
    """Give back the memory, in the order libvorbis asks for."""
    library.vorbis_block_clear(ctypes.byref(block))
    library.vorbis_dsp_clear(ctypes.byref(dsp))
    library.vorbis_info_clear(ctypes.byref(info))
