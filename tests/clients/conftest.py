"""What the tests with real encoders and players share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.clients.need import need
from tests.clients.tunes import Tune, make_tunes


@pytest.fixture(scope="session")
def tunes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Tune]:
    """The tune in every format, by suffix: made once, by ffmpeg."""
    need("ffmpeg")
    return make_tunes(tmp_path_factory.mktemp("tunes"))


@pytest.fixture
def public_path() -> Iterator[Path]:
    """A directory for programs that run as someone else, who must not see pytest's own."""
    with TemporaryDirectory(prefix="radiocast-") as directory:
        path = Path(directory)
        path.chmod(0o777)
        yield path
