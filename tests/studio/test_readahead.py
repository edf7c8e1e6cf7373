import threading
from pathlib import Path

import numpy as np
import pytest

from radiocast.codecs.audio import RATE, Audio, silence
from radiocast.codecs.decode import FileDecoder
from radiocast.codecs.errors import CodecError
from radiocast.studio import readahead
from radiocast.studio.readahead import AHEAD, PIECE, ReadAhead
from tests.studio.fakes import noise
from tests.studio.made import write_wav


class Slow:
    """A decoder that gives a second of sound, and then waits until it is let go."""

    duration = None
    problem: str | None = None

    def __init__(self, _: str) -> None:
        self.gate = threading.Event()
        self.given = 0
        self.closed = threading.Event()

    def read(self, samples: int) -> Audio:
        if self.given >= RATE:
            self.gate.wait(10)
        self.given += samples
        return silence(samples)

    def close(self) -> None:
        self.closed.set()


def test_a_file_is_read_from_where_it_is_asked_for_to_its_last_sample(tmp_path: Path) -> None:
    audio = noise(1, 5 * RATE + 123)
    sound = ReadAhead(write_wav(tmp_path / "a.wav", audio), 1.5)
    heard = [sound.read(960) for _ in range(200)]
    np.testing.assert_allclose(np.concatenate(heard), audio[RATE * 3 // 2 :], atol=1e-4)
    assert sound.check()
    assert sound.duration == pytest.approx(len(audio) / RATE)


def test_no_more_is_read_ahead_than_the_bound() -> None:
    class Endless(Slow):
        def read(self, samples: int) -> Audio:
            self.given += samples
            if self.given > 2 * AHEAD + 2 * PIECE:
                self.gate.set()
            return silence(samples)

    endless = Endless("")
    sound = ReadAhead("x", 0.0, open_=lambda _: endless)  # type: ignore[arg-type, return-value]
    assert len(sound.read(AHEAD)) == AHEAD
    assert not endless.gate.wait(0.3)
    assert sound.buffered <= AHEAD
    sound.close()


def test_what_cannot_be_opened_says_so() -> None:
    sound = ReadAhead("/no/such/file", 0.0)
    with pytest.raises(CodecError, match="No such file"):
        sound.read(960)
    with pytest.raises(CodecError, match="No such file"):
        sound.check()


def test_a_disk_that_hangs_does_not_hang_the_mixer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readahead, "PATIENCE", 0.05)
    slow = Slow("")
    sound = ReadAhead("x", 0.0, open_=lambda _: slow)  # type: ignore[arg-type, return-value]
    sound.read(RATE)
    with pytest.raises(CodecError, match="no sound for"):
        sound.read(RATE)
    sound.close()
    slow.gate.set()
    assert slow.closed.wait(5), "the thread ends and lets go of the file"


def test_a_file_that_ends_in_damage_plays_up_to_it_and_then_says_so() -> None:
    class Damaged(Slow):
        problem: str | None = "the rest is damaged"

        def read(self, samples: int) -> Audio:
            self.given += samples
            return silence(samples if self.given <= 2 * PIECE else 0)

    sound = ReadAhead("x", 0.0, open_=Damaged)  # type: ignore[arg-type]
    assert len(sound.read(4 * PIECE)) == 2 * PIECE
    with pytest.raises(CodecError, match="damaged"):
        sound.read(960)


def test_the_real_decoder_is_the_default() -> None:
    assert ReadAhead.__init__.__kwdefaults__ == {"open_": FileDecoder}
