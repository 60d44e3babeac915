"""`hive-guardian rules`."""

import os
import sys
from pathlib import Path

import click

from hive_guardian.cli.options import COMMAND_LINE_OPTIONS, add_options, command_line, local_rules_said, utc_today
from hive_guardian.cli.place import Place, open_place
from hive_guardian.cli.terminal import is_coloured, write
from hive_guardian.engine.rule_states import RuleState, rule_states
from hive_guardian.model.errors import PluginError
from hive_guardian.model.role import Role
from hive_guardian.report.paint import Paint
from hive_guardian.report.rule_table import TABLE_FORMATS, render_table


@click.command(
    "rules",
    epilog="\b\nExamples:\n"
    "  hive-guardian rules\n"
    "  hive-guardian rules --level INFO packages/catalog\n"
    "  hive-guardian rules --format json",
)
@click.argument("path", default=".", type=click.Path(path_type=Path))
@add_options(COMMAND_LINE_OPTIONS)
@click.option(
    "--format", "form", type=click.Choice(TABLE_FORMATS), default="text", show_default=True, help="How to write it."
)
def rules(path: Path, form: str, **options: object) -> int:
    """List the rules by family: severity, fix, what each does for PATH, and why.

    A rule is on, off, or waiting for settings that it needs.
    """
    may_run = local_rules_said(options, os.environ)
    place = open_place(path, command_line(options), local_rules=may_run is True)
    text = render_table(states_of(place), form, Paint(is_coloured(sys.stdout, os.environ)))
    write(text, None)
    if place.catalogue.failures:
        raise PluginError("\n".join(map(str, place.catalogue.failures)))
    return 0


def states_of(place: Place) -> list[RuleState]:
    """Return the states of all rules at a place, ordered by id."""
    return rule_states(place.config_set, place.catalogue, place.path, utc_today(), _role(place))


def _role(place: Place) -> Role | None:
    """Return the primary role of a file, `None` for a directory."""
    if not place.path or place.path.endswith("/"):
        return None
    from hive_guardian.engine.project_stage import ProjectInput  # the component model: only a file has a role
    from hive_guardian.engine.role_reasons import explain_role

    given = ProjectInput.of(place.tree, place.config_set.root)
    words = {str(role): role for role in Role}
    return words[str(explain_role(given, place.path)[0].role)]
