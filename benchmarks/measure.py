"""Running programs and comparing what they cost."""

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

DAY_S = 86_400.0
TRACEBACK = b"Traceback (most recent call last)"


class BenchmarkError(Exception):
    """Something that keeps a row from being measured; the message becomes the row's reason."""


@dataclass(frozen=True, slots=True)
class Command:
    """One program to run: what, where, and which exit codes mean that it did its work."""

    name: str
    """How messages call it."""
    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str] = field(default_factory=dict)
    """Added to this process's environment."""
    accepted: frozenset[int] = frozenset({0, 1})
    """Exit codes of a complete run; linters end with 1 when they found something."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one run cost, its descendants included."""

    cpu_s: float
    """User plus system time, seconds."""
    wall_s: float
    """Seconds from start to end."""
    peak_mb: float
    """Largest resident set of any one process, megabytes of 1,000,000 bytes."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two commands run alternately; entry `i` of both tuples belongs to the same round."""

    left: tuple[float, ...]
    right: tuple[float, ...]

    @property
    def ratios(self) -> tuple[float, ...]:
        """Return left / right, one per round."""
        return tuple(a / b for a, b in zip(self.left, self.right, strict=True))

    @property
    def ratio(self) -> float:
        """Return the median of the rounds' ratios: one disturbed round does not move it."""
        return median(self.ratios)


def run(command: Command, *, timeout_s: float = DAY_S) -> Usage:
    """Run to the end with its output in a file and return what it cost.

    The peak can never read lower than this process's own size: the kernel carries the high-water mark over `exec`, so
    whoever measures must stay small.

    Raises:
        BenchmarkError: The program is missing, ran out of time, ended with an exit code that is not accepted, or with
            a traceback, whose exit code 1 would read as "found something".
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        try:
            process = subprocess.Popen(
                command.argv,
                cwd=command.cwd,
                env=build_environment(os.environ, command.env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                start_new_session=True,
            )
        except OSError as error:
            raise BenchmarkError(f"{command.name} cannot be started: {error.strerror}") from error
        timer = threading.Timer(timeout_s, _kill_group, [process.pid])
        timer.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except KeyboardInterrupt:
            _kill_group(process.pid)  # a session of its own hears neither the terminal nor what ends this process
            raise
        finally:
            timer.cancel()
        wall_s = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        said = errors.read()
        if process.returncode not in command.accepted or TRACEBACK in said:
            output.seek(0)
            raise BenchmarkError(describe_failure(command.name, process.returncode, said or output.read()))
    # ru_maxrss is in kilobytes on Linux
    return Usage(usage.ru_utime + usage.ru_stime, wall_s, usage.ru_maxrss * 1024 / 1e6)


def build_environment(outer: Mapping[str, str], added: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a measured program: the outer one without what changes how Python itself runs.

    A shell that forbids byte code or turns on development mode would make every start look slow.
    """
    kept = {"PYTHONPATH", "PYTHONHOME"}
    return {name: value for name, value in outer.items() if not name.startswith("PYTHON") or name in kept} | dict(added)


def _kill_group(pid: int) -> None:
    os.killpg(pid, signal.SIGKILL)


def describe_failure(name: str, exit_code: int, output: bytes) -> str:
    """Return one line with the exit code and the last thing the program said."""
    lines = [line.strip() for line in output.decode("utf-8", "replace").splitlines() if line.strip()]
    said = f": {lines[-1]}" if lines else ""
    return f"{name} ended with exit code {exit_code}{said}"


def compare(
    left: Command, right: Command, *, rounds: int, metric: Callable[[Usage], float], warm_up: bool = True
) -> Comparison:
    """Run two commands alternately and return what each round cost.

    Args:
        left: Numerator of the ratios.
        right: Denominator of the ratios.
        rounds: How often each is run and counted.
        metric: Picks the figure of a run.
        warm_up: Run both once uncounted, so that byte code, file cache and each program's own cache exist.

    Raises:
        BenchmarkError: One of them cannot be run.
    """
    if warm_up:
        run(left)
        run(right)
    pairs = [(metric(run(left)), metric(run(right))) for _ in range(rounds)]
    return Comparison(tuple(a for a, _ in pairs), tuple(b for _, b in pairs))


def cpu(usage: Usage) -> float:
    """Return CPU seconds."""
    return usage.cpu_s


def wall(usage: Usage) -> float:
    """Return wall seconds."""
    return usage.wall_s
