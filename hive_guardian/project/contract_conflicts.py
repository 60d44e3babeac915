"""Contracts that contradict each other, or say nothing, as far as their own text shows."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from hive_guardian.project.contracts import Contract, Element, ForbiddenContract, IndependentContract, LayersContract

_WILD = frozenset("*?{")


def find_conflicts(contracts: Sequence[Contract]) -> Iterator[str]:
    """Yield what nobody can have meant, with file, line and contract.

    That is two contracts that put the same two elements in opposite order, and one that can forbid nothing, whatever
    the project looks like.
    """
    said: dict[tuple[Sequence[Element], str, str], Contract] = {}
    for contract in contracts:
        reason = _void(contract)
        if reason:
            yield f'{contract.origin}: contract "{contract.name}": {reason}'
        if isinstance(contract, LayersContract):
            for higher, lower in _orders(contract):
                other = said.get((contract.containers, lower, higher))
                if other is not None and other is not contract:
                    yield (
                        f'{contract.origin}: contract "{contract.name}": {higher!r} stands above {lower!r}, '
                        f'in contract "{other.name}" ({other.origin}) it is the other way around'
                    )
                said.setdefault((contract.containers, higher, lower), contract)


def _orders(contract: LayersContract) -> Iterator[tuple[str, str]]:
    """Yield every two elements of different layers, the higher one first."""
    for higher, lower in combinations(contract.layers, 2):
        yield from ((one.pattern, other.pattern) for one in higher.elements for other in lower.elements)


def _void(contract: Contract) -> str:
    """Return why a contract can forbid nothing, empty when it can."""
    match contract:
        case LayersContract(layers=(only,), exhaustive=False) if not only.independent:
            return "layers: one layer is above nothing; name at least two"
        case IndependentContract(modules=(only,)) if not _is_wild((only,)):
            return f"modules: {only.pattern!r} alone is independent of nothing; name at least two"
        case ForbiddenContract(sources=sources, targets=targets) if not _is_wild((*sources, *targets)):
            if {element.pattern for element in sources} == {element.pattern for element in targets}:
                return "from and to name the same, and what lies inside one part may import itself"
        case _:
            pass
    return ""


def _is_wild(elements: Iterable[Element]) -> bool:
    """Whether an element may stand for several parts."""
    return any(not _WILD.isdisjoint(element.pattern) for element in elements)
