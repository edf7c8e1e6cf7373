"""What is missing on a machine is a sentence for the operator."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest

from radiocast.codecs import lame, vorbis
from radiocast.codecs.availability import missing
from radiocast.codecs.errors import CodecError
from radiocast.codecs.lame import LameEncoder
from radiocast.codecs.spec import CODECS, Codec, OutputSpec

VORBIS = OutputSpec("vorbis", 128_000)


@pytest.mark.parametrize("codec", CODECS)
def test_nothing_is_missing_here(codec: Codec) -> None:
    assert missing(OutputSpec(codec, 0 if codec == "flac" else 128_000)) is None


def test_without_pyogg_there_is_no_vorbis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vorbis, "import_pyogg", lambda: None)
    sentence = missing(VORBIS)
    assert sentence == "Vorbis needs the Python package PyOgg, which is not installed"


def test_without_libvorbisenc_there_is_no_vorbis(monkeypatch: pytest.MonkeyPatch) -> None:
    libraries = SimpleNamespace(libvorbis=None, libvorbisenc=None)
    monkeypatch.setattr(vorbis, "import_pyogg", lambda: SimpleNamespace(vorbis=libraries))
    sentence = missing(VORBIS)
    assert sentence == "Vorbis needs the libraries libvorbis and libvorbisenc"


def test_without_the_systems_lame_there_still_is_mp3(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lame, "_NAMES", ("libmp3lame.so.99",))
    lame.lame_library.cache_clear()
    try:
        assert lame.lame_library() is None
        assert missing(OutputSpec("mp3", 128_000)) is None
        with pytest.raises(CodecError, match="libmp3lame is not installed"):
            LameEncoder(OutputSpec("mp3", 128_000))
    finally:
        lame.lame_library.cache_clear()


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        (OutputSpec("mp3", 128_000, 96_000), "mp3 has no sample rate of 96000 Hz"),
        (OutputSpec("opus", 128_000, 44_100), "opus has no sample rate of 44100 Hz, only 48000"),
        (OutputSpec("opus", 9_000_000), "cannot encode opus with 9000 kbit/s"),
        (OutputSpec("vorbis", 1_000_000), "Vorbis has no 1000 kbit/s at 48000 Hz"),
        (OutputSpec("aac", 128_000, 48_000, 6), "6 channels"),
        (OutputSpec("mp3", 0), "mp3 needs a bitrate"),
        (OutputSpec("speex", 16_000), "no encoder for speex; there are mp3, aac"),  # type: ignore[arg-type]
    ],
)
def test_what_no_encoder_can_do_is_said(spec: OutputSpec, why: str) -> None:
    assert why in (missing(spec) or "")


@pytest.mark.parametrize("path", ["/usr/bin:/bin", None])
def test_importing_pyogg_leaves_the_environment_as_it_was(path: str | None) -> None:
    program = (
        "import os; from radiocast.codecs.pyogg_guard import import_pyogg;"
        "before = os.environ.get('PATH'); module = import_pyogg();"
        "assert module is not None; assert os.environ.get('PATH') == before"
    )
    environment = {"PYTHONPATH": ":".join(sys.path)} | ({"PATH": path} if path else {})
    command = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
