"""Real git repositories in a temporary directory, with an identity and a clock of their own."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

IDENTITY = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_AUTHOR_DATE": "2026-01-10T12:00:00+00:00",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_COMMITTER_DATE": "2026-01-10T12:00:00+00:00",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


class Repository:
    """A git work tree.

    Args:
        root: its directory; created and initialised unless it is a repository already.
        object_format: of a new one, `sha1` or `sha256`.
    """

    def __init__(self, root: Path, object_format: str = "sha1") -> None:
        self.root = root
        if not (root / ".git").exists():
            root.mkdir(parents=True, exist_ok=True)
            self.git("init", "-q", "-b", "main", f"--object-format={object_format}")

    def git(self, *arguments: str, check: bool = True, env: Mapping[str, str] | None = None) -> str:
        """Run git here; returns its output.

        Args:
            arguments: after `git`.
            check: whether a failure is one of the test.
            env: variables on top of the identity.
        """
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        done = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *arguments],  # noqa: S607 - the git of the machine
            cwd=self.root,
            env={**inherited, **IDENTITY, **dict(env or {})},
            capture_output=True,
            check=False,
        )
        output = done.stdout.decode("utf-8", "surrogateescape")
        assert not check or done.returncode == 0, f"git {arguments}: {output}{done.stderr.decode()}"
        return output

    def write(self, files: Mapping[str, str | bytes | None]) -> None:
        """Write files of the work tree; `None` deletes one."""
        for name, text in files.items():
            path = self.root / name
            if text is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def commit(self, files: Mapping[str, str | bytes | None], date: str = "2026-01-10T12:00:00+00:00") -> str:
        """Write files and commit everything; returns the id of the commit."""
        self.write(files)
        self.git("add", "-A")
        dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        self.git("commit", "-q", "--allow-empty", "-m", "change", env=dates)
        return self.git("rev-parse", "HEAD").strip()

    def stage(self, files: Mapping[str, str | bytes | None]) -> None:
        """Write files and stage everything."""
        self.write(files)
        self.git("add", "-A")
