"""Calls that fitted a function before its signature changed, and fit no longer."""

import ast
from collections.abc import Iterator

from hive_guardian.model.facts import FileFacts
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.review import ReviewFinding
from hive_guardian.model.severity import Severity
from hive_guardian.review.heuristics.scene import Scene, make_finding
from hive_guardian.review.symbols import enclosing, list_symbols, parse

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@frozen
class _Changed:
    """A module-level function whose parameters changed."""

    module: str
    path: str
    old: ast.arguments
    new: ast.arguments


def find_broken_calls(scene: Scene) -> Iterator[ReviewFinding]:
    """Yield calls that could be bound to the parameters before the change and cannot be bound to those after it.

    Only calls through plain imports are looked at, and none with `*` or `**`: what is left would fail with TypeError.
    """
    changed = {f"{one.module}.{name}": one for name, one in _changed_functions(scene)}
    if not changed:
        return
    for path, facts in sorted(scene.after.items()):
        names = _local_names(facts, changed)
        if not names:
            continue
        try:
            text = scene.read(path)
        except OSError:
            continue
        tree = parse(text)
        if tree is not None:
            yield from _judge(path, tree, names, changed)


def _changed_functions(scene: Scene) -> Iterator[tuple[str, _Changed]]:
    for path, file in sorted(scene.files.items()):
        after = scene.after.get(path)
        if file.old is None or file.new is None or after is None or not after.module or not path.endswith(".py"):
            continue
        before, now = _functions(parse(file.old.text)), _functions(parse(file.new.text))
        for name in sorted(before.keys() & now.keys()):
            old, new = before[name], now[name]
            if not old.decorator_list and not new.decorator_list and ast.dump(old.args) != ast.dump(new.args):
                yield name, _Changed(after.module, path, old.args, new.args)


def _functions(tree: ast.Module | None) -> dict[str, _Function]:
    """Return the functions that are the only binding of their name at module level."""
    found: dict[str, _Function] = {}
    twice: set[str] = set()
    for node in tree.body if tree is not None else ():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name in found:
                twice.add(node.name)
            found[node.name] = node
    return {name: node for name, node in found.items() if name not in twice}


def _local_names(facts: FileFacts, changed: dict[str, _Changed]) -> dict[str, str]:
    """Return how a file spells changed functions: dotted name in the file -> qualified name."""
    found: dict[str, str] = {}
    for qualified, one in changed.items():
        name = qualified.rpartition(".")[2]
        if facts.path == one.path:
            found[name] = qualified
        for item in facts.imports:
            if item.module == one.module and item.name == name:
                found[item.bound] = qualified
            elif f"{item.module}.{item.name}" == one.module:
                found[f"{item.bound}.{name}"] = qualified
            elif item.module == one.module and not item.name:
                alias = item.bound if item.bound != one.module.partition(".")[0] else one.module
                found[f"{alias}.{name}"] = qualified
    return found


def _judge(path: str, tree: ast.Module, names: dict[str, str], changed: dict[str, _Changed]) -> Iterator[ReviewFinding]:
    symbols = list_symbols(tree)
    shadowed = _rebound(tree, names)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        said = _dotted(node.func)
        qualified = names.get(said)
        if qualified is None or said.partition(".")[0] in shadowed:
            continue
        one = changed[qualified]
        problem = misfit(node, one.new)
        if problem and not misfit(node, one.old):
            symbol = enclosing(symbols, node.lineno)
            yield make_finding(
                "broken-call", "api-contract", Severity.ERROR, path, (node.lineno, node.end_lineno or node.lineno),
                title=f"this call no longer fits {said}",
                message=f"the change gives {qualified} other parameters, and this call was not adapted: {problem}; "
                "it fails with TypeError",
                symbol=symbol.name if symbol else "", anchor=ast.unparse(node),
            )  # fmt: skip


def _rebound(tree: ast.Module, names: dict[str, str]) -> set[str]:
    """Return the first parts of names that mean something else somewhere in the file."""
    firsts = {name.partition(".")[0] for name in names}
    stored = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    parameters = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return firsts & (stored | parameters)


def _dotted(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def misfit(call: ast.Call, to: ast.arguments) -> str:
    """Return why a call cannot be bound to parameters, empty if it can or nobody knows."""
    if any(isinstance(item, ast.Starred) for item in call.args) or any(word.arg is None for word in call.keywords):
        return ""
    positional = [*to.posonlyargs, *to.args]
    given = {word.arg for word in call.keywords if word.arg is not None}
    if len(call.args) > len(positional) and to.vararg is None:
        return f"it gives {len(call.args)} positional arguments, and there are {len(positional)}"
    filled = {one.arg for one in positional[: len(call.args)]}
    by_name = {one.arg for one in (*to.args, *to.kwonlyargs)}
    unknown = sorted(given - by_name) if to.kwarg is None else []
    if unknown:
        return f"there is no parameter {unknown[0]}"
    twice = sorted(given & filled & by_name)
    if twice:
        return f"it gives {twice[0]} twice"
    needed = [one.arg for one in positional[: len(positional) - len(to.defaults)]]
    needed += [one.arg for one, default in zip(to.kwonlyargs, to.kw_defaults, strict=True) if default is None]
    missing = [name for name in needed if name not in filled and name not in given]
    return f"the argument {missing[0]} is missing" if missing else ""
