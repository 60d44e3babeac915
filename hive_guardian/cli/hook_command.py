"""`hive-guardian hook`: answer coding agents, each in its own protocol."""

import errno
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from hive_guardian.adapters.disk import find_root
from hive_guardian.bootstrap import Checked, CheckRequest
from hive_guardian.bootstrap import check as run_check
from hive_guardian.cli.hook_event import MAX_BYTES, Edited, parse_claude_code, parse_request
from hive_guardian.cli.options import COMMAND_LINE_OPTIONS, add_options, command_line, local_rules_said, utc_today
from hive_guardian.cli.terminal import write
from hive_guardian.engine.discovery import PYTHON
from hive_guardian.engine.run import exit_code, failing
from hive_guardian.model.errors import GuardianError, UsageError
from hive_guardian.model.report import Skipped
from hive_guardian.report import agent, claude_code
from hive_guardian.report.agent import Inspection, Verdict

_OPTIONS: tuple[Callable[[Callable[..., object]], Callable[..., object]], ...] = (
    *COMMAND_LINE_OPTIONS,
    click.option("--since", metavar="REV", help="Only what was not there at a commit counts, such as HEAD."),
)
_NOT_ANSWERED = 1
"""Claude Code shows the message of any code but 0 and 2 to the person and goes on; 2 would hold the agent up."""

_INCOMPLETE = 3


class _PatientCommand(click.Command):
    """A command whose wrong options do not end with the code that would hold up the agent."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: object
    ) -> click.Context:
        """Parse the command line."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            error.show()
            raise click.exceptions.Exit(_NOT_ANSWERED) from error


@click.group("hook")
def hook() -> None:
    """Answer coding agents: check the file that was just edited.

    Example: hive-guardian hook claude-code --print-settings
    """


@hook.command(
    "claude-code",
    cls=_PatientCommand,
    epilog="\b\nExamples:\n"
    "  hive-guardian hook claude-code --print-settings\n"
    "  hive-guardian hook claude-code --level CRITICAL < event.json\n\n"
    "Exit codes: 0 answered, 1 standard input is no event, or an option is wrong.",
)
@add_options(_OPTIONS)
@click.option("--print-settings", is_flag=True, help="Print what .claude/settings.json needs, and read no event.")
def claude_code_hook(*, print_settings: bool, **options: object) -> int:
    """Answer a PostToolUse event of Claude Code, read from standard input.

    Findings that fail the check block, with how to mend each. A clean file, a file outside the project, a deleted one
    and one that is not Python are answered by silence. What could not be checked is said and holds nobody up.
    """
    if print_settings:
        write(claude_code.render_settings("hive-guardian hook claude-code"), None)
        return 0
    try:
        edited = parse_claude_code(_read_input())
    except UsageError as error:
        click.echo(f"error: {error}", err=True)
        return _NOT_ANSWERED
    try:
        inspection = _inspect(edited, options)
    except GuardianError as error:
        inspection = Inspection(None, failure=str(error))
    blocks = inspection.report is not None and bool(failing(inspection.report))
    write(claude_code.render_answer(inspection, blocks=blocks), None)
    return 0


@hook.command(
    "json",
    epilog="\b\nExamples:\n"
    "  hive-guardian hook json src/shop/cart.py\n"
    '  echo \'{"path": "src/shop/cart.py"}\' | hive-guardian hook json\n\n'
    "Exit codes: 0 clean or skipped, 1 findings at or above --fail-on, 2 usage or configuration error, "
    "3 incomplete or broken.",
)
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@add_options(_OPTIONS)
def json_hook(paths: tuple[str, ...], **options: object) -> int:
    """Check edited files and answer with one JSON object.

    Without PATHS, {"path": ...} or {"paths": [...]} is read from standard input; "cwd" says what they are relative to.
    """
    inspection = _inspect(Edited(paths) if paths else parse_request(_read_input()), options)
    write(agent.render_answer(inspection), None)
    if inspection.verdict is Verdict.SKIPPED or inspection.report is None:
        return 0
    return _INCOMPLETE if inspection.verdict is Verdict.INCOMPLETE else exit_code(inspection.report)


def _read_input() -> bytes:
    """Return what the agent said.

    Raises:
        UsageError: it is too much to be an event.
    """
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UsageError(f"standard input is larger than {MAX_BYTES:,} bytes")
    return data


def _inspect(edited: Edited, options: dict[str, object]) -> Inspection:
    """Check the edited files that belong to the project the agent works in.

    Raises:
        GuardianError: the configuration is wrong, or the agent works in no directory.
    """
    directory = Path(edited.directory).absolute()
    if not directory.is_dir():
        raise UsageError(f"{edited.directory}: the agent works in no directory")
    reasons = {path: _reason_to_skip(directory, path) for path in edited.paths}
    wanted = {path: (directory / path).resolve() for path, reason in reasons.items() if not reason}
    checked = _check(wanted.values(), options)
    if checked is not None:
        listed = frozenset(checked.tree.paths())
        ignored = {path for path, real in wanted.items() if real.relative_to(checked.root).as_posix() not in listed}
        if ignored:
            reasons |= dict.fromkeys(ignored, "ignored by version control")
            checked = _check((real for path, real in wanted.items() if path not in ignored), options)
    skipped = tuple(Skipped(path, reason) for path, reason in reasons.items() if reason)
    return Inspection(checked.outcome.report if checked else None, skipped)


def _check(paths: Iterable[Path], options: dict[str, object]) -> Checked | None:
    """Check files of one project; `None` without a file."""
    wanted = tuple(map(str, paths))
    if not wanted:
        return None
    return run_check(
        CheckRequest(
            paths=wanted,
            command_line=command_line(options),
            today=utc_today(),
            local_rules=local_rules_said(options, os.environ),
            since=str(options["since"]) if options["since"] else None,
        )
    )


def _reason_to_skip(directory: Path, path: str) -> str:
    """Return why a file is none that the project's rules apply to, or empty.

    Raises:
        UsageError: nobody can tell, because a directory is closed.
    """
    if not path.endswith(PYTHON):
        return "not a Python file"
    full = directory / path
    try:
        if not full.is_file():
            return "no such file"
        return "" if find_root(directory) in full.resolve().parents else "outside the project"
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return "no such file"
        raise UsageError(f"{path}: {error.strerror}") from error
