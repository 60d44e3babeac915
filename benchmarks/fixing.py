"""Fixing: what safe fixes over a whole tree cost beside a tool that fixes through a concrete tree, and memory."""

import ast
import shutil
from pathlib import Path
from statistics import median

from benchmarks.budget import Budget, Row
from benchmarks.commands import Setup, build_competitor, pinned_version
from benchmarks.corpus import Tree
from benchmarks.measure import BenchmarkError, Command, compare, cpu, run
from benchmarks.trees import DJANGO, load_changed

EVERY = 20
FIXIT_RULES = (
    "fixit.rules.use_async_sleep_in_async_def",
    "fixit.rules.no_redundant_fstring",
    "fixit.rules.avoid_or_in_except",
)
"""Rules that look at single nodes and fix them, as the golden rules with a fix do."""


def measure_fix(setup: Setup) -> Row:
    """Compare Fixit's suggestions for three rules with all our safe fixes, CPU."""
    tree = _load(setup)
    rules = [item for rule in FIXIT_RULES for item in ("--rules", rule)]
    fixit = build_competitor(setup, "fixit", tree, ("--quiet", *rules, "lint", "--diff", "."))
    result = compare(fixit, _build(setup, tree), rounds=1, metric=cpu, warm_up=False)
    return Row(
        name="fix",
        what=f"safe fixes of all default rules, cold: CPU of fixit {pinned_version('fixit')}, three rules, over ours",
        tree=tree.label,
        value=result.ratio,
        spread=(min(result.ratios), max(result.ratios)),
        budget=Budget(10, at_least=True),
        seconds=(median(result.left), median(result.right)),
    )


def measure_fix_memory(setup: Setup) -> Row:
    """Measure the peak of any one process of a run that fixes the whole tree."""
    tree = _load(setup)
    peak = run(_build(setup, tree)).peak_mb
    return Row(
        name="fix-memory",
        what="safe fixes of all default rules: peak memory of one process, the child that judges included",
        tree=tree.label,
        value=peak,
        spread=(peak, peak),
        unit="MB",
        budget=Budget(300.0),
    )


def _load(setup: Setup) -> Tree:
    return load_changed(DJANGO, setup.cache, f"a stray comma after every {EVERY}th call", plant_commas)


def _build(setup: Setup, tree: Tree) -> Command:
    """Return a run that fixes everything in memory and writes nothing, so that the tree can be used again."""
    options = ("--isolated", "--level", "INFO", "--diff", "--quiet", "--no-cache", "--jobs", "1", ".")
    return Command("hive-guardian", (*setup.tool, "fix", *options), tree.root, {"NO_COLOR": "1"}, frozenset({1}))


def plant_commas(source: Path, target: Path) -> None:
    """Copy a tree and put a comma behind every `EVERY`th call that is a statement of its own.

    Raises:
        BenchmarkError: There was nowhere to put one.
    """
    shutil.copytree(source, target, dirs_exist_ok=True)
    seen = planted = 0
    for path in sorted(target.rglob("*.py")):
        data = path.read_bytes()
        try:
            tree = ast.parse(data)
        except (SyntaxError, ValueError):
            continue
        lines = data.split(b"\n")
        for node in ast.walk(tree):
            if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
                continue
            line, end = (node.end_lineno or 0) - 1, node.end_col_offset or 0
            if lines[line][end:].strip():
                continue
            seen += 1
            if seen % EVERY == 0:
                lines[line] = lines[line][:end] + b"," + lines[line][end:]
                planted += 1
        path.write_bytes(b"\n".join(lines))
    if not planted:
        raise BenchmarkError(f"no call of {source.name} is a statement of its own")
