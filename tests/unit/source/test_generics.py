"""Type parameters, given by hand because the oldest supported Python cannot parse them."""

import ast

import pytest

from hive_guardian.source.document import Document
from hive_guardian.source.generics import generic_problems, parameter_name, type_parameters


class TypeVar(ast.AST):
    """A type parameter as newer Pythons parse it."""

    _fields = ("name", "bound", "default_value")


def parameter(name: str, bound: str = "", default: str = "") -> TypeVar:
    """Return a type parameter; bound and default are source text."""
    found = TypeVar()
    parts = {"bound": bound, "default_value": default}
    vars(found).update(
        name=name, **{key: ast.parse(text, mode="eval").body if text else None for key, text in parts.items()}
    )
    return found


def problems(code: str, *parameters: TypeVar) -> list[str]:
    """Return what is wrong with a definition that has these type parameters."""
    tree = ast.parse(code)
    vars(tree.body[0])["type_params"] = list(parameters)
    return [message for _, message in generic_problems(Document("m.py", code.encode(), tree, "m"))]


@pytest.mark.parametrize(
    ("code", "parameters", "said"),
    [
        ("def f(): ...", [parameter("T"), parameter("T")], ["duplicate type parameter 'T'"]),
        (
            "def f(): ...",
            [parameter("T", bound="(x := 1)")],
            ["named expression cannot be used within a TypeVar bound"],
        ),
        (
            "def f(): ...",
            [parameter("T", default="int"), parameter("U")],
            ["non-default type parameter 'U' follows default type parameter"],
        ),
        (
            "def f(a: (x := 1)): ...",
            [parameter("T")],
            ["named expression cannot be used within the definition of a generic"],
        ),
        ("def f(a=(x := 1)): ...", [parameter("T")], []),
        (
            "class A((yield)): ...",
            [parameter("T")],
            ["yield expression cannot be used within the definition of a generic"],
        ),
        ("class A(lambda: (x := 1)): ...", [parameter("T")], []),
        ("def f(a: (x := 1)): ...", [], []),
    ],
)
def test_type_parameters_are_judged_like_the_compiler_does(
    code: str, parameters: list[TypeVar], said: list[str]
) -> None:
    """Duplicates, order of defaults, and what suspends or binds where it must not."""
    assert problems(code, *parameters) == said


def test_names_are_read_by_attribute() -> None:
    """Older Pythons have neither the nodes nor the field."""
    assert parameter_name(parameter("T")) == "T"
    assert type_parameters(ast.parse("x").body[0]) == []
