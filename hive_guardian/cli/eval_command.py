"""`hive-guardian eval`."""

import gc
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hive_guardian.cli.progress import Progress
from hive_guardian.cli.terminal import write
from hive_guardian.model.errors import UsageError

if TYPE_CHECKING:
    from hive_guardian.bootstrap.evaluating import EvaluationRequest
    from hive_guardian.model.evaluation import Evaluation

_FORMATS = ("text", "json", "markdown")


@click.command(
    "eval",
    epilog="\b\nExamples:\n"
    "  hive-guardian eval\n"
    "  hive-guardian eval --case refund-beyond-payment --format json\n"
    "  hive-guardian eval --live recordings --provider anthropic\n"
    "  hive-guardian eval --replay recordings\n\n"
    "Exit codes: 0 every threshold holds, 1 one does not, 2 usage or configuration error, 3 a part could not run.",
)
@click.option(
    "--format", "output_format", type=click.Choice(_FORMATS), default="text", show_default=True, help="Report format."
)
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write the report to FILE.")
@click.option("--case", "cases", multiple=True, metavar="NAME", help="Only this case; may be repeated.")
@click.option(
    "--context", type=click.Choice(["lean", "standard", "deep"]), default="lean", show_default=True,
    help="How much besides the change is sent.",
)  # fmt: skip
@click.option(
    "--live", type=click.Path(file_okay=False), metavar="DIR",
    help="Ask the configured provider, which costs money, and record its answers in DIR.",
)  # fmt: skip
@click.option("--provider", metavar="NAME", help="Who is asked by --live; default: review.provider.")
@click.option("--replay", type=click.Path(file_okay=False), metavar="DIR", help="Take the answers recorded in DIR.")
def evaluate(cases: tuple[str, ...], **options: str | None) -> int:
    """Measure how the reviewer treats true findings, noise and failures, with a model that follows a script.

    Small made-up changes go through the whole review, over HTTP as well. It says nothing about how good a model is:
    see EVAL.md.
    """
    from hive_guardian.bootstrap.evaluating import EvaluationRequest  # other commands need nothing of it
    from hive_guardian.report.evaluation import (
        render_evaluation_json,
        render_evaluation_markdown,
        render_evaluation_text,
    )

    renderers = {
        "text": render_evaluation_text, "json": render_evaluation_json, "markdown": render_evaluation_markdown,
    }  # fmt: skip
    gc.enable()  # much longer than a check
    with Progress() as progress:
        request = EvaluationRequest(cases, str(options["context"]), progress=progress.update)
        found = _evaluate(request, options)
    write(renderers[str(options["output_format"])](found), options["output"])
    return found.exit_code


def _evaluate(request: "EvaluationRequest", options: dict[str, str | None]) -> "Evaluation":
    live, replay = options["live"], options["replay"]
    if live and replay:
        raise UsageError("--live records answers and --replay takes recorded ones; give one of them")
    if options["provider"] and not live:
        raise UsageError("--provider says who is asked by --live DIR; without it nobody is asked")
    if live:
        return _ask(request, Path(live), options["provider"])
    if replay:
        from hive_guardian.bootstrap.evaluating_live import evaluate_recording  # few have a recording

        return evaluate_recording(request, Path(replay))
    from hive_guardian.testing.transport import evaluate_all  # as above

    return evaluate_all(request)


def _ask(request: "EvaluationRequest", folder: Path, provider: str | None) -> "Evaluation":
    from hive_guardian.bootstrap.evaluating_live import evaluate_live  # as above
    from hive_guardian.cli.place import open_place
    from hive_guardian.review.settings import read_settings

    settings = read_settings(open_place(Path()).config_set.root.review)
    return evaluate_live(request, replace(settings, provider=provider or settings.provider), folder, os.environ)
