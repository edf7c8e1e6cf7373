"""A process that has imported everything a worker needs, and forks one whenever it is asked to.

To import numpy and PyAV takes half a second of CPU and 50 MB. A fork has both at once: it is born
within milliseconds, and shares what was imported with this process. (`multiprocessing` has a fork
server, too; with it come a second process, the main module imported anew, and calls that block.)

The station talks over the socket that is our stdin: a byte with a descriptor asks for a worker
whose stdin and stdout that is. Lines come back, `born PID` at once and `died PID STATUS` later,
as `waitstatus_to_exitcode` has it. At the end of file we go.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable

ASK = b"+"
CONTROL = 0
"""The descriptor of the station's socket."""


def serve(work: Callable[[], None]) -> None:
    """Fork for whoever asks, until the station is gone. `work` is what a child does, and all it
    does. To be called from a process without threads: a fork has only the one that calls."""
    # They are for the station, which closes our stdin; a terminal and systemd send them to all.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    control = socket.socket(fileno=os.dup(CONTROL))
    alarm, bell = socket.socketpair()
    alarm.setblocking(False)
    bell.setblocking(False)
    signal.set_wakeup_fd(bell.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)  # to be woken is enough
    gc.collect()
    gc.freeze()  # to look at objects is to write to them, and then they are shared no longer
    while True:
        readable, _, _ = select.select([control, alarm], [], [])
        if alarm in readable:
            alarm.recv(4096)
            for line in _the_dead():
                control.sendall(line)
        if control in readable:
            data, descriptors, _, _ = socket.recv_fds(control, 1, 1)
            if not data:
                return
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for each in (control, alarm, bell):
                    each.close()
                _be(work, descriptors[0])
            os.close(descriptors[0])
            control.sendall(b"born %d\n" % pid)


def _be(work: Callable[[], None], descriptor: int) -> None:
    """A child's life."""
    status = 1
    try:
        os.dup2(descriptor, 0)
        os.dup2(descriptor, 1)
        os.close(descriptor)
        work()
        status = 0
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)  # without waiting for a thread that is inside a codec


def _the_dead() -> list[bytes]:
    """What is to be said of the children that have died."""
    lines: list[bytes] = []
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return lines
        if pid == 0:
            return lines
        lines.append(b"died %d %d\n" % (pid, os.waitstatus_to_exitcode(status)))
