import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from hive_guardian.adapters.review_lock import Turn, take_turn

_HOLDER = """
import sys
from pathlib import Path
from hive_guardian.adapters.review_lock import take_turn
with take_turn(Path(sys.argv[1]), "main", sys.argv[2], seconds=0):
    print("held", flush=True)
    sys.stdin.read()
"""


def never(seconds: float) -> None:
    """Fail: nobody was to wait."""
    raise AssertionError(f"waited {seconds} s")


def hold(directory: Path, content: str) -> "subprocess.Popen[str]":
    """Start a process that reviews something until it is told to stop."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(directory), content],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def end(process: "subprocess.Popen[str]") -> Callable[[float], None]:
    """Return a pause in which the process ends."""

    def pause(seconds: float) -> None:
        process.communicate("", timeout=30)

    return pause


def test_a_turn_is_free_when_nobody_has_it(tmp_path: Path) -> None:
    """Another line of work does not wait, and a turn that ended is free again."""
    with take_turn(tmp_path, "main", "a", seconds=0, pause=never) as turn:
        assert (turn.notes, turn.superseded()) == ((), "")
        with take_turn(tmp_path, "other", "a", seconds=0, pause=never):
            pass
    with take_turn(tmp_path, "main", "b", seconds=0, pause=never) as again:
        assert again.superseded() == ""


def test_the_same_change_is_waited_for(tmp_path: Path) -> None:
    """Two reviews of one state do not pay twice: the second comes after the first, and says so."""
    process = hold(tmp_path, "a")
    with take_turn(tmp_path, "main", "a", seconds=9, pause=end(process)) as turn:
        assert [str(process.pid) in note and "waited" in note for note in turn.notes] == [True]


def test_a_newer_state_ends_the_review_of_an_older_one(tmp_path: Path) -> None:
    """Whoever holds the turn learns of it; the newer one gets it and is not told of itself."""
    with ExitStack() as stack:
        older = stack.enter_context(take_turn(tmp_path, "main", "a", seconds=0, pause=never))
        told: list[str] = []

        def pause(seconds: float) -> None:
            told.append(older.superseded())
            if any(told):
                stack.close()

        with take_turn(tmp_path, "main", "b", seconds=9, pause=pause) as newer:
            assert newer.superseded() == ""
            assert "was superseded" in newer.notes[0]
        assert f"in process {os.getpid()}" in told[-1]


def test_a_wish_of_long_ago_ends_nothing(tmp_path: Path) -> None:
    """A process that waited and was killed is not waited for."""
    with take_turn(tmp_path, "main", "a", seconds=0, pause=never) as turn:
        with take_turn(tmp_path, "main", "b", seconds=0) as other:
            assert "did not end in 0 s" in other.lost
        assert turn.superseded() == ""
        lock = next(tmp_path.glob("*.lock"))
        wish = lock.with_suffix(".next")
        wish.write_text('{"process": 1, "token": "x"}', "ascii")
        assert "in process 1" in turn.superseded()
        os.utime(wish, (1, 1))
        assert turn.superseded() == ""


def test_the_turn_of_a_dead_process_is_free(tmp_path: Path) -> None:
    """The operating system takes the lock back, whatever its file says."""
    process = hold(tmp_path, "a")
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    with take_turn(tmp_path, "main", "b", seconds=0, pause=never) as turn:
        assert turn == Turn((), turn.superseded)
    process.communicate()


def test_only_the_newest_waits(tmp_path: Path) -> None:
    """A review that waits for its turn gives up when a newer one comes."""
    with take_turn(tmp_path, "main", "a", seconds=0, pause=never):
        wish = next(tmp_path.glob("*.lock")).with_suffix(".next")

        def pause(seconds: float) -> None:
            wish.write_text('{"process": 1, "token": "another"}', "ascii")

        with take_turn(tmp_path, "main", "b", seconds=9, pause=pause) as older:
            assert "newer review" in older.lost


def test_a_place_without_locks_is_said(tmp_path: Path) -> None:
    """Where no lock can lie the review goes on, with a note."""
    (tmp_path / "file").write_text("", "utf-8")
    with take_turn(tmp_path / "file", "main", "a", seconds=0, pause=never) as turn:
        assert "cannot be kept apart" in turn.notes[0]
