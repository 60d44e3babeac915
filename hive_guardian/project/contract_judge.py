"""Find the imports that cross a zone where they must not, directly or through files of no part (GR06)."""

from collections import deque
from collections.abc import Iterator

from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.contract_elements import ElementResolver, Part, PartNames
from hive_guardian.project.contract_zones import Zone
from hive_guardian.project.contracts import Contract
from hive_guardian.project.graph import Edge, ImportGraph
from hive_guardian.project.module_index import member
from hive_guardian.project.violation import Import, Violation


@frozen
class _Arrival:
    """An import that ends in a part."""

    found: Import
    part: Part
    certain: bool


class Judge:
    """Judges the imports of one zone of a contract."""

    __slots__ = ("_contract", "_graph", "_resolver", "_zone")

    def __init__(self, contract: Contract, zone: Zone, graph: ImportGraph, resolver: ElementResolver) -> None:
        """Take the zone and the imports that count."""
        self._contract = contract
        self._zone = zone
        self._graph = graph
        self._resolver = resolver

    def violations(self) -> list[Violation]:
        """Direct breaches, one per import statement, then indirect ones, one per importer and part reached."""
        direct: dict[tuple[str, int, int], Violation] = {}
        reached: set[tuple[str, str]] = set()
        outside: dict[str, dict[str, _Arrival]] = {}
        for arrival in self._arrivals():
            importer = arrival.found.importer
            source = self._zone.owners.get(importer)
            if source is None and not self._zone.outsiders:
                outside.setdefault(arrival.part.label, {}).setdefault(importer, arrival)
            elif self._breaks(source, arrival):
                reached.add((importer, arrival.part.label))
                fact = arrival.found.fact
                direct.setdefault((importer, fact.line, fact.column), self._violation(arrival.found, arrival))
        indirect = self._indirect(outside, reached) if self._zone.indirect else []
        return [*direct.values(), *indirect]

    def _arrivals(self) -> Iterator[_Arrival]:
        zone = self._zone
        into = (edge for path in zone.owners if path not in zone.open for edge in self._graph.importers_of(path))
        for edge in sorted(into, key=lambda edge: edge.statement):
            yield _Arrival(edge, zone.owners[edge.imported], edge.certain)
        names = PartNames(() if zone.open else zone.parts, self._graph.index)
        for one in self._graph.externals_below(names.tops | zone.distributions.tops):
            pattern = zone.distributions.covering(one.target)
            if pattern:
                yield _Arrival(one, Part(pattern, frozenset(), (pattern,)), certain=True)
                continue
            named = names.find(one.target)
            if named is not None:
                yield _Arrival(one, *named)

    def _breaks(self, source: Part | None, arrival: _Arrival) -> bool:
        importer = arrival.found.importer
        if importer in self._zone.allowed or member(arrival.found.fact) in self._zone.published:
            return False
        if source is None:
            return True
        return source.label != arrival.part.label and self._zone.forbids(source, arrival.part)

    def _indirect(self, outside: dict[str, dict[str, _Arrival]], reached: set[tuple[str, str]]) -> Iterator[Violation]:
        owners = self._zone.owners
        entries = [
            edge for path in sorted(owners) for edge in self._graph.imports_of(path) if edge.imported not in owners
        ]
        parts = self._zone.parts
        for label in sorted(outside):
            target = next(iter(outside[label].values())).part
            if any(one.label != label and self._zone.forbids(one, target) for one in parts):
                yield from self._entering(entries, self._routes(outside[label]), outside[label], reached)

    def _routes(self, arrivals: dict[str, _Arrival]) -> dict[str, tuple[int, Edge | None]]:
        """File of no part -> imports still needed to reach the part, and the next of them (`None`: the arrival)."""
        routes: dict[str, tuple[int, Edge | None]] = dict.fromkeys(sorted(arrivals), (1, None))
        work = deque(routes)
        while work:
            node = work.popleft()
            for edge in self._graph.importers_of(node):
                if edge.importer not in routes and edge.importer not in self._zone.owners:
                    routes[edge.importer] = (routes[node][0] + 1, edge)
                    work.append(edge.importer)
        return routes

    def _entering(
        self,
        entries: list[Edge],
        routes: dict[str, tuple[int, Edge | None]],
        arrivals: dict[str, _Arrival],
        reached: set[tuple[str, str]],
    ) -> Iterator[Violation]:
        """The shortest way from each importer in a part to one target part, through files of no part."""
        target = next(iter(arrivals.values())).part
        best: dict[str, Edge] = {}
        for edge in entries:
            source = self._zone.owners[edge.importer]
            legal = source.label == target.label or not self._zone.forbids(source, target)
            if legal or edge.imported not in routes or (edge.importer, target.label) in reached:
                continue
            known = best.get(edge.importer)
            if known is None or routes[edge.imported][0] < routes[known.imported][0]:
                best[edge.importer] = edge
        for edge in best.values():
            chain: list[Import] = [edge]
            node, step = edge.imported, routes[edge.imported][1]
            while step is not None:
                chain.append(step)
                node = step.imported
                step = routes[node][1]
            last = arrivals[node]
            chain.append(last.found)
            certain = last.certain and all(one.certain for one in chain if isinstance(one, Edge))
            yield self._violation(edge, _Arrival(last.found, last.part, certain), tuple(chain))

    def _violation(self, found: Import, arrival: _Arrival, chain: tuple[Import, ...] = ()) -> Violation:
        source = self._zone.owners.get(found.importer)
        component = self._resolver.component_of(found.importer)
        outsider = self._graph.label(found.importer) if component.is_root else component.name
        return Violation(
            contract=self._contract,
            importer=found.importer,
            imported=member(found.fact),
            from_element=source.label if source else outsider,
            to_element=arrival.part.label,
            fact=found.fact,
            chain=chain,
            certain=arrival.certain,
        )
