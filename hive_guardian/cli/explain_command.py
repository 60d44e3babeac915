"""`hive-guardian explain`."""

import os
import shutil
import sys
from pathlib import Path

import click

from hive_guardian.bootstrap import open_catalogue
from hive_guardian.cli.options import COMMAND_LINE_OPTIONS, add_options, command_line, local_rules_said
from hive_guardian.cli.place import open_place
from hive_guardian.cli.rules_command import states_of
from hive_guardian.cli.terminal import is_coloured, write
from hive_guardian.engine.cache import NoCache
from hive_guardian.engine.catalogue import Catalogue
from hive_guardian.engine.rule_states import RuleState, unknown_state
from hive_guardian.model.errors import PluginError, UsageError
from hive_guardian.model.spelling import nearest
from hive_guardian.report.page_text import page_markdown, page_text
from hive_guardian.report.paint import Paint
from hive_guardian.report.rule_page import page_blocks, pages_json

_WIDEST = 110


@click.command(
    "explain",
    epilog="\b\nExamples:\n  hive-guardian explain GR12\n  hive-guardian explain print-call --format markdown",
)
@click.argument("rule")
@click.argument("path", default=".", type=click.Path(path_type=Path))
@add_options(COMMAND_LINE_OPTIONS)
@click.option(
    "--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True,
    help="How to write it.",
)  # fmt: skip
def explain(rule: str, path: Path, form: str, **options: object) -> int:
    """Show the page of RULE: what it finds and why, its options, examples, and what it does for PATH.

    RULE is an id, a name, or a number of the predecessor such as rule-9, which may stand for two rules.
    """
    states = _states(rule, path, options)
    if form == "json":
        write(pages_json(states), None)
        return 0
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    colour = is_coloured(sys.stdout, os.environ)
    pages = [
        page_markdown(page_blocks(state))
        if form == "markdown"
        else page_text(page_blocks(state), Paint(colour, state.severity), width)
        for state in states
    ]
    write("\n".join(pages), None)
    return 0


def _find(name: str, catalogue: Catalogue) -> list[str]:
    """Return the ids that a name stands for, ordered.

    Raises:
        UsageError: no rule is called so; names the nearest.
        PluginError: nor may one be known, as a plugin did not load.
    """
    wanted = name.strip().lower()
    codes = catalogue.aliases.get(wanted) or catalogue.aliases.get(f"rule-{wanted.lstrip('0')}")
    if codes is None:
        spoken = [each for code, card in catalogue.cards.items() for each in (code, card.info.name)]
        message = f"there is no rule {name!r}{nearest(name, spoken)}"
        if catalogue.failures:
            raise PluginError("\n".join([message, *map(str, catalogue.failures)]))
        raise UsageError(message)
    return sorted(codes)


def _states(name: str, path: Path, options: dict[str, object]) -> list[RuleState]:
    """Return the states of the rules a name stands for; a page is needed most where the configuration is wrong."""
    try:
        place = open_place(path, command_line(options), local_rules=local_rules_said(options, os.environ) is True)
        states = states_of(place)
    except UsageError as error:
        if not path.exists():
            raise
        catalogue = open_catalogue(NoCache())
        registry = catalogue.registry
        first = str(error).partition("\n")[0]
        try:
            codes = _find(name, catalogue)
        except UsageError:
            raise error from None  # a rule of the project itself is known only where its configuration is right
        return [
            unknown_state(registry.rules[code], registry.sources[code], f"the configuration is wrong: {first}")
            for code in codes
        ]
    codes = _find(name, place.catalogue)
    return [state for state in states if state.rule.code in codes]
