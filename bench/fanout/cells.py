"""The main table: one server, so many listeners, with or without ICY, over one window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bench.fanout import proc
from bench.fanout.clip import Clip
from bench.fanout.commands import Join
from bench.fanout.feed import FeedError, set_title
from bench.fanout.figures import Row, Spread, median_row
from bench.fanout.load import Load
from bench.fanout.running import ServerError
from bench.fanout.servers import Plan, Start
from bench.fanout.station import SETTLE, Station, on_air

SAMPLED = 3  # listeners whose bytes are compared, in each cell
CROWD = 500  # listeners who come all at once, after the window, to see how fast joins can be
STAY = 0.2  # seconds they stay


@dataclass(frozen=True, slots=True)
class Cell:
    """What is measured once."""

    server: str
    listeners: int
    icy: bool
    window: float
    """Seconds."""
    join_rate: float
    """Listeners that come each second."""
    tls: bool = False


def measure(cell: Cell, start: Start, plan: Plan, clip: Clip) -> Row:
    """Bring the listeners, let them settle, and watch the server over the window."""
    with on_air(start, plan, clip) as station, Load(cell.listeners) as load:
        target = station.target(icy=cell.icy, tls=cell.tls)
        sampled = 0 if cell.icy else SAMPLED
        joined = load.join(Join([target], cell.listeners, rate=cell.join_rate, sampled=sampled))
        station.wait(SETTLE)
        load.open_window()
        if cell.icy:
            _try_title(station)
        user, system = station.measured(cell.window)
        window = load.close_window()
        rss = proc.usage(station.server.pid).rss
        kernel = proc.socket_memory() - station.idle_kernel
        problems = [f"{why}: {joined.failed.count(why)} joins" for why in set(joined.failed)]
        if window.lost:
            problems.append(f"{window.lost} listeners were dropped")
        if short := window.short_of(clip.rate):
            problems.append(f"{short} listeners got less than was sent")
        crowd = load.join(Join([target], min(CROWD, cell.listeners), stay=STAY))
        broken = [heard for heard in load.take_samples() if not clip.continues(heard)]
        if broken:
            problems.append(f"{len(broken)} of {SAMPLED} compared streams have a gap")
        here = max(1, len(window.received))
        return Row(
            cell.server,
            cell.listeners,
            cell.icy,
            user * 1e6 / here,
            system * 1e6 / here,
            rss,
            station.idle.rss,
            kernel,
            len(crowd.first_bytes) / crowd.seconds,
            Spread.of(joined.first_bytes),
            Spread.of(window.gaps),
            window.receives / here / window.seconds,
            min(window.received, default=0) * 8 / 1000 / window.seconds,
            problems,
        )


def _try_title(station: Station) -> None:
    """A title inside the window, so that metadata is more than its empty blocks."""
    if station.server.fed:
        set_title(station.mount, "Artist - A title of middling length")


def compare(
    servers: dict[str, Start],
    counts: Sequence[int],
    plan: Plan,
    clip: Clip,
    *,
    icy: Sequence[bool],
    window: float,
    join_rate: float,
    rounds: int,
    say: Callable[[str], None],
) -> list[Row]:
    """Every server under every load, the servers alternating within each round.

    The bare loop comes after radiocast and sends as often as radiocast was seen to.
    """
    rows: list[Row] = []
    for count in counts:
        by_cell: dict[tuple[str, bool], list[Row]] = {}
        tick = plan.tick
        for _ in range(rounds):
            for with_icy in icy:
                for name, start in servers.items():
                    if name == "bare" and with_icy:
                        continue
                    say(f"{name}, {count:,} listeners{', ICY' if with_icy else ''} ...")
                    cell = Cell(name, count, with_icy, window, join_rate)
                    cell_plan = replace(plan, tick=tick) if name == "bare" else plan
                    try:
                        row = measure(cell, start, cell_plan, clip)
                    except (ServerError, FeedError, OSError) as exc:
                        say(f"! {name}: {exc}")
                        continue
                    if name == "radiocast" and not with_icy and row.receives:
                        tick = round(1 / row.receives, 3)
                    by_cell.setdefault((name, with_icy), []).append(row)
        rows.extend(median_row(by_cell[key]) for key in by_cell)
    return rows
