"""The call table: each call is resolved at most once and routed to the rules that asked (golden-rules.md 4.6)."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field

from hive_guardian.model.frozen_class import frozen, mutable
from hive_guardian.project.dotted import is_wild, matches, prefixes
from hive_guardian.source.document import Document
from hive_guardian.source.names import Resolution

_ANYTHING = "*"


@frozen
class ResolvedCall:
    """A call whose callee is one of the dotted names a rule asked for.

    Attributes:
        node: the call.
        name: the dotted name it resolved to; for methods of an instance `package.Class().method`.
        payload: what the rule's call table says about it.
        certain: whether no other callee is possible.
    """

    node: ast.Call
    name: str
    payload: object
    certain: bool

    def argument(self, keyword: str, position: int | None = None) -> ast.expr | None:
        """Return an argument given by keyword or position (0-based), `None` when it is not written out.

        A position behind a `*args` is unknown and counts as not written out.
        """
        for given in self.node.keywords:
            if given.arg == keyword:
                return given.value
        if position is None or position >= len(self.node.args):
            return None
        before = self.node.args[: position + 1]
        return None if any(isinstance(item, ast.Starred) for item in before) else before[-1]

    @property
    def has_unknown_arguments(self) -> bool:
        """Whether `*args` or `**kwargs` may bring arguments we cannot see."""
        return any(isinstance(item, ast.Starred) for item in self.node.args) or any(
            item.arg is None for item in self.node.keywords
        )


Handler = Callable[[ResolvedCall], None]


@mutable
class CallTable:
    """What all rules of one plan ask for.

    Attributes:
        exact: dotted name -> (rule index, payload) pairs.
        wildcards: (first segment, pattern, rule index, payload).
        methods: method name -> (class name pattern, rule index, payload).
        owners: method name -> the names one of which a file must import to reach a class of that method.
        roots: first segments of all patterns.
        builtin_names: names below `builtins`.
    """

    exact: dict[str, list[tuple[int, object]]] = field(default_factory=dict)
    wildcards: list[tuple[str, str, int, object]] = field(default_factory=list)
    methods: dict[str, list[tuple[str, int, object]]] = field(default_factory=dict)
    owners: dict[str, set[str]] = field(default_factory=dict)
    roots: set[str] = field(default_factory=set)
    builtin_names: set[str] = field(default_factory=set)

    def add(self, rule: int, table: Mapping[str, object]) -> None:
        """Merge the table of one rule, given by its index in the plan."""
        for pattern, payload in table.items():
            self.roots.add(pattern.partition(".")[0])
            instance, separator, method = pattern.rpartition("().")
            if separator:
                self.methods.setdefault(method, []).append((instance, rule, payload))
                self.owners.setdefault(method, set()).update([_ANYTHING] if is_wild(instance) else prefixes(instance))
                continue
            module, _, name = pattern.rpartition(".")
            if module == "builtins":
                self.builtin_names.add(name)
            if not is_wild(pattern):
                self.exact.setdefault(pattern, []).append((rule, payload))
            else:
                self.wildcards.append((pattern.partition(".")[0], pattern, rule, payload))

    def look_up(self, name: str) -> Iterator[tuple[int, object]]:
        """Yield (rule index, payload) for a dotted name."""
        yield from self.exact.get(name, ())
        root = name.partition(".")[0]
        for first, pattern, rule, payload in self.wildcards:
            if (first == root or "*" in first) and matches(pattern, name):
                yield rule, payload

    def find(self, document: Document, live: frozenset[str]) -> Iterator[tuple[int, ResolvedCall]]:
        """Yield (rule index, call) for every call of a file that some rule asked for.

        Args:
            document: the file.
            live: what `live_names` says about the file.
        """
        if not live:
            return
        methods = self._methods_in_reach(document)
        for call in document.nodes(ast.Call):
            callee = call.func
            if isinstance(callee, ast.Name):
                if callee.id in live:
                    yield from self._route(call, document.resolve(callee))
            elif isinstance(callee, ast.Attribute):
                root: ast.expr = callee
                while isinstance(root, ast.Attribute):
                    root = root.value
                if isinstance(root, ast.Name) and root.id in live:
                    yield from self._route(call, document.resolve(callee))
                if callee.attr in methods:
                    yield from self._route_method(call, callee, document)

    def _methods_in_reach(self, document: Document) -> frozenset[str]:
        """Return the methods on whose classes a file can come: it imports one, or a name may stand for anything."""
        if document.redirects or document.star_exports:
            return frozenset(self.methods)
        known = {_ANYTHING, "builtins", document.module}.union(*document.imported.values())
        return frozenset(method for method, names in self.owners.items() if not known.isdisjoint(names))

    def live_names(self, document: Document, redirected: Iterable[str]) -> frozenset[str]:
        """Return the names at the root of a callee that are worth resolving; empty when no call can match.

        Args:
            document: the file.
            redirected: first segments of first-party names that are re-exports of names in the table.
        """
        roots = self.roots.union(redirected)
        live: set[str] = set()
        for name, targets in document.imported.items():
            for target in targets:
                if target.partition(".")[0] in roots:
                    live.add(name)
                    break
        live |= self.builtin_names & document.names_used
        stars = document.star_exports
        if not live and not stars:
            return frozenset()
        live.update(*(stars.values() if stars else ()))
        return frozenset(live | self._live_aliases(document, live))

    def _live_aliases(self, document: Document, live: set[str]) -> set[str]:
        """Return the names that stand for a live one, over any number of assignments."""
        aliases = document.aliases
        if document.module.partition(".")[0] in self.roots:
            return set(aliases)
        found: set[str] = set()
        more = live
        while more:
            more = {name for name, roots in aliases.items() if name not in found and not more.isdisjoint(roots)}
            found |= more
        return found

    def _route(self, call: ast.Call, resolution: Resolution) -> Iterator[tuple[int, ResolvedCall]]:
        certain = resolution.complete and len(resolution.names) == 1
        asked: set[int] = set()
        for name in sorted(resolution.names):
            for rule, payload in self.look_up(name):
                if rule not in asked:
                    asked.add(rule)
                    yield rule, ResolvedCall(call, name, payload, certain)

    def _route_method(
        self, call: ast.Call, callee: ast.Attribute, document: Document
    ) -> Iterator[tuple[int, ResolvedCall]]:
        origin = document.origin(callee.value)
        for pattern, rule, payload in self.methods[callee.attr]:
            for name in sorted(origin.names):
                if matches(pattern, name):
                    yield rule, ResolvedCall(call, f"{name}().{callee.attr}", payload, origin.complete)
                    break
