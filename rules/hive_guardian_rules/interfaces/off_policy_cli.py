"""GR16: command line that does not follow the policy."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from hive_guardian import (
    Bad,
    Check,
    DottedSet,
    Field,
    FileContext,
    Finding,
    Good,
    ImportFact,
    Location,
    Overlay,
    ProjectContext,
    ProjectRule,
    Role,
    RuleOptions,
    Severity,
    State,
    member,
)
from hive_guardian_rules.interfaces._command_lines import (
    CONSOLES,
    CommandLine,
    command_lines,
    forbidden_calls,
    modules_of,
    parsings,
)

_PROJECT = "[project]\nname = 'shop'\n[project.scripts]\nshop = 'shop.cli:main'\n"
_POLICY = {"framework": ["typer", "click"], "forbidden": ["argparse", "optparse", "getopt"]}


class OffPolicyCli(ProjectRule):
    """Command line that does not follow the policy.

    What: The modules of console and GUI scripts and `__main__.py`, and what they import in the same component of role
    cli, call something in `forbidden` or parse `sys.argv` themselves (`framework`); nothing in `framework` is
    imported along that path (`missing`); another console library than `output` is imported (`output`).

    Why: One look and feel, one way to test.

    Not a finding: A file whose name merely contains "cli", `argparse.Namespace` as a type, `sys.argv` passed on to
    the framework, the program's own name `sys.argv[0]`, scripts, tests and examples, a component that by contract may
    not import the framework, an entry point that only calls the command line of another component.

    Fix: None; move the command to the framework.

    When to suppress: A command that must start before anything else is imported.

    Differs: ruff TID251 can ban argparse everywhere; this rule asks only where a program starts.

    Source: golden rule 16 of the seeds.
    """

    code, name, title = "GR16", "off-policy-cli", "CLI Pattern Consistency"
    severity = Severity.INFO
    tags = ("interfaces", "cli")
    state = State.CONFIG
    checks = (
        Check("framework", Severity.INFO, "a forbidden parser"),
        Check("missing", Severity.INFO, "no framework along the path"),
        Check("output", Severity.INFO, "another console library"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        framework: tuple[str, ...] = Field(default=(), description="packages command lines are made with")
        forbidden: tuple[str, ...] = Field(default=(), description="what they must not call")
        output: tuple[str, ...] = Field(default=(), description="packages they write to the console with")

    options: Options

    def inactive(self) -> str | None:
        """Without a policy there is nothing to follow."""
        given = self.options
        return (
            None if given.framework or given.forbidden or given.output else "set `framework`, `forbidden` or `output`"
        )

    def collect(self, ctx: FileContext) -> object | None:
        """Collect the forbidden calls of a command-line module and its own parsing of `sys.argv`."""
        if Overlay.CLI not in ctx.file.overlays or ctx.file.role is not Role.PROD:
            return None
        document = ctx.document
        found = [*forbidden_calls(document, DottedSet(self.options.forbidden)), *parsings(document)]
        return sorted(found) or None

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Follow every entry point."""
        told: set[tuple[str, int, int, str]] = set()
        for entry in command_lines(ctx):
            path = modules_of(entry, ctx)
            findings = [*self._parsers(entry, path, ctx), *self._consoles(entry, path, ctx)]
            if not any(finding.check == "framework" for finding in findings):
                findings += self._missing(entry, ctx)
            for finding in findings:
                place = finding.location
                key = (place.path, place.line, place.column, finding.check)
                if key not in told:
                    told.add(key)
                    yield finding

    def _parsers(self, entry: CommandLine, paths: Sequence[str], ctx: ProjectContext) -> Iterator[Finding]:
        for path in paths:
            rows: Any = ctx.collected.get(path) or []
            for line, column, end_line, end_column, name in rows:
                yield self._finding(entry, Location(path, line, column, end_line, end_column), name, "framework", ctx)

    def _consoles(self, entry: CommandLine, paths: Sequence[str], ctx: ProjectContext) -> Iterator[Finding]:
        if not self.options.output:
            return
        allowed = DottedSet((*self.options.output, *self.options.framework))
        for path in paths:
            for fact in ctx.project.facts[path].imports:
                if not fact.level and CONSOLES.covers(member(fact)) and not allowed.covers(member(fact)):
                    yield self._finding(entry, _at(path, fact), fact.module, "output", ctx)

    def _missing(self, entry: CommandLine, ctx: ProjectContext) -> Iterator[Finding]:
        """Report an entry point along whose path in its component nothing imports the framework."""
        framework = DottedSet(self.options.framework)
        if not framework or not any(ctx.may_import(entry.path, name) for name in self.options.framework):
            return
        model, project = ctx.project.components, ctx.project
        own = model.owner(entry.path).directory
        reached = project.graph.reachable([entry.path]) | {entry.path}
        if any(model.owner(path).directory != own for path in reached):
            return
        imports = (fact for path in reached if path in project.facts for fact in project.facts[path].imports)
        if not any(framework.covers(member(fact)) for fact in imports):
            yield self._finding(entry, entry.place, "no framework", "missing", ctx)

    def _finding(self, entry: CommandLine, at: Location, found: str, check: str, ctx: ProjectContext) -> Finding:
        policy = self.options.output if check == "output" else self.options.framework
        wanted = " or ".join(policy) if policy else f"not to use {', '.join(self.options.forbidden)}"
        return ctx.finding(
            at,
            f"{entry.command} uses {found}; the policy is {wanted}",
            check=check,
            symbol=entry.command,
            anchor=found,
        )

    examples: ClassVar = (
        Bad(
            {
                "pyproject.toml": _PROJECT,
                "shop/__init__.py": "",
                "shop/cli.py": "import argparse\ndef main():\n    parser = argparse.ArgumentParser()\n",
            },
            at=[("shop/cli.py", 3, 14)],
            options=_POLICY,
            message="console script shop uses argparse.ArgumentParser; the policy is typer or click",
        ),
        Bad(
            {
                "pyproject.toml": _PROJECT,
                "shop/__init__.py": "",
                "shop/cli.py": "from .cli_tools import run\ndef main():\n    run()\n",
                "shop/cli_tools.py": "",
                "shop/__main__.py": "from argparse import ArgumentParser as Parser\nParser()\n",
            },
            at=[("pyproject.toml", 4, 1), ("shop/__main__.py", 2, 1)],
            options=_POLICY,
            message="uses no framework",
        ),
        Bad(
            {
                "pyproject.toml": _PROJECT,
                "shop/__init__.py": "",
                "shop/cli.py": "import sys, typer\ndef f():\n    if len(sys.argv) > 1:\n        go(sys.argv[1])\n",
            },
            at=[("shop/cli.py", 3, 12), ("shop/cli.py", 4, 12)],
            options=_POLICY,
            message="uses sys.argv",
        ),
        Bad(
            {
                "pyproject.toml": _PROJECT,
                "shop/__init__.py": "",
                "shop/cli/__init__.py": "import typer, colorama\nfrom shop.cli import show\n",
                "shop/cli/show.py": "from rich.console import Console\nfrom termcolor import colored\n",
            },
            at=[("shop/cli/__init__.py", 1, 1), ("shop/cli/show.py", 2, 1)],
            options={"output": ["rich"]},
            message="uses colorama; the policy is rich",
        ),
        Good(
            {
                "pyproject.toml": _PROJECT,
                "shop/__init__.py": "",
                "shop/cli.py": "import sys, typer\napp = typer.Typer()\ndef main(): app(sys.argv[1:], sys.argv[0])\n",
                "shop/client.py": "import argparse\nargparse.ArgumentParser()\n",
                "scripts/load.py": "import argparse\nargparse.ArgumentParser()\n",
            },
            options=_POLICY,
        ),
        Good(
            {
                "pyproject.toml": _PROJECT,
                "shop/__init__.py": "",
                "shop/cli.py": "import argparse\nfrom .commands import app\ndef main(a: argparse.Namespace): app()\n",
                "shop/commands.py": "import click\n",
            },
            options=_POLICY,
        ),
        Good(
            {
                "pyproject.toml": _PROJECT,
                "shop/__init__.py": "",
                "shop/cli.py": "import argparse\nclass A:\n    argparse = None\n    def main(self, argparse):\n"
                "        import typer\n        argparse.ArgumentParser()\n",
            },
            options=_POLICY,
        ),
        Good(
            {
                "a/pyproject.toml": "[project]\nname = 'a'\nscripts.a = 'a.cli:main'\n",
                "a/a/__init__.py": "",
                "a/a/cli.py": "from b.cli import main\n",
                "b/pyproject.toml": "[project]\nname = 'b'\n",
                "b/b/__init__.py": "",
                "b/b/cli.py": "import typer\nmain = typer.Typer()\n",
            },
            options=_POLICY,
        ),
        Good(
            {"pyproject.toml": _PROJECT, "shop/cli.py": "import getopt\ngetopt.getopt([], '')\n"},
            options={"output": ["rich"]},
        ),
    )


def _at(path: str, fact: ImportFact) -> Location:
    return Location(path, fact.line, fact.column, fact.end_line, fact.end_column)
