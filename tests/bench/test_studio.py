import os
import threading
import time

import pytest

from bench.studio.cells import CELLS, Figures, Row
from bench.studio.outputs import OUTPUTS
from bench.studio.processes import Memory, cpu_time, memory, parse_rollup
from bench.studio.soak import Sample, growth, slope
from bench.studio.table import table

ROLLUP = """5566dbf7b000-7ffd3ce4a000 ---p 00000000 00:00 0    [rollup]
Rss:               50708 kB
Pss:               28012 kB
Pss_Dirty:         22001 kB
"""


def burn(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def test_memory_is_read_as_the_kernel_writes_it() -> None:
    assert parse_rollup(ROLLUP) == Memory(50_708 * 1024, 28_012 * 1024)
    assert memory([]) == Memory(0, 0)
    mine = memory([os.getpid()])
    assert 0 < mine.pss <= mine.rss


def test_the_cpu_time_of_threads_that_have_ended_counts() -> None:
    before = cpu_time([os.getpid()])
    thread = threading.Thread(target=burn, args=(0.1,))
    thread.start()
    thread.join()
    assert cpu_time([os.getpid()]) - before >= 0.1


def test_the_slope_is_that_of_the_line_through_the_points() -> None:
    assert slope([(0.0, 5.0), (1.0, 7.0), (2.0, 9.0)]) == pytest.approx(2.0)
    assert slope([(0.0, 1.0), (1.0, 2.0), (2.0, 1.0)]) == pytest.approx(0.0)
    assert slope([(3.0, 1.0)]) == 0.0


def test_growth_is_per_day_and_leaves_the_start_out() -> None:
    # 100 MB in the first quarter, then 1 MB every hour.
    sizes = [0, 50_000_000, *(100_000_000 + hour * 1_000_000 for hour in range(2, 8))]
    samples = [Sample(float(n), size, 1, 1, 0, 0, 0, 1.0) for n, size in enumerate(sizes)]
    assert growth(samples) == pytest.approx(24_000_000)


def test_the_table_has_the_ratio_of_the_whole_and_of_the_parts() -> None:
    ours = Figures(
        (10.0, 20.0), 1.5, Memory(70_000_000, 40_000_000), Memory(50_000_000, 20_000_000)
    )
    theirs = Figures((40.0, 50.0), 0.0, Memory(240_000_000, 180_000_000), Memory(0, 0))
    row = Row(CELLS[1], ours, theirs, ["half of it is missing"])
    headings, figures, problem = table([row]).splitlines()
    assert headings.split()[:3] == ["CPU", "lqs", "ratio"]
    assert figures.split() == [
        *("mp3", "15.0", "45.0", "0.33", "0.25-0.40", "1.5"),
        *("70", "120", "240", "0.50", "40", "60", "180", "0.33"),
    ]
    assert problem == "! mp3: half of it is missing"


def test_both_programs_are_asked_for_the_same() -> None:
    for cell in CELLS:
        theirs = cell.liquidsoap_names or cell.names
        assert [OUTPUTS[name].spec for name in cell.names] == [OUTPUTS[n].spec for n in theirs]
