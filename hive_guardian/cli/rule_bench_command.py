"""`hive-guardian rule bench`."""

import ast
import time
from dataclasses import dataclass
from pathlib import Path

import click

from hive_guardian.bootstrap import Checked, CheckRequest, check, survey
from hive_guardian.cli.options import utc_today
from hive_guardian.cli.terminal import write
from hive_guardian.config.layers import CommandLine
from hive_guardian.engine.pool import collector_paused
from hive_guardian.model.errors import UsageError

_INCOMPLETE = 3


@dataclass(frozen=True, slots=True)
class _Files:
    """The content of the measured files."""

    contents: tuple[bytes, ...]

    @property
    def megabytes(self) -> float:
        return sum(map(len, self.contents)) / 1e6


@click.command("bench")
@click.argument("rule")
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("--rounds", type=click.IntRange(min=1), default=3, show_default=True, metavar="N", help="Best of N.")
@click.option("--isolated", is_flag=True, help="Read no configuration file.")
def bench(rule: str, path: Path, rounds: int, *, isolated: bool) -> int:
    """Measure RULE alone on the files of PATH, beside a bare parse of the same files in the same run.

    The time is that of the rule and of everything nobody else would have asked for; the share is what counts, as
    seconds differ between machines.

    Example: hive-guardian rule bench GR12 src
    """
    said = CommandLine(select=(rule,), level="INFO", isolated=isolated)
    request = CheckRequest((str(path),), said, utc_today(), jobs=1, cache=False, timed=True, local_rules=True)
    checked = check(request)
    report = checked.outcome.report
    names = [card for card in report.rules if rule.lower() in {card.code.lower(), card.name.lower()}]
    if not names:
        raise UsageError(f"{rule!r} names no single rule that runs here; see hive-guardian rules")
    info = names[0]
    files = _read(checked, survey(request).wanted)
    parsing, running = [], []
    for _ in range(rounds):
        parsing.append(_parse_seconds(files))
        running.append(check(request).outcome.nanoseconds.get(info.code, 0) / 1e9)
    found = sum(finding.rule == info.code for finding in report.findings)
    share = 100 * min(running) / min(parsing) if min(parsing) else 0.0
    text = (
        f"{info.code} {info.name} on {len(files.contents):,} files, {files.megabytes:.1f} MB, best of {rounds}\n"
        f"  bare parse  {min(parsing):9.4f} s\n"
        f"  the rule    {min(running):9.4f} s  {share:.1f} % of the parse\n"
        f"  findings    {found:9,}\n"
    )
    write(text, None)
    for error in report.errors:
        click.echo(f"error: {error.path or error.rule}: {error.message}", err=True)
    return _INCOMPLETE if report.errors else 0


def _read(checked: Checked, paths: frozenset[str]) -> _Files:
    return _Files(tuple(checked.tree.read(path) for path in sorted(paths)))


def _parse_seconds(files: _Files) -> float:
    """Return the time that `ast.parse` takes for all files; one that does not parse counts as far as it goes."""
    with collector_paused():
        started = time.perf_counter()
        for content in files.contents:
            try:
                ast.parse(content)
            except (SyntaxError, ValueError):
                continue
        return time.perf_counter() - started
