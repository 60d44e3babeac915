"""Facts about one file: plain data collected by the map phase, read by project rules, stored in the cache.

What a project has tens of thousands of is a named tuple: a frozen dataclass takes three times as long to make.
"""

from enum import StrEnum
from typing import NamedTuple

from hive_guardian.model.frozen_class import frozen


class EdgeKind(StrEnum):
    """When an import happens (golden-rules.md 4.8)."""

    RUNTIME = "runtime"
    CONDITIONAL = "conditional"
    LOCAL = "local"
    TYPE_CHECKING = "type-checking"
    DYNAMIC = "dynamic"


class ImportFact(NamedTuple):
    """One imported name, or one imported module.

    Attributes:
        module: absolute dotted module of the statement (`a.b` for `from a.b import c`); relative imports are resolved;
            empty when a relative import leaves the project.
        name: the imported member, `*` for a star import, empty for `import a.b`.
        bound: the local name it binds (`a` for `import a.b`), empty for a star or dynamic import.
        kind: when it happens; for an import that is both local and guarded, the stronger of type-checking > local >
            conditional.
        guarded: inside a `try` whose handler catches ImportError, or under a version or platform test.
        line: 1-based line of the statement.
        column: 1-based column of the statement, code points.
        end_line: last line.
        end_column: column after the statement.
        level: leading dots of a relative import.
    """

    module: str
    name: str
    bound: str
    kind: EdgeKind
    guarded: bool
    line: int
    column: int
    end_line: int
    end_column: int
    level: int = 0


class ClassKind(StrEnum):
    """What a class is by its resolved bases and decorators."""

    PLAIN = "plain"
    PROTOCOL = "protocol"
    ABSTRACT = "abstract"
    ENUM = "enum"
    DATACLASS = "dataclass"
    MODEL = "model"
    TYPED_DICT = "typed-dict"
    NAMED_TUPLE = "named-tuple"


class MethodFact(NamedTuple):
    """One method: name, whether it is a coroutine, its decorators, whether documented.

    Decorators are resolved dotted names, `?` for one that has none.
    """

    name: str
    is_async: bool
    decorators: tuple[str, ...]
    documented: bool
    line: int


class ClassFact(NamedTuple):
    """One class of a file, nested and function-local ones too.

    Attributes:
        name: qualified inside the module, `Outer.Inner`; function-local classes have `<locals>` in it.
        bases: for each base the sorted possible dotted names, empty when unknown.
        kind: by direct bases and decorators; inheritance is followed by the class index.
        methods: in source order.
        trivial: the body is only docstring, `pass` or `...`.
        line: 1-based line of the `class` keyword.
        column: 1-based column.
        end_line: line of the header's end.
        end_column: column after the class name.
        documented: has a docstring.
        decorators: resolved dotted names, `?` for one that has none.
    """

    name: str
    bases: tuple[tuple[str, ...], ...]
    kind: ClassKind
    methods: tuple[MethodFact, ...]
    trivial: bool
    line: int
    column: int
    end_line: int
    end_column: int
    documented: bool
    decorators: tuple[str, ...]


class FunctionFact(NamedTuple):
    """One module-level function.

    Attributes:
        name: its name.
        is_async: a coroutine function or async generator.
        is_generator: contains a yield of its own.
        decorators: resolved dotted names, `?` for one that has none.
        line: 1-based.
        conditional: defined under `if` or `try`, or its name is bound at module level otherwise too.
    """

    name: str
    is_async: bool
    is_generator: bool
    decorators: tuple[str, ...]
    line: int
    conditional: bool


@frozen
class FileFacts:
    """What project rules may know about one Python file.

    Attributes:
        path: root-relative POSIX path.
        module: dotted module name by the component model, empty for a file that is not importable.
        is_package: the file is an `__init__`.
        imports: in source order.
        exports: `__all__` as literal names, `None` when absent or not literal.
        bindings: module-level names that are re-exports or aliases: (name, sorted dotted targets).
        definitions: other module-level names bound in the file, sorted.
        classes: in source order.
        functions: module-level functions in source order.
        statements: executable statements (docstrings, imports, `pass` and bare annotations do not count).
        parsed: `False` for a file that does not parse.
    """

    path: str
    module: str
    is_package: bool
    imports: tuple[ImportFact, ...] = ()
    exports: tuple[str, ...] | None = None
    bindings: tuple[tuple[str, tuple[str, ...]], ...] = ()
    definitions: tuple[str, ...] = ()
    classes: tuple[ClassFact, ...] = ()
    functions: tuple[FunctionFact, ...] = ()
    statements: int = 0
    parsed: bool = True
