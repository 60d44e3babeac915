"""Where a project comes from: repository, commit and branch, as GitPython reads them from git's files."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from hive_guardian.adapters.git.command import git_directory
from hive_guardian.report.options import Provenance

if TYPE_CHECKING:
    from git import Repo

_USUAL = "origin"
_ADDRESS = re.compile(r"(?:https?|ssh|git|git\+ssh)://.+|(?:[\w.-]+@)?[\w.-]{2,}:(?![\\/:])\S+")
"""Addresses that mean the same everywhere: a path names a place on one machine."""


def read_provenance(root: Path) -> Provenance | None:
    """Return where a project comes from, `None` when nothing says so: no repository, no remote, or only a local one.

    Credentials may be part of the address; whoever writes it removes them.
    """
    if git_directory(root) is None:
        return None
    from git import GitError, Repo  # takes longer than a warm run; only reports that name their origin need it

    try:
        with Repo(root, search_parent_directories=True, expand_vars=False) as repo:
            return _read(repo)
    except (
        GitError,
        OSError,
        ValueError,
        TypeError,
        KeyError,
    ):  # whatever is wrong there, the report is complete without
        return None


def _read(repo: "Repo") -> Provenance | None:
    address = _address(repo)
    if not address:
        return None
    revision = repo.head.commit.hexsha if repo.head.is_valid() else ""
    branch = "" if repo.head.is_detached else repo.active_branch.name
    return Provenance(address, revision, branch)


def _address(repo: "Repo") -> str:
    """Return the address of the remote: that of the branch, else `origin`, else the only one."""
    addresses: dict[str, str] = {}
    for remote in repo.remotes:
        with remote.config_reader as reader:
            addresses[remote.name] = str(reader.get_value("url", ""))
    chosen = _USUAL
    if not repo.head.is_detached:
        with repo.config_reader() as reader:
            chosen = str(reader.get_value(f'branch "{repo.active_branch.name}"', "remote", _USUAL))
    only = next(iter(addresses.values())) if len(addresses) == 1 else ""
    address = addresses.get(chosen) or addresses.get(_USUAL) or only
    return address if _ADDRESS.fullmatch(address) else ""
