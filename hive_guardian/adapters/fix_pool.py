"""Renders the fixes of many files in several child processes, each with the limits of one."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing.connection import Connection, wait

from hive_guardian.adapters.fix_process import DEFAULT_LIMITS, FixProcess, Limits
from hive_guardian.autofix.rendering import Rendered
from hive_guardian.autofix.session import Workshop
from hive_guardian.model.finding import Finding

Order = tuple[str, bytes, Sequence[Finding]]
"""Path, content, and the findings whose fixes are to be rendered."""


def render_in_parallel(
    make: Callable[[], Workshop], orders: Iterable[Order], jobs: int, limits: Limits = DEFAULT_LIMITS
) -> Iterator[tuple[str, Sequence[Rendered]]]:
    """Yield (path, answers) of every order, in any order; a child that dies costs the file it worked on.

    Args:
        make: makes a workshop; called in each child.
        orders: taken one by one, when a child is free.
        jobs: at most this many children.
        limits: what one file may cost.
    """
    free = [FixProcess(make, limits) for _ in range(jobs)]
    busy: dict[Connection, tuple[FixProcess, str, float]] = {}
    waiting = iter(orders)
    try:
        while True:
            while free and (order := next(waiting, None)) is not None:
                child = free.pop()
                busy[child.start_rendering(*order)] = child, order[0], time.monotonic() + limits.seconds
            if not busy:
                return
            first = min(until for _, _, until in busy.values())
            answered = wait(list(busy), max(0.0, first - time.monotonic()))
            now = time.monotonic()
            for connection in [one for one, (_, _, until) in busy.items() if one in answered or until <= now]:
                child, path, _ = busy.pop(connection)
                free.append(child)
                yield path, child.finish_rendering()
    finally:
        for child in (*free, *(child for child, _, _ in busy.values())):
            child.close()
