"""The questions of `fix --interactive`."""

from collections.abc import Callable

import click

from hive_guardian.autofix.selection import Candidate
from hive_guardian.report.escaping import to_one_line

_CHOICES = click.Choice(["y", "n", "a", "q"])


class Questions:
    """Asks about each fix; an answer may hold for everything that follows.

    Args:
        is_on: whether to ask at all; else everything is approved.
    """

    def __init__(self, *, is_on: bool) -> None:
        """Nothing is decided yet."""
        self._answer: bool | None = None if is_on else True

    def ask(self, candidate: Candidate, make_diff: Callable[[], str]) -> bool:
        """Return whether a fix is to be applied."""
        if self._answer is not None:
            return self._answer
        finding, fix = candidate.finding, candidate.fix
        place = finding.location
        click.echo(
            to_one_line(f"\n{place.path}:{place.line}:{place.column}: {finding.rule} {finding.message}"), err=True
        )
        click.echo(to_one_line(f"  {fix.title} ({fix.safety})"), err=True)
        for line in make_diff().rstrip("\n").split("\n"):
            click.echo(f"  {to_one_line(line)}", err=True)
        said = click.prompt("apply: yes, no, all that follow, quit", type=_CHOICES, default="n", err=True)
        if said in {"a", "q"}:
            self._answer = said == "a"
        return said in {"y", "a"}
