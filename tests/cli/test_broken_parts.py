"""When a part fails: it is named, everything else still runs, and the answer is not green."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import RunGuardian, neutral_environment
from tests.cli.plugins import write_plugin, write_rule

_LAUNCH = """\
import ctypes, os, sys
if os.geteuid() == 0:
    for capability in (1, 2):  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: root reads what it may not, without them
        if ctypes.CDLL(None, use_errno=True).prctl(24, capability, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")
os.execv(sys.executable, [sys.executable, "-m", "hive_guardian", *sys.argv[1:]])
"""


def _json(done: subprocess.CompletedProcess[str], code: int) -> dict[str, Any]:
    assert done.returncode == code, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _check(
    guardian: RunGuardian, cwd: Path, *arguments: str, env: Mapping[str, str] | None = None, code: int
) -> dict[str, Any]:
    return _json(guardian("check", "--format", "json", *arguments, cwd=cwd, env=env), code)


def _errors(report: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(error["kind"], error["rule"], error["path"]) for error in report["errors"]]


def _printing(report: dict[str, Any]) -> set[str]:
    return {finding["path"] for finding in report["findings"] if finding["rule"] == "GR10"}


def _unprivileged(cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program bound by file permissions, as root too."""
    return subprocess.run(
        [sys.executable, "-c", _LAUNCH, *arguments],
        cwd=cwd, env=neutral_environment({}), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("in_git", [False, True])
def test_what_may_not_be_read_is_reported(tmp_path: Path, *, in_git: bool) -> None:
    """A file and a directory without permission: each named with the reason; the readable file is checked."""
    if in_git:
        subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)  # noqa: S607 - the git of the machine
    (tmp_path / "open.py").write_text("print(1)\n")
    (tmp_path / "secret.py").write_text("print(2)\n")
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed" / "inner.py").write_text("print(3)\n")
    (tmp_path / "secret.py").chmod(0)
    (tmp_path / "closed").chmod(0)
    try:
        report = _json(_unprivileged(tmp_path, "check", "--format", "json"), 3)
    finally:
        (tmp_path / "closed").chmod(0o700)
    assert _errors(report) == [("unreadable", "", "closed"), ("unreadable", "", "secret.py")]
    assert "Permission denied" in report["errors"][1]["message"]
    assert report["skipped"] == [{"path": "secret.py", "reason": "not checked, see errors"}]
    assert _printing(report) == {"open.py"}


def test_a_read_only_or_corrupt_cache_changes_nothing_but_a_note(guardian: RunGuardian, tmp_path: Path) -> None:
    """Whatever lies where the cache should be, the findings are those of a run without one."""
    (tmp_path / "app.py").write_text("print(1)\n")
    cache = tmp_path / ".hive-guardian-cache"
    store = cache / "cache.sqlite3"
    expected = guardian("check", "--no-cache", cwd=tmp_path).stdout.splitlines()

    def agrees(note: str) -> None:
        for record in cache.glob("replay-*.json"):
            record.unlink()
        text = guardian("check", cwd=tmp_path)
        assert (text.returncode, text.stderr) == (1, "")
        assert note in text.stdout
        assert [line for line in text.stdout.splitlines() if not line.startswith("note: ")] == expected

    assert not cache.exists()
    agrees("Checked 1 file")
    store.write_bytes(b"no database" * 500)
    agrees("note: the cache cache.sqlite3 was unusable and has been discarded")
    for column, value in (("findings", "[[1]]"), ("directives", "{"), ("findings", '{"a": 1}')):
        with sqlite3.connect(store) as connection:
            changed = connection.execute(f"UPDATE files SET {column} = ?", (value,)).rowcount  # noqa: S608 - fixed names
            assert changed >= 1
        connection.close()
        agrees("note: the cache cache.sqlite3 was corrupt and has been discarded")
    shutil.rmtree(cache)
    store.mkdir(parents=True)
    agrees("note: no cache")
    shutil.rmtree(cache)
    cache.write_text("a file")
    agrees("note: no cache")
    cache.unlink()
    cache.mkdir(mode=0o500)
    blocked = _unprivileged(tmp_path, "check")
    assert (blocked.returncode, blocked.stderr) == (1, "")
    assert "note: no cache" in blocked.stdout


def test_a_rule_that_raises_is_named_with_its_file(guardian: RunGuardian, tmp_path: Path) -> None:
    """Its failure costs its own findings on that file only, in this run and in the next one."""
    env = write_rule(tmp_path / "plugins", "fragile", "ZZ01", 'if document.path == "a.py": raise ValueError("boom")')
    source = tmp_path / "src"
    source.mkdir()
    for name in ("a.py", "b.py"):
        (source / name).write_text("print(1)\n")
    for _ in ("cold", "warm"):
        report = _check(guardian, source, env=env, code=3)
        assert _errors(report) == [("rule-failed", "ZZ01", "a.py")]
        assert report["errors"][0]["message"].startswith("ValueError: boom at fragile.py:")
        assert _printing(report) == {"a.py", "b.py"}


def test_a_plugin_that_does_not_load_is_named(guardian: RunGuardian, tmp_path: Path) -> None:
    """The others still load; nothing that needs the missing rules reads as success."""
    folder, source = tmp_path / "plugins", tmp_path / "src"
    source.mkdir()
    (source / "a.py").write_text("x = 1\n")
    env = write_plugin(folder, "halved", "import no_such_module_of_mine\n")
    for _ in ("cold", "warm"):
        report = _check(guardian, source, env=env, code=3)
        assert _errors(report) == [("plugin-failed", "", "")]
        message = report["errors"][0]["message"]
        assert "plugin halved (rules = halved) did not load: ModuleNotFoundError" in message
        assert report["summary"]["files"]["checked"] == 1
    listed = guardian("rules", cwd=source, env=env)
    assert listed.returncode == 3
    assert "GR10" in listed.stdout
    assert "plugin halved" in listed.stderr


def test_two_plugins_with_one_id_are_refused(guardian: RunGuardian, tmp_path: Path) -> None:
    """The later one brings nothing, and both are named; the golden rules come first, whatever others are called."""
    folder = tmp_path / "plugins"
    env = write_rule(folder, "an-early-name", "GR10", "pass")
    write_rule(folder, "first", "ZZ01", "pass")
    write_rule(folder, "second", "ZZ01", "pass")
    (tmp_path / "a.py").write_text("print(1)\n")
    report = _check(guardian, tmp_path, "a.py", env=env, code=3)
    assert _errors(report) == [("plugin-failed", "", "")] * 2
    early, second = (error["message"] for error in report["errors"])
    assert "plugin an-early-name registers rule GR10, which plugin hive-guardian already registered" in early
    assert "plugin second registers rule ZZ01, which plugin first already registered" in second
    assert _printing(report) == {"a.py"}


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def call_table(self): return 1 / 0", "ZZ01 (odd) cannot be prepared: ZeroDivisionError"),
        ("def inactive(self): return 1 / 0", "ZZ01 (odd) cannot be prepared: ZeroDivisionError"),
        (
            "check = on(int)(lambda self, node, ctx: ())",
            "ZZ01 asks for int, which is neither a node type nor a facility",
        ),
        ("severity = None", "plugin odd (rules = odd) did not load"),
        ("code = None", "plugin odd (rules = odd) did not load"),
    ],
)
def test_a_rule_that_cannot_be_prepared_is_named(
    guardian: RunGuardian, tmp_path: Path, source: str, message: str
) -> None:
    """A rule that fails before the first file ends the run with its name, or its plugin does not load."""
    env = write_plugin(
        tmp_path / "plugins",
        "odd",
        "from hive_guardian import FileRule, ResolvedCall, Severity, hookimpl, on\n"
        "class Odd(FileRule):\n"
        '    """Odd."""\n'
        "    code, name, title, severity = 'ZZ01', 'odd', 'Odd', Severity.ERROR\n"
        "    @on(ResolvedCall)\n"
        "    def check_call(self, call, ctx): return ()\n"
        f"    {source}\n"
        "@hookimpl\n"
        "def register_rules(): return [Odd]\n",
    )
    (tmp_path / "a.py").write_text("x = 1\n")
    done = guardian("check", "a.py", cwd=tmp_path, env=env)
    assert done.returncode == 3
    assert message in done.stdout + done.stderr
    assert "itself failed" not in done.stderr


def test_a_killed_worker_costs_the_file_it_was_working_on(guardian: RunGuardian, tmp_path: Path) -> None:
    """A signal, an exit: the file is named, and the results of all others are kept."""
    env = write_rule(
        tmp_path / "plugins", "deadly", "ZZ01",
        "import os, signal",
        'if document.path == "m07.py": os.kill(os.getpid(), signal.SIGKILL)',
        'if document.path == "m40.py": os._exit(4)',
    )  # fmt: skip
    source = tmp_path / "src"
    source.mkdir()
    names = {f"m{number:02}.py" for number in range(60)}
    for name in names:
        (source / name).write_text("print(1)\n")
    report = _check(guardian, source, "--jobs", "2", env=env, code=3)
    assert _errors(report) == [("worker-died", "", "m07.py"), ("worker-died", "", "m40.py")]
    assert "SIGKILL" in report["errors"][0]["message"]
    assert "exit code 4" in report["errors"][1]["message"]
    assert _printing(report) == names - {"m07.py", "m40.py"}
    assert [item["path"] for item in report["skipped"]] == ["m07.py", "m40.py"]
    (source / "m40.py").unlink()
    (source / "m07.py").unlink()
    assert _printing(_check(guardian, source, env=env, code=1)) == names - {"m07.py", "m40.py"}


def test_files_that_vanish_or_change_during_the_run(guardian: RunGuardian, tmp_path: Path) -> None:
    """A file gone before it was read is reported; what was read holds for this run, and the next one looks again."""
    env = write_rule(
        tmp_path / "plugins", "meddler", "ZZ01",
        "import os, pathlib",
        "base = pathlib.Path(os.environ['MEDDLE'])",
        'if document.path == "a.py": (base / "b.py").unlink(missing_ok=True)',
        'if document.path == "c.py": (base / "c.py").write_text("print(1)\\nprint(2)\\n")',
        'if document.path == "c.py": (base / "d.py").unlink(missing_ok=True)',
    )  # fmt: skip
    source = tmp_path / "src"
    source.mkdir()
    env["MEDDLE"] = str(source)
    long = f"# {'x' * (1 << 20)}\n"  # as much as is read ahead: b.py is read when a.py was analysed
    for name, text in (("a.py", long), ("b.py", "x = 1\n"), ("c.py", "x = 1\n"), ("d.py", "print(0)\n")):
        (source / name).write_text(text)
        os.utime(source / name, (1_700_000_000, 1_700_000_000))
    report = _check(guardian, source, env=env, code=3)
    assert _errors(report) == [("unreadable", "", "b.py")]
    assert [(item["path"], item["line"]) for item in report["findings"]] == [("d.py", 1)]
    again = _check(guardian, source, env=env, code=1)
    assert [(item["path"], item["line"]) for item in again["findings"]] == [("c.py", 1), ("c.py", 2)]


def _pipe(command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "-c", command, "sh", sys.executable],
        cwd=cwd, env=neutral_environment({}), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_reader_that_leaves_causes_no_traceback(tmp_path: Path, form: str) -> None:
    """Nobody heard the result, so the exit code claims none; standard error stays silent."""
    (tmp_path / "many.py").write_text("print(1)\n" * 10_000)
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        [sys.executable, "-m", "hive_guardian", "check", "--format", form, "--no-cache"],
        cwd=tmp_path, env=neutral_environment({}), stdout=write_end, stderr=subprocess.PIPE, timeout=60, check=False,
    )  # fmt: skip
    os.close(write_end)
    assert (done.returncode, done.stderr) == (3, b"")


def test_ten_thousand_findings_are_all_reported(guardian: RunGuardian, tmp_path: Path) -> None:
    """No cap, no truncation, and a result that says how many there are."""
    (tmp_path / "many.py").write_text("print(1)\n" * 10_000)
    text = guardian("check", cwd=tmp_path)
    assert text.stdout.count("--> many.py:") == 10_000
    assert "10,000 errors" in text.stdout.splitlines()[-1]
    report = _check(guardian, tmp_path, code=1)
    assert len({finding["fingerprint"] for finding in report["findings"]}) == 10_000


@pytest.mark.parametrize(
    ("redirection", "code", "message"),
    [(">&-", 1, ""), ("2>&-", 1, ""), ("<&- >&- 2>&-", 1, ""), (">/dev/full", 2, "No space left on device")],
)
def test_closed_and_full_outputs_end_in_an_exit_code(tmp_path: Path, redirection: str, code: int, message: str) -> None:
    """The verdict survives a missing stream; output that was lost does not read as a result."""
    (tmp_path / "a.py").write_text("print(1)\n")
    done = _pipe(f'"$1" -m hive_guardian check --no-cache {redirection}', tmp_path)
    assert done.returncode == code, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
