"""`hive-guardian rule`: for people who write rules."""

from collections.abc import Mapping
from pathlib import Path

import click

from hive_guardian.bootstrap import open_catalogue
from hive_guardian.cli.command_page import command_page
from hive_guardian.cli.options import utc_today
from hive_guardian.cli.rule_bench_command import bench
from hive_guardian.cli.rule_corpus_command import corpus
from hive_guardian.cli.rule_new_command import new
from hive_guardian.cli.rule_test_command import test
from hive_guardian.cli.terminal import write
from hive_guardian.config.layers import CommandLine
from hive_guardian.config.load import load
from hive_guardian.config.options import validate_rules
from hive_guardian.config.presets import all_presets
from hive_guardian.engine.cache import NoCache
from hive_guardian.engine.catalogue import Catalogue
from hive_guardian.engine.rule_states import RuleState, rule_states
from hive_guardian.model.errors import PluginError, UsageError
from hive_guardian.project.tree import MemoryTree
from hive_guardian.report.rule_reference import reference_pages
from hive_guardian.report.settings_page import settings_page


@click.group("rule")
def rule() -> None:
    """Work on rules.

    Example: hive-guardian rule new ACME01 forgotten-breakpoint
    """


for command in (new, test, bench, corpus):
    rule.add_command(command)


@rule.command("docs")
@click.option(
    "--output", default="docs/reference", show_default=True, type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR", help="Write the pages into DIR.",
)  # fmt: skip
def docs(output: Path) -> int:
    """Write the reference as Markdown: the installed rules, the configuration and the command line.

    DIR/rules has one page a rule and an index; DIR has configuration.md and command-line.md. Pages are replaced,
    other files stay.

    Example: hive-guardian rule docs --output docs/reference
    """
    from hive_guardian.cli.app import program  # imports this module

    catalogue = open_catalogue(NoCache())
    if catalogue.failures:
        raise PluginError("\n".join(map(str, catalogue.failures)))
    rules = reference_pages({name: _states(name, catalogue) for name in all_presets(catalogue.presets)})
    pages = {f"rules/{name}": text for name, text in rules.items()}
    _write_pages(output, pages | {"configuration.md": settings_page(), "command-line.md": command_page(program)})
    click.echo(f"{len(pages) + 2} pages in {output}")
    return 0


def _states(preset: str, catalogue: Catalogue) -> list[RuleState]:
    """Return what every rule does in an empty project that names one preset and runs every level."""
    said = CommandLine(preset=preset, level="INFO", isolated=True)
    config_set = load(MemoryTree({}), today=utc_today(), command_line=said, presets=catalogue.presets)
    registry = catalogue.registry
    resolved = validate_rules(config_set, tuple(registry.rules.values()), registry.other_names)
    return rule_states(resolved, catalogue, "", utc_today())


def _write_pages(directory: Path, pages: Mapping[str, str]) -> None:
    """Write pages: relative path -> text.

    Raises:
        UsageError: a directory cannot be made or a file not be written.
    """
    for name, text in pages.items():
        path = directory / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"--output {directory}: {error.strerror}") from error
        write(text, str(path))
