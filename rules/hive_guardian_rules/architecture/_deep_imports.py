"""Imports past the public surface of a component, and the ones to write instead (GR47)."""

from dataclasses import replace

from hive_guardian import (
    Contract,
    Finding,
    Fix,
    InterfaceContract,
    Location,
    ProjectContext,
    Violation,
    offer,
    suggest,
)


def judge_deep_import(found: Violation, ctx: ProjectContext) -> Finding:
    """Return the finding of an import past the public surface.

    Args:
        found: the statement that breaks an interface contract.
        ctx: the project.
    """
    graph, fact = ctx.project.graph, found.fact
    located = graph.index.deepest(found.imported, found.importer)
    packages = ctx.project.components.owner(located.path).import_packages if located else ()
    inside = (name for name in (*packages, found.to_element) if f"{found.imported}.".startswith(f"{name}."))
    root = max(inside, key=len, default=found.imported.partition(".")[0])
    message, fix = f"import from {root}, not its submodule {found.imported}", None
    public = _public(found.contract)
    if "root" not in public:
        offered = ", ".join(name if name.startswith(f"{root}.") else f"{root}.{name}" for name in public)
        message = f"{found.imported} is not public, {root} offers {offered}"
    elif located and located.rest:
        name = located.rest
        module = graph.label(located.path)
        if _publishes(root, name, found.imported, found.importer, ctx):
            message, fix = f"import {name} from {root}, not from {module}", _fix(found, root, name, ctx)
        else:
            message = f"{root} does not publish {name} of its module {module}"
            fix = suggest(f"publish {name} in {root}, or import what it offers")
    finding = ctx.finding(
        Location(found.importer, fact.line, fact.column, fact.end_line, fact.end_column),
        message,
        check="deep-import",
        symbol=graph.label(found.importer),
        anchor=found.imported,
        fix=fix,
    )
    return finding if found.contract.severity is None else replace(finding, severity=found.contract.severity)


def _public(contract: Contract) -> list[str]:
    """Return what an interface contract makes public, as written."""
    return [element.pattern for element in contract.public] if isinstance(contract, InterfaceContract) else []


def _publishes(root: str, name: str, imported: str, importer: str, ctx: ProjectContext) -> bool:
    """Whether a name of the root is the very thing that is imported."""
    symbols = ctx.project.symbols
    return symbols.resolve(f"{root}.{name}", importer) == symbols.resolve(imported, importer)


def _fix(found: Violation, root: str, name: str, ctx: ProjectContext) -> Fix:
    """Return the offer to import from the root, advice where it would close a circle or lacks a name."""
    graph, fact = ctx.project.graph, found.fact
    advice = f"`from {root} import {name}`"
    located = graph.index.find(root, found.importer)
    taken = [
        edge
        for edge in graph.imports_of(found.importer)
        if (edge.fact.line, edge.fact.column) == (fact.line, fact.column)
    ]
    published = all(
        edge.fact.name not in {"", "*"}
        and _publishes(root, edge.fact.name, f"{edge.fact.module}.{edge.fact.name}", found.importer, ctx)
        for edge in taken
    )
    if located is None or not published or graph.shortest_chain((located.path,), {found.importer}):
        return suggest(advice)
    return offer(f"import from {root}", root=root)
