"""Install hive-guardian from the checkout of this action into an environment of its own; standard library only.

The version is the one the workflow pinned by the reference of the action: nothing of hive-guardian is downloaded, and
its dependencies have the versions and hashes of `constraints/runtime.txt`.
"""

import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

OLDEST = (3, 11)


def main() -> int:
    """Install, name the interpreter for the next step, and return the exit code."""
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        print(f"::error title=hive-guardian::needs Python 3.11 or newer, found {found}; use actions/setup-python")
        return 2
    root = Path(__file__).resolve().parents[1]
    directory = Path(os.environ["RUNNER_TEMP"]) / "hive-guardian"
    directory.mkdir(parents=True, exist_ok=True)
    python = install(root, directory)
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as output:
        output.write(f"python={python}\n")
    return 0


def install(root: Path, directory: Path) -> Path:
    """Install a source tree and return the interpreter that runs it; a second step of one job finds it done.

    Args:
        root: of hive-guardian.
        directory: of the runner, outside of the checkout.

    Raises:
        subprocess.CalledProcessError: pip failed; it said why.
    """
    environment, stamp = directory / "venv", directory / "installed"
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == str(root):
        return python
    venv.create(environment, clear=True, symlinks=os.name != "nt", with_pip=True)
    pip = [str(python), "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    pins = root / "constraints" / "runtime.txt"
    _run([*pip, "--require-hashes", "-r", str(pins)], directory)
    _run([*pip, "--no-deps", "--no-build-isolation", str(root)], directory)
    stamp.write_text(str(root), encoding="utf-8")
    return python


def _run(command: Sequence[str], directory: Path) -> None:
    """Run a command away from the checkout, whose files have no part in the installation."""
    subprocess.run(command, cwd=directory, check=True, stdin=subprocess.DEVNULL)  # noqa: S603 - arguments from above


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        print(f"::error title=hive-guardian::the installation failed: pip exited with {error.returncode}")
        sys.exit(3)
