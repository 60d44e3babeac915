"""`hive-guardian rule test`."""

import os
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path
from textwrap import indent

import click

from hive_guardian.cli.options import local_rules_said
from hive_guardian.cli.place import open_place
from hive_guardian.engine.catalogue import Catalogue
from hive_guardian.model.errors import PluginError, UsageError
from hive_guardian.model.rule import Rule
from hive_guardian.model.spelling import nearest
from hive_guardian.report.summary import describe_count
from hive_guardian.testing import (
    MutationReport,
    load_rule_directory,
    load_rule_file,
    load_rule_package,
    mutate_examples,
    run_examples,
)


@click.command("test")
@click.argument("targets", nargs=-1, metavar="[RULE|FILE|DIRECTORY|PACKAGE]...")
@click.option("--mutate", is_flag=True, help="Run each example in other spellings too; see below.")
@click.option("--verbose", "-v", is_flag=True, help="Also list which other spellings were left out, and why.")
@click.option("--local-rules/--no-local-rules", default=None, help="Whether the rules of the project itself take part.")
def test(targets: tuple[str, ...], *, mutate: bool, verbose: bool, **options: object) -> int:
    """Run the examples of rules (default: of every rule that is known here).

    With --mutate every example runs again with its imports renamed, written as from-imports, nested in a function, a
    method and a condition, and indented wider: what was bad must stay caught, what was good must stay silent. A bad
    example whose imported name is bound to something else must fall silent.

    Example: hive-guardian rule test tools/rules --mutate
    """
    rules = _rules(targets, options)
    failed = 0
    for rule in rules:
        problems, report = _try(rule, mutate=mutate)
        failed += bool(problems)
        click.echo(_line(rule, report, is_ok=not problems))
        for problem in problems:
            click.echo(indent(problem, "  "))
        if verbose:
            for (spelling, reason), count in sorted(report.meaningless.items()):
                click.echo(f"  left out {count} x {spelling}: {reason}")
    click.echo(f"{len(rules)} rules, {failed} failed" if len(rules) != 1 else ("failed" if failed else "passed"))
    return 1 if failed else 0


def _try(rule: type[Rule], *, mutate: bool) -> tuple[list[str], MutationReport]:
    """Return what is wrong with a rule's examples and their variants."""
    problems = [f"example {problem.number}: {problem.message}" for problem in run_examples(rule)]
    if not rule.examples:
        problems.append("it has no examples: show one thing that it reports and one that it does not")
    report = mutate_examples(rule) if mutate and not problems else MutationReport()
    problems += [
        f"example {problem.number}, {problem.spelling}: {problem.message}\n{indent(problem.code.rstrip(), '    | ')}"
        for problem in report.problems
    ]
    return problems, report


def _line(rule: type[Rule], report: MutationReport, *, is_ok: bool) -> str:
    variants = f", {describe_count(report.tried.total(), 'variant')}" if report.tried else ""
    examples = describe_count(len(rule.examples), "example")
    return f"{'ok    ' if is_ok else 'FAILED'} {rule.code} {rule.name}: {examples}{variants}"


def _rules(targets: tuple[str, ...], options: dict[str, object]) -> list[type[Rule]]:
    """Return the rules that were named, each once, ordered by id.

    Raises:
        UsageError: nothing is called so, or it brings no rule.
        PluginError: a file or package cannot be imported.
    """
    found: dict[str, type[Rule]] = {}
    catalogue: Catalogue | None = None
    for target in targets or ("",):
        path = Path(target)
        rules: Iterable[type[Rule]]
        if target and (path.exists() or target.endswith(".py")):
            if not path.exists():
                raise UsageError(f"{target}: no such file or directory")
            rules = _load(load_rule_directory if path.is_dir() else load_rule_file, path)
        else:
            if catalogue is None:
                catalogue = open_place(Path(), local_rules=local_rules_said(options, os.environ) is True).catalogue
            rules = _named(target, catalogue)
        found.update((rule.code, rule) for rule in rules)
    return [found[code] for code in sorted(found)]


def _named(name: str, catalogue: Catalogue) -> Iterable[type[Rule]]:
    """Return the rules of an id, a name or an importable package; of an empty name, all."""
    rules = catalogue.registry.rules
    if not name:
        if catalogue.failures:
            raise PluginError("\n".join(map(str, catalogue.failures)))
        return rules.values()
    codes = catalogue.aliases.get(name.lower())
    if codes:
        return [rules[code] for code in codes]
    if not _is_importable(name):
        spoken = [each for code, rule in rules.items() for each in (code, rule.name)]
        raise UsageError(f"there is no rule, file or package {name!r}{nearest(name, spoken)}")
    return _load(load_rule_package, name)


def _is_importable(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _load(load: Callable[..., Iterable[type[Rule]]], target: Path | str) -> list[type[Rule]]:
    """Run the code of rules.

    Raises:
        PluginError: it fails.
        UsageError: there is no rule in it, or a rule file is wrong.
    """
    try:
        rules = list(load(target))
    except UsageError:
        raise
    except Exception as error:
        raise PluginError(f"{target} did not load: {type(error).__name__}: {error}") from error
    if not rules:
        raise UsageError(f"{target}: no rule is defined there")
    return rules
