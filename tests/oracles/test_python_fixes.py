"""Fixes of Python rules on real code: what was spoilt on purpose comes back, and ruff sees no new fault."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.oracles.test_fixes import comments, parse
from tests.oracles.trees import SOURCES, fetch

pytestmark = pytest.mark.oracle
_NAMES = ("django", "homeassistant", "ansible-core")
_FAULTS = "F,PLE,G001,G002,G003,G010,G101,E701,E702,W605"
"""What pyflakes and pylint call an error, and misuse of logging."""


def original(name: str) -> Path:
    """Where a project of the package index lies."""
    return fetch(next(source for source in SOURCES if source.name == name)).root


def fix(root: Path, *options: str) -> list[dict[str, str]]:
    """Run the installed program and return what it says became of each fix."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HIVE_GUARDIAN_")}
    report = root.parent / f"{root.name}.json"
    common = ("--level", "INFO", "--unsafe-fixes", "--isolated", "--no-cache", "--quiet", "--output", str(report), ".")
    command = (sys.executable, "-m", "hive_guardian", "fix", *options, *common)
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    found: list[dict[str, str]] = json.loads(report.read_text("utf-8"))["fixes"]
    return found


def spoil(text: str) -> str:
    """Put what four rules report into a file, without moving a line; the text itself where that is not possible."""
    lines = text.split("\n")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ExceptHandler) and not any(isinstance(item, ast.Raise) for item in node.body):
            lines[node.lineno - 1] = lines[node.lineno - 1].replace("except Exception:", "except:")
    for number, line in enumerate(lines):
        changed = line.replace("yaml.safe_load(", "yaml.load(")
        if re.fullmatch(r"    \s+await asyncio\.sleep\([^()]*\)", changed) and "import asyncio" in lines:
            changed = changed.replace("await asyncio", "time")
        if re.fullmatch(r"\s*[A-Z_]+ = \d+", changed):
            changed = f"{changed}  # guardian: allow[GR15] an exception that nothing needs"
        lines[number] = changed
    if "import asyncio" in lines:
        lines[lines.index("import asyncio")] = "import asyncio; import time"
    spoilt = "\n".join(lines)
    return spoilt if parse(spoilt.encode()) is not None else text


@pytest.mark.parametrize("name", _NAMES)
def test_what_was_spoilt_comes_back(name: str, tmp_path: Path) -> None:
    """Bare handlers, blocking sleeps, unsafe loads and stale directives become what the authors wrote, or stay."""
    source, target = original(name), tmp_path / "spoilt"
    shutil.copytree(source, target)
    texts: dict[Path, tuple[str, str]] = {}
    for path in sorted(target.rglob("*.py")):
        data = path.read_bytes()
        if data.isascii() and b"\r" not in data and parse(data) is not None:
            texts[path] = data.decode(), spoil(data.decode())
            path.write_bytes(texts[path][1].encode())
    results = fix(target, "--select", "GR09,GR12,GR15,GR45")
    restored: Counter[str] = Counter()
    for path, (before, spoilt) in texts.items():
        after = path.read_bytes().decode()
        for was, bad, now in zip(before.split("\n"), spoilt.split("\n"), after.split("\n"), strict=True):
            assert now in {was, bad}, path
            restored[path.relative_to(target).as_posix()] += now != bad
    applied = Counter(result["path"] for result in results if result["status"] == "applied")
    assert +restored == applied
    assert applied.total() > 20
    assert {result["status"] for result in results} <= {"applied", "refused"}


@pytest.mark.parametrize("name", _NAMES)
def test_logging_instead_of_printing_is_no_fault(name: str, tmp_path: Path) -> None:
    """In a tree whose prints became logging calls, ruff finds what it found before; every comment is there."""
    source, target = original(name), tmp_path / "logging"
    shutil.copytree(source, target)
    results = fix(target, "--select", "GR10")
    changed = {result["path"] for result in results if result["status"] == "applied"}
    assert changed
    for path in changed:
        assert comments((target / path).read_bytes()) == comments((source / path).read_bytes())
        compile((target / path).read_bytes(), path, "exec", dont_inherit=True)
    assert faults(target, changed) - faults(source, changed) == Counter()
    assert [result for result in fix(target, "--select", "GR10") if result["status"] == "applied"] == []


def faults(root: Path, paths: set[str]) -> Counter[tuple[str, str, str]]:
    """What ruff says about some files: how often each code and message."""
    command = (
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--no-cache",
        "--target-version",
        "py313",
        "--preview",
    )
    done = subprocess.run(
        (*command, "--select", _FAULTS, "--output-format", "json", *sorted(paths)),
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = json.loads(done.stdout)
    return Counter((Path(one["filename"]).name, one["code"], re.sub(r"\d+", "0", one["message"])) for one in found)


def test_ruff_deletes_stale_comments_of_its_own_in_the_same_way(tmp_path: Path) -> None:
    """Where its `noqa` and our directive are stale, RUF100 and GR45 leave the same text, neighbours included."""
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    source = original("httpx")
    for target, comment in ((ours, "# guardian: allow[GR15] nothing needs it"), (theirs, "# noqa: S307")):
        shutil.copytree(source, target)
        for path in sorted(target.rglob("*.py")):
            path.write_bytes(stale(path.read_bytes(), comment.encode()))
    assert len(fix(ours, "--select", "GR15,GR45")) > 50
    command = (sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select", "S307,RUF100", "--fix")
    subprocess.run((*command, "--quiet", "."), cwd=theirs, capture_output=True, check=False)
    for path in sorted(source.rglob("*.py")):
        name = path.relative_to(source)
        if name.parts[0] == "httpx":
            assert (ours / name).read_bytes() == (theirs / name).read_bytes(), name


def stale(data: bytes, comment: bytes) -> bytes:
    """Put a comment behind every line that ends a statement, before another comment; those for ruff go."""
    lines = re.sub(rb"  # noqa.*", b"", data).split(b"\n")
    ends = {node.end_lineno for node in ast.walk(ast.parse(data)) if isinstance(node, ast.Assign | ast.Return)}
    for number, line in enumerate(lines, 1):
        code, mark, rest = line.partition(b"  # ")
        if number in ends and b"type:" not in line:
            lines[number - 1] = code + b"  " + comment + mark + rest
    return b"\n".join(lines)
