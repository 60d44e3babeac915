"""From the text of a rule file to a rule class."""

import ast
import copyreg
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, cast

from hive_guardian.engine.calls import ResolvedCall
from hive_guardian.engine.declarative.conditions import Around, Where
from hive_guardian.engine.declarative.declared import Declaration, DeclaredFileRule, DeclaredTomlRule, DeclaredType
from hive_guardian.engine.declarative.examples import judge_examples
from hive_guardian.engine.declarative.matching import compile_part
from hive_guardian.engine.declarative.page import write_page
from hive_guardian.engine.declarative.reading import Reader
from hive_guardian.engine.declarative.regexes import RegexError, compile_regex, matches_fully
from hive_guardian.engine.declarative.rule_file import RuleTable, TomlTable
from hive_guardian.engine.declarative.search import Search, compile_search
from hive_guardian.engine.declarative.syntax import METAVARIABLE, Pattern, PatternError, parse_pattern
from hive_guardian.engine.declarative.toml_paths import Condition, TomlSearch, parse_keys
from hive_guardian.engine.declarative.wording import IN_MESSAGE, IN_REPLACEMENT
from hive_guardian.model.errors import UsageError
from hive_guardian.model.rule import FixClass, Rule, on
from hive_guardian.model.severity import Confidence, Severity
from hive_guardian.model.spelling import nearest
from hive_guardian.project.globs import GlobSet
from hive_guardian.project.toml_positions import KeyPath

if TYPE_CHECKING:
    from hive_guardian.engine.context import FileContext
    from hive_guardian.model.finding import Finding

_OURS = re.compile(r"GR\d+")
_TOML = (".toml", ".lock")
_CONDITIONS = ("equals", "not_equals", "matches", "missing", "present")


def load_rule(source: str, text: str, *, judged: bool = False) -> type[Rule]:
    """Compile a rule file; nothing in it is executed.

    Args:
        source: name of the file, for messages.
        text: its content.
        judged: whether its examples are known to hold.

    Raises:
        UsageError: something is wrong with it, or an example does not hold; one line each, with file and line.
    """
    reader = Reader(source, text)
    table = reader.read()
    declaration = _Compilation(reader, table).declaration()
    if reader.problems:
        raise UsageError(reader.problems.text())
    rule = _rule_class(table, declaration)
    if not judged:
        rule.examples = judge_examples(rule, table, reader)
        if reader.problems:
            raise UsageError(reader.problems.text())
    return rule


class _Compilation:
    """One rule file on its way to a declaration; problems are collected."""

    def __init__(self, reader: Reader, table: RuleTable) -> None:
        self.reader = reader
        self.table = table
        self.bound: frozenset[str] = frozenset()

    def declaration(self) -> Declaration:
        table = self.table
        self._check_shape()
        patterns = self._patterns()
        self.bound = frozenset.intersection(*(item.metavariables for item in patterns)) if patterns else frozenset()
        self._check_names(("message",), (mark["name"] for mark in IN_MESSAGE.finditer(table.message)))
        self._check_names(("replacement",), (mark["name"] for mark in IN_REPLACEMENT.finditer(table.replacement)))
        self._check_names(("at",), [table.at] if table.at else [])
        return Declaration(
            source=self.reader.source,
            text=self.reader.text,
            message=" ".join(table.message.split()).rstrip("."),
            fix=" ".join(table.fix.split()).rstrip("."),
            replacement=table.replacement.strip(),
            paths=self._globs(("paths",), table.paths),
            exclude=self._globs(("exclude",), table.exclude),
            searches=tuple(map(compile_search, patterns)),
            where=tuple(self._where()),
            inside=self._around("inside", table.inside),
            not_inside=self._around("not-inside", table.not_inside),
            at=table.at or "",
            tomls=tuple(self._toml_searches()),
        )

    def _check_shape(self) -> None:
        table = self.table
        if _OURS.fullmatch(table.code):
            self.reader.report(("code",), f"{table.code} is an id of the golden rules; take a prefix of your own")
        given = [key for key in ("pattern", "patterns", "toml") if getattr(table, key)]
        if len(given) != 1:
            what = f"{' and '.join(given)} exclude each other" if given else "pattern, patterns or toml is missing"
            self.reader.report((given[1],) if given else (), what)
        if table.toml:
            for key in ("where", "inside", "not_inside", "at", "replacement"):
                if getattr(table, key):
                    self.reader.report((key.replace("_", "-"),), "goes with a pattern, not with toml")

    def _patterns(self) -> list[Pattern]:
        table = self.table
        if table.pattern is not None:
            return self._parsed([(("pattern",), table.pattern)])
        return self._parsed((("patterns", index), text) for index, text in enumerate(table.patterns))

    def _parsed(self, written: Iterable[tuple[KeyPath, str]]) -> list[Pattern]:
        found = []
        for path, text in written:
            try:
                found.append(parse_pattern(text))
            except PatternError as error:
                self.reader.report(path, str(error))
        return found

    def _check_names(self, path: KeyPath, names: Iterable[str]) -> None:
        for name in names:
            if name not in self.bound:
                reason = f"no metavariable ${name} in every pattern{nearest(name, self.bound)}"
                self.reader.report(path, reason)

    def _globs(self, path: KeyPath, globs: Sequence[str]) -> GlobSet:
        try:
            return GlobSet(globs)
        except ValueError as error:
            self.reader.report(path, str(error))
            return GlobSet(())

    def _where(self) -> Iterable[Where]:
        for key, value in self.table.where.items():
            name, _, rest = key.partition(".")
            path: KeyPath = ("where", key)
            if rest not in {"", "name"} or not re.fullmatch(METAVARIABLE, name):
                self.reader.report(path, "is no metavariable such as X or X.name")
                continue
            self._check_names(path, [name])
            texts = [(rest == "name", value)] if isinstance(value, str) else [(True, each) for each in value.values()]
            for is_resolved, text in texts:
                if (regex := self._regex(path, text)) is not None:
                    yield Where(name, regex, is_resolved)

    def _regex(self, path: KeyPath, text: str) -> re.Pattern[str] | None:
        try:
            return compile_regex(text)
        except RegexError as error:
            self.reader.report(path, str(error))
            return None

    def _around(self, key: str, texts: Sequence[str]) -> tuple[Around, ...]:
        found = []
        for index, text in enumerate(texts):
            for pattern in self._parsed([((key, index), text)]):
                if len(pattern.nodes) > 1:
                    self.reader.report((key, index), "is more than one statement")
                found.append(Around(type(pattern.head), compile_part(pattern.head)))
        return tuple(found)

    def _toml_searches(self) -> Iterable[TomlSearch]:
        for index, item in enumerate(self.table.toml):
            path: KeyPath = ("toml", index)
            if not item.path.endswith(_TOML):
                self.reader.report((*path, "path"), "names no TOML files: end it in .toml or .lock")
            given = [name for name in _CONDITIONS if getattr(item, name) is not None]
            if len(given) != 1:
                spelled = ", ".join(name.replace("_", "-") for name in _CONDITIONS)
                self.reader.report(path, f"needs exactly one condition: {spelled}")
                continue
            try:
                keys = parse_keys(item.key)
            except ValueError as error:
                self.reader.report((*path, "key"), str(error))
                continue
            if item.missing and keys[-1] is None:
                self.reader.report((*path, "key"), "ends in *, which cannot be missing")
            yield TomlSearch(self._globs((*path, "path"), (item.path,)), keys, self._condition(path, item))

    def _condition(self, path: KeyPath, item: TomlTable) -> Condition | None:
        if item.missing:
            return None
        if item.matches is not None:
            regex = self._regex((*path, "matches"), item.matches)
            return lambda value: isinstance(value, str) and regex is not None and matches_fully(regex, value)
        if item.equals is not None:
            return lambda value: _is_equal(value, item.equals)
        if item.not_equals is not None:
            return lambda value: not _is_equal(value, item.not_equals)
        return lambda _value: True


def _is_equal(value: object, wanted: object) -> bool:
    """TOML knows booleans from numbers; Python does not."""
    return isinstance(value, bool) is isinstance(wanted, bool) and value == wanted


def _rule_class(table: RuleTable, declaration: Declaration) -> type[Rule]:
    severity = Severity[table.severity.upper()]
    offers = table.replacement or table.fix
    attributes: dict[str, object] = {
        "__doc__": write_page(table),
        "__module__": __name__,
        "code": table.code,
        "name": table.name,
        "title": table.title,
        "severity": severity,
        "confidence": Confidence[table.confidence.upper()],
        "tags": table.tags,
        "roles": frozenset(table.roles),
        "fix": FixClass.SUGGESTION if offers else FixClass.NONE,
        "declaration": declaration,
    }
    if not table.toml:
        attributes |= _handlers(declaration.searches)
    base: type[Rule] = DeclaredTomlRule if table.toml else DeclaredFileRule
    return cast("type[Rule]", DeclaredType(table.code, (base,), attributes))


def _handlers(searches: Iterable[Search]) -> dict[str, object]:
    """Return the handlers for exactly the nodes the patterns are tried on."""
    found = tuple(searches)
    kinds = dict.fromkeys(kind for search in found if not search.calls for kind in search.kinds)
    handlers: dict[str, object] = {}
    if kinds:
        handlers["check_node"] = on(*kinds)(_check_node)
    if ast.Call not in kinds and any(search.calls for search in found):
        handlers["check_call"] = on(ResolvedCall)(_check_call)
    return handlers


def _check_node(rule: DeclaredFileRule, node: ast.AST, ctx: "FileContext") -> "Iterable[Finding]":
    return rule.look(node, ctx)


def _check_call(rule: DeclaredFileRule, call: ResolvedCall, ctx: "FileContext") -> "Iterable[Finding]":
    return rule.look(call.node, ctx)


def _restore(source: str, text: str) -> type[Rule]:
    return load_rule(source, text, judged=True)


def _reduce(rule: type[DeclaredFileRule | DeclaredTomlRule]) -> str | tuple[object, ...]:
    """Say how to make a class again in another process."""
    if "declaration" not in vars(rule):
        return rule.__qualname__
    return _restore, (rule.declaration.source, rule.declaration.text)


copyreg.pickle(DeclaredType, _reduce)  # type: ignore[arg-type]  # keyed by metaclass, so it is given classes
