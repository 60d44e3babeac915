"""The real code both sides look at: pinned source archives, and packages of the pinned development environment."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

from platformdirs import user_cache_path

_LOCK = Path(__file__).parents[2] / "constraints" / "dev.txt"


class FetchError(Exception):
    """The package index does not deliver something, or what is installed is not what is pinned."""


@dataclass(frozen=True, slots=True)
class Source:
    """A source archive of the package index.

    Attributes:
        name: the distribution.
        version: exactly this one.
        parts: globs, relative to the archive's folder, of the files to keep; empty for all.
        imports: glob -> a first line for these files, which are meant to be read as if it stood there.
    """

    name: str
    version: str
    parts: tuple[str, ...] = ()
    imports: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Tree:
    """A folder of code.

    Attributes:
        name: what the ledger calls it.
        label: name and version, for people.
        root: where it lies.
        files: its Python files, root-relative, sorted.
    """

    name: str
    label: str
    root: Path
    files: tuple[str, ...]

    def line(self, path: str, number: int) -> str:
        """Return one line of a file, counted from 1; lines end where the parser ends them."""
        lines = _lines(self.root / path)
        return lines[number - 1] if 0 < number <= len(lines) else ""


@lru_cache(maxsize=64)
def _lines(file: Path) -> list[str]:
    return re.split(r"\r\n|\r|\n", file.read_text("utf-8", "replace"))


SOURCES = (
    Source("django", "5.2.19"),
    Source("httpx", "0.28.1"),
    Source("attrs", "25.3.0"),
    Source("structlog", "25.4.0"),
    Source(
        "homeassistant",
        "2024.3.3",
        ("pyproject.toml", "homeassistant/*.py", "homeassistant/[!c]*/*.py", "homeassistant/*/[ap]*/*.py"),
    ),
    Source("ansible-core", "2.18.6"),
    Source("bandit", "1.9.4"),
    Source("flake8-async", "26.8.1", imports=(("tests/eval_files/async22x*.py", "import os, subprocess"),)),
)
"""Ordinary code of every style, and what the authors of two oracles wrote to try their own rules."""

INSTALLED = (
    ("execnet", "execnet"),
    ("coverage", "coverage"),
    ("pbr", "pbr"),
    ("pytest", "_pytest"),
    ("pytest-xdist", "xdist"),
    ("pyyaml", "yaml"),
    ("pre-commit", "pre_commit"),
    ("click", "click"),
    ("rich", "rich"),
)
"""Packages of the development environment that break many rules; the lock file fixes their text."""


def scan(name: str, label: str, root: Path) -> Tree:
    """Return the tree below `root`."""
    return Tree(name, label, root, tuple(sorted(path.relative_to(root).as_posix() for path in root.rglob("*.py"))))


def cache_root() -> Path:
    """Return the cache folder: `HIVE_GUARDIAN_ORACLE_CACHE`, else one in the user's cache; never in the repository."""
    chosen = os.environ.get("HIVE_GUARDIAN_ORACLE_CACHE")
    return Path(chosen).absolute() if chosen else user_cache_path("hive-guardian-oracles")


def fetch(source: Source) -> Tree:
    """Return the tree of a source archive, downloading it the first time.

    Raises:
        FetchError: The index does not deliver it.
    """
    form = blake2b(repr((source.parts, source.imports)).encode(), digest_size=4).hexdigest()
    target = cache_root() / "sources" / f"{source.name}-{source.version}-{form}"
    if not target.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent.parent) as workplace:
            _unpack(_download(source, Path(workplace)), source).rename(target)
    return scan(source.name, f"{source.name} {source.version}", target)


def _download(source: Source, folder: Path) -> Path:
    only_source = ("--no-deps", "--no-binary", ":all:")
    _pip(sys.executable, "download", *only_source, "--dest", str(folder), f"{source.name}=={source.version}")
    (archive,) = folder.glob("*.tar.gz")
    return archive


def _unpack(file: Path, source: Source) -> Path:
    """Unpack an archive next to it and return its folder, with the files as they are to be read."""
    with tarfile.open(file) as archive:
        archive.extractall(file.parent / "unpacked", filter="data")
    (root,) = (file.parent / "unpacked").iterdir()
    kept = {path for part in source.parts for path in root.glob(part)}
    for path in root.rglob("*") if kept else ():
        if path.is_file() and path not in kept:
            path.unlink()
    for glob, line in source.imports:
        for path in root.glob(glob):
            path.write_bytes(f"{line}\n".encode() + path.read_bytes())
    return root


def install(tool: str, tool_version: str) -> Path:
    """Return the `bin` folder of an environment that holds this one tool, creating it the first time.

    Raises:
        FetchError: It cannot be installed; the message says why.
    """
    home = cache_root() / "environments" / f"{tool}-{tool_version}"
    complete = home / "complete"
    if not complete.exists():
        venv.create(home, clear=True, with_pip=True)
        _pip(str(home / "bin" / "python"), "install", f"{tool}=={tool_version}")
        complete.touch()
    return home / "bin"


def _pip(python: str, *arguments: str) -> None:
    command = (python, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")]
        raise FetchError(f"pip {arguments[0]} {arguments[-1]}: {errors[-1] if errors else 'no reason given'}")


def copy_installed(target: Path) -> Tree:
    """Copy packages of the development environment; they are pinned, so every machine has the same text.

    Args:
        target: folder to fill.

    Raises:
        FetchError: A version is not the pinned one; then the ledger would be about other code.
    """
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)", _LOCK.read_text("utf-8"), re.MULTILINE))
    for distribution, package in INSTALLED:
        if version(distribution) != pins[distribution]:
            raise FetchError(f"{distribution} is not {pins[distribution]}; install constraints/dev.txt")
        shutil.copytree(_site(package), target / package, ignore=_only_sources)
    return scan("installed", "packages of constraints/dev.txt", target)


def _site(package: str) -> Path:
    """Return the folder of an installed package, which is not imported for that."""
    found = (Path(entry) / package for entry in sys.path)
    return next(folder for folder in found if (folder / "__init__.py").is_file())


def _only_sources(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if not name.endswith(".py") and not Path(folder, name).is_dir()}
