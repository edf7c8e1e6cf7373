"""Opening a file in a thread that may be waited for in vain: a disk can hang for minutes."""

from __future__ import annotations

from collections.abc import Callable

import trio

from radiocast.sources.file_frames import FileFrames


async def open_in_thread(make: Callable[[], FileFrames]) -> FileFrames:
    """What `make` opens; raises what it raises. If we are cancelled meanwhile, nothing stays open
    once it comes back."""
    made: list[FileFrames] = []
    is_wanted = True

    def run() -> FileFrames:
        file = make()
        made.append(file)
        if not is_wanted:
            file.close()
        return file

    try:
        return await trio.to_thread.run_sync(run, abandon_on_cancel=True)
    except trio.Cancelled:  # whichever of us two comes last closes it
        is_wanted = False
        for file in made:
            file.close()
        raise
