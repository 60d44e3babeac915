"""From a contract to the question "may this import be": who owns what, and who must not reach whom."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from hive_guardian.model.errors import UsageError
from hive_guardian.model.facts import FileFacts
from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.contract_elements import ElementResolver, Part, assign
from hive_guardian.project.contracts import (
    Contract,
    Element,
    ForbiddenContract,
    IndependentContract,
    InterfaceContract,
    LayersContract,
    ProtectedContract,
)
from hive_guardian.project.dotted import DottedSet, matches
from hive_guardian.project.violation import Unlisted


@frozen
class Zone:
    """One territory of a contract, divided into parts.

    Attributes:
        owners: path -> the part it belongs to.
        forbids: whether the first part must not reach the second; asked with different parts only.
        open: files anybody may import, whatever their part.
        outsiders: whether files of no part are judged too.
        allowed: files that may import everything.
        indirect: whether reaching through files of no part counts.
        distributions: patterns of names outside the project, each a part of its own.
        published: names anybody may import, although they are submodules.
    """

    owners: Mapping[str, Part]
    forbids: Callable[[Part, Part], bool]
    open: Collection[str] = ()
    outsiders: bool = False
    allowed: Collection[str] = ()
    indirect: bool = True
    distributions: DottedSet = field(default_factory=lambda: DottedSet(()))
    published: Collection[str] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts, each once, ordered by label."""
        return tuple(sorted({part.label: part for part in self.owners.values()}.values(), key=lambda part: part.label))


@frozen
class _Placed:
    """A part and where it stands: `layer` counts from the highest, `item` from the left."""

    part: Part
    layer: int
    item: int


def divide(contract: Contract, resolver: ElementResolver) -> tuple[Zone, ...]:
    """The zones of a contract: one per container of a layers contract, one for any other, none for an acyclic one.

    Raises:
        UsageError: an element that is not optional matches nothing, or stands in two layers.
    """
    match contract:
        case LayersContract():
            return tuple(_layers(contract, placed) for _, placed in _stacks(contract, resolver))
        case IndependentContract():
            parts = resolve_all(contract, resolver, contract.modules, "modules")
            return (Zone(assign(parts), _always, open=_open(contract, resolver, parts, contract.public)),)
        case InterfaceContract():
            return (_interface(contract, resolver),)
        case ForbiddenContract():
            return (_forbidden(contract, resolver),)
        case ProtectedContract():
            parts = resolve_all(contract, resolver, contract.modules, "modules")
            importers = resolve_all(contract, resolver, contract.importers, "importers")
            allowed = frozenset(path for part in importers for path in part.paths)
            return (Zone(assign(parts), _always, outsiders=True, allowed=allowed, indirect=False),)
        case _:
            return ()


def find_unlisted(contract: Contract, resolver: ElementResolver) -> tuple[Unlisted, ...]:
    """What an exhaustive layers contract forgot, ordered by name."""
    if not isinstance(contract, LayersContract) or not contract.exhaustive:
        return ()
    found: list[Unlisted] = []
    for container, placed in _stacks(contract, resolver):
        listed = {one.part.label for one in placed}
        for child in resolver.children(container) if container else ():
            if container and child not in listed:
                (part,) = resolver.resolve(Element(child))
                found.append(Unlisted(container.label, child, min(part.paths)))
    return tuple(sorted(found, key=lambda one: one.name))


def resolve_all(contract: Contract, resolver: ElementResolver, elements: Iterable[Element], key: str) -> list[Part]:
    """The parts of several elements.

    Raises:
        UsageError: elements that are not optional match nothing; lists them.
    """
    found = [(element, resolver.resolve(element)) for element in elements]
    _refuse_vacuous(contract, key, (element for element, parts in found if not parts))
    return [part for _, parts in found for part in parts]


def _stacks(contract: LayersContract, resolver: ElementResolver) -> list[tuple[Part | None, list[_Placed]]]:
    """The placed parts of a layers contract, per container."""
    containers: list[Part | None] = [*resolve_all(contract, resolver, contract.containers, "containers")]
    containers = containers if contract.containers else [None]
    matched: set[Element] = set()
    stacks: list[tuple[Part | None, list[_Placed]]] = []
    for container in containers:
        placed: list[_Placed] = []
        for level, layer in enumerate(contract.layers):
            for item, element in enumerate(layer.elements):
                parts = resolver.resolve(element, container)
                placed += [_Placed(part, level, item) for part in parts]
                matched.update((element,) if parts else ())
        _refuse_twice(contract, placed)
        stacks.append((container, placed))
    named = dict.fromkeys(element for layer in contract.layers for element in layer.elements)
    _refuse_vacuous(contract, "layers", (element for element in named if element not in matched and containers))
    return stacks


def _layers(contract: LayersContract, placed: Iterable[_Placed]) -> Zone:
    rank = {one.part.label: one for one in placed}

    def forbids(importer: Part, imported: Part) -> bool:
        lower, upper = rank[importer.label], rank[imported.label]
        if lower.layer == upper.layer:
            return contract.layers[lower.layer].independent and lower.item != upper.item
        return upper.layer < lower.layer

    return Zone(assign(one.part for one in rank.values()), forbids)


def _interface(contract: InterfaceContract, resolver: ElementResolver) -> Zone:
    parts = resolve_all(contract, resolver, contract.modules, "modules")
    open_paths = _open(contract, resolver, parts, contract.public)
    published = frozenset(name for path in open_paths for name in _published(resolver.facts.get(path)))
    return Zone(assign(parts), _always, open=open_paths, outsiders=True, indirect=False, published=published)


def _published(facts: FileFacts | None) -> Iterator[str]:
    """The dotted names a public module offers itself, even if a submodule is called the same."""
    if facts is None:
        return
    bound = (*(name for name, _ in facts.bindings), *facts.definitions)
    names = facts.exports if facts.exports is not None else (name for name in bound if not name.startswith("_"))
    yield from (f"{facts.module}.{name}" for name in names)


def _forbidden(contract: ForbiddenContract, resolver: ElementResolver) -> Zone:
    sources = resolve_all(contract, resolver, contract.sources, "from")
    foreign = [element for element in contract.targets if _is_distribution(element, resolver)]
    targets = resolve_all(contract, resolver, (one for one in contract.targets if one not in foreign), "to")
    from_labels = {part.label for part in sources}
    to_labels = {part.label for part in targets} | {element.pattern for element in foreign}

    def forbids(importer: Part, imported: Part) -> bool:
        return importer.label in from_labels and imported.label in to_labels

    distributions = DottedSet(element.pattern for element in foreign)
    return Zone(assign((*sources, *targets)), forbids, indirect=contract.indirect, distributions=distributions)


def _is_distribution(element: Element, resolver: ElementResolver) -> bool:
    """Whether an element names something outside the project: no file matches, and its first segment is not ours."""
    if "/" in element.pattern or resolver.resolve(element):
        return False
    if not resolver.graph.index.owns(element.pattern.partition(".")[0]):
        return True
    return any(DottedSet((element.pattern,)).covers(one.target) for one in resolver.graph.externals)


def _open(
    contract: Contract, resolver: ElementResolver, parts: Sequence[Part], public: Sequence[Element]
) -> frozenset[str]:
    """The files that `public` names: `root`, modules below a root, or absolute names."""
    found: set[str] = set()
    matched: set[Element] = set()
    for part in parts:
        names = {path: resolver.graph.modules[path].name for path in part.paths}
        for element in public:
            patterns = (element.pattern, *(f"{root}.{element.pattern}" for root in part.roots))
            patterns = part.roots if element.pattern == "root" else patterns
            hits = {path for path, name in names.items() if name and any(matches(one, name) for one in patterns)}
            matched.update((element,) if hits else ())
            found |= hits
    _refuse_vacuous(contract, "public", (element for element in public if element not in matched and parts))
    return frozenset(found)


def _always(importer: Part, imported: Part) -> bool:
    return importer is not imported


def _refuse_vacuous(contract: Contract, key: str, elements: Iterable[Element]) -> None:
    lost = [repr(element.pattern) for element in elements if not element.optional]
    if lost:
        raise UsageError(
            f'{contract.origin}: contract "{contract.name}": {key}: {", ".join(lost)} '
            f"match{'' if len(lost) > 1 else 'es'} nothing in the project; correct the name, "
            "or write it in parentheses if it may be absent"
        )


def _refuse_twice(contract: Contract, placed: Iterable[_Placed]) -> None:
    seen: dict[str, _Placed] = {}
    for one in placed:
        first = seen.setdefault(one.part.label, one)
        if (first.layer, first.item) != (one.layer, one.item):
            raise UsageError(
                f'{contract.origin}: contract "{contract.name}": {one.part.label!r} stands in two places, '
                f"layers {first.layer + 1} and {one.layer + 1}"
            )
