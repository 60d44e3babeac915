"""The state before or after a diff, made from the other one; a hunk fits exactly where it says, or not at all."""

from collections.abc import Callable, Mapping, Sequence

from hive_guardian.model.errors import UsageError
from hive_guardian.model.frozen_class import frozen
from hive_guardian.review.change import ChangeKind, FileChange, Hunk, Mark

Find = Callable[[str], bytes | None]
"""Returns the content of a file, `None` if there is none."""


@frozen
class States:
    """What differs from the files at hand; `None` stands for a file that is absent.

    Attributes:
        before: path -> content before the change.
        after: path -> content after the change.
    """

    before: Mapping[str, bytes | None]
    after: Mapping[str, bytes | None]


def find_states(files: Sequence[FileChange], find: Find) -> States:
    """Return both states of a change, whether the files at hand are those before it or those after it.

    Raises:
        UsageError: they are neither.
    """
    undone = [_turn(file, find, is_undone=True) for file in files]
    if all(one is not None for one in undone):
        return States(_merge(undone), {})
    done = [_turn(file, find, is_undone=False) for file in files]
    if all(one is not None for one in done):
        return States({}, _merge(done))
    bad = next(file for file, one, two in zip(files, undone, done, strict=True) if one is None or two is None)
    raise UsageError(f"the diff fits neither before nor after the files here; look at {bad.path}")


def _merge(turned: Sequence[Mapping[str, bytes | None] | None]) -> dict[str, bytes | None]:
    return {path: data for one in turned for path, data in (one or {}).items()}


def _turn(file: FileChange, find: Find, *, is_undone: bool) -> Mapping[str, bytes | None] | None:
    """Return what a file becomes, path -> content; `None` if the diff does not fit."""
    if file.is_binary or file.is_submodule or file.is_link:
        return {}
    before = file.old_path if file.kind is not ChangeKind.ADDED else ""
    after = file.path if file.kind is not ChangeKind.DELETED else ""
    source, target = (after, before) if is_undone else (before, after)
    if not source:
        made = b"".join(line.text.encode() + b"\n" for hunk in file.hunks for line in hunk.lines)
        return {target: made} if find(target) is None else None
    data = find(source)
    if data is None or (target and target != source and find(target) is not None):
        return None
    changed = _change(data, file.hunks, is_undone=is_undone)
    if changed is None:
        return None
    gone: dict[str, bytes | None] = {} if file.kind is ChangeKind.COPIED and not is_undone else {source: None}
    return gone | {target: changed} if target else gone


def _change(data: bytes, hunks: Sequence[Hunk], *, is_undone: bool) -> bytes | None:
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    end = "\r" if sum(line.endswith("\r") for line in lines) * 2 > len(lines) else ""
    out: list[str] = []
    at = 0
    for hunk in hunks:
        start, count = (hunk.new_start, hunk.new_count) if is_undone else (hunk.old_start, hunk.old_count)
        first = start - 1 if count else start
        skipped, kept = (Mark.OLD, Mark.NEW) if is_undone else (Mark.NEW, Mark.OLD)
        expected = [line.text for line in hunk.lines if line.mark is not skipped]
        if first < at or [_plain(line) for line in lines[first : first + count]] != expected:
            return None
        out += lines[at:first]
        at = first
        for line in hunk.lines:
            if line.mark is skipped:
                out.append(line.text + end)
                continue
            if line.mark is not kept:
                out.append(lines[at])
            at += 1
    return "\n".join([*out, *lines[at:]]).encode("utf-8", "surrogateescape")


def _plain(line: str) -> str:
    """Return a line of a file as a parsed diff has it."""
    return line.removesuffix("\r").encode("utf-8", "surrogateescape").decode("utf-8", "replace")
