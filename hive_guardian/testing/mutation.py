"""Run a rule's examples again in other spellings: what was bad stays caught, what was good stays silent."""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from hive_guardian.model.errors import GuardianError
from hive_guardian.model.finding import Finding
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.rule import Bad, Example, LedgerRule, Rule
from hive_guardian.testing.imports import (
    ImportedName,
    Snippet,
    anonymous,
    from_imported,
    rebound,
    renamed,
    taken_names,
    unrelated,
)
from hive_guardian.testing.nesting import MeaninglessError, first_behind_imports, nested, widened
from hive_guardian.testing.snippets import check_example, describe

Count = Mapping[tuple[str, str], int]


class Spelling(StrEnum):
    """How a variant differs from its example."""

    ALIAS = "alias"
    FROM_IMPORT = "from-import"
    FUNCTION = "in a function"
    METHOD = "in a method"
    CONDITION = "in a condition"
    INDENTED = "indented wider"
    SHADOWED = "shadowed"


_HEADS = {
    Spelling.FUNCTION: ("def enclosing():",),
    Spelling.METHOD: ("class Enclosing:", "def enclosing(self):"),
    Spelling.CONDITION: ("if id(object):",),
}
_SPELLINGS: Mapping[Spelling, Callable[[Snippet], str | None]] = {
    Spelling.ALIAS: renamed,
    Spelling.FROM_IMPORT: from_imported,
    Spelling.FUNCTION: lambda snippet: nested(snippet, *_HEADS[Spelling.FUNCTION]),
    Spelling.METHOD: lambda snippet: nested(snippet, *_HEADS[Spelling.METHOD]),
    Spelling.CONDITION: lambda snippet: nested(snippet, *_HEADS[Spelling.CONDITION]),
    Spelling.INDENTED: widened,
}
_NEW_IMPORTS = frozenset({Spelling.FROM_IMPORT, Spelling.SHADOWED})
"""Spellings whose imports are others than those of the example, so that findings about imports do not compare."""
_KNOWS_NOTHING = "no finding rests on the name, or the rule reports what it does not know"
_IMPORT_ITSELF = "the rule reports the import itself"
_DEEPER = frozenset(_HEADS)


@frozen
class MutationProblem:
    """A variant on which the rule does not say what it says about the example.

    Attributes:
        number: position of the example in `examples`, from 1.
        spelling: how the variant differs.
        code: the changed file.
        message: what was expected and what happened.
    """

    number: int
    spelling: Spelling
    code: str
    message: str


@dataclass(slots=True)
class MutationReport:
    """What came of all variants of one rule's examples.

    Attributes:
        tried: how many variants of each spelling ran.
        meaningless: how many were left out, by (spelling, reason).
        problems: ordered by example.
    """

    tried: Counter[Spelling] = field(default_factory=Counter)
    meaningless: Counter[tuple[Spelling, str]] = field(default_factory=Counter)
    problems: list[MutationProblem] = field(default_factory=list)


def mutate_examples(rule: type[Rule]) -> MutationReport:
    """Run every example of a rule in other spellings.

    A variant counts as meaningless, with its reason, where it is another program or the finding is about the very
    thing it changes: an import that the rule reports, a definition whose place is what the rule judges.
    """
    report = MutationReport()
    for number, example in enumerate(rule.examples, 1):
        trial = _Trial(rule, example, number, report)
        try:
            trial.run()
        except (GuardianError, SyntaxError, ValueError) as error:
            for spelling in Spelling:
                report.meaningless[spelling, f"the example itself does not run: {error}"] += 1
    return report


class _Trial:
    """All variants of one example."""

    def __init__(self, rule: type[Rule], example: Example, number: int, report: MutationReport) -> None:
        self.rule = rule
        self.example = example
        self.number = number
        self.report = report
        self.findings: list[Finding] = []

    def run(self) -> None:
        if issubclass(self.rule, LedgerRule):
            for spelling in Spelling:
                self.report.meaningless[spelling, "the rule reads exceptions from policy, not code"] += 1
            return
        self.findings = check_example(self.rule, self.example)
        for path, code in self.files():
            try:
                snippet = Snippet(code, [name for other in self.others(path) for name in taken_names(other)])
            except (SyntaxError, ValueError):
                for spelling in Spelling:
                    self.report.meaningless[spelling, "the file does not parse"] += 1
                continue
            for spelling, spell in _SPELLINGS.items():
                self.try_spelling(spelling, path, snippet, spell)
            if isinstance(self.example, Bad):
                for one in snippet.imported:
                    self.try_shadow(path, snippet, one)

    def files(self) -> Iterator[tuple[str, str]]:
        """Yield the Python files of the example."""
        if isinstance(self.example.code, str):
            yield self.example.path, self.example.code
        else:
            yield from ((path, code) for path, code in self.example.code.items() if path.endswith((".py", ".pyi")))

    def try_spelling(
        self, spelling: Spelling, path: str, snippet: Snippet, spell: Callable[[Snippet], str | None]
    ) -> None:
        try:
            self.check_meaning(spelling, path, snippet)
            code = spell(snippet)
        except MeaninglessError as reason:
            self.report.meaningless[spelling, str(reason)] += 1
            return
        if code is None:
            self.report.meaningless[spelling, "nothing to spell in another way"] += 1
            return
        self.expect(spelling, path, code, _count(self.findings), snippet)

    def check_meaning(self, spelling: Spelling, path: str, snippet: Snippet) -> None:
        """Raise where the variant changes what the findings are about."""
        lines = self.lines(path)
        if spelling is Spelling.FROM_IMPORT and lines & _lines_of_imports(snippet):
            raise MeaninglessError(_IMPORT_ITSELF)
        if spelling in _DEEPER and lines & _lines_of_heads(snippet):
            raise MeaninglessError("the rule reports a definition of the module, which it is no longer further in")
        if spelling in _DEEPER and not _texts(self.example).isdisjoint(_definitions(snippet)):
            raise MeaninglessError("a setting of the example names a definition of the module")
        if spelling in _DEEPER and any(_speaks_of(code, _definitions(snippet)) for code in self.others(path)):
            raise MeaninglessError("another file uses a definition of the module")

    def others(self, path: str) -> Iterator[str]:
        """Yield the other files of the example."""
        if not isinstance(self.example.code, str):
            yield from (code for other, code in self.example.code.items() if other != path)

    def lines(self, path: str) -> set[int]:
        """Return the lines of a file on which the example has findings."""
        return {finding.location.line for finding in self.findings if finding.location.path == path}

    def try_shadow(self, path: str, snippet: Snippet, one: ImportedName) -> None:
        """Rebind a name: what rests on it must vanish, as it does when it comes from a module nobody knows."""
        if {one.statement.lineno} & self.lines(path):
            self.report.meaningless[Spelling.SHADOWED, _IMPORT_ITSELF] += 1
            return
        before = _count(self.findings)
        without = _count(self.variant(path, unrelated(snippet, one)))
        if without == before and not self.matches_text(path, snippet, one):
            self.report.meaningless[Spelling.SHADOWED, _KNOWS_NOTHING] += 1
        elif without == before:
            self.report.tried[Spelling.SHADOWED] += 1
            text = "the finding stays when the name comes from another module: the rule matches text"
            self.add(Spelling.SHADOWED, unrelated(snippet, one), text)
        elif sum(without.values()) > sum(before.values()):
            self.report.meaningless[Spelling.SHADOWED, "the rule has something to say about the import itself"] += 1
        else:
            self.expect(Spelling.SHADOWED, path, rebound(snippet, one), without, snippet)

    def matches_text(self, path: str, snippet: Snippet, one: ImportedName) -> bool:
        """Whether findings begin where the name is used, and vanish only when another name is written there."""
        places = {(item.location.line, item.location.column) for item in self.findings if item.location.path == path}
        if not any((use.lineno, snippet.column(use)) in places for use in one.uses):
            return False
        return _count(self.variant(path, anonymous(snippet, one))) != _count(self.findings)

    def variant(self, path: str, code: str) -> list[Finding]:
        given = self.example.code
        return check_example(self.rule, self.example, code if isinstance(given, str) else {**given, path: code})

    def reason_against(self, spelling: Spelling, path: str, found: list[Finding], snippet: Snippet) -> str:
        """Return why what a rule says about a deeper variant is no answer, empty when it is one."""
        if spelling not in _DEEPER:
            return ""
        first = first_behind_imports(snippet)
        heads = range(first, first + len(_HEADS[spelling]))
        here = [finding.location for finding in found if finding.location.path == path]
        if any(place.line in heads for place in here):
            return "the rule judges the enclosing definition, which the example does not have"
        whole = [place for place in here if (place.line, place.column) == (place.end_line, place.end_column) == (1, 1)]
        if whole and not any(finding.location in whole for finding in self.findings):
            return "the rule judges the module as a whole"
        return ""

    def expect(self, spelling: Spelling, path: str, code: str, expected: Count, snippet: Snippet) -> None:
        """Run a variant and compare what it finds, without positions."""
        self.report.tried[spelling] += 1
        try:
            ast.parse(code)
            found = self.variant(path, code)
        except (GuardianError, SyntaxError) as error:
            self.add(spelling, code, f"did not run: {error}")
            return
        reason = self.reason_against(spelling, path, found, snippet)
        if reason:
            self.report.tried[spelling] -= 1
            self.report.meaningless[spelling, reason] += 1
            return
        counts = _count(found)
        is_kept = counts == expected
        if spelling in _NEW_IMPORTS:
            lines = _lines_of_imports(Snippet(code))
            behind = _count([item for item in found if item.location.path != path or item.location.line not in lines])
            # one finding about the import may stand for all uses, and a rule may abstain where it knows less
            is_caught = spelling is Spelling.SHADOWED or counts.keys() == expected.keys()
            is_kept = is_caught and all(number <= expected.get(key, 0) for key, number in behind.items())
        if not is_kept:
            wanted = ", ".join(f"{number} x {check} in {file}" for (file, check), number in expected.items())
            self.add(spelling, code, f"expected {wanted or 'nothing'}, found {describe(found)}")

    def add(self, spelling: Spelling, code: str, message: str) -> None:
        self.report.problems.append(MutationProblem(self.number, spelling, code, message))


def _count(findings: list[Finding]) -> Count:
    return Counter((finding.location.path, finding.check) for finding in findings)


def _texts(example: Example) -> frozenset[str]:
    """Return the last segments of all texts in the settings of an example."""
    pending: list[object] = [example.options, example.layout, example.contracts]
    found: set[str] = set()
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            found.add(value.rpartition(".")[2].rpartition(":")[2])
        elif isinstance(value, Mapping):
            pending += [*value.keys(), *value.values()]
        elif isinstance(value, list | tuple | set | frozenset):
            pending += value
    return frozenset(found)


def _speaks_of(code: str, names: set[str]) -> bool:
    return not names.isdisjoint(re.findall(r"\w+", code))


def _definitions(snippet: Snippet) -> set[str]:
    """Return the names of the definitions of a file."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return {node.name for node in ast.walk(snippet.tree) if isinstance(node, kinds)}


def _lines_of_imports(snippet: Snippet) -> set[int]:
    return {node.lineno for node in ast.walk(snippet.tree) if isinstance(node, ast.Import | ast.ImportFrom)}


def _lines_of_heads(snippet: Snippet) -> set[int]:
    """Return the lines of the heads of top-level definitions, decorators included."""
    found: set[int] = set()
    for node in snippet.tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            first = min([node.lineno, *(item.lineno for item in node.decorator_list)])
            found.update(range(first, max(first, node.body[0].lineno - 1) + 1))
    return found
