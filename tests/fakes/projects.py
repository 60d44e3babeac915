"""Small projects for contract and graph tests: components, facts and graph from import statements."""

from collections.abc import Iterable, Mapping

from hive_guardian.model.layout import Layout
from hive_guardian.project.components import ComponentModel, find_components
from hive_guardian.project.contract_elements import ElementResolver
from hive_guardian.project.graph import build_graph
from hive_guardian.project.tree import MemoryTree
from tests.fakes.facts import file

STDLIB = ("logging", "os")


def resolver(
    sources: Mapping[str, str | Iterable[str]],
    *,
    components: Iterable[str] = (),
    exports: Mapping[str, Iterable[str]] | None = None,
) -> ElementResolver:
    """Resolve against a project of these files.

    Args:
        sources: path -> import statements.
        components: globs of component directories; none makes one project of everything.
        exports: path -> `__all__`.
    """
    model = component_model(sources, components)
    facts = [
        file(
            path,
            *([statements] if isinstance(statements, str) else statements),
            module=model.module(path),
            exports=(exports or {}).get(path),
        )
        for path, statements in sources.items()
    ]
    return ElementResolver(build_graph(facts, stdlib=STDLIB), model, {fact.path: fact for fact in facts})


def component_model(paths: Iterable[str], components: Iterable[str]) -> ComponentModel:
    """The component model of a tree of empty files."""
    return find_components(MemoryTree(dict.fromkeys(paths, "")), Layout(components=tuple(components)))
