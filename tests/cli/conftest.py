"""The front door: the installed program in a subprocess, in a neutral environment."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import pytest

_STRIPPED = frozenset(
    {"NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI", "COLUMNS", "TERM", "PYTHONWARNINGS"}
)
_STRIPPED_PREFIXES = ("GITHUB_", "HIVE_GUARDIAN_", "RUNNER_")


class RunGuardian(Protocol):
    """Runs `hive-guardian` and waits for it."""

    def __call__(
        self,
        *arguments: str | Path,
        cwd: Path,
        stdin: str | bytes = b"",
        env: Mapping[str, str] | None = None,
        timeout: float = 60,
    ) -> subprocess.CompletedProcess[str]:
        """Run the program.

        Args:
            arguments: The command line after the program's name.
            cwd: The working directory.
            stdin: What the program reads from standard input; text is sent as UTF-8.
            env: Variables to set on top of the neutral environment.
            timeout: Seconds until the run counts as hung and the test fails.

        Returns:
            The finished process; output decoded as UTF-8, undecodable bytes as surrogate escapes, line ends untouched.
        """


def neutral_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment without what changes colours, width or CI behaviour, plus `extra`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in _STRIPPED and not name.startswith(_STRIPPED_PREFIXES)
    }
    return kept | dict(extra)


@pytest.fixture
def guardian(tmp_path_factory: pytest.TempPathFactory) -> RunGuardian:
    """Return a function that runs the installed program; each test gets a user cache directory of its own."""
    home = tmp_path_factory.mktemp("home")

    def run(
        *arguments: str | Path,
        cwd: Path,
        stdin: str | bytes = b"",
        env: Mapping[str, str] | None = None,
        timeout: float = 60,
    ) -> subprocess.CompletedProcess[str]:
        command: Sequence[str | Path] = [sys.executable, "-m", "hive_guardian", *arguments]
        isolated = {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "XDG_CONFIG_HOME": str(home / "config")}
        done = subprocess.run(
            command,
            cwd=cwd,
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            env=neutral_environment(isolated | dict(env or {})),
            capture_output=True,
            timeout=timeout,
            check=False,
        )
        stdout, stderr = (stream.decode("utf-8", "surrogateescape") for stream in (done.stdout, done.stderr))
        return subprocess.CompletedProcess(done.args, done.returncode, stdout, stderr)

    return run
