"""Measure the performance budget: `python -m benchmarks [ROW ...]`."""

import argparse
import json
import os
import platform
import shlex
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.budget import Row, Verdict
from benchmarks.commands import Setup, build_check
from benchmarks.fetch import cache_root
from benchmarks.measure import BenchmarkError
from benchmarks.report import Circumstances, redact, render_json, render_line, render_markdown
from benchmarks.rows import MEASUREMENTS, measure
from benchmarks.trees import DJANGO, load_source

RESULTS = Path(__file__).with_name("RESULTS.md")


def main() -> int:
    """Measure the chosen rows; 0 = every budget met, 1 = one missed, 3 = something was not measured."""
    options = _parse_arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that a running program is ended with this one
    setup = Setup(
        tool=tuple(shlex.split(options.tool)),
        python=options.python,
        cache=cache_root(),
        quick=options.quick,
        rounds=options.rounds or (3 if options.quick else 5),
    )
    names = options.rows or list(MEASUREMENTS)
    load = os.getloadavg()[0]
    rows = []
    for row in measure(names, setup):
        shown = replace(row, failure=redact(row.failure, _private(setup)))
        print(render_line(shown), flush=True, file=sys.stderr if options.json else sys.stdout)
        rows.append(shown)
    about = _describe(setup, load)
    if options.json:
        sys.stdout.write(render_json(rows, about))
    output = options.output or (RESULTS if not options.rows else None)
    if output is not None:
        output.write_text(render_markdown(rows, about), encoding="utf-8")
    return judge(rows)


def judge(rows: Sequence[Row]) -> int:
    """Return the exit code; a row without a figure weighs more than a missed budget."""
    verdicts = {row.verdict for row in rows}
    if Verdict.UNMEASURED in verdicts:
        return 3
    return 1 if Verdict.MISSED in verdicts else 0


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure the performance budget. All rows: about half an hour, and RESULTS.md is written.",
        epilog="example: python -m benchmarks cold warm one-file",
    )
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"only these, of: {', '.join(MEASUREMENTS)}")
    parser.add_argument("--quick", action="store_true", help="parts of the trees, fewer rounds; the results say so")
    parser.add_argument("--rounds", type=int, help="interleaved rounds of cheap pairs (default 5, quick 3)")
    parser.add_argument("--json", action="store_true", help="write JSON to standard output")
    parser.add_argument("--output", type=Path, help="where to write Markdown, also for single rows")
    parser.add_argument("--tool", default=_default_tool(), help="the command that starts hive-guardian")
    parser.add_argument("--python", default=sys.executable, help="interpreter of the floor")
    options = parser.parse_args()
    unknown = [name for name in options.rows if name not in MEASUREMENTS]
    if unknown:
        parser.error(f"unknown row {unknown[0]!r}; choose from {', '.join(MEASUREMENTS)}")
    return options


def _default_tool() -> str:
    return shlex.quote(str(Path(sys.executable).with_name("hive-guardian")))


def _describe(setup: Setup, load: float) -> Circumstances:
    return Circumstances(
        date=datetime.now(UTC).date().isoformat(),
        tool=_read_output((*setup.tool, "--version")).strip() or "no version",
        python=f"{platform.python_implementation()} {platform.python_version()}",
        system=f"{platform.system()} {platform.machine()}",
        cores=os.cpu_count() or 1,
        load=load,
        quick=setup.quick,
        coverage=_describe_coverage(setup),
    )


def _describe_coverage(setup: Setup) -> str:
    """Ask the tool itself what it covered: a fast run that checks nothing must not pass for a fast run."""
    try:
        tree = load_source(DJANGO, setup.cache)
    except BenchmarkError:
        return "coverage unknown, Django could not be fetched"
    command = build_check(setup, tree, "--no-cache", "--format", "json", ".")
    text = _read_output(command.argv, cwd=command.cwd)
    try:
        summary = json.loads(text)["summary"]
    except (ValueError, KeyError):
        return "coverage unknown, the tool wrote no JSON report"
    checked, found = summary["files"]["checked"], sum(summary["findings"].values())
    return f"on {tree.label} it checked {checked:,} files with {summary['rules']} rules, {found:,} findings"


def _read_output(argv: tuple[str, ...], cwd: Path | None = None) -> str:
    try:
        return subprocess.run(argv, cwd=cwd, capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""


def _private(setup: Setup) -> list[tuple[str, str]]:
    return [
        (str(setup.cache), "<cache>"),
        (str(Path(sys.prefix)), "<environment>"),
        (str(Path(__file__).parent.parent), "<project>"),
        (str(Path.home()), "<home>"),
        (platform.node(), "<host>"),
    ]


if __name__ == "__main__":
    sys.exit(main())
