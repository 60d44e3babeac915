"""The command lines of everything that is run: hive-guardian, the floor, and those it is compared with."""

import os
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus import Tree
from benchmarks.fetch import REQUIREMENTS, install_competitor, pinned_versions
from benchmarks.measure import Command

HERE = Path(__file__).parent
CLOSEST_RUFF_RULES = "T20,E722,BLE,TRY002,S102,S307,S301,S602,S605,S506,S105,S106,S107,S110,S112,ASYNC,PLW0603,COM818"
SAME_AS_SEMGREP = "GR09,GR10,GR15"
"""Our rules that look for what `semgrep.yml` looks for, and more."""
COMPETITOR_ARGUMENTS = {
    "flake8": ("--isolated", "--jobs", "1", "."),
    "bandit": ("--quiet", "--recursive", "."),
    "semgrep": (
        *("scan", "--metrics", "off", "--disable-version-check", "--quiet", "--jobs", "1"),
        *("--no-git-ignore", "--x-ignore-semgrepignore-files"),  # else it passes over every folder named tests
        *("--config", str(HERE / "semgrep.yml"), "."),
    ),
    "pylint": ("--rcfile", os.devnull, "--jobs", "1", "--persistent", "n", "--recursive", "y", "--exit-zero", "."),
    "fixit": ("lint", "."),
}


@dataclass(frozen=True, slots=True)
class Setup:
    """What one invocation of the benchmarks runs with."""

    tool: tuple[str, ...]
    """The command that starts hive-guardian, without arguments."""
    python: str
    """The interpreter of the floor and of `-c pass`; it should be the tool's own."""
    cache: Path
    quick: bool
    """Use parts of the trees and fewer rounds."""
    rounds: int
    """How often cheap pairs are repeated."""


def build_check(setup: Setup, tree: Tree, *arguments: str) -> Command:
    """Return `hive-guardian check` with all default rules, run at the top of the tree."""
    argv = (*setup.tool, "check", "--isolated", "--level", "INFO", *arguments)
    return Command("hive-guardian", argv, tree.root, {"NO_COLOR": "1"})


def build_cold_check(setup: Setup, tree: Tree, *arguments: str) -> Command:
    """Return a check in one process that remembers nothing, with further options where given."""
    return build_check(setup, tree, "--no-cache", "--jobs", "1", *arguments, ".")


def build_floor(setup: Setup, tree: Tree, listing: Path) -> Command:
    """Return the bare reading and parsing of the files of `listing`."""
    return Command("floor", (setup.python, str(HERE / "floor.py"), str(listing)), tree.root)


def build_idle_python(setup: Setup, tree: Tree) -> Command:
    """Return the cheapest thing an interpreter can do."""
    return Command("python", (setup.python, "-c", "pass"), tree.root)


ACCEPTED_CODES = {"fixit": frozenset(range(4))}
"""Exit codes besides 0 and 1: fixit adds 2 for files that do not parse, of which Django has one on purpose."""


def build_competitor(setup: Setup, name: str, tree: Tree, arguments: tuple[str, ...] | None = None) -> Command:
    """Return a competitor's run with its default rules (semgrep: the three of `semgrep.yml`), or with other arguments.

    Raises:
        BenchmarkError: It cannot be installed.
    """
    folder = install_competitor(name, pinned_version(name), setup.cache)
    settings = setup.cache / "settings"
    env = {
        "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}",  # semgrep looks its engine up there
        "PYLINTHOME": str(settings),
        "SEMGREP_SEND_METRICS": "off",
        "SEMGREP_ENABLE_VERSION_CHECK": "0",
        "SEMGREP_SETTINGS_FILE": str(settings / "semgrep.yml"),
        "SEMGREP_LOG_FILE": str(settings / "semgrep.log"),
    }
    given = COMPETITOR_ARGUMENTS[name] if arguments is None else arguments
    return Command(name, (str(folder / name), *given), tree.root, env, ACCEPTED_CODES.get(name, frozenset({0, 1})))


def build_ruff(setup: Setup, tree: Tree) -> Command:
    """Return ruff with its own cache and the rules closest to ours.

    Raises:
        BenchmarkError: It cannot be installed.
    """
    folder = install_competitor("ruff", pinned_version("ruff"), setup.cache)
    options = ("--isolated", "--select", CLOSEST_RUFF_RULES, "--cache-dir", str(setup.cache / "ruff-cache"))
    return Command("ruff", (str(folder / "ruff"), "check", *options, "."), tree.root, {"NO_COLOR": "1"})


def pinned_version(name: str) -> str:
    """Return the version of a competitor that `requirements.txt` names."""
    return pinned_versions(REQUIREMENTS.read_text(encoding="utf-8"))[name]
