"""Running programs and comparing what they cost."""

import sys
from pathlib import Path

import pytest

from benchmarks.measure import (
    BenchmarkError,
    Command,
    Comparison,
    build_environment,
    compare,
    cpu,
    describe_failure,
    run,
    wall,
)


def python(code: str, folder: Path, *, name: str = "probe") -> Command:
    """Return a command that runs a line of Python in a folder."""
    return Command(name, (sys.executable, "-c", code), folder)


def test_run_counts_cpu_of_descendants_and_memory(tmp_path: Path) -> None:
    """The work of a grandchild is charged to the command, and the peak covers what was allocated."""
    grandchild = "sum(range(3_000_000)); size = 60_000_000; b'x' * size"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {grandchild!r}])"
    usage = run(python(child, tmp_path))
    idle = run(python("pass", tmp_path))
    assert usage.cpu_s > idle.cpu_s
    assert usage.wall_s > idle.wall_s
    assert usage.peak_mb > 60


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import sys; sys.exit('cannot go on')", None),
        ("import sys; sys.stderr.write('bad key\\n'); sys.exit(2)", "probe ended with exit code 2: bad key"),
        ("import sys; print('rule GR99 failed'); sys.exit(3)", "probe ended with exit code 3: rule GR99 failed"),
        ("raise OSError('disk')", "probe ended with exit code 1: OSError: disk"),
    ],
)
def test_only_complete_runs_count(tmp_path: Path, code: str, reason: str | None) -> None:
    """Exit code 1 is a finding, unless it comes from a traceback; other codes carry the program's last words."""
    if reason is None:
        assert run(python(code, tmp_path)).wall_s > 0
        return
    with pytest.raises(BenchmarkError) as caught:
        run(python(code, tmp_path))
    assert str(caught.value) == reason


def test_missing_program_is_a_reason(tmp_path: Path) -> None:
    """A program that is not there is named."""
    with pytest.raises(BenchmarkError, match=r"^absent cannot be started: No such file"):
        run(Command("absent", (str(tmp_path / "absent"),), tmp_path))


def test_hanging_program_is_ended(tmp_path: Path) -> None:
    """A run that exceeds its time is killed with its descendants and does not count."""
    with pytest.raises(BenchmarkError, match="exit code -9"):
        run(python("import threading; threading.Event().wait()", tmp_path), timeout_s=0.3)


def test_compare_alternates(tmp_path: Path) -> None:
    """Both programs run in turn, and the uncounted first round happens only when asked for."""
    log = tmp_path / "log"
    write = "import sys; open({!r}, 'a').write({!r})"
    left, right = (python(write.format(str(log), letter), tmp_path) for letter in "ab")
    result = compare(left, right, rounds=2, metric=wall)
    compare(left, right, rounds=1, metric=cpu, warm_up=False)
    assert log.read_text(encoding="utf-8") == "ab" * 3 + "ab"
    assert len(result.left) == len(result.right) == 2


def test_ratio_is_the_median_of_rounds() -> None:
    """One disturbed round does not move the figure."""
    result = Comparison((2.0, 9.0, 4.0), (1.0, 1.0, 2.0))
    assert result.ratios == (2.0, 9.0, 2.0)
    assert result.ratio == 2.0


def test_failure_without_words() -> None:
    """A program that says nothing is described by its exit code alone."""
    assert describe_failure("probe", 7, b"\n \n") == "probe ended with exit code 7"


def test_interpreter_settings_of_the_shell_do_not_count() -> None:
    """Where modules lie is kept, how the interpreter runs is not, and what a command adds wins."""
    outer = {"PATH": "bin", "PYTHONPATH": "code", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONDEVMODE": "1"}
    assert build_environment(outer, {"PATH": "own"}) == {"PATH": "own", "PYTHONPATH": "code"}
