"""Rules in files instead of installed distributions: those of a project itself, and those under test.

To load one runs its code, so only a person's run does; everybody else reads ids and names from the syntax tree and
knows the rules as absent.
"""

import ast
import importlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType

from hive_guardian.bootstrap.rule_files import ENDING, read_rule_file, read_rule_files
from hive_guardian.bootstrap.rule_modules import brings_rules
from hive_guardian.bootstrap.source_import import import_file, open_package
from hive_guardian.model.errors import PluginError
from hive_guardian.model.rule import AbsentRule, FileRule, LedgerRule, ProjectRule, Rule
from hive_guardian.source.text import decode

_NAMED = ("code", "name", "title", "tags")


def read_local_rules(directory: Path, *, load: bool) -> tuple[type[Rule], ...]:
    """Return the rules of a directory's modules, ordered by id; modules named `_x` and `test_x` bring none.

    Args:
        directory: absolute.
        load: whether to import the modules; else the rules are `AbsentRule`s.

    Raises:
        PluginError: a file cannot be read or parsed.
        Exception: whatever a module raises while it is imported.
    """
    if not load:
        files = sorted(path for path in directory.glob("**/*.py") if brings_rules(path.stem))
        found = [rule for path in files for rule in _absent_rules(path)]
    else:
        package = _open(directory)
        found = [rule for module in _modules(package) for rule in rules_in(module)]
    return tuple(sorted(found, key=lambda rule: rule.code))


def load_rule_file(path: Path) -> tuple[type[Rule], ...]:
    """Import one file, or compile one `*.rule.toml`, and return the rules that it defines, in order of definition.

    Raises:
        UsageError: a rule file is wrong.
        Exception: whatever the module raises while it is imported.
    """
    if path.name.endswith(ENDING):
        return (read_rule_file(path, path.as_posix()),)
    package = _open(path.resolve().parent)
    return tuple(rules_in(import_file(f"{package.__name__}.{path.stem}", path)))


def load_rule_directory(path: Path) -> tuple[type[Rule], ...]:
    """Import the files of a directory, compile its rule files, and return the rules that they define, ordered by id.

    Raises:
        UsageError: a rule file is wrong.
        Exception: whatever a module raises while it is imported.
    """
    rules = read_local_rules(path.resolve(), load=True)
    found = {key: path.name for rule in rules for key in (rule.code, rule.name)}
    declared = (rule for _, rule in read_rule_files(path.resolve(), path.as_posix(), found))
    return tuple(sorted((*rules, *declared), key=lambda rule: rule.code))


def load_rule_package(name: str) -> tuple[type[Rule], ...]:
    """Import an importable package or module and everything below it; returns the rules they define, ordered by id.

    Raises:
        Exception: whatever a module raises while it is imported.
    """
    # guardian: allow[GR15] the caller names the module whose rules it wants to test
    package = importlib.import_module(name)
    found = [rule for module in (package, *_modules(package)) for rule in rules_in(module)]
    return tuple(sorted(found, key=lambda rule: rule.code))


def rules_in(module: ModuleType) -> Iterator[type[Rule]]:
    """Yield the rule classes that a module defines itself, in order of definition."""
    for value in vars(module).values():
        if (
            isinstance(value, type)
            and issubclass(value, FileRule | ProjectRule | LedgerRule)
            and value.__module__ == module.__name__
            and "code" in vars(value)
        ):
            yield value


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    """Import the modules of a package."""
    for found in walk_packages(getattr(package, "__path__", ()), f"{package.__name__}."):
        if brings_rules(found.name.rpartition(".")[2]):
            # guardian: allow[GR15] the modules of a package that the caller chose to run
            yield importlib.import_module(found.name)


def _open(directory: Path) -> ModuleType:
    """Return the package of a directory's files, by a name of its own."""
    digest = blake2b(str(directory).encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()
    return open_package(f"hive_guardian_local_{digest}", directory)


def _absent_rules(path: Path) -> Iterator[type[Rule]]:
    """Read what rules a file defines without running it."""
    try:
        tree = ast.parse(decode(path.read_bytes()))
    except (OSError, SyntaxError, ValueError) as error:
        raise PluginError(f"{path.name}: {error}") from error
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            said = {name: value for name, value in _constants(node.body) if isinstance(value, str)}
            tags = dict(_constants(node.body)).get("tags")
            if said.keys() >= {"code", "name"}:
                title = said.get("title", said["name"])
                attributes = {"__doc__": f"{title}.", "tags": tags if isinstance(tags, tuple) else AbsentRule.tags}
                yield type(node.name, (AbsentRule,), said | {"title": title} | attributes)


def _constants(body: Iterable[ast.stmt]) -> Iterator[tuple[str, object]]:
    """Yield what a class body assigns to the names of a rule, each alone or several at once, where it is a literal."""
    for statement in body:
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
            continue
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            names, values = [target], [statement.value]
            if isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple):
                names, values = target.elts, statement.value.elts
            for name, value in zip(names, values, strict=False):
                if isinstance(name, ast.Name) and name.id in _NAMED:
                    with suppress(ValueError):  # computed, not written
                        yield name.id, ast.literal_eval(value)
