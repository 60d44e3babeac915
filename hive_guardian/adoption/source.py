"""Where a project installs this program from, in its hooks and workflows."""

import re
from dataclasses import dataclass

from hive_guardian.model.errors import UsageError

_GITHUB = re.compile(r"(?:https://github\.com/|git@github\.com:)(?P<slug>[\w.-]+/[\w.-]+?)(?:\.git)?/?")
_URL = re.compile(r"(?:https?|ssh|git|file)://[^\s\"'#]+|[\w.-]+@[\w.-]+:[^\s\"'#]+|/[^\s\"'#]+")


@dataclass(frozen=True, slots=True)
class Source:
    """One place to install from.

    Attributes:
        version: the version to pin.
        url: git repository; empty for the package index.
    """

    version: str
    url: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no address of a repository.

        Raises:
            UsageError: it is none, or holds characters that would end a line or string of the files it goes into.
        """
        if self.url and not _URL.fullmatch(self.url):
            raise UsageError(f"--source {self.url!r}: expected the address of a git repository, such as https://...")

    @property
    def revision(self) -> str:
        """The tag of the version."""
        return f"v{self.version}"

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
