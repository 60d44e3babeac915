"""Runs in memory: small rules, a tree of texts, and requests over both."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from hive_guardian.config.layers import CommandLine
from hive_guardian.config.load import load
from hive_guardian.config.options import facts_of
from hive_guardian.engine.cache import NoCache
from hive_guardian.engine.catalogue import Catalogue, RuleCard
from hive_guardian.engine.context import FileContext, ProjectContext
from hive_guardian.engine.registry import build_registry, rule_info
from hive_guardian.engine.request import Request
from hive_guardian.model.finding import Finding, Location
from hive_guardian.model.options import RuleOptions
from hive_guardian.model.rule import FileRule, ProjectRule, Rule, State, on
from hive_guardian.model.severity import Severity
from hive_guardian.project.tree import MemoryTree

TODAY = date(2026, 1, 15)
OPTIONS = RuleOptions()


class SteadyTree(MemoryTree):
    """Texts in memory whose modification times never change."""

    def stat(self, path: str) -> tuple[int, int]:
        """Return (nanoseconds, bytes)."""
        return 1, len(self.read(path))

    def oddity(self, path: str) -> str | None:
        """Nothing here is odd."""
        del path
        return None


class LambdaRule(FileRule):
    """Lambda.

    What: every lambda.
    Why: it has no name.
    """

    code, name, title = "T1", "lambda-expression", "No Lambdas"
    severity = Severity.ERROR
    tags = ("testing",)

    @on(ast.Lambda)
    def check_lambda(self, node: ast.Lambda, ctx: FileContext) -> Iterator[Finding]:
        """Report it."""
        yield ctx.finding(node, "a lambda")


class PassRule(FileRule):
    """Pass; raises when a file is called crash.py.

    What: every `pass`.
    """

    code, name, title = "T2", "pass-statement", "No Pass"
    severity = Severity.WARNING
    tags = ("testing",)

    @on(ast.Pass)
    def check_pass(self, node: ast.Pass, ctx: FileContext) -> Iterator[Finding]:
        """Report it."""
        if ctx.file.path == "crash.py":
            raise ZeroDivisionError("on purpose")
        yield ctx.finding(node, "a pass")


class CountRule(ProjectRule):
    """Number of classes in the project.

    What: reports the first class of each file with the number of all classes.
    """

    code, name, title = "T3", "class-count", "Few Classes"
    severity = Severity.INFO
    tags = ("testing",)

    def collect(self, ctx: FileContext) -> object | None:
        """Return the line of each class."""
        return [node.lineno for node in ast.walk(ctx.document.tree) if isinstance(node, ast.ClassDef)] or None

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Report the first class of each file."""
        lines: Mapping[str, Any] = ctx.collected
        total = sum(map(len, lines.values()))
        for path, found in lines.items():
            yield ctx.finding(
                Location(path, found[0], 1, found[0], 1), f"one of {total} classes", symbol="", anchor="x"
            )


RULES: tuple[type[Rule], ...] = (LambdaRule, PassRule, CountRule)


def make_catalogue(rules: Iterable[type[Rule]] = RULES) -> Catalogue:
    """Return a catalogue of these rules, all from one plugin."""
    registry = build_registry([("fake", tuple(rules))])
    cards = {
        code: RuleCard(
            facts_of(rule, registry.other_names.get(code, ())),
            rule_info(rule),
            rule.reads_today,
            issubclass(rule, ProjectRule),
            rule.state is State.ALWAYS,
        )
        for code, rule in registry.rules.items()
    }
    return Catalogue("key", cards, registry.ids_by_name, {}, (), lambda: registry)


@dataclass(frozen=True, slots=True)
class Run:
    """What to run on."""

    files: Mapping[str, str | bytes]
    level: str = "INFO"
    targets: tuple[str, ...] = ("",)
    rules: tuple[type[Rule], ...] = RULES

    @property
    def request(self) -> Request:
        """The request for a run without a cache."""
        tree = SteadyTree(self.files)
        config_set = load(tree, today=TODAY, command_line=CommandLine(level=self.level))
        return Request(tree, config_set, make_catalogue(self.rules), NoCache(), self.targets, TODAY, "1")
