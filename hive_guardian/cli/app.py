"""The program: its commands, and the top of every run where errors become exit codes."""

import gc
import os
import sys
from collections.abc import Sequence

import click

import hive_guardian
from hive_guardian.cli.call import Call
from hive_guardian.model.errors import GuardianError, PluginError, UsageError

_COMMANDS = {
    "check": ("hive_guardian.cli.check_command", "check", "Run the rules over files and directories."),
    "init": ("hive_guardian.cli.init_command", "init", "Set up a project: settings, hook and workflow."),
    "baseline": ("hive_guardian.cli.baseline_command", "baseline", "Accept the findings of today, fail on new ones."),
    "accept": ("hive_guardian.cli.baseline_command", "accept", "Accept the findings of one rule, with a reason."),
    "fix": ("hive_guardian.cli.fix_command", "fix", "Apply fixes that are proven safe."),
    "review": ("hive_guardian.cli.review_command", "review", "Review a change: golden rules, heuristics, a model."),
    "eval": ("hive_guardian.cli.eval_command", "evaluate", "Measure how the reviewer treats findings and noise."),
    "cost": ("hive_guardian.cli.cost_command", "cost", "Show what models cost, and what a review may cost."),
    "rules": ("hive_guardian.cli.rules_command", "rules", "List the rules with severity, fix and state here."),
    "explain": ("hive_guardian.cli.explain_command", "explain", "Show the full page of one rule."),
    "debt": ("hive_guardian.cli.debt_command", "debt", "List every exception from policy, and hold it to a budget."),
    "config": ("hive_guardian.cli.config_command", "config", "Show the configuration and where it comes from."),
    "graph": ("hive_guardian.cli.graph_command", "graph", "Draw the import graph."),
    "hook": ("hive_guardian.cli.hook_command", "hook", "Answer coding agents: check the file that was just edited."),
    "rule": ("hive_guardian.cli.rule_command", "rule", "Work on rules: write, test, measure and document them."),
    "dev": ("hive_guardian.cli.dev_command", "dev", "Tools for tests and demos."),
}
CLEAN, FINDINGS, USAGE, INCOMPLETE = 0, 1, 2, 3


class _Commands(click.Group):
    """Imports a command when it is used: start-up is part of the product."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the help text."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        from importlib import import_module

        module, attribute, _ = _COMMANDS[cmd_name]
        # guardian: allow[GR15] the module comes from the table _COMMANDS
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in _COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command for an unknown one."""
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            from hive_guardian.model.spelling import nearest

            hint = nearest(args[0], _COMMANDS) or f"; commands are {', '.join(_COMMANDS)}"
            raise click.UsageError(f"no such command {args[0]!r}{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="\b\nExample:\n  hive-guardian check src\n\n"
    "Exit codes: 0 clean, 1 findings, 2 usage or configuration error, 3 incomplete or broken.",
)
@click.version_option(hive_guardian.__version__, prog_name="hive-guardian", message="%(prog)s %(version)s")
def program() -> None:
    """Turn a team's golden rules into checks that cannot be green by accident."""


def start(arguments: Sequence[str], began_ns: int) -> int:
    """Run the program as a process of its own and return its exit code.

    Args:
        arguments: the command line without the program's name.
        began_ns: wall time of the start in nanoseconds.
    """
    gc.disable()  # start-up creates much and frees little; the engine collects by itself while it analyses
    _open_missing_streams()
    code = run(list(arguments), Call(tuple(arguments), began_ns))
    try:
        sys.stdout.flush()
    except OSError:
        _silence_stdout()
    gc.freeze()  # the interpreter looks for cycles as it ends, but the system takes all memory back anyway
    return code


def run(arguments: list[str], call: Call | None = None) -> int:
    """Run one command and return its exit code; every failure ends here, with a message and a code of its own.

    Args:
        arguments: the command line without the program's name.
        call: how the program was called, when it was; lets a check leave a record of itself.
    """
    try:
        code = program.main(arguments, prog_name="hive-guardian", standalone_mode=False, obj=call)
        sys.stdout.flush()
        return code if isinstance(code, int) else CLEAN
    except (BrokenPipeError, SystemExit):  # SystemExit is click's answer to a reader that left
        return INCOMPLETE
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted: nothing can be said about these files", err=True)
        return INCOMPLETE
    except UsageError as error:
        click.echo(_prefixed(error), err=True)
        return USAGE
    except PluginError as error:
        click.echo(_prefixed(error), err=True)
        return INCOMPLETE
    except GuardianError as error:
        click.echo(_prefixed(error), err=True)
        return INCOMPLETE
    except Exception as error:  # noqa: BLE001 - the top of the program: what nobody foresaw must not read as success
        return _crashed(error)


def _prefixed(error: GuardianError) -> str:
    """Return one `error: ` line per problem; names of files in it cannot act on the terminal."""
    from hive_guardian.report.escaping import to_one_line  # only a failed run needs it

    return "\n".join(f"error: {to_one_line(line)}" for line in str(error).split("\n"))


def _crashed(error: Exception) -> int:
    click.echo(_without_secrets(f"error: hive-guardian itself failed: {type(error).__name__}: {error}"), err=True)
    if os.environ.get("HIVE_GUARDIAN_DEBUG"):
        import traceback

        traceback.print_exception(error)
    else:
        click.echo("set HIVE_GUARDIAN_DEBUG=1 for a traceback, and report it", err=True)
    return INCOMPLETE


def _without_secrets(text: str) -> str:
    """Return a text without secrets: what failed may quote the code it read."""
    try:
        from hive_guardian.review.redact import Redactor  # only a crash needs it
    except ImportError:  # then this may be what is broken
        return text
    return Redactor().redact(text)


def _silence_stdout() -> None:
    """Point standard output at nothing, so that the interpreter's final flush does not complain about the pipe."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())


def _open_missing_streams() -> None:
    """Give closed standard streams a place, or the first files that are opened would take their numbers."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - open until the end
