"""The programs that are compared: ours as installed, and the oracles. Each returns what it reports, and where."""

import json
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import tomlkit

from tests.oracles.trees import Tree

_BATCH = 500
"""Files per command line; it has an upper limit."""
_UNREADABLE = "E902"
"""The code ruff gives to a file it cannot decode."""


@dataclass(frozen=True, slots=True, order=True)
class Report:
    """One report of either side.

    Attributes:
        path: root-relative.
        line: counted from 1.
        word: what it is about: our check, or the oracle's code; `compare` brings them together.
        message: for people, and to tell two reports of one line apart.
    """

    path: str
    line: int
    word: str
    message: str


@dataclass(frozen=True, slots=True)
class Run:
    """What one side said about a tree.

    Attributes:
        reports: its reports.
        unread: files it did not judge: syntax errors, decoding errors, skipped.
    """

    reports: tuple[Report, ...]
    unread: frozenset[str] = frozenset()


def run_ours(
    tree: Tree, rule: str, *, options: Mapping[str, object], layout: Mapping[str, object], folder: Path
) -> Run:
    """Run one rule of the installed program, every file in role prod, nothing below any level.

    Args:
        tree: what to check.
        rule: its id.
        options: options of the rule, in TOML spelling.
        layout: shared settings, in TOML spelling.
        folder: where the configuration may be written.
    """
    settings = {
        "root": True,
        "level": "INFO",
        "fail-on": "never",
        "roles": {"prod": ["**"]},
        "layout": dict(layout),
        "rules": {rule: dict(options)},
    }
    config = folder / "hive-guardian.toml"
    config.write_text(tomlkit.dumps(settings), "utf-8")
    command = ("hive_guardian", "check", "--config", str(config), "--select", rule, "--no-cache", "--format", "json")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HIVE_GUARDIAN_")}
    report = json.loads(_output((sys.executable, "-m", *command), tree.root, environment))
    unread = {item["path"] for key in ("skipped", "errors") for item in report[key] if item["path"]}
    broken = {item["path"] for item in report["findings"] if item["rule"] == "GR00"}
    expected = len(tree.files) + sum(1 for _ in tree.root.rglob("*.pyi"))
    assert report["summary"]["files"]["discovered"] == expected, "both sides must see the same files"
    found = (
        Report(item["path"], item["line"], item["check"], item["message"])
        for item in report["findings"]
        if item["rule"] == rule
    )
    return Run(tuple(found), frozenset(unread | (broken if rule != "GR00" else set())))


def run_ruff(tree: Tree, codes: Iterable[str], settings: Iterable[str] = ()) -> Run:
    """Run the ruff of the development environment with the given codes and nothing from any configuration.

    Args:
        tree: what to check.
        codes: exact codes.
        settings: `key = value` in TOML, relative to ruff's table.
    """
    chosen = [argument for text in ('include = ["*.py"]', "exclude = []", *settings) for argument in ("--config", text)]
    fixed = ("--isolated", "--no-cache", "--ignore-noqa", "--no-respect-gitignore", "--exit-zero", "--target-version")
    command = (
        "ruff",
        "check",
        *fixed,
        "py311",
        "--output-format",
        "json",
        "--select",
        ",".join((*codes, _UNREADABLE)),
        *chosen,
    )
    items = json.loads(_output((sys.executable, "-m", *command, "."), tree.root))
    unread = {
        _relative(tree, item["filename"]) for item in items if item["code"] in {None, "invalid-syntax", _UNREADABLE}
    }
    found = (
        Report(_relative(tree, item["filename"]), item["location"]["row"], item["code"], item["message"])
        for item in items
        if item["code"]
    )
    return Run(tuple(found), frozenset(unread))


def run_bandit(tree: Tree, codes: Iterable[str], program: Path) -> Run:
    """Run bandit with the given tests; its names are the oracle's words."""
    fixed = ("-r", ".", "-f", "json", "-q", "--ignore-nosec", "--exit-zero", "-x", "", "-t", ",".join(codes))
    result = json.loads(_output((str(program / "bandit"), *fixed), tree.root))
    found = (
        Report(item["filename"].removeprefix("./"), item["line_number"], item["test_id"], item["issue_text"])
        for item in result["results"]
    )
    unread = {item["filename"].removeprefix("./") for item in result["errors"]}
    return Run(tuple(found), frozenset(unread))


def run_flake8_async(tree: Tree, codes: Iterable[str], program: Path) -> Run:
    """Run flake8-async as a program of its own, for code that uses asyncio."""
    fixed = (str(program / "flake8-async"), "--disable-noqa", "--asyncio", "--enable", ",".join(codes))
    line = re.compile(r"(?P<path>.+?):(?P<line>\d+):\d+: (?P<code>ASYNC\d+):? (?P<message>.*)")
    found: list[Report] = []
    unread: set[str] = set()
    for files in _batches(_readable(tree, unread)):
        for text in _output((*fixed, *files), tree.root).splitlines():
            match = line.fullmatch(text)
            if match:
                found.append(Report(match["path"], int(match["line"]), match["code"], match["message"]))
    return Run(tuple(found), frozenset(unread))


def _readable(tree: Tree, unread: set[str]) -> Iterator[str]:
    """Yield the files with an `async def` that compile; the program gives up at the first that does not."""
    for path in tree.files:
        source = (tree.root / path).read_bytes()
        if not compiles(source):
            unread.add(path)
        elif b"async" in source:
            yield path


def run_deptry(tree: Tree, root: str, modules: Mapping[str, str], program: Path, folder: Path) -> Run:
    """Run deptry; of the imports of one module in one file it counts the first, as we do.

    Args:
        tree: the project.
        root: the folder of its code.
        modules: distribution -> its modules, separated by `|`, as deptry reads no environment here.
        program: the folder of the program.
        folder: where it may write.
    """
    output = folder / "deptry.json"
    known = ",".join(f"{name}={value}" for name, value in modules.items())
    fixed = ("--no-ansi", "--json-output", str(output), "--exclude", "NOTHING", "--package-module-name-map", known)
    done = subprocess.run((program / "deptry", root, *fixed), cwd=tree.root, capture_output=True, check=False)
    assert output.is_file(), done.stderr.decode(errors="replace")
    first: dict[tuple[str, str], Report] = {}
    for item in json.loads(output.read_text("utf-8")):
        place, error = item["location"], item["error"]
        report = Report(place["file"], place["line"] or 0, error["code"], error["message"])
        key = (report.path, item["module"])
        first[key] = min(first.get(key, report), report)
    return Run(tuple(first.values()))


def compiles(source: bytes) -> bool:
    """Return whether this interpreter compiles a file; nothing of it runs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(source, "<file>", "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return False
    return True


def _batches(files: Iterable[str]) -> Iterator[Sequence[str]]:
    waiting = list(files)
    for start in range(0, len(waiting), _BATCH):
        yield waiting[start : start + _BATCH]


def _relative(tree: Tree, path: str) -> str:
    return Path(path).relative_to(tree.root.resolve()).as_posix()


def _output(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> str:
    """Return what a program writes to standard output.

    Raises:
        AssertionError: It wrote nothing and failed; its own words are in the message.
    """
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    assert done.stdout or done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return done.stdout.decode("utf-8", "surrogateescape")
