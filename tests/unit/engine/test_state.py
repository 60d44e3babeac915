from dataclasses import replace
from datetime import date

from hive_guardian.bootstrap import open_catalogue
from hive_guardian.config.load import load
from hive_guardian.engine.cache import NoCache
from hive_guardian.engine.request import Request
from hive_guardian.engine.state import Clock, open_state
from hive_guardian.engine.survey import survey
from hive_guardian.model.report import ErrorKind
from hive_guardian.project.tree import MemoryTree

_DAY = date(2026, 1, 15)


class _OddTree(MemoryTree):
    """One file cannot be read, one directory not be listed."""

    def stat(self, path: str) -> tuple[int, int]:
        return 1, 1

    def oddity(self, path: str) -> str | None:
        return None

    def read(self, path: str) -> bytes:
        if path == "closed.py":
            raise PermissionError(13, "Permission denied")
        return super().read(path)


def _request() -> Request:
    tree = _OddTree({"a.py": "import closed\n", "closed.py": "", "private/": ""})
    config_set = load(tree, today=_DAY)
    return Request(tree, config_set, open_catalogue(NoCache()), NoCache(), ("",), _DAY, "1")


def test_everything_is_stale_without_a_cache() -> None:
    """The state knows what to do, and its key changes with what results depend on."""
    clock = Clock()
    state = open_state(_request(), clock)
    assert state.stale == ["a.py", "closed.py"]
    assert not state.is_unchanged()
    assert list(clock.seconds) == ["discover", "compare"]
    other = replace(_request(), today=date(2026, 1, 16))
    assert open_state(other, Clock()).run_key != state.run_key


def test_a_survey_names_what_it_could_not_read() -> None:
    """Files and directories alike, ordered; what was read is there."""
    found = survey(_request())
    assert [(error.path, error.kind) for error in found.errors] == [
        ("closed.py", ErrorKind.UNREADABLE),
        ("private", ErrorKind.UNREADABLE),
    ]
    assert list(found.project.graph.modules) == ["a.py"]
