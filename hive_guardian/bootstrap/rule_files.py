"""Rules without code in the files of a project: found, read and compiled.

They may come from a stranger's checkout, so everything has a limit and a symbolic link is not followed out of it.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from hive_guardian.engine.declarative.load import load_rule
from hive_guardian.engine.declarative.reading import LONGEST
from hive_guardian.model.errors import UsageError
from hive_guardian.model.rule import Rule

ENDING = ".rule.toml"
_MOST = 500


def find_rule_files(directory: Path) -> list[Path]:
    """Return the rule files in a directory and below, sorted.

    Raises:
        UsageError: there are too many.
    """
    found = sorted(
        Path(folder, name) for folder, _, names in os.walk(directory) for name in names if name.endswith(ENDING)
    )
    if len(found) > _MOST:
        raise UsageError(f"{directory.name}: more than {_MOST} files end in {ENDING}")
    return found


def read_rule_files(directory: Path, shown: str, taken: Mapping[str, str]) -> list[tuple[str, type[Rule]]]:
    """Return (name for messages, rule class) for each rule file of a directory.

    Args:
        directory: absolute.
        shown: the directory as written in the configuration.
        taken: ids and names of the other rules -> where they come from.

    Raises:
        UsageError: files that cannot be read, are wrong, or take the id or name of another rule; all of them, one line
            per problem.
    """
    found: list[tuple[str, type[Rule]]] = []
    problems: list[str] = []
    known = dict(taken)
    for path in find_rule_files(directory):
        name = f"{shown.rstrip('/')}/{path.relative_to(directory).as_posix()}"
        try:
            rule = read_rule_file(path, name)
        except UsageError as error:
            problems.append(str(error))
            continue
        problems += [f"{name}: {key} is a rule of {known[key]}" for key in (rule.code, rule.name) if key in known]
        known |= dict.fromkeys((rule.code, rule.name), name)
        found.append((name, rule))
    if problems:
        raise UsageError("\n".join(problems))
    return found


def read_rule_file(path: Path, name: str) -> type[Rule]:
    """Return the rule class of one file, which messages call `name`.

    Raises:
        UsageError: the file cannot be read or is wrong.
    """
    return load_rule(name, _read(path, name))


def compile_rules(files: Iterable[tuple[str, str]]) -> Iterator[type[Rule]]:
    """Yield the rule class of each (name, text) that a plugin brings.

    Raises:
        UsageError: a text is wrong; with its name and lines.
    """
    for name, text in files:
        yield load_rule(name, text)


def _read(path: Path, name: str) -> str:
    if path.is_symlink():
        raise UsageError(f"{name}: is a symbolic link; put the file itself here")
    try:
        with path.open("rb") as stream:
            data = stream.read(4 * LONGEST + 1)
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{name}: is not UTF-8, or longer than {LONGEST} characters") from None
    except OSError as error:
        raise UsageError(f"{name}: cannot be read: {error.strerror}") from error
