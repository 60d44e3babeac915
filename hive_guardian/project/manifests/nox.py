"""`noxfile.py`: what its sessions install besides the project; parsed, never run."""

import ast
import warnings
from collections.abc import Iterator

from hive_guardian.project.manifests.dependency import Dependency, Scope, parse_requirement
from hive_guardian.project.manifests.document import Place

_NO_NAME = ("-", ".", "/")
_FILES = (".txt", ".in", ".toml", ".whl", ".gz")
_INSTALL = frozenset({"install", "conda_install"})


def read_nox(path: str, content: bytes) -> tuple[Dependency, ...]:
    """The literal requirements in calls of a session's `install`, as development dependencies, in source order.

    Options, paths and computed arguments are left out. A file that does not parse declares nothing.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    found = [parse_requirement(text, Scope.DEVELOPMENT, "", place) for text, place in _arguments(path, tree)]
    return tuple(sorted((item for item in found if isinstance(item, Dependency)), key=lambda item: item.place))


def _arguments(path: str, tree: ast.Module) -> Iterator[tuple[str, Place]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _INSTALL:
            for argument in node.args:
                value = argument.value if isinstance(argument, ast.Constant) else None
                if isinstance(value, str) and not value.startswith(_NO_NAME) and not value.endswith(_FILES):
                    yield value, Place(path, argument.lineno, argument.col_offset + 1)
