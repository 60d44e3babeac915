"""What heuristics look at: the change, and the facts of the project on both sides of it."""

from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b

from hive_guardian.model.facts import FileFacts
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.review import Origin, ReviewFinding, Standing
from hive_guardian.model.severity import Severity
from hive_guardian.review.change import ChangeSet
from hive_guardian.review.identity import fingerprint
from hive_guardian.review.snapshot import ChangedFile


@frozen
class Scene:
    """A change and its surroundings.

    Attributes:
        change: what happened.
        files: path -> changed file with its content.
        before: path -> facts of every Python file before the change.
        after: path -> facts of every Python file after it.
        unknown: paths whose facts are missing or partial on one side; conclusions from absence abstain.
        read: returns the text of any file after the change; raises OSError.
        is_test: whether a path is a test.
    """

    change: ChangeSet
    files: Mapping[str, ChangedFile]
    before: Mapping[str, FileFacts]
    after: Mapping[str, FileFacts]
    unknown: frozenset[str]
    read: Callable[[str], str]
    is_test: Callable[[str], bool]

    def facts_before(self, path: str) -> FileFacts | None:
        """Return the facts of a changed file before the change, under the name it had then."""
        file = self.files.get(path)
        return self.before.get(file.change.old_path if file else path)


Heuristic = Callable[[Scene], Iterable[ReviewFinding]]


def make_finding(
    name: str, category: str, severity: Severity, path: str, lines: tuple[int, int], *, title: str, message: str,
    symbol: str = "", anchor: str = "", text: str = "",
) -> ReviewFinding:  # fmt: skip
    """Return a finding of a heuristic.

    Within its definition code identifies it (`anchor`), or, where comments and strings matter, a text to the letter.
    """
    if text:
        anchor = f"x{blake2b(text.strip().encode('utf-8', 'replace'), digest_size=8).hexdigest()}"
    return ReviewFinding(
        id=f"HX-{name}", origin=Origin.HEURISTIC, category=category, severity=severity, path=path, line=lines[0],
        end_line=lines[1], symbol=symbol, title=title, message=message,
        fingerprint=fingerprint(f"HX-{name}", path, symbol, anchor or title), standing=Standing.CERTAIN,
    )  # fmt: skip
