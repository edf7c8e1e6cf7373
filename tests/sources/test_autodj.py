"""The auto-DJ as a whole, where no sound is needed."""

from __future__ import annotations

import pytest
import trio

from radiocast.config.model import Config
from radiocast.config.outputs import OutputConfig, Policy
from radiocast.mounts.registry import Registry
from radiocast.mounts.source import Source
from radiocast.sources.autodj import AutoDj
from radiocast.sources.copied import Copied

CONFIG = Config(outputs={"/stream": OutputConfig(policy=Policy.COPY)})


async def test_after_a_bug_it_starts_afresh_on_the_same_mounts(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    runs = list[Copied]()

    async def run(copied: Copied) -> None:
        runs.append(copied)
        if len(runs) == 1:
            raise RuntimeError("a bug of a test")
        again.set()
        await trio.sleep_forever()

    monkeypatch.setattr(Copied, "run", run)
    again = trio.Event()
    autodj = AutoDj(CONFIG)
    registry = Registry(CONFIG)
    with trio.fail_after(20):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(
                autodj.run, lambda path, source: registry.claim(path, source, now=0.0)
            )
            await again.wait()
            assert "the auto-DJ starts afresh" in caplog.text
            assert runs[0] is not runs[1]
            mount = registry.get("/stream")
            assert mount is not None
            assert isinstance(mount.source, Source)
            nursery.cancel_scope.cancel()
    assert mount.source is None, "whoever comes then may have it"
