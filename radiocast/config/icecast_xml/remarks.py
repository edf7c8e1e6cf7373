"""What is said about an icecast.xml. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from radiocast.errors import ConfigError, Mistake

Located = tuple[int, Mistake]
"""A mistake, and its line."""


class Kind(StrEnum):
    """How much a remark matters."""

    WARNING = "warning"
    """Something will be other than it is written."""
    NOTE = "note"
    """Something has no meaning here, or is done better."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that an operator should know of a file that can be used."""

    kind: Kind
    line: int
    where: str
    """The element, as `limits/clients`."""
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


MAX_LINES = 5
"""Lines that are named for one remark."""


def gathered(remarks: Iterable[Remark]) -> Iterator[tuple[Remark, str]]:
    """Each different remark, the gravest first, with the lines it is about."""
    lines: dict[tuple[str, str], list[int]] = {}
    first: dict[tuple[str, str], Remark] = {}
    for remark in remarks:
        key = (remark.where, remark.text)
        lines.setdefault(key, []).append(remark.line)
        first.setdefault(key, remark)
    for key in sorted(first, key=lambda key: first[key].kind is Kind.NOTE):
        more = len(lines[key]) - MAX_LINES
        said = ",".join(map(str, lines[key][:MAX_LINES]))
        yield first[key], f"{said} and {more} more" if more > 0 else said


class IcecastXmlError(ConfigError):
    """An icecast.xml that cannot be used. `located` has the mistakes with their lines."""

    def __init__(self, located: Iterable[Located]) -> None:
        self.located = tuple(sorted(located, key=lambda found: found[0]))
        super().__init__(*(mistake for _, mistake in self.located))
