"""Install hive-guardian from the checkout of this action into an environment of its own; standard library only.

The version is the one the workflow pinned by the reference of the action: nothing of hive-guardian is downloaded, and
its dependencies have the versions and hashes of `constraints/runtime.txt`.
"""

import os
import re
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

OLDEST = (3, 11)
HASHED_BELOW = (3, 13)
"""From here on libcst needs another YAML library than the one that was locked."""

_PIN = re.compile(r"^(?P<pin>[A-Za-z0-9._-]+==[^ \\]+)", re.MULTILINE)


def main() -> int:
    """Install, name the interpreter for the next step, and return the exit code."""
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        print(f"::error title=hive-guardian::needs Python 3.11 or newer, found {found}; use actions/setup-python")
        return 2
    root = Path(__file__).resolve().parents[1]
    directory = Path(os.environ["RUNNER_TEMP"]) / "hive-guardian"
    directory.mkdir(parents=True, exist_ok=True)
    python = install(root, directory, sys.version_info[:2])
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as output:
        output.write(f"python={python}\n")
    return 0


def install(root: Path, directory: Path, version: Sequence[int]) -> Path:
    """Install a source tree and return the interpreter that runs it; a second step of one job finds it done.

    Args:
        root: of hive-guardian.
        directory: of the runner, outside of the checkout.
        version: of the interpreter, (major, minor).

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
    if tuple(version) < HASHED_BELOW:
        _run([*pip, "--require-hashes", "-r", str(pins)], directory)
        _run([*pip, "--no-deps", "--no-build-isolation", str(root)], directory)
    else:
        loose = directory / "constraints.txt"
        loose.write_text(without_hashes(pins.read_text(encoding="utf-8")), encoding="utf-8")
        print(
            "::notice title=hive-guardian::dependencies were installed in their locked versions, without their hashes"
        )
        _run([*pip, "-r", str(loose)], directory)
        _run([*pip, "-c", str(loose), "--no-build-isolation", str(root)], directory)
    stamp.write_text(str(root), encoding="utf-8")
    return python


def without_hashes(pins: str) -> str:
    """Return the requirements of a lock file as `name==version`, one a line."""
    return "".join(f"{found['pin']}\n" for found in _PIN.finditer(pins))


def _run(command: Sequence[str], directory: Path) -> None:
    """Run a command away from the checkout, whose files have no part in the installation."""
    subprocess.run(command, cwd=directory, check=True, stdin=subprocess.DEVNULL)  # noqa: S603 - arguments from above


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        print(f"::error title=hive-guardian::the installation failed: pip exited with {error.returncode}")
        sys.exit(3)
