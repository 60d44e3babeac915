"""`hive-guardian rule bench`."""

from pathlib import Path

import click

from hive_guardian.bootstrap import CheckRequest, check, measure
from hive_guardian.cli.options import RULES_OPTION, add_options, utc_today
from hive_guardian.cli.terminal import write
from hive_guardian.config.layers import CommandLine
from hive_guardian.model.errors import UsageError

_INCOMPLETE = 3


@click.command(
    "bench",
    epilog="\b\nExamples:\n"
    "  hive-guardian rule bench GR12 src\n"
    "  hive-guardian rule bench ACME01 ../django --isolated --rules tools/rules",
)
@click.argument("rule")
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("--rounds", type=click.IntRange(min=1), default=3, show_default=True, metavar="N", help="Best of N.")
@click.option("--isolated", is_flag=True, help="Read no configuration file.")
@click.option("--local-rules", is_flag=True, help="Run the rules of that project itself; measure your own ones so.")
@add_options([RULES_OPTION])
def bench(rule: str, path: Path, rounds: int, rules: tuple[Path, ...], *, isolated: bool, local_rules: bool) -> int:
    """Measure RULE alone on the files of PATH, beside a bare parse of the same files in the same run.

    CPU seconds, the fastest of some rounds for each file; the cost of the rule is what it adds to the analysis.
    The share is what counts, as seconds differ between machines.
    """
    said = CommandLine(select=(rule,), level="INFO", isolated=isolated)
    request = CheckRequest(
        (str(path),), said, utc_today(), jobs=1, cache=False, local_rules=local_rules, brought_rules=rules
    )
    checked = check(request)
    report = checked.outcome.report
    names = [card for card in report.rules if rule.lower() in {card.code.lower(), card.name.lower()}]
    if not names:
        raise UsageError(f"{rule!r} names no single rule that runs here; see hive-guardian rules")
    info = names[0]
    cost = measure(request, info.code, rounds)
    found = sum(finding.rule == info.code for finding in report.findings)
    spent = cost.rule + cost.project
    share = 100 * spent / cost.parse if cost.parse else 0.0
    text = (
        f"{info.code} {info.name} on {cost.files:,} files, {cost.size / 1e6:.1f} MB, best of {rounds}\n"
        f"  bare parse  {cost.parse:9.4f} s\n"
        f"  the rule    {spent:9.4f} s  {share:.1f} % of the parse\n"
        f"  findings    {found:9,}\n"
    )
    write(text, None)
    for error in report.errors:
        click.echo(f"error: {error.path or error.rule}: {error.message}", err=True)
    return _INCOMPLETE if report.errors else 0
