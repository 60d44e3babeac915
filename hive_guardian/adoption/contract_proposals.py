"""Contracts that the imports of a project already keep, and what stands against the others."""

from collections.abc import Iterable, Mapping, Sequence

from hive_guardian.adoption.strata import circles, reach, stack
from hive_guardian.adoption.trial import Ground, objection
from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.components import Component
from hive_guardian.project.contracts import Element
from hive_guardian.project.globs import GlobSet
from hive_guardian.project.graph import ImportGraph

_MANY = 40
"""A layers contract over more parts than this is a list nobody reads."""
_SHOWN = 4


@frozen
class Proposals:
    """What can be said about the imports of a project.

    Attributes:
        contracts: tables as in `[[tool.hive-guardian.contracts]]`, in order; each holds now.
        notes: for each thing that was looked for and not found one sentence with the reason.
    """

    contracts: tuple[Mapping[str, object], ...] = ()
    notes: tuple[str, ...] = ()


def propose_contracts(ground: Ground, layout: Mapping[str, Sequence[str]]) -> Proposals:
    """Propose contracts from the import graph: only such as the present code keeps.

    In a monorepo they speak about components: applications above libraries, applications that do not import each
    other, the order of the libraries. Everywhere they speak about the packages inside: their order, and that siblings
    do not import each other in a circle.

    Args:
        ground: the project.
        layout: what `propose_layout` said about it.
    """
    survey = _Survey(ground)
    components = ground.elements.components.components
    is_divided = any(component.directory for component in components)
    if is_divided:
        survey.judge_components(layout)
    survey.judge_packages(component for component in components if not component.directory)
    survey.judge_siblings(layout if is_divided else {})
    return Proposals(tuple(survey.contracts), tuple(survey.notes))


class _Survey:
    """Collects what holds and what does not."""

    def __init__(self, ground: Ground) -> None:
        self.contracts: list[dict[str, object]] = []
        self.notes: list[str] = []
        self._ground = ground
        self._graph = ground.counted()

    def judge_components(self, layout: Mapping[str, Sequence[str]]) -> None:
        """Look at applications, libraries and their order."""
        apps, libraries = layout.get("apps", ()), layout.get("libraries", ())
        if apps and libraries:
            layers = [" : ".join(apps), " : ".join(libraries)]
            self._try({"name": "applications above libraries", "kind": "layers", "layers": layers})
        model = self._ground.elements.components
        are_apps = GlobSet(apps)
        if sum(are_apps.matches(one.directory) for one in model.components) > 1:
            self._try({"name": "applications do not import each other", "kind": "independent", "modules": [*apps]})
        homes = {path: model.owner(path).directory for path in self._graph.modules}
        owners = {path: home for path, home in homes.items() if home and not are_apps.matches(home)}
        what = "order of the libraries" if apps and libraries else "order of the components"
        self._stack(owners, what)

    def judge_packages(self, components: Iterable[Component]) -> None:
        """Look at the import packages of single projects, and at the packages inside each."""
        roots = sorted(name for component in components for name in component.import_packages)
        modules = {path: module.name for path, module in self._graph.modules.items() if module.name}
        if len(roots) > 1:
            owners = {path: root for path, name in modules.items() for root in roots if _lies_in(name, root)}
            self._stack(owners, "order of the packages")
        packages = {name for path, module in self._graph.modules.items() if module.is_package and (name := module.name)}
        for root in roots:
            children = {name for name in packages if name.rpartition(".")[0] == root}
            owners = {path: child for path, name in modules.items() if (child := _child(name, root)) in children}
            self._stack(owners, f"order of the packages in {root}", container=root)

    def judge_siblings(self, layout: Mapping[str, Sequence[str]]) -> None:
        """Look for circles between the modules and packages inside each package."""
        components = self._ground.elements.components.components
        roots = (component for component in components if not component.directory)
        elements = [*layout.get("components", ()), *sorted(name for root in roots for name in root.import_packages)]
        kept = [one for element in elements for one in self._without_circles(element)]
        if kept:
            name = (
                f"no circles between siblings in {', '.join(kept)}"
                if len(kept) <= _SHOWN
                else "no circles between siblings"
            )
            self.contracts.append({"name": name, "kind": "acyclic", "modules": kept})

    def _without_circles(self, element: str) -> list[str]:
        """Return the element, or the parts right below it in which siblings do not import each other in a circle."""
        if not self._has_imports(element):
            return []
        name = f"no circles between siblings in {element}"
        reason = objection(self._ground, {"name": name, "kind": "acyclic", "modules": [element]})
        if not reason:
            return [element]
        self.notes.append(f'not proposed, "{name}": {reason}, which closes a circle')
        return [
            part
            for part in self._parts_below(element)
            if self._has_imports(part)
            and not objection(self._ground, {"name": name, "kind": "acyclic", "modules": [part]})
        ]

    def _parts_below(self, element: str) -> list[str]:
        """Return the components that a glob of directories matches, or the packages right below a package."""
        if "*" in element:
            components = self._ground.elements.components.components
            return [one.directory for one in components if GlobSet([element]).matches(one.directory)]
        modules = self._graph.modules.values()
        return sorted(one.name for one in modules if one.is_package and one.name.rpartition(".")[0] == element)

    def _has_imports(self, element: str) -> bool:
        """Whether there is an import inside a part of an element; without, a contract would say nothing."""
        imports = self._graph.imports_of
        parts = self._ground.elements.resolve(Element(element))
        return any(edge.imported in part.paths for part in parts for path in part.paths for edge in imports(path))

    def _try(self, table: dict[str, object]) -> None:
        reason = objection(self._ground, table)
        if reason:
            self.notes.append(f'not proposed, "{table["name"]}": {reason}')
        else:
            self.contracts.append(table)

    def _stack(self, owners: Mapping[str, str], name: str, container: str = "") -> None:
        """Propose the layers that some parts form, when there is an order and no circle."""
        is_test = self._ground.occasion.is_test
        reached = reach(self._graph, {path: part for path, part in owners.items() if not is_test(path)})
        found = circles(reached)
        if found:
            self.notes.append(f'not proposed, "{name}": {_describe(found, self._graph, owners)}')
            return
        layers = stack(reached)
        if len(layers) < 2 or sum(map(len, layers)) > _MANY:
            return
        strip = len(container) + 1 if container else 0
        rows = [" : ".join(part[strip:] for part in layer) for layer in layers]
        containers = {"containers": [container]} if container else {}
        self._try({"name": name, "kind": "layers", **containers, "layers": rows})


def _lies_in(name: str, root: str) -> bool:
    return name == root or name.startswith(f"{root}.")


def _child(name: str, root: str) -> str:
    """The package right below a root that a module lies in, the root itself when it lies in none."""
    return f"{root}.{name[len(root) + 1 :].partition('.')[0]}" if name.startswith(f"{root}.") else root


def _describe(found: Sequence[Sequence[str]], graph: ImportGraph, owners: Mapping[str, str]) -> str:
    """Say who reaches whom in a circle, and where it is cheapest to cut."""
    first = found[0]
    names = ", ".join(first[:_SHOWN]) + (f" and {len(first) - _SHOWN} more" if len(first) > _SHOWN else "")
    text = f"{names} import each other in a circle"
    cut = graph.squash(owners).cheapest_cut(first)
    if cut is not None:
        text += f"; the cheapest import to remove is {cut.path}:{cut.fact.line}"
    others = len(found) - 1
    return f"{text}; {others} more circle{'s' if others > 1 else ''}" if others else text
