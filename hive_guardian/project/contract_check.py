"""Judge a project by its contracts, and answer what they allow (golden-rules.md 1, no. 5; GR06; 4.18)."""

from collections.abc import Callable, Iterable
from datetime import date

from hive_guardian.model.facts import EdgeKind
from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.components import Component
from hive_guardian.project.contract_cycles import find_sibling_cycles
from hive_guardian.project.contract_elements import ElementResolver, Part, PartNames
from hive_guardian.project.contract_ignores import accepts, apply_ignores
from hive_guardian.project.contract_judge import Judge
from hive_guardian.project.contract_zones import Zone, divide, find_unlisted
from hive_guardian.project.contracts import AcyclicContract, Contract, Handling, InterfaceContract
from hive_guardian.project.graph import ALL_KINDS, Edge, ExternalImport, ImportGraph
from hive_guardian.project.violation import Evaluation, Violation


@frozen
class Defaults:
    """How imports count where a contract does not say; the options of GR06.

    Attributes:
        type_checking: imports under `TYPE_CHECKING`.
        lazy: function-local imports.
        include_tests: whether importers of role test are judged.
    """

    type_checking: Handling = Handling.IGNORE
    lazy: Handling = Handling.SAME
    include_tests: bool = False


@frozen
class Occasion:
    """What a verdict depends on besides contract and project.

    Attributes:
        today: date of the run; ignores whose last day is over do not match.
        is_test: whether a file has the role test.
        defaults: how imports count where a contract does not say.
    """

    today: date
    is_test: Callable[[str], bool]
    defaults: Defaults = Defaults()


def evaluate(contract: Contract, resolver: ElementResolver, occasion: Occasion) -> Evaluation:
    """Judge a project by a contract.

    Raises:
        UsageError: an element that is not optional matches nothing, or stands in two layers.
    """
    relevant = _relevant(contract, resolver.graph, occasion)
    graph, ignores = apply_ignores(relevant, contract.ignore, occasion.today)
    violations: list[Violation] = []
    if isinstance(contract, AcyclicContract):
        violations += find_sibling_cycles(contract, resolver, graph)
    for zone in divide(contract, resolver):
        violations += Judge(contract, zone, graph, resolver).violations()
    violations.sort(key=lambda one: (one.importer, one.fact.line, one.fact.column, one.to_element))
    return Evaluation(tuple(violations), find_unlisted(contract, resolver), ignores)


def _relevant(contract: Contract, graph: ImportGraph, occasion: Occasion) -> ImportGraph:
    """The imports that count for a contract."""
    kinds = set(ALL_KINDS)
    if (contract.type_checking or occasion.defaults.type_checking) is Handling.IGNORE:
        kinds.discard(EdgeKind.TYPE_CHECKING)
    if (contract.lazy or occasion.defaults.lazy) is Handling.IGNORE:
        kinds.discard(EdgeKind.LOCAL)
    if _judges_tests(contract, occasion):
        return graph.filter(kinds=kinds)
    tests = frozenset(filter(occasion.is_test, graph.modules))

    def keep(found: Edge | ExternalImport) -> bool:
        return found.importer not in tests

    return graph.filter(kinds=kinds, keep=keep, keep_external=keep)


def _judges_tests(contract: Contract, occasion: Occasion) -> bool:
    return occasion.defaults.include_tests if contract.include_tests is None else contract.include_tests


class ImportPolicy:
    """Answers whether the contracts allow an import that need not exist yet.

    Contracts of kind interface say how to spell an import, and acyclic ones need the import to exist; neither forbids.
    """

    __slots__ = ("_occasion", "_resolver", "_zones")

    def __init__(self, contracts: Iterable[Contract], resolver: ElementResolver, occasion: Occasion) -> None:
        """Divide the project by every contract that can forbid an import.

        Raises:
            UsageError: an element that is not optional matches nothing, or stands in two layers.
        """
        self._resolver = resolver
        self._occasion = occasion
        self._zones = [
            (contract, zone, PartNames(zone.parts, resolver.graph.index))
            for contract in contracts
            if not isinstance(contract, InterfaceContract)
            for zone in divide(contract, resolver)
        ]

    def may_import(self, importer: Component | str, dotted: str) -> bool:
        """Whether no contract forbids an import.

        Args:
            importer: a component, or the path of a file; a component may import what any of its files may.
            dotted: absolute dotted name of a module or member.
        """
        if isinstance(importer, str):
            return self._file_may_import(importer, dotted)
        owner = self._resolver.component_of
        paths = [path for path in self._resolver.graph.modules if owner(path).directory == importer.directory]
        return not paths or any(self._file_may_import(path, dotted) for path in paths)

    def _file_may_import(self, path: str, dotted: str) -> bool:
        graph = self._resolver.graph
        found = graph.index.deepest(dotted, path)
        target = found.path if found else ""
        imported = (target, graph.label(target) if found else dotted)
        for contract, zone, names in self._zones:
            part = zone.owners.get(target) if found else _outside_part(zone, names, dotted)
            if part is None or target in zone.open or not self._forbids(contract, zone, path, part):
                continue
            if not accepts(contract.ignore, (path, graph.label(path)), imported, self._occasion.today):
                return False
        return True

    def _forbids(self, contract: Contract, zone: Zone, path: str, target: Part) -> bool:
        if path in zone.allowed or (self._occasion.is_test(path) and not _judges_tests(contract, self._occasion)):
            return False
        source = zone.owners.get(path)
        if source is None:
            return zone.outsiders
        return source.label != target.label and zone.forbids(source, target)


def _outside_part(zone: Zone, names: PartNames, dotted: str) -> Part | None:
    """The part that a name no file offers stands for."""
    pattern = zone.distributions.covering(dotted)
    if pattern:
        return Part(pattern, frozenset(), (pattern,))
    named = names.find(dotted)
    return named[0] if named else None
