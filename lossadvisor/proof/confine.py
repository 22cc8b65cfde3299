"""What a child process may use, and how it is ended with all that it started."""

from __future__ import annotations

import contextlib
import os
import signal
from collections import Counter
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

MEGABYTE = 1 << 20
OUTPUT_LIMIT = 16
"""Megabytes that a file may have which a child writes."""
HEADERS_LIMIT = 512
"""As OUTPUT_LIMIT, where programs are compiled: the compiler keeps its parsed headers in a file of 150 MB."""
PROCESSES = 64
"""How many processes a child may have at a time."""


def confine(seconds: float, megabytes: int, *, compiled: bool = False) -> None:
    """Bound what this process may use, and send what it prints nowhere.

    Args:
        megabytes: of address space beyond what it has now; 0 for an accelerator, which reserves some without end.
        compiled: whether it may write what a compiler needs.
    """
    import resource

    def bound(which: int, amount: int) -> None:
        hard = resource.getrlimit(which)[1]
        amount = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(which, (amount, hard))

    bound(resource.RLIMIT_CORE, 0)
    bound(resource.RLIMIT_FSIZE, (HEADERS_LIMIT if compiled else OUTPUT_LIMIT) * MEGABYTE)
    bound(resource.RLIMIT_CPU, int(seconds) + 1)
    bound(resource.RLIMIT_NPROC, tasks_of_user() + 4 * PROCESSES)
    if megabytes:
        bound(resource.RLIMIT_AS, address_space() + megabytes * MEGABYTE)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    folder = Path(f"program-{os.getpid()}")
    folder.mkdir()
    os.chdir(folder)


def address_space() -> int:
    """Bytes of address space that this process has now; 0 where the system doesn't say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return 8 << 30
    return pages * os.sysconf("SC_PAGE_SIZE")


@cache
def tasks_of_user() -> int:
    """Threads that this user runs: the kernel's limit counts them all. Counted once, since it takes a while."""
    count = 0
    for path in processes():
        with contextlib.suppress(OSError):
            if path.stat().st_uid == os.getuid():
                count += len([*(path / "task").iterdir()])
    return count


def processes() -> Iterator[Path]:
    """The folders of all processes; none where the system has no such folders."""
    with contextlib.suppress(OSError):
        yield from (path for path in Path("/proc").iterdir() if path.name.isdigit())


def crowded(sessions: Collection[int]) -> set[int]:
    """Those of the sessions that have too many processes."""
    count: Counter[int] = Counter()
    for path in processes():
        with contextlib.suppress(OSError, ValueError, IndexError):
            count[int((path / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[3])] += 1
    return {session for session in sessions if count[session] > PROCESSES}


def kill(group: int) -> None:
    """Kill what a child has started and left behind."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
