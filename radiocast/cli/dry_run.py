"""`radiocast simulate`: what a configuration would play, without a station."""

from __future__ import annotations

import json
import time
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from radiocast.admin.control.shapes import airing_shape
from radiocast.autodj.analyses import Analyses
from radiocast.autodj.database import Database, DatabaseError
from radiocast.autodj.scan import Scan, Scanner
from radiocast.autodj.simulate import simulate
from radiocast.autodj.state import Rules, start_state
from radiocast.cli import shown
from radiocast.cli.files import read_config
from radiocast.cli.output import show
from radiocast.cli.serve import DATABASE
from radiocast.errors import ConfigError, Mistake
from radiocast.sources.programme import rules_of

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class DryRun:
    """What the command line wants to know."""

    file: Path
    """The configuration."""
    state: Path
    """Where a station keeps what it measured."""
    days: int = 1
    start: float | None = None
    """In Unix seconds; None: now."""
    seed: int = 1
    """Another number is another programme by the same rules."""
    why: bool = False
    as_json: bool = False


def dry_run(wanted: DryRun) -> None:
    """Print what a configuration would play. Raises ConfigError and DatabaseError."""
    config = read_config(wanted.file)
    if not config.playlists:
        raise ConfigError(Mistake("playlists", "there are none", "see conf/radiocast.toml"))
    rules = rules_of(config)
    found = _scan(config.autodj.database or str(wanted.state / DATABASE), rules)
    start = time.time() if wanted.start is None else wanted.start
    state = start_state(wanted.seed, start)
    airings = simulate(rules, found.shelves, state, start, wanted.days * DAY)
    shapes = [airing_shape(each) for each in airings]
    problems = [{"what": what, "problem": problem} for what, problem in found.problems.items()]
    if wanted.as_json:
        said = {"programme": shapes, "problems": problems}
        show(json.dumps(said, indent=2, ensure_ascii=False))
        return
    show(shown.programme(shapes, why=wanted.why))
    for each in problems:
        show(shown.plain(f"not played: {each['what']}: {each['problem']}"))


def _scan(kept: str, rules: Rules) -> Scan:
    """All files, read: with what a station measured of them, if it `kept` that."""
    # However new a file is: nobody waits here until somebody has finished copying it.
    rules = replace(rules, settings=replace(rules.settings, settle=0.0))
    if not Path(kept).exists():
        return _read_all(Scanner(rules))
    try:
        with closing(Database(kept)) as database:
            return _read_all(Scanner(rules, Analyses(database)))
    except DatabaseError as exc:
        raise DatabaseError(f"{kept} {exc}") from None


def _read_all(scanner: Scanner) -> Scan:
    found = scanner.scan(time.time())
    while found.unread:
        found = scanner.scan(time.time())
    return found
