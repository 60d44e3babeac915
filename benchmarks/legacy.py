"""A project with many old findings, and what comparing it with its baseline costs."""

from statistics import median

from benchmarks.budget import Budget, Row
from benchmarks.commands import Setup
from benchmarks.corpus import Tree
from benchmarks.measure import BenchmarkError, Command, compare, cpu, run
from benchmarks.trees import load_legacy

FINDINGS = 20_000
BASELINE = "hive-guardian-baseline.json"
GONE = 10


def measure_baseline(setup: Setup) -> Row:
    """Compare a warm check with a baseline and one without, CPU; the figure is the difference.

    Raises:
        BenchmarkError: The baseline does not cover all findings, or its update changes more than what went.
    """
    tree = load_legacy(FINDINGS, setup.cache)
    (tree.root / BASELINE).unlink(missing_ok=True)
    run(_build(setup, tree, "baseline", "create"))
    _judge_update(setup, tree)
    with_it, without = (_build(setup, tree, "check", option) for option in ("--frozen", "--no-baseline"))
    result = compare(with_it, without, rounds=3 * setup.rounds, metric=cpu)
    costs = [left - right for left, right in zip(result.left, result.right, strict=True)]
    return Row(
        name="baseline",
        what=f"warm check compared with a baseline of {FINDINGS:,} findings, over the same check without: CPU",
        tree=tree.label,
        value=median(costs),
        spread=(min(costs), max(costs)),
        unit="s",
        budget=Budget(0.3),
        seconds=(median(result.left), median(result.right)),
    )


def _build(setup: Setup, tree: Tree, *arguments: str) -> Command:
    """Return a command on the project; a cache of its own keeps it from being answered from a record."""
    options: tuple[str, ...] = ("--select", "GR10", "--today", "2026-01-15")
    if arguments[0] == "check":
        options = (*options, "--statistics", "--quiet", "--cache-dir", str(setup.cache / "tool-caches" / "legacy"))
    accepted = frozenset({1} if "--no-baseline" in arguments else {0})  # everything is accepted, or everything counts
    return Command("hive-guardian", (*setup.tool, *arguments, *options), tree.root, {"NO_COLOR": "1"}, accepted)


def _judge_update(setup: Setup, tree: Tree) -> None:
    """Add entries that nothing needs all over the file: an update must leave it as it was before, byte by byte."""
    path = tree.root / BASELINE
    lines = path.read_bytes().splitlines(keepends=True)
    if len(lines) != FINDINGS + 2:
        raise BenchmarkError(f"the baseline has {len(lines) - 2:,} entries for {FINDINGS:,} findings")
    step = FINDINGS // GONE
    more = [*lines]
    for at in range(FINDINGS, 0, -step):
        gone = lines[at].replace(b'"code": "', b'"code": "f').replace(b'"fingerprint": "', b'"fingerprint": "f')
        more.insert(at, gone)
    path.write_bytes(b"".join(more))
    run(_build(setup, tree, "baseline", "update"))
    if path.read_bytes() != b"".join(lines):
        raise BenchmarkError("an update changed more than the lines of what was fixed")
