"""Try a contract on the code as it is: only what holds is worth proposing."""

from collections.abc import Mapping
from dataclasses import replace

from hive_guardian.model.config import ContractSetting, Origin
from hive_guardian.model.errors import UsageError
from hive_guardian.model.facts import EdgeKind
from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.contract_check import Defaults, Occasion, evaluate
from hive_guardian.project.contract_elements import ElementResolver
from hive_guardian.project.contracts import Handling, parse_contract
from hive_guardian.project.graph import ALL_KINDS, ImportGraph
from hive_guardian.project.manifests.document import as_strings, as_table

_FOR_CIRCLES = Defaults(lazy=Handling.IGNORE)
_CIRCLES = "acyclic"


@frozen
class Ground:
    """What contracts are tried on.

    Attributes:
        elements: what names in a contract stand for, and the import graph.
        occasion: date, roles, and how imports count where a contract does not say.
        for_circles: how they count in contracts about circles, which another rule judges.
    """

    elements: ElementResolver
    occasion: Occasion
    for_circles: Defaults = _FOR_CIRCLES

    def counted(self) -> ImportGraph:
        """Return the imports that contracts judge by default: none under `TYPE_CHECKING`, none of tests."""
        graph = self.elements.graph
        tests = frozenset(filter(self.occasion.is_test, graph.modules))
        kinds = ALL_KINDS - {EdgeKind.TYPE_CHECKING}
        return graph.filter(kinds=kinds, keep=lambda edge: edge.importer not in tests)


def import_defaults(settings: Mapping[str, object]) -> Defaults:
    """Return how imports count where a contract does not say: what a project sets for GR06, else the rule's defaults.

    Args:
        settings: what stands under `[tool.hive-guardian]`, validated.
    """
    rules = as_table(settings.get("rules"))
    options = as_table(rules.get("GR06")) or as_table(rules.get("forbidden-import"))
    usual = Defaults()
    return Defaults(
        type_checking=Handling(str(options.get("type-checking", usual.type_checking))),
        lazy=Handling(str(options.get("lazy", usual.lazy))),
        include_tests=bool(options.get("include-tests", usual.include_tests)),
    )


def circle_defaults(settings: Mapping[str, object]) -> Defaults:
    """Return how imports count in contracts about circles: what a project sets for GR43, else the rule's defaults.

    Args:
        settings: as for `import_defaults`.
    """
    rules = as_table(settings.get("rules"))
    options = as_table(rules.get("GR43")) or as_table(rules.get("import-cycle"))
    edges = {text for _, text in as_strings(options.get("edges"))}

    def handling(kind: EdgeKind) -> Handling:
        return Handling.SAME if kind.value in edges else Handling.IGNORE

    return Defaults(handling(EdgeKind.TYPE_CHECKING), handling(EdgeKind.LOCAL))


def objection(ground: Ground, table: Mapping[str, object]) -> str:
    """Return why a contract cannot be taken over, empty when the code keeps it.

    Args:
        ground: the project.
        table: keys as in `[[tool.hive-guardian.contracts]]`.
    """
    kind, name = str(table.get("kind", "")), str(table.get("name", ""))
    try:
        contract = parse_contract(ContractSetting(kind, name, table, Origin("proposal")))
        occasion = replace(ground.occasion, defaults=ground.for_circles) if kind == _CIRCLES else ground.occasion
        verdict = evaluate(contract, ground.elements, occasion)
    except UsageError as error:
        return str(error).removeprefix(f'proposal: contract "{name}": ')
    if verdict.violations:
        first = verdict.violations[0]
        others = len(verdict.violations) - 1
        more = f" and {others} more" if others else ""
        return f"{first.importer}:{first.fact.line} imports {first.imported}{more}"
    if verdict.unlisted:
        return f"{verdict.unlisted[0].name} stands in no layer"
    return ""
