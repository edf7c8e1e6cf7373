"""What the tests of sources share."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import trio

from tests.sources.tones import Tones


@pytest.fixture(scope="session")
def tones(tmp_path_factory: pytest.TempPathFactory) -> Tones:
    """Makes files."""
    return Tones(tmp_path_factory.mktemp("tones"))


@pytest.fixture
def without_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would be done in threads is done at once: a clock that jumps does not wait for them."""

    async def inline(function: Callable[..., object], *args: object, **_: object) -> object:
        await trio.lowlevel.checkpoint()
        return function(*args)

    monkeypatch.setattr(trio.to_thread, "run_sync", inline)
