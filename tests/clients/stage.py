"""A station whose auto-DJ plays on outputs of all codecs, with a listener on each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import trio

from radiocast.sources.autodj import AutoDj
from tests.clients.listen import Heard, listen
from tests.clients.shows import make_track
from tests.clients.status import wait_on_air
from tests.station import RunningStation, running_station

CODECS = ("mp3", "aac", "opus", "vorbis")

QUICK = "settle = 0\nanalyse = false\nnormalize = false"
"""No files are waited for, nor measured: all are equally loud."""

ROUGH = ("vorbis",)
"""What needs more than 128 kbit/s lest the codec itself be heard: where a sweep begins again, one
show in a hundred has a step of more than 3 dB in it, whoever encodes it."""

LOOK_AGAIN = 0.02


@dataclass(frozen=True, slots=True)
class Stage:
    """The station, and what has been heard of it so far, by codec."""

    station: RunningStation
    heard: dict[str, Heard]

    @property
    def autodj(self) -> AutoDj:
        autodj = self.station.station.broadcast.autodj
        assert autodj is not None
        return autodj


@asynccontextmanager
async def playing(
    directory: Path,
    settings: str = "",
    outputs: str = 'policy = "mix"',
    *,
    codecs: Sequence[str] = CODECS,
    listeners: bool = True,
    patience: float = 60,
) -> AsyncIterator[Stage]:
    """The tracks are those in `directory`/tracks; if there are none, a minute of one tone.

    It begins when the first track is heard.
    """
    tracks = directory / "tracks"
    tracks.mkdir(parents=True, exist_ok=True)
    if not any(tracks.iterdir()):
        await make_track(tracks / "track.flac", tags=["artist=Anna", "title=Töne"])
    paths = [f"/{codec}" for codec in codecs]
    tables = [
        f'[outputs."/{codec}"]\ncodec = "{codec}"\nbitrate = {bitrate(codec)}\n{outputs}'
        for codec in codecs
    ]
    playlist = f'[playlists.all]\nsource = "{tracks}"\n[autodj]\n{QUICK}'
    text = "\n".join((playlist, settings, *tables, ""))
    async with running_station(text, patience=patience) as on, trio.open_nursery() as nursery:
        await wait_on_air(on.port, *paths)
        stage = Stage(on, {codec: Heard() for codec in codecs})
        await until(lambda: stage.autodj.now.title is not None)
        if listeners:
            for codec, ears in stage.heard.items():
                await nursery.start(listen, on.port, f"/{codec}", ears)
        yield stage
        nursery.cancel_scope.cancel()


def bitrate(codec: str) -> int:
    """In kbit/s."""
    return 192 if codec in ROUGH else 128


async def until(true: Callable[[], object]) -> None:
    """Wait for what has no event of its own."""
    while not true():  # noqa: ASYNC110
        await trio.sleep(LOOK_AGAIN)
