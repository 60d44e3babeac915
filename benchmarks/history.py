"""Runs that ask git: only what is new since a commit, and what is staged before one."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.budget import Budget, Row
from benchmarks.commands import Setup, build_check
from benchmarks.corpus import Tree
from benchmarks.measure import BenchmarkError, Command, compare, cpu, run, wall
from benchmarks.trees import DJANGO, load_repository

TOUCHED = 10
_IDENTITY = {
    "GIT_AUTHOR_NAME": "nobody",
    "GIT_AUTHOR_EMAIL": "nobody@example.org",
    "GIT_COMMITTER_NAME": "nobody",
    "GIT_COMMITTER_EMAIL": "nobody@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
}


def measure_since(setup: Setup) -> Row:
    """Compare a cold check of what is new since the commit before with a cold check, wall."""
    tree = _load(setup)
    result = compare(
        build_check(setup, tree, "--no-cache", "--since", "HEAD~1", "."),
        build_check(setup, tree, "--no-cache", "."),
        rounds=setup.rounds,
        metric=wall,
    )
    return Row(
        name="since",
        what=f"cold `--since HEAD~1`, {TOUCHED} files changed: wall over a cold run",
        tree=tree.label,
        value=result.ratio,
        spread=(min(result.ratios), max(result.ratios)),
        budget=Budget(1.5),
        seconds=(median(result.left), median(result.right)),
    )


def measure_since_warm(setup: Setup) -> Row:
    """Measure a second check of what is new since a commit, CPU."""
    tree = _load(setup)
    command = build_check(setup, tree, *_cache(setup), "--since", "HEAD~1", ".")
    return _timed("since-warm", "warm `--since HEAD~1`: CPU", tree, _repeat(command, setup), Budget(0.5))


def measure_staged(setup: Setup) -> Row:
    """Measure a check of staged files whose content an earlier run saw, CPU."""
    tree = _load(setup)
    command = build_check(setup, tree, *_cache(setup), "--staged")
    what = f"`--staged`, {TOUCHED} files that an earlier run saw: CPU"
    return _timed("staged", what, tree, _repeat(command, setup), Budget(0.2))


def measure_staged_edited(setup: Setup) -> Row:
    """Measure a check of staged files that nobody saw before, CPU: a commit right after editing."""
    tree = _load(setup)
    command = build_check(setup, tree, *_cache(setup), "--staged")
    run(command)

    def costs() -> Iterator[float]:
        for number in range(setup.rounds):
            _edit(tree.root, f"# round {number}\n")
            run_git(tree.root, "add", "--update")
            yield cpu(run(command))

    what = f"`--staged`, {TOUCHED} files just edited: CPU"
    return _timed("staged-edited", what, tree, list(costs()), None)


def _load(setup: Setup) -> Tree:
    """Return a repository whose last commit and whose index differ in a few files from what was before."""
    return load_repository(DJANGO, setup.cache, _make_repository)


def _make_repository(root: Path) -> None:
    run_git(root, "init", "--quiet")
    run_git(root, "add", "--all", "--force")
    run_git(root, "commit", "--quiet", "--message", "first")
    _edit(root, "# committed\n")
    run_git(root, "commit", "--quiet", "--all", "--message", "second")
    _edit(root, "# staged\n")
    run_git(root, "add", "--update")


def _edit(root: Path, line: str) -> None:
    """Add a line to the same few files, those of the largest package first."""
    for path in sorted((root / "django" / "db" / "models").glob("*.py"))[:TOUCHED]:
        with path.open("a", encoding="utf-8") as file:
            file.write(line)


def run_git(root: Path, *arguments: str) -> None:
    """Run git with an identity and a clock of its own.

    Raises:
        BenchmarkError: it fails.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", *arguments],  # noqa: S607 - the git of the machine
        cwd=root,
        env=environment | _IDENTITY,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchmarkError(f"git {arguments[0]} failed: {done.stderr.strip()}")


def _cache(setup: Setup) -> tuple[str, str]:
    """Return options for a cache of their own, which keeps runs from being answered from a record."""
    return "--cache-dir", str(setup.cache / "tool-caches" / "history")


def _repeat(command: Command, setup: Setup) -> list[float]:
    """Return what each of some runs costs after one that fills the cache."""
    run(command)
    return [cpu(run(command)) for _ in range(4 * setup.rounds)]


def _timed(name: str, what: str, tree: Tree, costs: list[float], budget: Budget | None) -> Row:
    return Row(
        name=name,
        what=what,
        tree=tree.label,
        value=median(costs),
        spread=(min(costs), max(costs)),
        unit="s",
        budget=budget,
    )
