"""Renders and judges fixes in a child process with limits.

libcst can crash, hang or take gigabytes on small files, and a fixer is foreign code. One child serves many files. When
it dies, the file it worked on is not fixed, and the next file gets a new child.
"""

import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from hive_guardian.autofix.proof import Verdict
from hive_guardian.autofix.rendering import Rendered
from hive_guardian.autofix.selection import Attempt
from hive_guardian.autofix.session import Workshop
from hive_guardian.model.finding import Finding
from hive_guardian.model.frozen_class import frozen

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess


@frozen
class Limits:
    """What one file may cost.

    Attributes:
        memory: address space in bytes that the child may take on top of what it begins with.
        seconds: of CPU time and of wall time, each.
    """

    memory: int = 1 << 30
    seconds: int = 20


DEFAULT_LIMITS = Limits()
_COLLECT_EVERY = 100
Question = tuple[str, bytes, tuple[Finding, ...]] | Attempt
Answer = Sequence[Rendered] | Verdict | str
"""A text is the reason why there is no answer."""


class FixProcess:
    """A workshop in a child process.

    Args:
        make: makes the workshop; called in the child.
        limits: what one file may cost.
        method: how a child is started, see `multiprocessing`; on Linux it is forked, so that it costs next to nothing.
    """

    def __init__(
        self, make: Callable[[], Workshop], limits: Limits = DEFAULT_LIMITS, method: str | None = None
    ) -> None:
        """Start nothing yet."""
        self._make = make
        self._limits = limits
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._findings: Sequence[Finding] = ()
        usual = "fork" if sys.platform == "linux" else "spawn"
        self._context: BaseContext = multiprocessing.get_context(method or usual)

    def render(self, path: str, data: bytes, findings: Sequence[Finding]) -> Sequence[Rendered]:
        """Return the answers of the rules; a child that dies answers for none of them."""
        return self._rendered(self._ask((path, data, tuple(findings))), findings)

    def prove(self, attempt: Attempt) -> Verdict:
        """Judge an attempt by its own file."""
        answer = self._ask(attempt)
        if isinstance(answer, Verdict):
            return answer
        reason = answer if isinstance(answer, str) else "the child process answered another question"
        return Verdict(reason, has_failed=True)

    def close(self) -> None:
        """End the child."""
        if self._process is not None and self._connection is not None:
            self._process.kill()
            self._process.join()
            self._connection.close()
        self._process = self._connection = None

    def start_rendering(self, path: str, data: bytes, findings: Sequence[Finding]) -> Connection:
        """Ask what `render` asks, without waiting; the connection is ready once the child has answered or died."""
        self._findings = findings
        return self._send((path, data, tuple(findings)))

    def finish_rendering(self) -> Sequence[Rendered]:
        """Return the answers to `start_rendering`, now: a child that has none yet took too long."""
        return self._rendered(self._receive(0), self._findings)

    def _rendered(self, answer: Answer, findings: Sequence[Finding]) -> Sequence[Rendered]:
        if isinstance(answer, str | Verdict):
            reason = answer if isinstance(answer, str) else "the child process answered another question"
            return [Rendered(None, reason, has_failed=True) for _ in findings]
        return answer

    def _ask(self, question: Question) -> Answer:
        self._send(question)
        return self._receive(self._limits.seconds)

    def _send(self, question: Question) -> Connection:
        """Give a child a question; one that is dead already says so when it is asked for the answer."""
        connection = self._connection or self._start()
        with suppress(OSError):
            connection.send(question)
        return connection

    def _receive(self, seconds: float) -> Answer:
        connection = self._connection
        if connection is None:
            return "nothing was asked"
        try:
            if not connection.poll(seconds):
                self.close()
                return f"it took longer than {self._limits.seconds} seconds"
            answer: Answer = connection.recv()
        except (EOFError, OSError):
            return self._bury()
        if isinstance(answer, str):  # the child ends after such an answer
            self.close()
        return answer

    def _start(self) -> Connection:
        parent, child = self._context.Pipe()
        process: BaseProcess = self._context.Process(  # type: ignore[attr-defined]  # each concrete context has it
            target=_serve, args=(self._make, self._limits, child, parent), daemon=True
        )
        process.start()
        child.close()
        self._process, self._connection = process, parent
        return parent

    def _bury(self) -> str:
        """Return why the child died."""
        process = self._process
        if process is not None:
            process.join(self._limits.seconds)
        code = process.exitcode if process is not None else None
        self.close()
        if code is None or code >= 0:
            return f"the process that renders fixes ended (exit code {code})"
        if -code == getattr(signal, "SIGXCPU", 0):
            return f"it used more than {self._limits.seconds} seconds of CPU time"
        names = {member.value: member.name for member in signal.Signals}
        return f"the process that renders fixes was killed ({names.get(-code, f'signal {-code}')})"


def _serve(make: Callable[[], Workshop], limits: Limits, connection: Connection, other_end: Connection) -> None:
    """Answer questions until the parent is gone."""
    other_end.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _silence()
    _limit_memory(limits)
    workshop: Workshop | None = None
    gc.disable()  # with it on, parsing costs six times more; trees hold no cycles, what else there is goes below
    gc.freeze()
    answered = 0
    while True:
        try:
            question: Question = connection.recv()
        except (EOFError, OSError):
            return
        _limit_seconds(limits)
        try:
            workshop = workshop or make()
            answer: Answer = (
                workshop.prove(question) if isinstance(question, Attempt) else list(workshop.render(*question))
            )
        except MemoryError:
            connection.send(f"it needs more than {limits.memory >> 20:,} MB of memory")
            return
        connection.send(answer)
        answered += 1
        if answered % _COLLECT_EVERY == 0:
            gc.collect()


def _silence() -> None:
    """Point the standard streams at nothing: a crash writes to them, and standard output belongs to the report."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)


def _limit_memory(limits: Limits) -> None:
    try:
        import resource  # not on every system
    except ImportError:
        return
    size = _address_space()
    for kind, most in ((resource.RLIMIT_AS, size + limits.memory), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(kind)
        try:
            resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
        except (OSError, ValueError):
            continue  # where the system refuses, the limits on time remain


def _address_space() -> int:
    """Return the address space this process has taken already, in bytes; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - a file of the kernel
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def _limit_seconds(limits: Limits) -> None:
    """Give the next question its own CPU time: the system counts that of the whole process."""
    try:
        import resource  # as above
    except ImportError:
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = int(usage.ru_utime + usage.ru_stime) + limits.seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
