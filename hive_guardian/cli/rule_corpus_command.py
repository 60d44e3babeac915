"""`hive-guardian rule corpus`."""

import os
import random
import sys
from dataclasses import replace
from pathlib import Path

import click

from hive_guardian.bootstrap import CheckRequest, check
from hive_guardian.cli.options import COMMAND_LINE_OPTIONS, add_options, command_line, utc_today
from hive_guardian.cli.progress import Progress
from hive_guardian.cli.sources import sources_of
from hive_guardian.cli.terminal import is_coloured, write
from hive_guardian.report import render_report
from hive_guardian.report.options import RenderOptions, Verbosity

_INCOMPLETE = 3


@click.command("corpus")
@click.argument("directory", type=click.Path(file_okay=False, exists=True, path_type=Path))
@click.option("--sample", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="How many.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed draws another sample.")
@add_options(COMMAND_LINE_OPTIONS)
def corpus(directory: Path, sample: int, seed: int, **options: object) -> int:
    """Run rules over other people's code and show a random sample of the findings with their code.

    Read the sample as a stranger would: each finding that you would not act on is a bug of its rule. Every level runs
    unless --level says otherwise; --isolated ignores the configuration of that code.

    Example: hive-guardian rule corpus ../django --select GR12 --isolated --sample 20
    """
    said = replace(command_line(options), level=str(options["level"] or "INFO"))
    with Progress() as progress:
        checked = check(
            CheckRequest(
                (str(directory),), said, utc_today(), cache=False, progress=progress.update,
                local_rules=options["local_rules"] is True,  # other people's code does not run by default
            )
        )  # fmt: skip
    report = checked.outcome.report
    total = len(report.findings)
    drawn = random.Random(seed).sample(range(total), min(sample, total))  # noqa: S311 - a sample to read, no secret
    shown = replace(report, findings=tuple(report.findings[index] for index in sorted(drawn)))
    shown = replace(shown, sources=sources_of(checked.tree, shown.findings))
    colour = is_coloured(sys.stdout, os.environ)
    text = render_report("text", shown, RenderOptions(is_coloured=colour, verbosity=Verbosity.NORMAL))
    write(f"{text}{len(drawn):,} of {total:,} findings in {report.files.checked:,} files, seed {seed}\n", None)
    return _INCOMPLETE if report.errors else 0
