"""Reads of the process environment, under any alias (golden-rules.md 4.7, default of an environment lookup)."""

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from hive_guardian.model.frozen_class import frozen

if TYPE_CHECKING:
    from hive_guardian.source.document import Document

ENVIRONMENT = frozenset({"os.environ", "os.environb"})
"""The mappings that are the environment."""

KEYED_READERS = frozenset(
    {
        "os.getenv",
        "os.getenvb",
        *(f"{name}.{method}" for name in ENVIRONMENT for method in ("get", "pop", "setdefault")),
    }
)
"""Calls that read one variable: key first, default second."""

WHOLE_READERS = frozenset(f"{name}.{method}" for name in ENVIRONMENT for method in ("items", "keys", "values"))
"""Calls that read every variable."""

_WANTED = ENVIRONMENT | KEYED_READERS | WHOLE_READERS
_MAX_HOPS = 3
_WRITERS_WHEN_DISCARDED = frozenset({"pop", "setdefault"})
_LOOKUP_FUNCTIONS = frozenset({"decouple.config", "environ.Env", "environs.Env", "starlette.config.Config"})
_LOOKUP_MODULES = frozenset(name.partition(".")[0] for name in _LOOKUP_FUNCTIONS)
_LOOKUP_NAMES = frozenset(
    {"env", "getenv", "get_env", "env_var", "from_env", "read_env", "get_from_env", "env_default"}
)


@frozen
class EnvironmentRead:
    """One read of the environment.

    Attributes:
        node: the call, subscript or comparison.
        key: the expression that names the variable, `None` when every variable is read.
        default: the value for a missing variable, `None` when there is none.
    """

    node: ast.expr
    key: ast.expr | None
    default: ast.expr | None = None

    @property
    def name(self) -> str:
        """The name of the variable where it is literal, else an empty string."""
        value = self.key.value if isinstance(self.key, ast.Constant) else ""
        return value.decode("ascii", "replace") if isinstance(value, bytes) else value if isinstance(value, str) else ""


def environment_reads(document: "Document") -> Iterator[EnvironmentRead]:
    """Yield the reads of a file, calls before subscripts before comparisons.

    Writing (`environ["X"] = "1"`, `del`, a `pop` or `setdefault` whose result nobody uses) and handing the whole
    environment on (`env=os.environ`, `.copy()`) are no reads.
    """
    for node in _possible_reads(document):
        read = environment_read(node, document)
        if read is not None:
            yield read


def may_look_up(document: "Document") -> bool:
    """Whether a file may hold a lookup that `environment_default` or `environment_read` tells, found without scopes."""
    if document.redirects or document.star_exports:
        return True
    roots = {target.partition(".")[0] for targets in document.imported.values() for target in targets}
    if not _LOOKUP_MODULES.isdisjoint({document.module.partition(".")[0], *roots}):
        return True
    return any(map(_sounds_like_lookup, document.nodes(ast.Call))) or any(_possible_reads(document))


def _possible_reads(document: "Document") -> Iterator[ast.Call | ast.Subscript | ast.Compare]:
    """Yield what may read the environment, shadowing not considered."""
    live = _names_of_os(document)
    if not live or (b"environ" not in document.data and b"getenv" not in document.data):
        return
    nodes: list[ast.Call | ast.Subscript | ast.Compare] = [
        *document.nodes(ast.Call),
        *document.nodes(ast.Subscript),
        *document.nodes(ast.Compare),
    ]
    for node in nodes:
        if any(name in _WANTED for name in _possible_names(_read_expression(node), live)):
            yield node


def _names_of_os(document: "Document") -> dict[str, frozenset[str]]:
    """Return the names that may stand for `os` or something of it -> what; a superset, found without scopes.

    Scopes cost as much as parsing; most files that import `os` only join paths.
    """
    redirects = document.redirects or {}
    live: dict[str, frozenset[str]] = {}
    for name, targets in document.imported.items():
        known = frozenset(meant for target in targets for meant in redirects.get(target, (target,)))
        if any(target.partition(".")[0] == "os" for target in known) or (redirects and known):
            live[name] = known
    for _ in range(_MAX_HOPS if live else 0):
        if all(map(live.keys().isdisjoint, document.aliases.values())):
            break
        for assignment in document.nodes(ast.Assign):
            target = assignment.targets[0]
            meant = _possible_names(assignment.value, live) if isinstance(target, ast.Name) else frozenset()
            if meant and isinstance(target, ast.Name):
                live[target.id] = live.get(target.id, frozenset()) | meant
    return live


def _possible_names(expression: ast.expr, live: dict[str, frozenset[str]]) -> frozenset[str]:
    """Return the dotted names an attribute chain may stand for, shadowing not considered."""
    attributes = ""
    while isinstance(expression, ast.Attribute):
        attributes = f".{expression.attr}{attributes}"
        expression = expression.value
    if not isinstance(expression, ast.Name) or expression.id not in live:
        return frozenset()
    return frozenset(name + attributes for name in live[expression.id])


def _read_expression(node: ast.Call | ast.Subscript | ast.Compare) -> ast.expr:
    """Return the expression that is called, subscripted or searched."""
    if isinstance(node, ast.Call):
        return node.func
    return node.value if isinstance(node, ast.Subscript) else node.comparators[-1]


def environment_read(node: ast.expr, document: "Document") -> EnvironmentRead | None:
    """Return what an expression reads from the environment, `None` when it is no such read."""
    if isinstance(node, ast.Call):
        return _read_by_call(node, document)
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and is_environment(node.value, document):
        return EnvironmentRead(node, node.slice)
    if (
        isinstance(node, ast.Compare)
        and isinstance(node.ops[-1], ast.In | ast.NotIn)
        and is_environment(node.comparators[-1], document)
    ):
        return EnvironmentRead(node, node.left if len(node.ops) == 1 else node.comparators[-2])
    return None


def is_environment(expression: ast.expr, document: "Document") -> bool:
    """Whether an expression may be `os.environ`."""
    return isinstance(expression, ast.Name | ast.Attribute) and document.resolve(expression).may_be(ENVIRONMENT)


def _read_by_call(call: ast.Call, document: "Document") -> EnvironmentRead | None:
    if not isinstance(call.func, ast.Name | ast.Attribute):
        return None
    names = document.resolve(call.func).names
    if names & WHOLE_READERS:
        return EnvironmentRead(call, None)
    if not names & KEYED_READERS or _is_discarded_write(call, document):
        return None
    return EnvironmentRead(call, _argument(call, 0, "key"), _argument(call, 1, "default"))


def _is_discarded_write(call: ast.Call, document: "Document") -> bool:
    """Whether a `pop` or `setdefault` only changes the environment."""
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return method in _WRITERS_WHEN_DISCARDED and isinstance(document.parents.get(call), ast.Expr)


def environment_default(call: ast.Call, document: "Document") -> EnvironmentRead | None:
    """Return the environment lookup a call stands for, libraries that read it for you included.

    Beyond `os`, `decouple`, `environs`, `django-environ` and functions that are called `env`, `getenv` or alike count;
    good enough to tell where a default stands, not to say that something is a read.
    """
    read = _read_by_call(call, document)
    if read is not None:
        return read
    func = call.func
    reader = func.value if isinstance(func, ast.Attribute) else func
    if (
        _sounds_like_lookup(call)
        or document.resolve(func).may_be(_LOOKUP_FUNCTIONS)
        or document.origin(reader).may_be(_LOOKUP_FUNCTIONS)
    ):
        return EnvironmentRead(call, _argument(call, 0, "key"), _argument(call, 1, "default"))
    return None


def _sounds_like_lookup(call: ast.Call) -> bool:
    """Whether a function or its owner is called as if it read the environment."""
    func = call.func
    if isinstance(func, ast.Name):
        return func.id.lower() in _LOOKUP_NAMES
    return isinstance(func, ast.Attribute) and (
        func.attr.lower() in _LOOKUP_NAMES or (isinstance(func.value, ast.Name) and func.value.id.lower() == "env")
    )


def _argument(call: ast.Call, position: int, keyword: str) -> ast.expr | None:
    for given in call.keywords:
        if given.arg == keyword:
            return given.value
    before = call.args[: position + 1]
    if len(before) <= position or any(isinstance(item, ast.Starred) for item in before):
        return None
    return before[-1]
