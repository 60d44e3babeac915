"""The rows of the budget: what each compares, on which tree, against which limit."""

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.budget import Budget, Row
from benchmarks.commands import (
    SAME_AS_SEMGREP,
    Setup,
    build_check,
    build_cold_check,
    build_competitor,
    build_floor,
    build_idle_python,
    build_ruff,
    pinned_version,
)
from benchmarks.corpus import Tree
from benchmarks.fixing import measure_fix, measure_fix_memory
from benchmarks.history import measure_since, measure_since_warm, measure_staged, measure_staged_edited
from benchmarks.legacy import measure_baseline
from benchmarks.measure import BenchmarkError, Command, Comparison, compare, cpu, run, wall
from benchmarks.reviewing import measure_review, measure_review_cpu, measure_review_memory
from benchmarks.trees import (
    DJANGO,
    HALF_LINES,
    HOMEASSISTANT,
    QUICK_LINES,
    list_paths,
    load_half_and_whole,
    load_part,
    load_source,
)

TIMES_CHEAPER = {"flake8": 10, "bandit": 6, "pylint": 50, "fixit": 50}
SLOW_COMPETITORS = frozenset({"pylint", "fixit"})
"""They take minutes each, so they run once."""
SMALL_FILE = "django/db/models/manager.py"


def measure_cold(setup: Setup) -> Row:
    """Compare a cold check with the bare floor, CPU."""
    tree = _load(DJANGO, setup)
    floor = build_floor(setup, tree, list_paths(tree, setup.cache))
    result = compare(build_cold_check(setup, tree), floor, rounds=setup.rounds, metric=cpu)
    what = "cold run, all default rules, one process: CPU over reading and parsing the same files"
    return _row("cold", what, tree, result, Budget(2.0))


def measure_competitor(name: str, setup: Setup) -> Row:
    """Compare another tool's cold run with ours, CPU; the figure says how many times more it needs."""
    tree = _load(DJANGO, setup)
    is_slow = name in SLOW_COMPETITORS
    rival = build_competitor(setup, name, tree)
    rounds = 1 if is_slow else setup.rounds
    result = compare(rival, build_cold_check(setup, tree), rounds=rounds, metric=cpu, warm_up=not is_slow)
    what = f"CPU of {name} {pinned_version(name)} over ours"
    return _row(name, what, tree, result, Budget(TIMES_CHEAPER[name], at_least=True))


def measure_semgrep(setup: Setup) -> Row:
    """Compare semgrep's run of three rules with ours of the same three, CPU."""
    tree = _load(DJANGO, setup)
    ours = build_cold_check(setup, tree, "--select", SAME_AS_SEMGREP)
    result = compare(build_competitor(setup, "semgrep", tree), ours, rounds=setup.rounds, metric=cpu)
    what = f"CPU of semgrep {pinned_version('semgrep')}, three rules, over ours with the same three"
    return _row("semgrep", what, tree, result, Budget(3, at_least=True))


def measure_semgrep_all(setup: Setup) -> Row:
    """Compare semgrep's run of three rules with ours of all default rules, CPU."""
    tree = _load(DJANGO, setup)
    rival = build_competitor(setup, "semgrep", tree)
    result = compare(rival, build_cold_check(setup, tree), rounds=setup.rounds, metric=cpu)
    what = f"CPU of semgrep {pinned_version('semgrep')}, three rules, over ours with all default rules"
    return _row("semgrep-all", what, tree, result, None)


def measure_warm(setup: Setup) -> Row:
    """Compare a warm check of an unchanged tree with ruff's, wall."""
    tree = _load(DJANGO, setup)
    _forget(tree)
    ours = build_check(setup, tree, ".")
    result = compare(ours, build_ruff(setup, tree), rounds=4 * setup.rounds, metric=wall)
    what = f"warm run of an unchanged tree: wall over ruff {pinned_version('ruff')}'s warm run, closest rules"
    return _row("warm", what, tree, result, Budget(1.0))


def measure_one_file(setup: Setup) -> Row:
    """Compare a warm check of one file with an idle interpreter, wall."""
    tree = load_source(DJANGO, setup.cache)
    _forget(tree)
    ours = build_check(setup, tree, SMALL_FILE)
    result = compare(ours, build_idle_python(setup, tree), rounds=4 * setup.rounds, metric=wall)
    return _row("one-file", "warm run of one file: wall over `python -c pass`", tree, result, Budget(8.0))


def measure_start_up(setup: Setup) -> Row:
    """Compare `--version` with an idle interpreter, wall."""
    tree = load_source(DJANGO, setup.cache)
    ours = Command("hive-guardian", (*setup.tool, "--version"), tree.root)
    result = compare(ours, build_idle_python(setup, tree), rounds=4 * setup.rounds, metric=wall)
    return _row("start-up", "`hive-guardian --version`: wall over `python -c pass`", tree, result, None)


def measure_scale(setup: Setup) -> Row:
    """Compare the cost per byte at twice the size with that at the size, CPU."""
    half, whole = _load_scale(setup)
    rounds = max(1, setup.rounds - 2)
    result = compare(build_cold_check(setup, whole), build_cold_check(setup, half), rounds=rounds, metric=cpu)
    growth = whole.size / half.size
    per_byte = Comparison(tuple(cost / growth for cost in result.left), result.right)
    what = f"cold run, one process: CPU per byte at {whole.lines:,} lines over that at {half.lines:,}"
    return _row("scale", what, whole, per_byte, Budget(1.1))


def measure_memory(tree: Tree, name: str, setup: Setup) -> Row:
    """Measure the peak of one process: without a cache, filling one, and using it; the largest counts."""
    filling = build_check(setup, tree, "--cache-dir", str(_empty_cache(setup, name)), "--jobs", "1", ".")
    peaks = [run(command).peak_mb for command in (build_cold_check(setup, tree), filling, filling)]
    return Row(
        name=name,
        what="peak memory of one process, without cache, filling it and using it",
        tree=tree.label,
        value=max(peaks),
        spread=(min(peaks), max(peaks)),
        unit="MB",
        budget=Budget(300.0),
    )


def measure_memory_of_application(setup: Setup) -> Row:
    """Measure the peak on Home Assistant."""
    return measure_memory(_load(HOMEASSISTANT, setup), "memory", setup)


def measure_memory_at_scale(setup: Setup) -> Row:
    """Measure the peak on a million lines."""
    return measure_memory(_load_scale(setup)[1], "memory-at-scale", setup)


MEASUREMENTS: dict[str, Callable[[Setup], Row]] = {
    "cold": measure_cold,
    **{name: partial(measure_competitor, name) for name in TIMES_CHEAPER},
    "semgrep": measure_semgrep,
    "semgrep-all": measure_semgrep_all,
    "warm": measure_warm,
    "one-file": measure_one_file,
    "start-up": measure_start_up,
    "baseline": measure_baseline,
    "since": measure_since,
    "since-warm": measure_since_warm,
    "staged": measure_staged,
    "staged-edited": measure_staged_edited,
    "fix": measure_fix,
    "fix-memory": measure_fix_memory,
    "review": measure_review,
    "review-cpu": measure_review_cpu,
    "review-memory": measure_review_memory,
    "scale": measure_scale,
    "memory": measure_memory_of_application,
    "memory-at-scale": measure_memory_at_scale,
}


def measure(names: list[str], setup: Setup) -> Iterator[Row]:
    """Yield one row per name as soon as it is known; what could not be measured is a row with the reason."""
    for name in names:
        try:
            yield MEASUREMENTS[name](setup)
        except BenchmarkError as error:
            yield Row(name, what=_purpose(name), failure=str(error))


def _purpose(name: str) -> str:
    return f"CPU of {name} over ours" if name in TIMES_CHEAPER else f"the row `{name}`"


def _row(name: str, what: str, tree: Tree, result: Comparison, budget: Budget | None) -> Row:
    return Row(
        name=name,
        what=what,
        tree=tree.label,
        value=result.ratio,
        spread=(min(result.ratios), max(result.ratios)),
        budget=budget,
        seconds=(median(result.left), median(result.right)),
    )


def _load(source: tuple[str, str], setup: Setup) -> Tree:
    return load_part(source, QUICK_LINES, setup.cache) if setup.quick else load_source(source, setup.cache)


def _load_scale(setup: Setup) -> tuple[Tree, Tree]:
    return load_half_and_whole(QUICK_LINES if setup.quick else HALF_LINES, setup.cache)


def _empty_cache(setup: Setup, name: str) -> Path:
    folder = setup.cache / "tool-caches" / name
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def _forget(tree: Tree) -> None:
    """Remove what earlier checks left in a tree; warm rows use the cache where a user has it, in the project."""
    shutil.rmtree(tree.root / ".hive-guardian-cache", ignore_errors=True)
