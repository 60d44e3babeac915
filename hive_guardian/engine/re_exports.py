"""Re-exports of names that rules look for: what they stand for, and which files come to them."""

import re
from collections.abc import Iterable, Iterator, Mapping

from hive_guardian.engine.analysis import Redirects
from hive_guardian.engine.context import ProjectFacts
from hive_guardian.model.facts import FileFacts, ImportFact
from hive_guardian.model.rule import FileRule, Rule
from hive_guardian.project.dotted import prefixes

ReExports = Mapping[str, frozenset[str]]
"""First-party name -> the names some rule looks for that it stands for."""
_GAP = rb"(?:[\s\\()]|#[^\n]*\n)*"
"""What may stand between the parts of an expression, and more."""


def redirects_of(project: ProjectFacts, rules: Iterable[Rule]) -> ReExports:
    """Return the re-exports of names in any rule's call table: first-party name -> what it stands for."""
    wanted = {
        pattern
        for rule in rules
        if isinstance(rule, FileRule)
        for pattern in rule.call_table()
        if "()" not in pattern and not pattern.startswith("*")
    }
    return {name: frozenset(targets) for name, targets in project.symbols.re_exports_of(sorted(wanted)).items()}


class Reach:
    """Tells which files come to which re-exports, by their imports first and by their text then."""

    __slots__ = ("_below", "_table")

    def __init__(self, table: ReExports) -> None:
        """Index the names by what an import may bring of them."""
        self._table = table
        self._below: dict[str, list[str]] = {}
        for name in table:
            for prefix in prefixes(name):
                self._below.setdefault(prefix, []).append(name)
            self._below.setdefault(f"{name.rpartition('.')[0]}.*", []).append(name)

    def is_near(self, facts: FileFacts | None) -> bool:
        """Whether the imports of a file could bring any of the re-exports: quick and generous."""
        return facts is not None and next(self._brought(facts), None) is not None

    def redirects(self, facts: FileFacts | None, data: bytes) -> Redirects:
        """Return the re-exports that one file comes to by its imports and mentions in its text.

        Args:
            facts: of the file.
            data: its content.
        """
        names: dict[str, frozenset[str]] = {}
        stars: dict[str, set[str]] = {}
        brought = list(self._brought(facts)) if facts is not None else []
        members = {name.rpartition(".")[2] for _, name, _ in brought}  # many re-exports are of one name
        mentioned = {member for member in members if _encode(member) in data}
        for root, name, fact in brought if mentioned else ():
            module, _, member = name.rpartition(".")
            if member not in mentioned:
                continue
            if fact.name == "*":
                names[name] = self._table[name]
                stars.setdefault(module, set()).add(member)
            elif name not in names and (name == root or _may_spell(name[len(root) + 1 :], fact.bound, data)):
                names[name] = self._table[name]
        return Redirects(names, {module: frozenset(found) for module, found in stars.items()})

    def _brought(self, facts: FileFacts) -> Iterator[tuple[str, str, ImportFact]]:
        """Yield what an import brings, a re-export that is it or lies below it, and the import."""
        below = self._below
        for fact in facts.imports:
            if fact.module in below:
                root = f"{fact.module}.{fact.name}" if fact.name else fact.module
                for name in below.get(root, ()):
                    yield root, name, fact


def _may_spell(attributes: str, bound: str, data: bytes) -> bool:
    """Whether a file may reach attributes below a name that an import binds.

    Args:
        attributes: `a.b`, to be reached as `bound.a.b`, or by way of another name that is bound to a part of it.
        bound: the name, empty for none.
        data: content of the file.
    """
    parts = [b"." + _encode(part) for part in attributes.split(".")]
    if not all(part in data for part in parts):
        return False
    if re.search(_GAP.join(map(re.escape, parts)) + rb"(?!\w)", data):
        return True
    return bool(bound) and re.search(rb"=" + _GAP + re.escape(_encode(bound)) + rb"(?!\w)", data) is not None


def _encode(name: str) -> bytes:
    return name.encode("utf-8", "surrogatepass")
