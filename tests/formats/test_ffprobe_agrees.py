"""What our framers say about real files, next to what ffprobe says: the numbers frozen in the
other tests are no invention of ours."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from radiocast.formats import Framer
from radiocast.formats.adts import AdtsFramer
from radiocast.formats.mpeg_audio import MpegAudioFramer
from tests.formats import test_adts, test_mpeg_audio
from tests.formats.conformance import frames, run, starts
from tests.media import MEDIA, media

FRAMERS: dict[str, Callable[[], Framer]] = {
    **dict.fromkeys(test_mpeg_audio.FILES, MpegAudioFramer),
    **dict.fromkeys(test_adts.FILES, AdtsFramer),
}


def probed(name: str) -> dict[str, Any]:
    shown = "stream=codec_name,sample_rate,channels:packet=size,duration_time"
    command = ["ffprobe", "-v", "error", "-show_entries", shown, "-of", "json", str(MEDIA / name)]
    done = subprocess.run(command, capture_output=True, timeout=30, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.clients
@pytest.mark.parametrize("name", FRAMERS)
def test_ffprobe_finds_the_same_frames_and_the_same_duration(name: str) -> None:
    probe = probed(name)
    [stream], packets = probe["streams"], probe["packets"]
    events = run(FRAMERS[name](), [media(name)])
    [start] = starts(events)
    assert start.codec == stream["codec_name"]
    assert start.sample_rate == int(stream["sample_rate"])
    assert start.channels == stream["channels"]
    assert [len(frame.data) for frame in frames(events)] == [int(p["size"]) for p in packets]
    seconds = sum(frame.samples for frame in frames(events)) / start.sample_rate
    assert seconds == pytest.approx(sum(float(p["duration_time"]) for p in packets), abs=1e-3)
