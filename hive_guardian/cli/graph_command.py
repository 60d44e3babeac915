"""`hive-guardian graph`."""

import os
from pathlib import Path

import click

from hive_guardian.bootstrap import CheckRequest, survey
from hive_guardian.cli.options import add_options, command_line, local_rules_said, utc_today
from hive_guardian.cli.progress import Progress
from hive_guardian.cli.terminal import write
from hive_guardian.engine.survey import Survey
from hive_guardian.model.errors import UsageError
from hive_guardian.project.components import ComponentModel
from hive_guardian.project.graph_export import (
    GraphView,
    render_dot,
    render_json,
    render_mermaid,
    squash_to_components,
    view_graph,
)

_RENDERERS = {"mermaid": render_mermaid, "dot": render_dot, "json": render_json}
_INCOMPLETE = 3
_PROJECT_OPTIONS = (
    click.option(
        "--config", "config_file", type=click.Path(dir_okay=False), metavar="FILE", help="Read this file only."
    ),
    click.option("--isolated", is_flag=True, help="Read no configuration file."),
    click.option("--no-cache", is_flag=True, help="Neither use nor keep results of earlier runs."),
    click.option("--cache-dir", type=click.Path(file_okay=False), metavar="DIR", help="Keep results in DIR."),
    click.option("--jobs", "-j", type=click.IntRange(min=1), metavar="N", help="Worker processes; default: cores."),
)


@click.command(
    epilog="\b\nExamples:\n"
    "  hive-guardian graph --cycles\n"
    "  hive-guardian graph --focus shop.orders --hops 2\n"
    "  hive-guardian graph --components --format dot --output imports.dot\n\n"
    "Exit codes: 0 drawn, 2 usage or configuration error, 3 drawn from only some of the files."
)
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option(
    "--format", "output_format", type=click.Choice(tuple(_RENDERERS)), default="mermaid", show_default=True,
    help="How to write it.",
)  # fmt: skip
@click.option("--focus", metavar="MODULE", help="Only this module, package, path or component and what is near it.")
@click.option("--hops", type=click.IntRange(min=0), metavar="N", help="How many imports away is near; default: 1.")
@click.option("--cycles", is_flag=True, help="Only what lies on an import cycle.")
@click.option("--components", is_flag=True, help="One node per component instead of per module.")
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write the graph to FILE.")
@add_options(_PROJECT_OPTIONS)
def graph(paths: tuple[str, ...], **options: object) -> int:
    """Draw who imports whom (default: the current directory).

    Lazy imports are dotted, imports that close a cycle are red. Only what PATHS hold is shown.
    """
    if options["hops"] is not None and not options["focus"]:
        raise UsageError("--hops N counts from a module; say which one: --focus MODULE")
    with Progress() as progress:
        found = survey(_request(paths, options, progress))
    if not found.wanted:
        click.echo(f"error: there is nothing to draw: no Python file in {', '.join(paths) or '.'}", err=True)
        return _INCOMPLETE
    text = _RENDERERS[str(options["output_format"])](_view(found, options))
    output = options["output"]
    write(text, str(output) if output else None)
    for note in found.notes:
        click.echo(f"note: {note}", err=True)
    return _report_gaps(found)


def _request(paths: tuple[str, ...], options: dict[str, object], progress: Progress) -> CheckRequest:
    cache_directory = options["cache_dir"]
    jobs = options["jobs"]
    return CheckRequest(
        paths=paths,
        command_line=command_line(options),
        today=utc_today(),
        jobs=jobs if isinstance(jobs, int) else None,
        cache=not options["no_cache"],
        cache_directory=Path(str(cache_directory)) if cache_directory else None,
        progress=progress.update,
        local_rules=local_rules_said(options, os.environ) is True,
    )


def _view(found: Survey, options: dict[str, object]) -> GraphView:
    """Choose what to show.

    Raises:
        UsageError: nothing is called like the focus; suggests the nearest name.
    """
    whole, components = found.project.graph, found.project.components
    hops = options["hops"]
    is_squashed = bool(options["components"])
    return view_graph(
        squash_to_components(whole, components) if is_squashed else whole,
        focus=_focus(str(options["focus"] or ""), components, is_squashed=is_squashed),
        hops=hops if isinstance(hops, int) else 1,
        cycles_only=bool(options["cycles"]),
        within={components.owner(path).name for path in found.wanted} if is_squashed else found.wanted,
    )


def _focus(said: str, components: ComponentModel, *, is_squashed: bool) -> str:
    """Return what a focus is called in the graph: a component goes by its name or its distribution."""
    for component in components.components:
        if said in {component.name, component.distribution}:
            return component.name if is_squashed else component.directory or said
    return said


def _report_gaps(found: Survey) -> int:
    """Say what the graph does not show, and return the exit code."""
    from hive_guardian.report.escaping import to_one_line  # only an incomplete graph needs it

    for error in found.errors:
        click.echo(to_one_line(f"error: {error.path}: {error.message}; its imports are missing"), err=True)
    return _INCOMPLETE if found.errors else 0
