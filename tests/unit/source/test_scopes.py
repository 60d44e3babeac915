import ast

import pytest

from hive_guardian.source.bindings import BindingKind
from hive_guardian.source.document import Document
from hive_guardian.source.scopes import Scopes


def open_scopes(code: str) -> tuple[ast.Module, Scopes]:
    """Return a tree and its scopes, only the module level of which is open."""
    document = Document("pkg/m.py", code.encode(), ast.parse(code), "pkg.m")
    return document.tree, document.open_scopes


@pytest.mark.parametrize(
    ("code", "name", "kinds"),
    [
        ("import a", "a", [BindingKind.IMPORT]),
        ("a = 1\na += 1\ndel a", "a", [BindingKind.ASSIGNMENT, BindingKind.AUGMENTED, BindingKind.DELETION]),
        ("a: int", "a", [BindingKind.ANNOTATION]),
        ("a, b = c", "a", [BindingKind.UNPACKING]),
        ("for a in b: ...", "a", [BindingKind.LOOP]),
        ("with b as a: ...", "a", [BindingKind.WITH]),
        ("try: ...\nexcept E as a: ...", "a", [BindingKind.EXCEPT]),
        ("def a(): ...\nclass a: ...", "a", [BindingKind.DEFINITION, BindingKind.DEFINITION]),
        ("match b:\n    case [a, *_]: ...\n    case {'k': 1, **a}: ...", "a", [BindingKind.OTHER, BindingKind.OTHER]),
        ("[(a := b) for b in c]", "a", [BindingKind.ASSIGNMENT]),
        ("def f():\n    global a\n    a = 1\ndef g(): a", "a", [BindingKind.ASSIGNMENT]),
    ],
)
def test_the_module_knows_what_binds_its_names(code: str, name: str, kinds: list[BindingKind]) -> None:
    """Every way to bind a name is told apart, also from within comprehensions and by `global`."""
    _, scopes = open_scopes(code)
    assert [binding.kind for binding in scopes.module.bindings[name]] == kinds


def test_a_question_opens_only_the_definitions_around_the_name() -> None:
    """The other bodies stay closed until somebody asks for everything."""
    tree, scopes = open_scopes("def f(a):\n    return a\ndef g(b):\n    return lambda: b\n")
    first = next(node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "a")
    second = next(node for node in ast.walk(tree) if isinstance(node, ast.Lambda))
    scope = scopes.scope_of(first)
    assert scope is not None
    assert (scope.qualname, scope.is_function, list(scope.bindings)) == ("f", True, ["a"])
    assert scopes.of_definition(second) is None
    assert second in scopes.tree.scopes


def test_branches_tell_alternatives_apart() -> None:
    """Names in both arms of a branch carry the arm they stand in."""
    tree, scopes = open_scopes("if x:\n    a\nelse:\n    b\n")
    names = {node.id: node for node in ast.walk(tree) if isinstance(node, ast.Name)}
    arms = {name: [arm for _, arm in scopes.branch_of(names[name])] for name in ("x", "a", "b")}
    assert arms == {"x": [], "a": ["body"], "b": ["else"]}
