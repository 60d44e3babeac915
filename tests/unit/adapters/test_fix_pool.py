import os
import time
from collections.abc import Generator, Iterator, Sequence
from functools import partial
from multiprocessing import active_children

import pytest

from hive_guardian.adapters.fix_pool import Order, render_in_parallel
from hive_guardian.adapters.fix_process import Limits
from hive_guardian.autofix.proof import Verdict
from hive_guardian.autofix.rendering import Rendered
from hive_guardian.autofix.selection import Attempt
from hive_guardian.model.finding import Finding
from tests.fakes.reports import make_finding

FINDING = make_finding()


class Numbered:
    """A workshop that answers with the process it works in, or dies in the way the file says."""

    def render(self, path: str, data: bytes, findings: Sequence[Finding]) -> Sequence[Rendered]:
        """Exit, hang, or answer."""
        if path.startswith("exit"):
            os._exit(7)
        if path.startswith("sleep"):
            time.sleep(60)
        time.sleep(0.02)
        return [Rendered(None, f"{os.getpid()} {path} {data.decode()}") for _ in findings]

    def prove(self, attempt: Attempt) -> Verdict:
        """Say nothing against it."""
        return Verdict(attempt.path)


def orders(*paths: str) -> Iterator[Order]:
    """Yield files that hold their own names."""
    return ((path, path.encode(), [FINDING]) for path in paths)


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_every_file_is_answered_once(jobs: int) -> None:
    """Whatever the number of children, and by no more of them than that."""
    paths = [f"{number}.py" for number in range(12)]
    found = dict(render_in_parallel(Numbered, orders(*paths), jobs))
    assert sorted(found) == sorted(paths)
    assert all(answer.reason.endswith(f" {path} {path}") for path, (answer,) in found.items())
    assert 1 <= len({answer.reason.split()[0] for (answer,) in found.values()}) <= jobs


def test_a_death_costs_the_file_it_happened_on() -> None:
    """Each of them says why it has no answer; all other files have one."""
    paths = ["a.py", "exit1.py", "b.py", "sleep1.py", "c.py", "exit2.py", "d.py", "e.py"]
    found = dict(render_in_parallel(Numbered, orders(*paths), 2, Limits(seconds=1)))
    failed = {path: answer.reason for path, (answer,) in found.items() if answer.has_failed}
    assert failed == {
        "exit1.py": "the process that renders fixes ended (exit code 7)",
        "exit2.py": "the process that renders fixes ended (exit code 7)",
        "sleep1.py": "it took longer than 1 seconds",
    }
    assert len(found) == len(paths)


def test_a_child_that_never_lives_is_no_endless_loop() -> None:
    """A workshop that cannot be made fails every file, and the run ends."""
    found = dict(render_in_parallel(partial(os._exit, 3), orders("a.py", "b.py", "c.py"), 2))
    assert [answer.has_failed for (answer,) in found.values()] == [True] * 3


def test_who_stops_listening_leaves_no_child_behind() -> None:
    """The children end with the iteration."""
    before = set(active_children())
    answers = render_in_parallel(Numbered, orders("a.py", "b.py", "c.py", "d.py"), 2)
    next(answers)
    assert set(active_children()) - before
    assert isinstance(answers, Generator)
    answers.close()
    assert not set(active_children()) - before
