import ast
import gc
import os
from collections.abc import Iterator

import pytest

from hive_guardian.engine import pool
from hive_guardian.engine.analysis import FileResult, Redirects
from hive_guardian.engine.context import FileContext
from hive_guardian.engine.discovery import discover
from hive_guardian.engine.pool import IN_PROCESS_BELOW, collector_paused, run_tasks
from hive_guardian.engine.work import Work
from hive_guardian.model.finding import Finding
from hive_guardian.model.report import ErrorKind
from hive_guardian.model.rule import FileRule, on
from hive_guardian.model.severity import Severity
from tests.fakes.runs import RULES, Run

COUNT = IN_PROCESS_BELOW + 12
FILES = {f"m{number:03}.py": "f = lambda: 0\n" for number in range(COUNT)}


class LethalRule(FileRule):
    """Ends the process at a certain name.

    What: the name `die`.
    """

    code, name, title = "T9", "lethal-name", "No Lethal Names"
    severity = Severity.ERROR

    @on(ast.Name)
    def check_name(self, node: ast.Name, ctx: FileContext) -> Iterator[Finding]:
        """Leave without a word, as a crash of the interpreter would."""
        if node.id == "die":
            os._exit(7)
        yield from ()


def results(files: dict[str, str], jobs: int) -> tuple[dict[str, FileResult], int]:
    """Return path -> result, and how much progress was told."""
    request = Run(files, rules=(*RULES, LethalRule)).request
    found = discover(request.tree, request.config_set, request.targets)
    analyser = Work(request, found, "key", {}, found.analysed).analyser
    done: list[int] = []
    tasks = [(path, Redirects()) for path in found.analysed]
    answers = list(run_tasks(analyser, tasks, jobs=jobs, progress=done.append))
    assert len(answers) == len(files)
    return {result.path: result for result in answers}, sum(done)


def test_workers_find_what_one_process_finds() -> None:
    """The number of workers changes nothing but the order."""
    alone, told_alone = results(FILES, 1)
    together, told_together = results(FILES, 3)
    assert told_alone == told_together == COUNT
    assert {path: result.findings for path, result in alone.items()} == {
        path: result.findings for path, result in together.items()
    }
    assert all(len(result.findings) == 1 for result in alone.values())


def test_a_worker_that_dies_costs_the_file_it_worked_on() -> None:
    """That file is named with the cause, every other file is still analysed."""
    found, told = results({**FILES, "m005.py": "die\n"}, 2)
    (error,) = found.pop("m005.py").errors
    assert (error.kind, error.path) == (ErrorKind.WORKER_DIED, "m005.py")
    assert "exit code 7" in error.message
    assert told == COUNT
    assert all(len(result.findings) == 1 and not result.errors for result in found.values())


def test_the_collector_rests_and_comes_back() -> None:
    """It is off while trees are built, and afterwards as it was."""
    was_enabled = gc.isenabled()
    with collector_paused():
        assert not gc.isenabled()
    assert gc.isenabled() is was_enabled


def test_no_room_to_keep_freed_memory_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a small address space the files are analysed all the same."""
    monkeypatch.setattr(pool, "_RETAINED", 1 << 62)
    found, _ = results(FILES, 1)
    assert len(found) == COUNT
