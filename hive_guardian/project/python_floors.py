"""Which Python each component says it needs: one reading for GR21, GR27 and GR32."""

from collections.abc import Iterator

from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.components import Component, ComponentModel
from hive_guardian.project.manifests.metadata import Metadata
from hive_guardian.project.manifests.pyproject import Fact, python_constraint
from hive_guardian.project.versions import (
    Constraint,
    PythonMinor,
    UnparsableConstraint,
    admits,
    floor,
    intersects,
    parse_pep440,
)


@frozen
class PythonFloor:
    """One declaration of the Python a component needs.

    Attributes:
        component: who declares it.
        fact: the declaration and where it stands.
        constraint: the versions it admits.
        minor: the lowest minor it admits, `None` when it does not parse or admits none.
    """

    component: Component
    fact: Fact
    constraint: Constraint | UnparsableConstraint
    minor: PythonMinor | None

    def admits(self, minor: PythonMinor) -> bool:
        """Whether it admits a minor; one that does not parse is given the benefit of the doubt."""
        return isinstance(self.constraint, UnparsableConstraint) or admits(self.constraint, minor)

    def reaches(self, minor: PythonMinor) -> bool:
        """Whether it admits any Python from a minor on; one that does not parse is given the benefit of the doubt."""
        if isinstance(self.constraint, UnparsableConstraint):
            return True
        lowest = parse_pep440(f">={show_python(minor)}")
        return isinstance(lowest, UnparsableConstraint) or intersects(self.constraint, lowest)


def python_floors(model: ComponentModel) -> tuple[PythonFloor, ...]:
    """Every declaration of every component, by component directory, the one installers follow first."""
    return tuple(found for component in model.components for found in _declared(component, model))


def root_python_floor(model: ComponentModel) -> PythonFloor | None:
    """What the project root declares, also when it is only the root of a workspace."""
    return next(_declared(model.root, model), None)


def declares_python(metadata: Metadata) -> bool:
    """Whether a manifest says which Python it needs, or says that something computes it."""
    if metadata.python is not None:
        return True
    if metadata.pyproject and "requires-python" in metadata.pyproject.dynamic:
        return True
    return any(file and "python_requires" in file.keywords for file in (metadata.setup_cfg, metadata.setup_py))


def show_python(minor: PythonMinor) -> str:
    """`3.11` for `(3, 11)`."""
    return f"{minor[0]}.{minor[1]}"


def _declared(component: Component, model: ComponentModel) -> Iterator[PythonFloor]:
    metadata = model.metadata[component.directory]
    written = metadata.pyproject.pythons if metadata.pyproject else ()
    facts = written or ((metadata.python,) if metadata.python else ())
    for fact in facts:
        constraint = python_constraint(fact)
        lowest = None if isinstance(constraint, UnparsableConstraint) else floor(constraint)
        yield PythonFloor(component, fact, constraint, lowest)
