"""Qualified names of expressions (golden-rules.md 4.1): resolved through scopes, never matched as text."""

import ast
import builtins
from collections.abc import Callable, Mapping

from hive_guardian.model.frozen_class import frozen
from hive_guardian.source.bindings import Binding, BindingKind, Branch, Position, Scope
from hive_guardian.source.scopes import Scopes

BUILTINS = frozenset(dir(builtins)) | {"WindowsError", "__file__"}
_MAX_HOPS = 3
Redirect = Mapping[str, frozenset[str]]


@frozen
class Resolution:
    """The dotted names an expression may stand for.

    Attributes:
        names: every alternative that is known, for example both arms of a guarded import.
        complete: whether there is no alternative beyond `names`; an exemption needs this, a finding does not.
    """

    names: frozenset[str]
    complete: bool

    def may_be(self, names: Callable[[str], bool] | frozenset[str]) -> bool:
        """Whether one alternative matches."""
        return any(map(_predicate(names), self.names))

    def must_be(self, names: Callable[[str], bool] | frozenset[str]) -> bool:
        """Whether there is an alternative and all match."""
        return self.complete and bool(self.names) and all(map(_predicate(names), self.names))


def _predicate(names: Callable[[str], bool] | frozenset[str]) -> Callable[[str], bool]:
    return names.__contains__ if isinstance(names, frozenset) else names


UNKNOWN = Resolution(frozenset(), complete=False)


def redirected(resolution: Resolution, redirects: Redirect) -> Resolution:
    """Return a resolution with every name that is a re-export replaced by what it stands for."""
    if not any(name in redirects for name in resolution.names):
        return resolution
    names = frozenset(target for name in resolution.names for target in redirects.get(name, frozenset({name})))
    return Resolution(names, resolution.complete)


class Names:
    """Resolves the names of one file.

    Args:
        scopes: the scopes of the file.
        module: dotted name of the file, empty when unknown.
        redirects: first-party dotted names that are re-exports -> what they stand for.
        star_exports: module -> the names its star import brings, for first-party modules.
    """

    def __init__(
        self,
        scopes: Scopes,
        module: str,
        redirects: Redirect | None = None,
        star_exports: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        """Keep the inputs; nothing is resolved before it is asked for."""
        self.scopes = scopes
        self.module = module
        self.redirects = redirects or {}
        self.star_exports = star_exports or {}

    def resolve(self, expression: ast.expr) -> Resolution:
        """Return what a name or attribute chain may stand for."""
        return self._resolve(expression, 0)

    def bindings(self, name: ast.Name) -> list[Binding]:
        """Return the bindings a name may refer to, latest first; empty for builtins and unbound names."""
        scope = self.scopes.scope_of(name)
        return self._visible(name, scope)[0] if scope is not None else []

    def _resolve(self, expression: ast.expr, hops: int) -> Resolution:
        attributes: list[str] = []
        while isinstance(expression, ast.Attribute):
            attributes.append(expression.attr)
            expression = expression.value
        if not isinstance(expression, ast.Name):
            return UNKNOWN
        root = self._resolve_name(expression, hops)
        if not attributes:
            return redirected(root, self.redirects)
        suffix = "." + ".".join(reversed(attributes))
        return redirected(Resolution(frozenset(name + suffix for name in root.names), root.complete), self.redirects)

    def _resolve_name(self, name: ast.Name, hops: int) -> Resolution:
        scope = self.scopes.scope_of(name)
        if scope is None:
            return UNKNOWN
        bindings, complete = self._visible(name, scope)
        if not bindings:
            return self._unbound(name.id) if complete else UNKNOWN
        names: set[str] = set()
        for binding in bindings:
            resolution = self._resolve_binding(binding, scope, hops)
            names |= resolution.names
            complete = complete and resolution.complete
        return Resolution(frozenset(names), complete)

    def _unbound(self, name: str) -> Resolution:
        stars = [module for module in self.scopes.star_imports if name in self.star_exports.get(module, ())]
        if stars:
            return Resolution(frozenset({f"{stars[-1]}.{name}"}), complete=True)
        if name in BUILTINS:
            return Resolution(frozenset({f"builtins.{name}"}), complete=not self.scopes.star_imports)
        return UNKNOWN

    def _visible(self, name: ast.Name, scope: Scope) -> tuple[list[Binding], bool]:
        """Return the bindings a name may refer to and whether control flow cannot bring others."""
        use: Position = (name.lineno, name.col_offset)
        branch = self.scopes.branch_of(name)
        home = True
        current: Scope | None = scope
        while current is not None:
            if home or not current.is_class:
                bindings = current.bindings.get(name.id)
                if name.id in current.global_names:
                    bindings = self.scopes.module.bindings.get(name.id)
                    return _reaching(bindings or [], None, ())
                if bindings:
                    reaching, complete = _reaching(bindings, use if home else None, branch if home else ())
                    if reaching or current.is_function:
                        return reaching, complete and bool(reaching)
            if not current.is_comprehension:
                home = False
            elif current.parent is not None:
                branch = self._branch_of_scope(current)
            current = current.parent
        return [], True

    def _branch_of_scope(self, scope: Scope) -> Branch:
        """Return the branch in which a comprehension stands, by its first iterable."""
        if isinstance(scope.node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            for node in ast.walk(scope.node.generators[0].iter):
                if isinstance(node, ast.Name):
                    return self.scopes.branch_of(node)
        return ()

    def _resolve_binding(self, binding: Binding, scope: Scope, hops: int) -> Resolution:
        if binding.kind is BindingKind.IMPORT:
            return Resolution(frozenset({binding.target}), complete=True) if binding.target else UNKNOWN
        if binding.kind is BindingKind.DEFINITION:
            inner = self.scopes.of_definition(binding.node)
            qualname = inner.qualname if inner is not None else binding.name
            return Resolution(frozenset({f"{self.module}.{qualname}".lstrip(".")}), complete=True)
        if binding.kind is BindingKind.ASSIGNMENT and isinstance(binding.value, ast.Name | ast.Attribute):
            home = self._home(binding, scope)
            if hops < _MAX_HOPS and home is not None and len(home.bindings.get(binding.name, ())) == 1:
                return self._resolve(binding.value, hops + 1)
        return UNKNOWN

    def _home(self, binding: Binding, scope: Scope) -> Scope | None:
        """Return the scope that holds a binding, looking outwards from a use."""
        current: Scope | None = scope
        while current is not None:
            if any(candidate is binding for candidate in current.bindings.get(binding.name, ())):
                return current
            current = current.parent
        module = self.scopes.module
        return module if binding in module.bindings.get(binding.name, ()) else None


def _reaching(bindings: list[Binding], use: Position | None, branch: Branch) -> tuple[list[Binding], bool]:
    """Return the bindings that may reach a use, latest first.

    Args:
        bindings: of one name in one scope, in source order.
        use: position of the use in that scope, `None` from a nested scope (then the last binding counts).
        branch: branch of the use inside the scope.

    Returns:
        The bindings, and whether one of them certainly happened.
    """
    reaching: list[Binding] = []
    for binding in sorted(bindings, key=lambda item: item.position, reverse=True):
        if use is not None and binding.position > use:
            continue
        if use is not None and _exclusive(binding.branch, branch):
            continue
        if binding.kind is BindingKind.ANNOTATION:
            continue
        if binding.kind is BindingKind.DELETION:
            return reaching, False
        reaching.append(binding)
        if binding.branch == branch[: len(binding.branch)]:
            return reaching, True
    return reaching, _covers_both_arms(reaching)


def _exclusive(left: Branch, right: Branch) -> bool:
    """Whether two branches are arms of one statement that cannot both run; a handler may follow its `try` body."""
    for (left_id, left_arm), (right_id, right_arm) in zip(left, right, strict=False):
        if left_id != right_id:
            return False
        if left_arm != right_arm:
            return not (left_arm == "try" and right_arm.startswith("handler"))
    return False


def _covers_both_arms(reaching: list[Binding]) -> bool:
    """Whether the alternatives are all arms of one `if/else` or `try/except`, so that one of them happened."""
    arms: dict[int, set[str]] = {}
    for binding in reaching:
        if binding.branch:
            statement, arm = binding.branch[-1]
            arms.setdefault(statement, set()).add(arm)
    return any({"body", "else"} <= found or ("try" in found and len(found) > 1) for found in arms.values())
