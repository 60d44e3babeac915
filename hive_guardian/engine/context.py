"""What a rule may ask about the file or project it checks."""

import ast
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from hive_guardian.engine.file_info import FileInfo
from hive_guardian.engine.ledger import Books, Excuse, Ledger
from hive_guardian.model.config import Settings
from hive_guardian.model.edit import Fix
from hive_guardian.model.facts import FileFacts
from hive_guardian.model.finding import Finding, Location, Related
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.role import Role
from hive_guardian.model.rule import Rule, default_checks
from hive_guardian.model.severity import Confidence, Severity, cap_severity
from hive_guardian.source.document import Document

if TYPE_CHECKING:
    from hive_guardian.project.classes import ClassIndex
    from hive_guardian.project.components import Component, ComponentModel
    from hive_guardian.project.contract_check import Defaults, ImportPolicy, Occasion
    from hive_guardian.project.contract_elements import ElementResolver
    from hive_guardian.project.contracts import Contract
    from hive_guardian.project.graph import ExternalImport, ImportGraph
    from hive_guardian.project.manifests.document import Document as ManifestDocument
    from hive_guardian.project.manifests.document import ManifestProblem, Place
    from hive_guardian.project.manifests.readme import Readme
    from hive_guardian.project.symbols import SymbolIndex
    from hive_guardian.project.tree import FileTree
    from hive_guardian.project.violation import Evaluation, IgnoreHits


def normalise(source: str) -> str:
    """Fold white space, so that re-indenting or re-wrapping keeps a fingerprint."""
    return " ".join(source.split())


class _Context:
    """Creates findings for one rule."""

    def __init__(self, rule: Rule, settings: Settings) -> None:
        self.rule = rule
        self.settings = settings

    def build(
        self, location: Location, message: str, *, check: str, confidence: Confidence | None,
        severity: Severity | None, fix: Fix | None, related: Iterable[Related], symbol: str, anchor: str,
        clue: str | None = None,
    ) -> Finding:  # fmt: skip
        checks = default_checks(type(self.rule))
        declared = next(item for item in checks if item.name == check) if check else checks[0]
        name = declared.name
        sure = min(confidence, declared.confidence) if confidence is not None else declared.confidence
        return Finding(
            rule=self.rule.code,
            name=self.rule.name,
            check=name,
            severity=self.severity(name, severity or declared.severity, sure),
            confidence=sure,
            location=location,
            message=message,
            symbol=symbol,
            anchor=anchor,
            fix=fix,
            related=tuple(related),
            tentative=clue is not None,
            clue=clue or "",
        )

    def severity(self, check: str, default: Severity, confidence: Confidence) -> Severity:
        """Return the severity of a finding: what the user wrote, else the default capped by confidence."""
        options = self.rule.options
        written = options.severities.get(check) or options.severity
        return Severity[written.upper()] if written else cap_severity(default, confidence)


class FileContext(_Context):
    """One rule's view of one parsed file.

    Attributes:
        document: the parsed file: nodes, names, scopes, comments, positions.
        file: where it belongs.
        settings: shared settings.
        may_import: whether contracts allow this file to import a dotted name.
    """

    def __init__(self, rule: Rule, document: Document, file: FileInfo, settings: Settings) -> None:
        """Bind rule, file and settings."""
        self.rule = rule  # not by `super`: made several times for every file
        self.settings = settings
        self.document = document
        self.file = file

    def finding(
        self,
        node: ast.AST | Location,
        message: str,
        *,
        check: str = "",
        confidence: Confidence | None = None,
        severity: Severity | None = None,
        fix: Fix | None = None,
        related: Iterable[Related] = (),
        symbol: str | None = None,
        anchor: str | None = None,
        clue: str | None = None,
    ) -> Finding:
        """Return a finding at a node or range.

        Args:
            node: the smallest node that is wrong, or a range.
            message: one sentence without a final full stop; never a secret.
            check: name of the check; the first one by default.
            confidence: when this finding is less sure than its check.
            severity: when this finding's default differs from its check's.
            fix: how to mend it.
            related: further places.
            symbol: the definition it belongs to; computed from the node by default.
            anchor: text that identifies it; the node's source by default. Pass a redacted one for secrets.
            clue: makes the finding tentative; what the rule's `confirm` needs to know besides the place, maybe nothing.
        """
        if isinstance(node, Location):
            location, owner = node, symbol if symbol is not None else self.file.module
            text = self.document.lines.segment(node.line, node.column, node.end_line, node.end_column)
        else:
            location = self.document.location(node)
            owner = symbol if symbol is not None else self.document.symbol(node)
            text = self.document.source(node)
        return self.build(
            location, message, check=check, confidence=confidence, severity=severity, fix=fix, related=related,
            symbol=owner, anchor=normalise(anchor if anchor is not None else text), clue=clue,
        )  # fmt: skip

    def wants(self, check: str) -> bool:
        """Whether a check is switched on; lets a handler skip work."""
        return check in self.rule.active


@frozen(slots=False)  # no slots: `elements` is kept on first use
class ProjectFacts:
    """Everything the map phase collected.

    Attributes:
        tree: the files of the project.
        files: path -> where it belongs, for every Python file.
        facts: path -> facts, for every Python file that was analysed.
        components: the component model.
        graph: imports between modules.
        symbols: where re-exported names are defined.
        classes: the class hierarchy.
        contracts: validated contracts.
        incomplete: paths whose facts are missing or partial; conclusions from absence abstain.
    """

    tree: "FileTree"
    files: Mapping[str, FileInfo]
    facts: Mapping[str, FileFacts]
    components: "ComponentModel"
    graph: "ImportGraph"
    symbols: "SymbolIndex"
    classes: "ClassIndex"
    contracts: "tuple[Contract, ...]"
    incomplete: frozenset[str]

    @cached_property
    def elements(self) -> "ElementResolver":
        """Which files an element of a contract stands for."""
        from hive_guardian.project.contract_elements import ElementResolver  # most projects have no contract

        return ElementResolver(self.graph, self.components, self.facts)

    def foreign_imports(self, path: str) -> "tuple[ExternalImport, ...]":
        """Return what a file imports from outside the project, in source order."""
        return self._foreign.get(path, ())

    @cached_property
    def _foreign(self) -> "dict[str, tuple[ExternalImport, ...]]":
        grouped: dict[str, list[ExternalImport]] = {}
        for one in self.graph.externals:
            grouped.setdefault(one.importer, []).append(one)
        return {path: tuple(found) for path, found in grouped.items()}


class ProjectContext(_Context):
    """One project rule's view of the whole project.

    Attributes:
        project: everything the map phase collected.
        collected: path -> what the rule's own `collect` returned.
        settings: shared settings.
        books: where it says what it could not decide, and what accepted imports were needed for.
    """

    def __init__(
        self,
        rule: Rule,
        project: ProjectFacts,
        collected: Mapping[str, object],
        settings: Settings,
        books: Books | None = None,
    ) -> None:
        """Bind rule, facts and settings."""
        super().__init__(rule, settings)
        self.project = project
        self.collected = collected
        self.books = books if books is not None else Books()

    def finding(
        self,
        location: Location,
        message: str,
        *,
        symbol: str,
        anchor: str,
        check: str = "",
        confidence: Confidence | None = None,
        severity: Severity | None = None,
        fix: Fix | None = None,
        related: Iterable[Related] = (),
    ) -> Finding:
        """Return a finding at a range; `symbol` and `anchor` identify it without line numbers."""
        return self.build(
            location, message, check=check, confidence=confidence, severity=severity, fix=fix, related=related,
            symbol=symbol, anchor=normalise(anchor),
        )  # fmt: skip

    def reports_on(self, path: str) -> bool:
        """Whether the rule reports on a Python file of this role and kind; manifests are always reported on."""
        file = self.project.files.get(path)
        if file is None:
            return True
        if path.endswith(".pyi") and not type(self.rule).stubs:
            return False
        return file.role in (self.rule.options.roles or type(self.rule).roles)

    def is_test(self, path: str) -> bool:
        """Whether a Python file has the role test."""
        file = self.project.files.get(path)
        return file is not None and file.role is Role.TEST

    def read(self, path: str) -> bytes | None:
        """Return the content of a file of the project, `None` where there is none or it cannot be read."""
        try:
            return self.project.tree.read(path) if self.project.tree.exists(path) else None
        except OSError:
            return None

    def at(self, place: "Place") -> Location:
        """Return the location of a key in a manifest."""
        return Location(place.path, place.line, place.column, place.line, place.column)

    def missing_in(self, component: "Component") -> Location:
        """Return where a thing that a component lacks is reported.

        That is line 1 of its `pyproject.toml`, else of the setup file that declares it, else of its `__init__.py`, else
        of its first file in sorted order.
        """
        base = f"{component.directory}/" if component.directory else ""
        packages = (f"{directory}/__init__.py" for directory in sorted(component.import_packages.values()))
        manifests = (f"{base}pyproject.toml", *filter(None, [component.manifest]))
        wanted = (*manifests, f"{base}__init__.py", *packages)
        files = self.project.components.files(component)
        path = next((path for path in wanted if self.project.tree.exists(path)), min(files, default=component.name))
        return Location(path, 1, 1, 1, 1)

    def manifest(self, path: str) -> "ManifestDocument | ManifestProblem | None":
        """Read a TOML or JSON file of the project, by its suffix; `None` when there is none.

        Args:
            path: root-relative path.
        """
        from hive_guardian.project.manifests.document import ManifestProblem, read_json, read_toml  # few rules ask

        if not self.project.tree.exists(path):
            return None
        try:
            data = self.project.tree.read(path)
        except OSError as error:
            return ManifestProblem(path, 1, f"cannot be read: {error.strerror or type(error).__name__}")
        return read_json(path, data) if path.endswith(".json") else read_toml(path, data)

    def readme(self, path: str) -> "Readme | ManifestProblem":
        """Read a readme of the project.

        Args:
            path: root-relative path of an existing file.
        """
        from hive_guardian.project.manifests.document import ManifestProblem  # as `manifest`
        from hive_guardian.project.manifests.readme import read_readme

        try:
            return read_readme(path, self.project.tree.read(path))
        except OSError as error:
            return ManifestProblem(path, 1, f"cannot be read: {error.strerror or type(error).__name__}")

    def judge(self, contract: "Contract", defaults: "Defaults | None" = None) -> "Evaluation":
        """Judge the project by a contract.

        Args:
            contract: one of `project.contracts`.
            defaults: how imports count where the contract does not say.

        Raises:
            UsageError: the contract contradicts itself or the project.
        """
        from hive_guardian.project.contract_check import evaluate  # most projects have no contract

        evaluation = evaluate(contract, self.project.elements, self._occasion(defaults))
        self.account(evaluation.ignores)
        return evaluation

    def may_import(self, importer: "Component | str", dotted: str) -> bool:
        """Whether no contract forbids an import (golden-rules.md 1, no. 5).

        Args:
            importer: a component, or the path of a file.
            dotted: absolute dotted name of a module or member.

        Raises:
            UsageError: a contract contradicts itself or the project.
        """
        return not self.project.contracts or self._policy.may_import(importer, dotted)

    def is_provider(self, path: str, dotted: str) -> bool:
        """Whether a file belongs to the component that defines a name, where the project has other components too."""
        components = self.project.components
        homes = (symbol.path for symbol in self.project.symbols.meanings(dotted) if symbol.path)
        return len(components.components) > 1 and components.owner(path) in map(components.owner, homes)

    @cached_property
    def _policy(self) -> "ImportPolicy":
        from hive_guardian.project.contract_check import ImportPolicy  # most projects have no contract

        return ImportPolicy(self.project.contracts, self.project.elements, self._occasion(None))

    def _occasion(self, defaults: "Defaults | None") -> "Occasion":
        from hive_guardian.project.contract_check import Defaults, Occasion  # as `judge`

        return Occasion(self.settings.today, self.is_test, defaults or Defaults())

    def abstain(self, subject: str, reason: str) -> None:
        """Say, visibly, that a conclusion from absence is not drawn (golden-rules.md 1, abstain).

        Args:
            subject: a component or module.
            reason: what could refute the conclusion.
        """
        self.books.abstain(self.rule.code, f"{self.rule.code} says nothing about {subject}: {reason}")

    def account(self, hits: "Iterable[IgnoreHits]") -> None:
        """Record what entries that accept imports accepted; `judge` does it for those of contracts."""
        for one in hits:
            ignore = one.ignore
            what = f"{ignore.importer} -> {ignore.imported}"
            count = None if one.expired else one.hits
            self.books.count(Excuse(what, ignore.origin, ignore.reason, ignore.until, count, needs_reason=True))

    def wants(self, check: str) -> bool:
        """Whether a check is switched on; lets a rule skip work."""
        return check in self.rule.active


class LedgerContext(_Context):
    """The view of a rule that reads the ledger.

    Attributes:
        ledger: every exception from policy, and what it did.
        settings: shared settings.
    """

    def __init__(self, rule: Rule, ledger: Ledger, settings: Settings) -> None:
        """Bind rule, ledger and settings."""
        super().__init__(rule, settings)
        self.ledger = ledger

    def finding(
        self, location: Location, message: str, *, check: str, symbol: str, anchor: str, fix: Fix | None = None
    ) -> Finding:
        """Return a finding at a range; `symbol` and `anchor` identify it without line numbers."""
        return self.build(
            location, message, check=check, confidence=None, severity=None, fix=fix, related=(), symbol=symbol,
            anchor=normalise(anchor),
        )  # fmt: skip
