"""`hive-guardian config`: what is in force, why, and the schema."""

import json
from collections.abc import Iterable
from pathlib import Path

import click

from hive_guardian.bootstrap import open_catalogue
from hive_guardian.cli.place import Place, open_place
from hive_guardian.config.explain import effective, explain_setting
from hive_guardian.config.json_schema import json_schema
from hive_guardian.engine.cache import NoCache
from hive_guardian.model.config import Origin

ROLE = "role"


@click.group("config")
def config() -> None:
    """Show what is configured, why, and what could be.

    Example: hive-guardian config why level src/app.py
    """


@config.command("show")
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["toml", "json"]), default="toml", show_default=True, help="How to write it."
)
def show(path: Path, form: str) -> None:
    """Show the configuration in force for PATH, defaults included.

    Example: hive-guardian config show packages/db --format json
    """
    place = open_place(path)
    click.echo(render_table(effective(place.config_set, place.path), form), nl=False)


@config.command("why")
@click.argument("key")
@click.argument("path", default=".", type=click.Path(path_type=Path))
def why(key: str, path: Path) -> None:
    """Show who set KEY for PATH, weakest first, with a star where it is in force.

    KEY is written as in TOML, such as level, layout.apps or rules.GR12.calls; `role` explains the role of a file.

    Example: hive-guardian config why rules.GR10.severity src/app.py
    """
    place = open_place(path)
    if key == ROLE:
        click.echo(_explain_role(place), nl=False)
        return
    rules = tuple(place.catalogue.registry.rules.values())
    click.echo(render_reasons(explain_setting(place.config_set, key, place.path, rules), key), nl=False)


@config.command("schema")
@click.option("--declarative", is_flag=True, help="That of a *.rule.toml file instead.")
def schema(*, declarative: bool) -> None:
    """Print the JSON Schema of the configuration, options of the installed rules included.

    Example: hive-guardian config schema > hive-guardian.schema.json
    """
    if declarative:
        from hive_guardian.engine.declarative.rule_file import json_schema as rule_file_schema  # needs pydantic

        click.echo(json.dumps(rule_file_schema(), indent=2, sort_keys=True))
        return
    rules = tuple(open_catalogue(NoCache()).registry.rules.values())
    click.echo(json.dumps(json_schema(rules), indent=2, sort_keys=True))


def render_table(table: dict[str, object], form: str) -> str:
    """Return a configuration as `toml` or `json`, with a final line end."""
    if form == "json":
        return json.dumps(table, indent=2, default=str) + "\n"
    import tomlkit  # the other formats and commands do without it

    return tomlkit.dumps(table).rstrip("\n") + "\n"


def render_reasons(said: Iterable[tuple[object, Origin, bool]], key: str) -> str:
    """Return one line for each thing said about a setting, the ones in force with a star."""
    lines = [
        (f"{'*' if won else ' '} {origin}", json.dumps(value, default=str, ensure_ascii=False))
        for value, origin, won in said
    ]
    width = max((len(origin) for origin, _ in lines), default=0)
    text = "".join(f"{origin:{width}}  {value}\n" for origin, value in lines)
    return text or f"nobody sets {key} here, and it has no default\n"


def _explain_role(place: Place) -> str:
    from hive_guardian.engine.project_stage import ProjectInput  # the component model, which other settings need not
    from hive_guardian.engine.role_reasons import explain_role

    given = ProjectInput.of(place.tree, place.config_set.root)
    reasons = explain_role(given, place.path)
    return "".join(f"{reason.role}  {reason.glob}  ({reason.origin})\n" for reason in reasons)
