"""Headless Chromium, told what to do over its DevTools pipe: no driver, no library.

Messages are JSON, each ended by a zero byte, on file descriptors 3 (to Chromium)
and 4 (from it). See the DevTools protocol, domains Target, Page, Runtime and Input.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from tempfile import TemporaryDirectory
from typing import Any

import trio

from tests.clients.processes import end

COMMAND = (
    "chromium",
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1000,800",
    "--remote-debugging-pipe",
)
AUTOPLAY = "--autoplay-policy=no-user-gesture-required"

# Chromium wants the pipe's ends as descriptors 3 and 4, whatever their numbers are here
LAUNCHER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execvp(sys.argv[3], sys.argv[3:])
"""


class Page:
    """The one page of a browser."""

    def __init__(self, commands: trio.abc.SendStream, answers: trio.abc.ReceiveStream) -> None:
        self._commands = commands
        self._answers = answers
        self._received = b""
        self._number = 0
        self._session = ""

    async def attach(self) -> None:
        """Open the page; nothing else works before."""
        target = await self._call("Target.createTarget", url="about:blank")
        session = await self._call(
            "Target.attachToTarget", targetId=target["targetId"], flatten=True
        )
        self._session = session["sessionId"]

    async def open(self, url: str) -> None:
        """Go there, and wait until the page and what belongs to it is loaded."""
        answer = await self._call("Page.navigate", url=url)
        assert "errorText" not in answer, answer
        here = f"location.href == {json.dumps(url)}"
        await self.wait_for(f"{here} && document.readyState == 'complete'")

    async def evaluate(self, script: str) -> Any:
        """The value of a script's expression; a promise is waited for."""
        answer = await self._call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    async def wait_for(self, condition: str) -> None:
        """Wait until this expression is true."""
        while True:
            if await self.evaluate(condition):
                return
            await trio.sleep(0.02)

    async def click(self, selector: str) -> None:
        """Press the left button on an element's middle, as a hand would."""
        found = json.dumps(selector)
        x, y = await self.evaluate(
            f"(() => {{ const element = document.querySelector({found});"
            "element.scrollIntoView({block: 'center'});"
            "const box = element.getBoundingClientRect();"
            "return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            await self._call(
                "Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1
            )

    async def screenshot(self) -> bytes:
        """What is to be seen, as PNG."""
        answer = await self._call("Page.captureScreenshot", format="png")
        return base64.b64decode(answer["data"])

    async def _call(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        command = {"id": self._number, "method": method, "params": params}
        if self._session:
            command["sessionId"] = self._session
        await self._commands.send_all(json.dumps(command).encode() + b"\0")
        while True:
            message = json.loads(await self._receive())
            if message.get("id") == self._number:
                assert "error" not in message, message["error"]
                result: dict[str, Any] = message["result"]
                return result

    async def _receive(self) -> bytes:
        while b"\0" not in self._received:
            data = await self._answers.receive_some()
            assert data, "Chromium has ended"
            self._received += data
        message, _, self._received = self._received.partition(b"\0")
        return message


@asynccontextmanager
async def chromium(*options: str) -> AsyncIterator[Page]:
    """A browser with a profile of its own, gone with the block."""
    command_reader, command_writer = _pipe()
    answer_reader, answer_writer = _pipe()
    theirs = (command_reader, answer_writer)
    launcher = (sys.executable, "-S", "-c", LAUNCHER, *map(str, theirs))
    async with (
        trio.lowlevel.FdStream(command_writer) as commands,
        trio.lowlevel.FdStream(answer_reader) as answers,
    ):
        with TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
            process = await trio.lowlevel.open_process(
                [*launcher, *COMMAND, f"--user-data-dir={profile}", *options],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=theirs,
            )
            for descriptor in theirs:
                os.close(descriptor)
            try:
                page = Page(commands, answers)
                await page.attach()
                yield page
            finally:
                with trio.CancelScope(shield=True):
                    await end(process)


def _pipe() -> tuple[int, int]:
    """Two ends whose numbers are none of those they will get in Chromium."""
    ends = os.pipe()
    reader, writer = (fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, 10) for low in ends)
    for low in ends:
        os.close(low)
    return reader, writer
