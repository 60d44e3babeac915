"""What judging a project by a contract gives."""

from collections.abc import Callable, Sequence

from hive_guardian.model.facts import ImportFact
from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.contracts import Contract, Ignore
from hive_guardian.project.graph import Edge, ExternalImport

Import = Edge | ExternalImport


def chain_names(chain: Sequence[Import], label: Callable[[str], str]) -> tuple[str, ...]:
    """The modules a chain leads through, both ends included; empty for an empty chain.

    Args:
        chain: imports, each from where the one before it ended.
        label: what a node is called in messages, such as `ImportGraph.label`.
    """
    ends = [one.target if isinstance(one, ExternalImport) else label(one.imported) for one in chain]
    return (label(chain[0].importer), *ends) if chain else ()


@frozen
class Violation:
    """One import statement that breaks a contract.

    Attributes:
        contract: the contract.
        importer: path of the importing file.
        imported: dotted name of what the statement imports.
        from_element: the part the importer belongs to; its component or module where it is in no part.
        to_element: the part that is reached.
        fact: the statement.
        chain: for an indirect breach the imports from this statement to the reached part, for a cycle the circle
            that begins here; empty for a direct import.
        certain: `False` when a name was only matched by its text, or is ambiguous between several roots.
    """

    contract: Contract
    importer: str
    imported: str
    from_element: str
    to_element: str
    fact: ImportFact
    chain: tuple[Import, ...] = ()
    certain: bool = True


@frozen
class Unlisted:
    """A child of the container of an exhaustive layers contract that is in no layer.

    Attributes:
        container: label of the container.
        name: dotted name of the child.
        path: a file to point at.
    """

    container: str
    name: str
    path: str


@frozen
class IgnoreHits:
    """How many import statements an ignore entry accepted.

    Attributes:
        ignore: the entry.
        hits: number of statements; 0 is an unused entry.
        expired: its last day is over, so it accepts nothing.
    """

    ignore: Ignore
    hits: int
    expired: bool


@frozen
class Evaluation:
    """What a contract says about a project.

    Attributes:
        violations: ordered by path, line, column, reached part.
        unlisted: children an exhaustive layers contract forgot, ordered by name.
        ignores: one entry per ignore, in order.
    """

    violations: tuple[Violation, ...]
    unlisted: tuple[Unlisted, ...]
    ignores: tuple[IgnoreHits, ...]
