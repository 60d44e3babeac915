"""Where a project installs this program from, in its hooks and workflows."""

import re

from hive_guardian.model.errors import UsageError
from hive_guardian.model.frozen_class import frozen

_GITHUB = re.compile(r"(?:https://github\.com/|git@github\.com:)(?P<slug>[\w.-]+/[\w.-]+?)(?:\.git)?/?")
_URL = re.compile(r"(?:https?|ssh|git|file)://[^\s\"'#${}]+|[\w.-]+@[\w.-]+:[^\s\"'#${}]+|/[^\s\"'#${}]+")
_REVISION = re.compile(r"(?P<url>.*[/:][^@/]+)@(?P<revision>[\w.-]+)")


@frozen
class Source:
    """One place to install from.

    Attributes:
        version: the version to pin.
        url: git repository; empty for the package index.
        revision: tag or commit of the repository.
    """

    version: str
    url: str
    revision: str

    @property
    def requirement(self) -> str:
        """What pip installs."""
        if not self.url:
            return f"hive-guardian=={self.version}"
        scp = re.fullmatch(r"([\w.-]+@[\w.-]+):(.+)", self.url)
        url = f"ssh://{scp[1]}/{scp[2]}" if scp else self.url
        url = f"file://{url}" if url.startswith("/") else url
        return f"hive-guardian @ git+{url}@{self.revision}"

    @property
    def github(self) -> str:
        """`owner/name` of a repository on GitHub, empty for any other."""
        found = _GITHUB.fullmatch(self.url)
        return found["slug"] if found else ""


def read_source(version: str, text: str = "") -> Source:
    """Return the source that a person named.

    Args:
        version: of this program.
        text: `URL` or `URL@REVISION` of a git repository; without a revision the tag of the version counts, and without
            anything the package index.

    Raises:
        UsageError: it is no address, or holds characters that would break out of the files it goes into.
    """
    found = _REVISION.fullmatch(text)
    url, revision = (found["url"], found["revision"]) if found else (text, f"v{version}")
    if url and not _URL.fullmatch(url):
        raise UsageError(f"--source {text!r}: expected the address of a git repository, such as https://...")
    return Source(version, url, revision)
