"""Public functions whose body changes while no test that imports their module does."""

import ast
from collections.abc import Iterator
from textwrap import dedent

from hive_guardian.model.review import ReviewFinding
from hive_guardian.model.severity import Severity
from hive_guardian.review.heuristics.scene import Scene, make_finding
from hive_guardian.review.snapshot import ChangedFile, Side
from hive_guardian.review.symbols import Symbol, enclosing, parse


def find_untested_changes(scene: Scene) -> Iterator[ReviewFinding]:
    """Yield one finding per changed module that tests import, none of which the change touches.

    A change that touches any test has thought of them; a module that no test imports is the business of a golden rule.
    """
    if any(map(scene.is_test, scene.files)):
        return
    tests = [facts for path, facts in scene.after.items() if scene.is_test(path)]
    for path, file in sorted(scene.files.items()):
        facts = scene.after.get(path)
        if facts is None or not facts.module or file.new is None or file.old is None:
            continue
        importers = [
            test.path
            for test in tests
            if any(facts.module in (one.module, f"{one.module}.{one.name}") for one in test.imports)
        ]
        if not importers:
            continue
        symbols = [enclosing(file.new.symbols, number) for number in sorted(file.change.added_lines)]
        public = next((one for one in symbols if one and _is_public_function(one) and _does_change(file, one)), None)
        if public is not None:
            yield make_finding(
                "untested-change", "testing", Severity.INFO, path, (public.start, public.start),
                title=f"{public.name} changes, and none of its tests does",
                message=f"tests that import {facts.module} exist ({min(importers)}), and the change touches none",
                symbol=public.name,
            )  # fmt: skip


def _is_public_function(one: Symbol) -> bool:
    return not one.is_class and not any(part.startswith("_") for part in one.name.split("."))


def _does_change(file: ChangedFile, one: Symbol) -> bool:
    """Whether more of a definition changes than its comments and docstring."""
    earlier = next((old for old in file.old.symbols if old.name == one.name), None) if file.old else None
    return earlier is None or _code(file.old, earlier) != _code(file.new, one)


def _code(side: Side | None, one: Symbol) -> str:
    """Return what a definition does, without its docstring; its text where that cannot be told."""
    text = dedent("\n".join(side.text.split("\n")[one.start - 1 : one.end])) if side else ""
    tree = parse(text)
    definition = tree.body[0] if tree is not None and tree.body else None
    if not isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef):
        return text
    if ast.get_docstring(definition, clean=False) is not None:
        del definition.body[0]
    return ast.dump(definition)
