"""Commands and what they print, read from the `console` blocks of a Markdown text.

A line that begins with `$ ` is a command; a backslash at its end continues it.
What follows is what it prints: `...` stands for anything (on a line of its own for
any lines, or none), `[exit N]` for its exit code (0 if it is not there), and `^C` says
that it runs on until it is interrupted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_STEP = re.compile(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
_EXIT = re.compile(r"^\[exit ([0-9]+)\]\n\Z", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a console block."""

    command: str
    output: str
    status: int = 0
    runs_on: bool = False

    def matches(self, printed: str) -> bool:
        """Whether that is what the text says the command prints."""
        if printed and not printed.endswith("\n"):
            printed += "\n"  # what is missing at the very end cannot be seen in a text
        lines = self.output.splitlines(keepends=True)
        patterns = [
            "(?:.*\n)?" if line == "...\n" else re.escape(line).replace(re.escape("..."), ".*")
            for line in lines
        ]
        if lines and lines[-1] == "...\n":
            patterns[-1] = ".*"
        return re.fullmatch("".join(patterns), printed, re.DOTALL) is not None


def steps(text: str) -> list[Step]:
    """The commands of all `console` blocks in a text, in order."""
    return [
        _step(command, output)
        for block in _BLOCK.findall(text)
        for command, output in _STEP.findall(block)
    ]


def _step(command: str, output: str) -> Step:
    if output.endswith("^C\n"):
        return Step(command, output.removesuffix("^C\n"), runs_on=True)
    status = _EXIT.search(output)
    if status:
        return Step(command, output[: status.start()], int(status[1]))
    return Step(command, output)
