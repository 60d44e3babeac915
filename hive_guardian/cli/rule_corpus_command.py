"""`hive-guardian rule corpus`."""

import os
import random
import sys
from dataclasses import replace
from pathlib import Path

import click

from hive_guardian.bootstrap import CheckRequest, check
from hive_guardian.cli.options import (
    RULES_OPTION,
    SELECTION_OPTIONS,
    add_options,
    command_line,
    level_option,
    utc_today,
)
from hive_guardian.cli.progress import Progress
from hive_guardian.cli.sources import sources_of
from hive_guardian.cli.terminal import is_coloured, write
from hive_guardian.report import render_report
from hive_guardian.report.options import RenderOptions
from hive_guardian.report.summary import describe_count, select_shown

_INCOMPLETE = 3


@click.command(
    "corpus",
    epilog="\b\nExamples:\n"
    "  hive-guardian rule corpus ../django --select GR12 --isolated --sample 20\n"
    "  hive-guardian rule corpus ../django --select ACME01 --isolated --rules tools/rules",
)
@click.argument("directory", type=click.Path(file_okay=False, exists=True, path_type=Path))
@click.option("--sample", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="How many.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed draws another sample.")
@add_options([RULES_OPTION, level_option("INFO"), *SELECTION_OPTIONS])
def corpus(directory: Path, sample: int, seed: int, rules: tuple[Path, ...], **options: object) -> int:
    """Run rules over other people's code and show a random sample of the findings with their code.

    Read the sample as a stranger would: each finding that you would not act on is a bug of its rule. Option
    --isolated ignores the configuration of that code.
    """
    said = replace(command_line(options), level=str(options["level"] or "INFO"))
    with Progress() as progress:
        checked = check(
            CheckRequest(
                (str(directory),), said, utc_today(), cache=False, progress=progress.update,
                local_rules=options["local_rules"] is True,  # other people's code does not run by default
                brought_rules=rules,
            )
        )  # fmt: skip
    report = checked.outcome.report
    found = select_shown(report, show_all=False)
    drawn = random.Random(seed).sample(range(len(found)), min(sample, len(found)))  # noqa: S311 - to read, no secret
    shown = replace(report, sources=sources_of(checked.tree, [found[index] for index in drawn]))
    colour = is_coloured(sys.stdout, os.environ)
    text = render_report("text", shown, RenderOptions(is_coloured=colour, drawn=tuple(sorted(drawn))))
    total, files = describe_count(len(found), "finding"), describe_count(report.files.checked, "file")
    write(f"{text}Shown: {len(drawn):,} of {total} in {files}, seed {seed}\n", None)
    return _INCOMPLETE if report.errors else 0
