"""Entry points as `setup.py` and `setup.cfg` write them: a table of lists, or the text of an INI file."""

from collections.abc import Iterator

from hive_guardian.project.manifests.document import Place
from hive_guardian.project.manifests.pyproject import Script


def read_entry_points(value: object, place: Place) -> Iterator[Script]:
    """Yield the entry points of a literal `entry_points`; what is not written as one is passed over.

    Args:
        value: group -> lines (`name = package.module:object [extra]`), or all groups as one text.
        place: where the keyword stands, for every entry point.
    """
    groups = list(_sections(value)) if isinstance(value, str) else value.items() if isinstance(value, dict) else ()
    for group, lines in groups:
        for line in lines.splitlines() if isinstance(lines, str) else lines if isinstance(lines, list | tuple) else ():
            name, _, target = line.partition("=") if isinstance(line, str) else ("", "", "")
            target = target.partition("[")[0].strip()
            if isinstance(group, str) and name.strip() and target:
                yield Script(name.strip(), target, group.strip(), place)


def _sections(text: str) -> Iterator[tuple[str, str]]:
    """Yield (group, line) of an INI file."""
    group = ""
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith("[") and stripped.endswith("]"):
            group = stripped[1:-1]
        elif group and not stripped.startswith(("#", ";")):
            yield group, stripped
