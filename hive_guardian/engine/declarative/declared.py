"""The rule classes that rule files become; the engine sees nothing special about them."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from hive_guardian.engine.context import FileContext, ProjectContext
from hive_guardian.engine.declarative.conditions import Around, Where, is_around
from hive_guardian.engine.declarative.search import Search
from hive_guardian.engine.declarative.toml_paths import TomlSearch
from hive_guardian.engine.declarative.trial import Bindings, Trial
from hive_guardian.engine.declarative.wording import IN_MESSAGE, IN_REPLACEMENT, fill_in
from hive_guardian.model.edit import Fix, suggest
from hive_guardian.model.finding import Finding, Location
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.rule import FileRule, ProjectRule
from hive_guardian.project.globs import GlobSet
from hive_guardian.project.manifests.document import ManifestProblem

_WHOLE = 1000


@frozen
class Declaration:
    """What a rule file says, compiled.

    Attributes:
        source: name of the file.
        text: its content.
        message: with metavariables.
        fix: advice, may be empty.
        replacement: with metavariables, may be empty.
        paths: globs of the files it looks at; none = all.
        exclude: globs of files it does not look at.
        searches: patterns of Python code.
        where: what metavariables must be.
        inside: what must be around a match, when anything must.
        not_inside: what must not be around a match.
        at: the metavariable to report at, empty for the whole match.
        tomls: places in TOML files.
    """

    source: str
    text: str
    message: str
    fix: str
    replacement: str
    paths: GlobSet
    exclude: GlobSet
    searches: tuple[Search, ...] = ()
    where: tuple[Where, ...] = ()
    inside: tuple[Around, ...] = ()
    not_inside: tuple[Around, ...] = ()
    at: str = ""
    tomls: tuple[TomlSearch, ...] = ()

    def looks_at(self, path: str) -> bool:
        """Whether `paths` and `exclude` let a file take part."""
        return (not self.paths.globs or self.paths.matches(path)) and not self.exclude.matches(path)

    def accepts(self, node: ast.AST, bindings: Bindings, trial: Trial) -> bool:
        """Whether the conditions hold of a match."""
        return (
            all(condition.holds(bindings, trial) for condition in self.where)
            and (not self.inside or is_around(self.inside, node, bindings, trial))
            and not (self.not_inside and is_around(self.not_inside, node, bindings, trial))
        )


class DeclaredType(type):
    """The class of rule classes that were made from text; a copy in another process is made from the same text."""


class DeclaredFileRule(FileRule, metaclass=DeclaredType):
    """A rule with patterns of Python code."""

    declaration: ClassVar[Declaration]

    def call_table(self) -> Mapping[str, None]:
        """Return the callees of the patterns, so that other calls are never looked at."""
        return dict.fromkeys(callee for search in self.declaration.searches for callee in search.calls)

    def fragments(self) -> frozenset[bytes] | None:
        """Return one identifier of each pattern; callees are left to the call table."""
        words = {search.fragment for search in self.declaration.searches}
        return None if "" in words else frozenset(word.encode() for word in words)

    def look(self, node: ast.AST, ctx: FileContext) -> Iterator[Finding]:
        """Try the patterns on a node; the first that matches is reported."""
        declared = self.declaration
        for search in declared.searches:
            if type(node) not in search.kinds:
                continue
            trial = Trial(ctx.document)
            for bindings in search.solutions(node, trial):
                if declared.accepts(node, bindings, trial):
                    if declared.looks_at(ctx.file.path):
                        yield self._finding(node, bindings, trial, ctx)
                    return

    def _finding(self, node: ast.AST, bindings: Bindings, trial: Trial, ctx: FileContext) -> Finding:
        bound = bindings.get(self.declaration.at)
        place = bound if isinstance(bound, ast.AST) else node
        message = fill_in(self.declaration.message, IN_MESSAGE, bindings, trial)
        return ctx.finding(place, message, fix=self._fix(bindings, trial))

    def _fix(self, bindings: Bindings, trial: Trial) -> Fix | None:
        declared = self.declaration
        if declared.replacement:
            code = fill_in(declared.replacement, IN_REPLACEMENT, bindings, trial, _WHOLE)
            return suggest(f"write `{code}`" + (f": {declared.fix}" if declared.fix else ""))
        return suggest(declared.fix) if declared.fix else None


class DeclaredTomlRule(ProjectRule, metaclass=DeclaredType):
    """A rule about places in TOML files."""

    declaration: ClassVar[Declaration]

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Look into each file of the project that a glob names."""
        declared = self.declaration
        excluded = GlobSet(self.options.exclude)
        for path in ctx.project.tree.paths():
            searches = [search for search in declared.tomls if search.paths.matches(path)]
            if searches and declared.looks_at(path) and not excluded.matches(path):
                yield from self._look(path, searches, ctx)

    def _look(self, path: str, searches: Iterable[TomlSearch], ctx: ProjectContext) -> Iterator[Finding]:
        document = ctx.manifest(path)
        if document is None:
            return
        if isinstance(document, ManifestProblem):
            ctx.abstain(path, f"line {document.line} {document.message}")
            return
        fix = suggest(self.declaration.fix) if self.declaration.fix else None
        for search in searches:
            for keys in search.find(document.data):
                place = document.place(*keys)
                where = Location(path, place.line, place.column, place.line, place.column)
                anchor = ".".join(map(str, keys))
                yield ctx.finding(where, self.declaration.message, symbol="", anchor=f"{path}: {anchor}", fix=fix)
