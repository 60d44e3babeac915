"""What the changed files hold on both sides, already redacted."""

from collections.abc import Callable, Iterable

from hive_guardian.model.frozen_class import frozen
from hive_guardian.review.change import ChangeKind, FileChange
from hive_guardian.review.redact import Redactor
from hive_guardian.review.symbols import Symbol, list_symbols, parse
from hive_guardian.source.text import decode

Read = Callable[[str], bytes]
"""Returns the content of a file; raises OSError."""
_PYTHON = (".py", ".pyi")
_MOST_BYTES = 2_000_000


@frozen
class Side:
    """One file before or after the change.

    Attributes:
        text: as it is; never sent.
        lines: redacted, without line ends; `lines[0]` is line 1.
        symbols: definitions, empty for what is no Python.
    """

    text: str
    lines: tuple[str, ...]
    symbols: tuple[Symbol, ...] = ()


@frozen
class ChangedFile:
    """A changed file with its content.

    Attributes:
        change: what happened to it.
        old: before; `None` for an added file, or when nobody needs to read it.
        new: after; `None` for a deleted file.
        obstacle: why its content cannot be shown to anybody, empty if it can.
    """

    change: FileChange
    old: Side | None = None
    new: Side | None = None
    obstacle: str = ""


def load_files(
    changes: Iterable[FileChange], read_old: Read, read_new: Read, redactor: Redactor, withheld: Callable[[str], str]
) -> tuple[ChangedFile, ...]:
    """Read and redact changed files.

    Args:
        changes: what happened to each.
        read_old: reads from the state before the change.
        read_new: reads from the state after it.
        redactor: takes secrets out; afterwards it knows those of all files.
        withheld: returns why a path is never sent, empty if it may be.
    """
    return tuple(_load(change, read_old, read_new, redactor, withheld) for change in changes)


def _load(
    change: FileChange, read_old: Read, read_new: Read, redactor: Redactor, withheld: Callable[[str], str]
) -> ChangedFile:
    obstacle = withheld(change.path) or (withheld(change.old_path) if change.old_path else "")
    if change.is_submodule:
        obstacle = obstacle or "a submodule: its content lies in another repository"
    if change.is_link:
        obstacle = obstacle or "a symbolic link: what it leads to is no part of the change"
    if change.is_binary:
        obstacle = obstacle or "a binary file"
    if obstacle:
        return ChangedFile(change, obstacle=obstacle)
    try:
        old = None if change.kind is ChangeKind.ADDED else _side(change.old_path, read_old, redactor)
        new = None if change.kind is ChangeKind.DELETED else _side(change.path, read_new, redactor)
    except OSError as error:
        return ChangedFile(change, obstacle=f"it cannot be read: {error.strerror or 'not found'}")
    except ValueError as error:
        return ChangedFile(change, obstacle=str(error))
    return ChangedFile(change, old, new)


def _side(path: str, read: Read, redactor: Redactor) -> Side:
    data = read(path)
    if len(data) > _MOST_BYTES:
        raise ValueError(f"it is larger than {_MOST_BYTES:,} bytes")
    is_python = path.endswith(_PYTHON)
    try:
        text = decode(data) if is_python else data.decode("utf-8")
    except (SyntaxError, UnicodeDecodeError):
        text = data.decode("utf-8", "replace")
    text = text.replace("\r\n", "\n")
    lines = tuple(redactor.redact(text).split("\n"))
    if len(lines) != text.count("\n") + 1:
        raise ValueError("its secrets cannot be taken out without losing lines")
    return Side(text, lines, list_symbols(parse(text)) if is_python else ())
