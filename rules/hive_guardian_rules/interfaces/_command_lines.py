"""Where the command lines of a project start, and how they read their arguments (GR16)."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from hive_guardian import Document, DottedSet, Location, Overlay, ProjectContext, Role

_GROUPS = ("console_scripts", "gui_scripts")
CONSOLES = DottedSet(
    [
        "alive_progress",
        "asciimatics",
        "blessed",
        "blessings",
        "colorama",
        "colored",
        "colorlog",
        "crayons",
        "curses",
        "enlighten",
        "halo",
        "inquirer",
        "InquirerPy",
        "prettytable",
        "progressbar",
        "prompt_toolkit",
        "PyInquirer",
        "questionary",
        "rich",
        "tabulate",
        "termcolor",
        "texttable",
        "textual",
        "tqdm",
        "urwid",
        "yaspin",
    ]
)
"""Libraries that write to a console."""


class CommandLine(NamedTuple):
    """A way to start the program: how a person calls it, its file, and where it is declared."""

    command: str
    path: str
    place: Location


def forbidden_calls(document: Document, forbidden: DottedSet) -> Iterator[list[object]]:
    """Find calls of what is forbidden, each as line, column, end line, end column and name."""
    for call in document.nodes(ast.Call) if forbidden else ():
        names = [name for name in document.resolve(call.func).names if forbidden.covers(name)]
        if names:
            place = document.location(call)
            yield [place.line, place.column, place.end_line, place.end_column, min(names)]


def parsings(document: Document) -> Iterator[list[object]]:
    """Find where a file takes `sys.argv` apart instead of passing it on, as `forbidden_calls` does."""
    if b"argv" not in document.data:
        return
    for kind in (ast.Attribute, ast.Name):
        for node in document.nodes(kind):
            if "sys.argv" in document.resolve(node).names and _takes_apart(node, document):
                place = document.location(node)
                yield [place.line, place.column, place.end_line, place.end_column, "sys.argv"]


def _takes_apart(node: ast.expr, document: Document) -> bool:
    parent = document.parents.get(node)
    match parent:
        case ast.Subscript(slice=ast.Constant(value=0)) | ast.Subscript(slice=ast.Slice()):
            return False
        case ast.Subscript(ctx=ast.Load()) | ast.Compare():
            return True
        case ast.Call(args=[argument]) if argument is node:
            return "builtins.len" in document.resolve(parent.func).names
        case ast.For() | ast.comprehension():
            return parent.iter is node
        case ast.Assign(targets=[ast.Tuple() | ast.List()]):
            return True
        case _:
            return False


def command_lines(ctx: ProjectContext) -> Iterator[CommandLine]:
    """Find console scripts and `__main__` modules of production code, by component."""
    project = ctx.project
    for component in project.components.components:
        for script in project.components.metadata[component.directory].scripts:
            found = project.graph.index.find(script.module, f"{component.directory}/_.py")
            if found and script.group in _GROUPS and ctx.reports_on(found.path):
                yield CommandLine(f"console script {script.name}", found.path, ctx.at(script.place))
        for path in project.components.files(component):
            if path.endswith("/__main__.py") and path in project.facts and ctx.reports_on(path):
                package = project.facts[path].module.rpartition(".")[0]
                yield CommandLine(f"python -m {package or path}", path, Location(path, 1, 1, 1, 1))


def modules_of(entry: CommandLine, ctx: ProjectContext) -> list[str]:
    """Return the file of an entry point and the command-line modules of its component that it reaches."""
    project = ctx.project
    own = project.components.owner(entry.path).directory
    found, pending = {entry.path}, [entry.path]
    while pending:
        for edge in project.graph.imports_of(pending.pop()):
            path = edge.imported
            if path in found or path not in project.files or project.components.owner(path).directory != own:
                continue
            if Overlay.CLI in project.files[path].overlays and project.files[path].role is Role.PROD:
                found.add(path)
                pending.append(path)
    return sorted(path for path in found if path in project.facts)
