"""The text of the files that findings point into, for code frames."""

from collections.abc import Iterable

from hive_guardian.engine.request import StatTree
from hive_guardian.model.finding import Finding


def sources_of(tree: StatTree, findings: Iterable[Finding]) -> dict[str, str]:
    """Return path -> text; what cannot be read any more has no code frame."""
    from hive_guardian.source.text import decode  # formats without frames do without it

    found: dict[str, str] = {}
    for path in {finding.location.path for finding in findings}:
        try:
            data = tree.read(path)
            found[path] = decode(data)
        except OSError:
            continue
        except (SyntaxError, UnicodeDecodeError):
            found[path] = data.decode("utf-8", "replace")
    return found
