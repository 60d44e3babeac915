"""Which functions that tests call assert in their stead (GR40)."""

from collections.abc import Iterable, Mapping
from typing import Any

from hive_guardian import ClassEntry, ProjectContext

_HOPS = 2


class AssertingHelpers:
    """Knows which functions of the project assert, directly or through others."""

    def __init__(self, files: Mapping[str, Mapping[str, Any]], ctx: ProjectContext) -> None:
        self.ctx = ctx
        self._files = files

    def assert_in(self, path: str, name: str, owner: ClassEntry | None, hops: int = _HOPS) -> bool:
        """Whether a function asserts, or calls one within some hops that does."""
        data = self._files.get(path)
        known = data["functions"].get(name) if data is not None else None
        if not isinstance(known, list):
            return known is True
        return hops > 0 and any(self._call_asserts(path, str(call), owner, hops - 1) for call in known)

    def assert_through(self, path: str, calls: Iterable[object], owner: ClassEntry | None) -> bool:
        """Whether one of some calls asserts within the hops of a test."""
        return any(self._call_asserts(path, str(call), owner, _HOPS - 1) for call in calls)

    def _call_asserts(self, path: str, call: str, owner: ClassEntry | None, hops: int) -> bool:
        if not call.startswith("self."):
            meanings = [one for one in self.ctx.project.symbols.meanings(call, path) if one.path]
            if not meanings:
                return self._is_unseen(path, call)
            return any(self.assert_in(one.path, one.member, None, hops) for one in meanings)
        if owner is None:
            return False
        method = call.removeprefix("self.")
        index = self.ctx.project.classes
        family = [entry for name in sorted(index.ancestors(owner)) for entry in index.find(name, path)]
        return any(self.assert_in(entry.path, f"{entry.fact.name}.{method}", entry, hops) for entry in family)

    def _is_unseen(self, path: str, call: str) -> bool:
        """Whether a call reaches into a module of the tests' own package that is not here, and might assert."""
        project = self.ctx.project
        if call.partition(".")[0] != project.files[path].module.partition(".")[0]:
            return False
        located = project.graph.index.deepest(call, path)
        return located is None or ("." in located.rest and project.graph.modules[located.path].is_package)
