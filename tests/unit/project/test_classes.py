import pytest

from hive_guardian.model.facts import ClassKind, FileFacts
from hive_guardian.project.classes import ClassEntry, ClassIndex, Truth
from hive_guardian.project.module_index import ModuleIndex
from hive_guardian.project.symbols import SymbolIndex
from tests.fakes.facts import file, klass


def _index(*facts: FileFacts) -> ClassIndex:
    return ClassIndex(SymbolIndex(facts, ModuleIndex(facts)))


INDEX = _index(
    file("err/__init__.py", "from err.base import BaseError"),
    file("err/base.py", classes=[klass("BaseError", "builtins.Exception")]),
    file(
        "err/compat.py",
        "from pydantic import BaseModel as Record",
        "from typing import Protocol",
        "from abc import ABC",
    ),
    file(
        "app/errors.py",
        "from err import BaseError",
        classes=[
            klass("Direct", "err.BaseError", line=1),
            klass("Deep", "app.errors.Direct", line=2),
            klass("Double", "err.BaseError", "builtins.KeyError", line=3),
            klass("Foreign", "builtins.ValueError", line=4),
            klass("Third", "requests.RequestException", line=5),
            klass("Either", ("err.BaseError", "builtins.Exception"), line=6),
            klass("Dynamic", (), line=7),
            klass("Plain", line=8),
            klass("Known", "builtins.dict", "abc.ABC", line=9),
            klass("Outer", line=10),
            klass("Outer.Inner", "app.errors.Direct", line=11),
            klass("Outer.Child", "builtins.Inner", line=12),
            klass("Missing", "err.base.no_class", line=13),
            klass("Ours", "builtins.IOError", line=14),
        ],
    ),
    file("app/ring.py", classes=[klass("A", "app.ring.B", line=1), klass("B", "app.ring.A", line=2)]),
    file("app/star.py", "from err.base import *", classes=[klass("Starred", "builtins.BaseError")]),
    file("app/foreign_star.py", "from tkinter import *", classes=[klass("Frame", "builtins.Widget")]),
    file(
        "app/kinds.py",
        classes=[
            klass("Row", "err.compat.Record", line=1),
            klass("SubRow", "app.kinds.Row", line=2),
            klass("Shape", "err.compat.Protocol", line=3),
            klass("Circle", "app.kinds.Shape", line=4),
            klass("Color", "enum.Enum", kind=ClassKind.ENUM, line=5),
            klass("Warm", "app.kinds.Color", line=6),
            klass("Point", kind=ClassKind.DATACLASS, line=7),
            klass("Point3", "app.kinds.Point", line=8),
            klass("Job", "err.compat.ABC", line=9),
            klass("MyJob", "app.kinds.Job", line=10),
        ],
    ),
)


def _entry(dotted: str, index: ClassIndex = INDEX) -> ClassEntry:
    (entry,) = index.find(dotted)
    return entry


@pytest.mark.parametrize(
    ("name", "target", "expected"),
    [
        ("app.errors.Direct", "err.BaseError", Truth.YES),
        ("app.errors.Direct", "err.base.BaseError", Truth.YES),
        ("app.errors.Deep", "err.BaseError", Truth.YES),
        ("app.errors.Deep", "err.*", Truth.YES),
        ("app.errors.Deep", "Exception", Truth.YES),
        ("app.errors.Deep", "builtins.BaseException", Truth.YES),
        ("app.errors.Deep", "ValueError", Truth.NO),
        ("app.errors.Double", "LookupError", Truth.YES),
        ("app.errors.Foreign", "err.BaseError", Truth.NO),
        ("app.errors.Third", "err.BaseError", Truth.UNKNOWN),
        ("app.errors.Third", "requests.RequestException", Truth.YES),
        ("app.errors.Either", "err.BaseError", Truth.UNKNOWN),
        ("app.errors.Either", "KeyError", Truth.NO),
        ("app.errors.Dynamic", "err.BaseError", Truth.UNKNOWN),
        ("app.errors.Plain", "err.BaseError", Truth.NO),
        ("app.errors.Known", "BaseException", Truth.NO),
        ("app.errors.Outer.Child", "err.BaseError", Truth.YES),
        ("app.errors.Missing", "err.BaseError", Truth.UNKNOWN),
        ("app.errors.Ours", "OSError", Truth.YES),
        ("app.errors.Ours", "EnvironmentError", Truth.YES),
        ("app.ring.A", "err.BaseError", Truth.NO),
        ("app.ring.A", "app.ring.B", Truth.YES),
        ("app.star.Starred", "err.BaseError", Truth.YES),
        ("app.foreign_star.Frame", "err.BaseError", Truth.UNKNOWN),
        ("err.base.BaseError", "err.BaseError", Truth.YES),
    ],
)
def test_derivation_is_three_valued(name: str, target: str, expected: Truth) -> None:
    """Yes and no are certain; an ancestor outside the source, or only in one branch, gives unknown."""
    assert INDEX.derives_from(_entry(name), [target]) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Row", ClassKind.MODEL),
        ("SubRow", ClassKind.MODEL),
        ("Shape", ClassKind.PROTOCOL),
        ("Circle", ClassKind.PLAIN),
        ("Color", ClassKind.ENUM),
        ("Warm", ClassKind.ENUM),
        ("Point", ClassKind.DATACLASS),
        ("Point3", ClassKind.DATACLASS),
        ("Job", ClassKind.ABSTRACT),
        ("MyJob", ClassKind.PLAIN),
    ],
)
def test_kind_follows_inheritance_through_re_exports(name: str, expected: ClassKind) -> None:
    """Models, enums and dataclasses hand their kind down; Protocols and ABCs are implemented, not inherited."""
    assert INDEX.kind(_entry(f"app.kinds.{name}")) is expected


def test_subclasses_are_listed_by_path_and_line() -> None:
    """Only certain descendants count, the target itself included."""
    names = [entry.name for entry in INDEX.subclasses_of(["err.BaseError"])]
    assert names == [
        "app.errors.Direct",
        "app.errors.Deep",
        "app.errors.Double",
        "app.errors.Outer.Inner",
        "app.errors.Outer.Child",
        "app.star.Starred",
        "err.base.BaseError",
    ]


def test_exceptions_are_recognised_by_ancestry() -> None:
    """Whatever reaches `BaseException` is one."""
    assert INDEX.is_exception(_entry("app.errors.Ours")) is Truth.YES
    assert INDEX.is_exception(_entry("app.errors.Plain")) is Truth.NO
    assert {"app.errors.Deep", "err.BaseError", "err.base.BaseError", "Exception"} <= INDEX.ancestors(
        _entry("app.errors.Deep")
    )


def test_a_redefined_class_is_two_readings() -> None:
    """Two definitions of one name are alternatives for those who inherit from it; each stays its own entry."""
    index = _index(
        file(
            "m.py",
            classes=[
                klass("A", "builtins.ValueError", line=1),
                klass("A", line=3),
                klass("B", "m.A", line=5),
            ],
        )
    )
    assert len(index.find("m.A")) == 2
    assert index.is_exception(_entry("m.B", index)) is Truth.UNKNOWN


def test_a_file_nobody_can_import_has_classes_too() -> None:
    """Classes of a script are found by place, their bases in the same file."""
    index = _index(file("run.py", module="", classes=[klass("A", "builtins.OSError", line=1), klass("B", "A", line=2)]))
    assert [entry.name for entry in index.subclasses_of(["OSError"])] == ["A", "B"]


def test_a_class_is_found_by_its_line() -> None:
    """Nested classes too; other lines have none."""
    inner = INDEX.at("app/errors.py", 11)
    assert inner is not None
    assert inner.name == "app.errors.Outer.Inner"
    assert INDEX.at("app/errors.py", 99) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("app.errors.Deep", ["app.errors.Direct", "err.base.BaseError"]),
        ("app.errors.Either", ["err.base.BaseError"]),
        ("app.errors.Foreign", []),
        ("app.errors.Third", []),
        ("app.ring.A", ["app.ring.B"]),
    ],
)
def test_superclasses_are_those_of_the_project(name: str, expected: list[str]) -> None:
    """Nearest first, without the class itself, through every reading of its bases."""
    assert [entry.name for entry in INDEX.superclasses(_entry(name))] == expected
