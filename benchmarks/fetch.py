"""What the measurements need from the package index, kept in a cache outside the repository."""

import os
import shutil
import subprocess
import sys
import tarfile
import venv
from pathlib import Path

from platformdirs import user_cache_path

from benchmarks.measure import BenchmarkError

REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def cache_root() -> Path:
    """Return the cache folder: `HIVE_GUARDIAN_BENCH_CACHE`, else one in the user's cache."""
    chosen = os.environ.get("HIVE_GUARDIAN_BENCH_CACHE")
    root = Path(chosen).absolute() if chosen else user_cache_path("hive-guardian-bench")
    root.mkdir(parents=True, exist_ok=True)
    return root


def fetch_source(distribution: str, version: str, cache: Path) -> Path:
    """Return the unpacked source archive of a distribution, downloading it the first time.

    Raises:
        BenchmarkError: The index does not deliver it.
    """
    target = cache / "sources" / f"{distribution}-{version}"
    if target.is_dir():
        return target
    downloads = cache / "downloads" / target.name
    only_source = ("--no-deps", "--no-binary", ":all:")
    _pip(sys.executable, "download", *only_source, "--dest", str(downloads), f"{distribution}=={version}")
    archives = list(downloads.glob("*.tar.gz"))
    if len(archives) != 1:
        raise BenchmarkError(f"the index delivered no single source archive of {distribution} {version}")
    unpacked = cache / "unpacking" / target.name
    shutil.rmtree(unpacked, ignore_errors=True)
    with tarfile.open(archives[0]) as archive:
        archive.extractall(unpacked, filter="data")
    target.parent.mkdir(parents=True, exist_ok=True)
    next(unpacked.iterdir()).rename(target)  # a source archive has one folder; only a complete one gets the final name
    return target


def pinned_versions(requirements: str) -> dict[str, str]:
    """Return version by distribution name from the text of a requirements file of `name==version` lines."""
    lines = (line.partition("#")[0].strip() for line in requirements.splitlines())
    return {name: version for name, _, version in (line.partition("==") for line in lines if line)}


def install_competitor(name: str, version: str, cache: Path) -> Path:
    """Return the `bin` folder of an environment that holds this one tool, creating it the first time.

    Raises:
        BenchmarkError: It cannot be installed; the message says why.
    """
    home = cache / "environments" / f"{name}-{version}"
    complete = home / "complete"
    if not complete.exists():
        venv.create(home, clear=True, with_pip=True)
        _pip(str(home / "bin" / "python"), "install", "--prefer-binary", f"{name}=={version}")
        complete.touch()
    return home / "bin"


def _pip(python: str, *arguments: str) -> None:
    command = (python, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchmarkError(f"pip {arguments[0]} {arguments[-1]} failed: {last_error(done.stderr)}")


def last_error(stderr: str) -> str:
    """Return pip's last error line without its label, or a plain statement when it named none."""
    errors = [line.removeprefix("ERROR:").strip() for line in stderr.splitlines() if line.startswith("ERROR:")]
    return errors[-1] if errors else "pip named no reason"
