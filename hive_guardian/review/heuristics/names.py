"""Names and modules that a change removes although somebody still imports them."""

from collections.abc import Iterator

from hive_guardian.model.facts import EdgeKind, FileFacts, ImportFact
from hive_guardian.model.review import ReviewFinding
from hive_guardian.model.severity import Severity
from hive_guardian.review.heuristics.scene import Scene, make_finding


def find_removed_names(scene: Scene) -> Iterator[ReviewFinding]:
    """Yield every import, in any file after the change, of a name or module that the change removed."""
    removed = dict(_removed(scene))
    if not removed:
        return
    present = {facts.module for facts in scene.after.values() if facts.module}
    for path, facts in sorted(scene.after.items()):
        for one in facts.imports:
            if one.guarded:
                continue
            what = _missing(one, removed, present)
            if what:
                yield _finding(path, one, what)


def _removed(scene: Scene) -> Iterator[tuple[str, frozenset[str] | None]]:
    """Yield module -> the names it lost, `None` for a module that is gone."""
    present = {facts.module for facts in scene.after.values()}
    for path in sorted(scene.files):
        before = scene.facts_before(path)
        if before is None or not before.module or not before.parsed:
            continue
        after = next((facts for facts in scene.after.values() if facts.module == before.module), None)
        if after is None:
            if before.module not in present and path not in scene.unknown:
                yield before.module, None
        elif after.path not in scene.unknown and after.parsed and not _is_open(after):
            names = _names(before) - _names(after)
            if names:
                yield before.module, names


def _names(facts: FileFacts) -> frozenset[str]:
    """Return what can be imported from a module: definitions, re-exports, and what it imports itself."""
    bound = {one.bound for one in facts.imports if one.bound and one.bound != "*"}
    members = {name for name, _ in facts.bindings} | {one.name for one in facts.functions}
    classes = {one.name for one in facts.classes if "." not in one.name}
    return frozenset(bound | members | classes | set(facts.definitions))


def _is_open(facts: FileFacts) -> bool:
    """Whether a module may have names that nobody sees: a star import, or a function that makes them up."""
    has_star = any(one.name == "*" for one in facts.imports)
    return has_star or "__getattr__" in _names(facts)


def _missing(one: ImportFact, removed: dict[str, frozenset[str] | None], present: set[str]) -> str:
    """Return what an import asks for in vain, empty if all is there."""
    whole = f"{one.module}.{one.name}" if one.name and one.name != "*" else one.module
    if whole in removed and removed[whole] is None:
        return f"the module {whole}"
    if one.module not in removed:
        return ""
    names = removed[one.module]
    if names is None:
        return f"the module {one.module}"
    return f"{one.name} of {one.module}" if one.name in names and whole not in present else ""


def _finding(path: str, one: ImportFact, what: str) -> ReviewFinding:
    severity = Severity.WARNING if one.kind is EdgeKind.TYPE_CHECKING else Severity.ERROR
    return make_finding(
        "removed-name", "api-contract", severity, path, (one.line, one.end_line),
        title=f"imports {what}, which this change removes",
        message=f"the change removes {what}, and this import still asks for it: it fails with ImportError when it runs",
    )  # fmt: skip
