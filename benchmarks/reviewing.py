"""Reviewing: a change of 30 files, read by a model that takes 200 ms to answer and runs on the loopback interface."""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.budget import Budget, Row
from benchmarks.commands import Setup
from benchmarks.history import run_git
from benchmarks.measure import BenchmarkError, Command, Usage, cpu, run, wall
from hive_guardian.testing.messages_api import KEY, serve

FILES = 30
LATENCY_SECONDS = 0.2
_CONFIG = """\
[tool.hive-guardian.review]
provider = "anthropic-compatible"
base-url = "{url}"
models = {{ reviewer = "local" }}
prices = {{ local = {{ input = "0.1", output = "0.1" }} }}
"""
_TREE = f"{FILES} changed files, a model with {LATENCY_SECONDS * 1000:.0f} ms of latency"


def measure_review(setup: Setup) -> Row:
    """Measure how long a review takes."""
    return _measure("review", "review of a change, nothing kept before: wall", wall, "s", Budget(3.0), setup)


def measure_review_cpu(setup: Setup) -> Row:
    """Measure what a review costs this machine."""
    return _measure("review-cpu", "review of a change, nothing kept before: CPU", cpu, "s", Budget(1.5), setup)


def measure_review_memory(setup: Setup) -> Row:
    """Measure the peak of any one process of a review."""
    what = "review of a change, nothing kept before: peak memory of one process"
    return _measure("review-memory", what, lambda usage: usage.peak_mb, "MB", Budget(250.0), setup)


def _measure(name: str, what: str, metric: Callable[[Usage], float], unit: str, budget: Budget, setup: Setup) -> Row:
    with _scene() as scene:
        values = [metric(_review(scene, setup)) for _ in range(setup.rounds)]
    spread = (min(values), max(values))
    return Row(name, what, _TREE, median(values), spread, unit, budget)


@contextmanager
def _scene() -> Iterator[Path]:
    """Yield a directory with a repository whose configuration names a server that runs for the time of the block."""
    with tempfile.TemporaryDirectory() as folder, serve() as api:
        api.latency_seconds = LATENCY_SECONDS
        place = Path(folder)
        write_change(place / "shop", _CONFIG.format(url=api.url))
        yield place


def write_change(root: Path, config: str) -> None:
    """Make a repository of 30 modules, all of which the last commit changes."""
    root.mkdir()
    (root / "pyproject.toml").write_text(config, encoding="utf-8")
    run_git(root, "init", "-q")
    for answer in ("1", "2"):
        for number in range(FILES):
            body = "".join(
                f"def step_{each}(value):\n    if value > {each}:\n        return value - {answer}\n    return 0\n\n\n"
                for each in range(8)
            )
            (root / f"part_{number}.py").write_text(f'"""Part {number}."""\n\n\n{body}', encoding="utf-8")
        run_git(root, "add", "-A")
        run_git(root, "commit", "-q", "-m", f"answer {answer}")


def _review(place: Path, setup: Setup) -> Usage:
    """Run one review that knows nothing of earlier ones.

    Raises:
        BenchmarkError: it was not complete.
    """
    with tempfile.TemporaryDirectory() as state:
        report = Path(state) / "report.json"
        options = ("HEAD~1..HEAD", "--format", "json", "--output", str(report), "--cache-dir", f"{state}/cache")
        environ = {"HIVE_GUARDIAN_STATE_DIR": state, "HIVE_GUARDIAN_COMPATIBLE_KEY": KEY}
        usage = run(Command("hive-guardian", (*setup.tool, "review", *options), place / "shop", environ))
        found = json.loads(report.read_text(encoding="utf-8"))
        if found["verdict"] == "inconclusive" or found["spend"]["requests"] != FILES:
            raise BenchmarkError(f"the review was not complete: {found['shortfalls']}")
        return usage
