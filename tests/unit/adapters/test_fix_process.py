import os
import time
from collections.abc import Sequence
from functools import partial

import libcst as cst
import pytest

from hive_guardian.adapters.fix_process import FixProcess, Limits
from hive_guardian.autofix.local import LocalWorkshop
from hive_guardian.autofix.proof import Verdict
from hive_guardian.autofix.rendering import Rendered
from hive_guardian.autofix.selection import Attempt
from hive_guardian.model.edit import Change, Edit, Fix, Safety, offer
from hive_guardian.model.finding import Finding
from hive_guardian.model.rule import Rule
from tests.fakes.reports import make_finding

HOSTILE = {
    "many brackets": "x = " + "(" * 150_000,
    "nested lambdas": "x = " + "lambda: " * 5_000 + "0\n",
    "long sum": "x = 0" + "+0" * 10_000 + "\n",
    "rows of deep brackets": "x = (" + ",\n".join("[" * 190 + "0" + "]" * 190 for _ in range(100)) + ")\n",
}
"""Files on which libcst crashes, aborts, hangs, or takes gigabytes."""


class Careless:
    """A workshop without a gate: parses whatever it gets, or dies in the way the file says."""

    def render(self, path: str, data: bytes, findings: Sequence[Finding]) -> Sequence[Rendered]:
        """Parse, hang, die, or take memory."""
        if path == "exit.py":
            os._exit(7)
        if path == "sleep.py":
            time.sleep(60)
        if path == "spin.py":
            while True:
                pass
        if path == "memory.py":
            taken = [bytes(1 << 20) for _ in range(1 << 12)]
            return [Rendered(None, str(len(taken)))]
        if path == "print.py":
            os.write(1, b"noise")
        cst.parse_module(data)
        return [Rendered(None, path) for _ in findings]

    def prove(self, attempt: Attempt) -> Verdict:
        """Say nothing against it."""
        return Verdict(attempt.path)


class Offering(Rule):
    """A rule whose fixer parses the file."""

    code, name = "T1", "t"

    def render_fix(self, finding: Finding, ctx: object) -> list[Edit]:
        """Look for anything."""
        ctx.find(finding.location, cst.Name)  # type: ignore[attr-defined]  # a FixContext
        return []


def find_offering(code: str, path: str) -> Rule:
    """Return the rule for every id and path."""
    return object.__new__(Offering)


def no_module(path: str) -> str:
    """No file has a module name."""
    return ""


FINDING = make_finding("a.py", 1, rule="T1", fix=offer("t"))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_or_survived(name: str) -> None:
    """With the gate in front of libcst, every known killer is refused, and the next file is served."""
    process = FixProcess(partial(LocalWorkshop, find_offering, no_module))
    began = time.monotonic()
    (answer,) = process.render("a.py", HOSTILE[name].encode(), [FINDING])
    assert answer.fix is None
    assert answer.reason
    assert time.monotonic() - began < 25
    (answer,) = process.render("b.py", b"x\n", [FINDING])
    assert answer.reason in {"the rule found nothing to edit", "there is no Name at line 1"}
    process.close()


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_libcst_does_the_parent_goes_on(name: str) -> None:
    """Without the gate the child may crash, hang or run out of memory: its file is not fixed, the next one is."""
    process = FixProcess(Careless, Limits(memory=200 << 20, seconds=2))
    process.render("a.py", HOSTILE[name].encode(), [FINDING])
    assert process.render("b.py", b"x\n", [FINDING]) == [Rendered(None, "b.py")]
    process.close()


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("exit.py", "the process that renders fixes ended (exit code 7)"),
        ("sleep.py", "it took longer than 1 seconds"),
        ("memory.py", "it needs more than 100 MB of memory"),
    ],
)
def test_the_cause_of_death_is_named(path: str, reason: str) -> None:
    """Every finding of the file gets the same answer, and the child is replaced."""
    process = FixProcess(Careless, Limits(memory=100 << 20, seconds=1))
    assert process.render(path, b"", [FINDING, FINDING]) == [Rendered(None, reason, has_failed=True)] * 2
    assert process.render("b.py", b"x\n", [FINDING]) == [Rendered(None, "b.py")]
    process.close()


def test_endless_work_ends() -> None:
    """The limits on wall time and CPU time race; either names itself."""
    process = FixProcess(Careless, Limits(seconds=1))
    (answer,) = process.render("spin.py", b"", [FINDING])
    assert "1 seconds" in answer.reason
    process.close()


def test_one_child_serves_many_files_and_each_has_its_own_time() -> None:
    """CPU time of earlier files does not count against later ones."""
    process = FixProcess(Careless, Limits(seconds=1))
    for number in range(50):
        assert process.render(f"{number}.py", b"x = 1\n" * 50, [FINDING]) == [Rendered(None, f"{number}.py")]
    process.close()


def test_noise_of_the_child_goes_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    """What a fixer or a crash prints is no part of the report."""
    process = FixProcess(Careless)
    process.render("print.py", b"", [FINDING])
    process.close()
    assert capfd.readouterr().out == ""


def test_attempts_are_judged_in_the_child() -> None:
    """The proof of a file takes the same way, and a death there is a verdict."""
    fix = Fix("t", Safety.SAFE, (Edit("a.py", 1, 4, 1, 5, ""),), changes=frozenset({Change.TUPLE}))
    process = FixProcess(Careless)
    assert process.prove(Attempt("a.py", (), b"", b"", ())) == Verdict("a.py")
    process.close()
    broken = FixProcess(partial(os._exit, 3))
    verdict = broken.prove(Attempt("a.py", (), b"", b"", ()))
    assert verdict == Verdict("the process that renders fixes ended (exit code 3)", has_failed=True)
    assert fix.is_applicable
