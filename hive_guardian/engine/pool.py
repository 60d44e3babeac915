"""Runs an analyser over many files, in this process or in workers.

Workers answer file by file, so that a worker that dies is charged to the very file it was working on.
"""

import gc
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from hive_guardian.engine.analyser import Analyser, Task
from hive_guardian.engine.analysis import FileResult
from hive_guardian.model.frozen_class import mutable
from hive_guardian.model.report import ErrorKind, RunError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess

Progress = Callable[[int], None]
IN_PROCESS_BELOW = 48
"""Forking two workers and sending results costs about as much as analysing this many files."""
_CHUNK = 16
_COLLECT_EVERY = 5000
"""Files between two collections: each looks at everything the process holds. Our own code leaves no cycles behind."""
_RETAINED = 32_000_000
"""Bytes, just below the largest block by which glibc lets itself be taught (`DEFAULT_MMAP_THRESHOLD_MAX`, 32 MiB)."""


def run_tasks(analyser: Analyser, tasks: Sequence[Task], *, jobs: int, progress: Progress) -> Iterator[FileResult]:
    """Yield the result of every task, in any order.

    Args:
        analyser: analyses one file.
        tasks: (path, re-exports that matter to it).
        jobs: at most this many workers; 1 means in this process.
        progress: told the number of files done since the last call.
    """
    if jobs <= 1 or len(tasks) < IN_PROCESS_BELOW:
        yield from _in_process(analyser, tasks, progress)
    else:
        yield from _Pool(analyser, tasks, min(jobs, (len(tasks) + _CHUNK - 1) // _CHUNK), progress).run()


def _in_process(analyser: Analyser, tasks: Sequence[Task], progress: Progress) -> Iterator[FileResult]:
    with collector_paused():
        for number, result in enumerate(analyser.analyse(tasks), 1):
            if number % _COLLECT_EVERY == 0:
                _collect_garbage()
            progress(1)
            yield result


@contextmanager
def collector_paused() -> Iterator[None]:
    """Switch the cyclic garbage collector off: with it on, parsing while results are kept costs six times more.

    Warnings of the parser about the analysed code are silenced for the same stretch.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    gc.freeze()
    _retain_freed_memory()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        gc.unfreeze()
        if was_enabled:
            gc.enable()


def _retain_freed_memory() -> None:
    """Have the C library keep freed memory, so that tree after tree is parsed into the same pages.

    By default glibc returns the top of its heap to the kernel with every tree, and page faults bring it back: two
    thirds of all faults of a cold run, 5 % of its time. Freeing a block that it had mapped on its own raises that
    threshold to twice the size of the block (mallopt(3), `M_MMAP_THRESHOLD`). No page of the block is touched; other
    C libraries see a block come and go.
    """
    with suppress(MemoryError):  # whoever limits the address space that much gets no such block
        bytes(_RETAINED)


def _collect_garbage() -> None:
    gc.unfreeze()
    gc.collect()
    gc.freeze()


@mutable
class _Worker:
    """One process, its connection, and the tasks it has not answered yet, in order."""

    process: "BaseProcess"
    connection: "Connection"
    open_tasks: list[Task]


class _Pool:
    """Hands chunks to workers and replaces those that die."""

    def __init__(self, analyser: Analyser, tasks: Sequence[Task], jobs: int, progress: Progress) -> None:
        self.analyser = analyser
        self.pending = list(reversed(tasks))
        self.jobs = jobs
        self.progress = progress
        self.workers: list[_Worker] = []
        import multiprocessing  # an import that small runs do without

        self.context: BaseContext = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")

    def run(self) -> Iterator[FileResult]:
        from multiprocessing.connection import wait  # as in `__init__`

        try:
            for _ in range(self.jobs):
                self.start()
            while self.workers:
                ready = wait([worker.connection for worker in self.workers])
                for worker in [item for item in self.workers if item.connection in ready]:
                    yield from self.receive(worker)
        finally:
            for worker in self.workers:
                worker.process.kill()
                worker.process.join()
                worker.connection.close()

    def start(self) -> None:
        parent, child = self.context.Pipe()
        process: BaseProcess = self.context.Process(  # type: ignore[attr-defined]  # each concrete context has it
            target=_serve, args=(self.analyser, child, parent), daemon=True
        )
        process.start()
        child.close()
        worker = _Worker(process, parent, [])
        self.workers.append(worker)
        self.feed(worker)

    def feed(self, worker: _Worker) -> None:
        """Send the next chunk, or let the worker end."""
        chunk = [self.pending.pop() for _ in range(min(_CHUNK, len(self.pending)))]
        worker.open_tasks = chunk
        try:
            worker.connection.send(chunk)
        except OSError:
            self.pending += reversed(chunk)
            worker.open_tasks = []
        if not chunk:
            self.retire(worker)

    def retire(self, worker: _Worker) -> None:
        self.workers.remove(worker)
        worker.process.join()
        worker.connection.close()

    def receive(self, worker: _Worker) -> Iterator[FileResult]:
        try:
            result: FileResult = worker.connection.recv()
        except (EOFError, OSError):
            yield from self.bury(worker)
            return
        worker.open_tasks.pop(0)
        self.progress(1)
        yield result
        if not worker.open_tasks:
            self.feed(worker)

    def bury(self, worker: _Worker) -> Iterator[FileResult]:
        """A worker died: its current file is reported, its other files go back, a new worker takes over."""
        self.retire(worker)
        if worker.open_tasks:
            (path, _), *rest = worker.open_tasks
            self.pending += reversed(rest)
            self.progress(1)
            yield FileResult(path, "", errors=[RunError(ErrorKind.WORKER_DIED, _cause(worker.process), path)])
        if self.pending:
            self.start()


def _cause(process: "BaseProcess") -> str:
    code = process.exitcode
    if code is not None and code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        return f"not checked: the worker process was killed ({name}) while it worked on this file"
    return f"not checked: the worker process ended (exit code {code}) while it worked on this file"


def _serve(analyser: Analyser, connection: "Connection", other_end: "Connection") -> None:
    """Answer chunks until an empty one arrives; the parent's end is closed so that its death is noticed."""
    other_end.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with collector_paused():
        number = 0
        while True:
            try:
                chunk: list[Task] = connection.recv()
            except (EOFError, OSError):
                return
            if not chunk:
                return
            for result in analyser.analyse(chunk):
                connection.send(result)
                number += 1
                if number % _COLLECT_EVERY == 0:
                    _collect_garbage()
