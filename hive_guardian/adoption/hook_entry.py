"""The entry for pre-commit, added to a configuration without touching its comments and order."""

import re

from hive_guardian.adoption.source import Source
from hive_guardian.model.errors import UsageError
from hive_guardian.project.manifests.document import ManifestProblem
from hive_guardian.project.manifests.pre_commit import HookRepository, read_pre_commit

HOOK = "hive-guardian"
_REPOS = re.compile(r"repos:[ \t]*(?P<empty>\[[ \t]*\])?[ \t]*(?:#.*)?")
_IN_FLOW_MAP = re.compile(rb"^[^#\n]*\{[^}#\n]*\bid:[ \t]*[\"']?hive-guardian\b", re.MULTILINE)
_ITEM = re.compile(r"(?P<indent> *)-(?P<gap> +)")


def has_hook(path: str, data: bytes) -> bool:
    """Whether a configuration of pre-commit runs this program already.

    Raises:
        UsageError: it cannot be read; names the line.
    """
    return any(_runs_us(one) for one in _read(path, data)) or _IN_FLOW_MAP.search(data) is not None


def new_hook_file(source: Source) -> bytes:
    """Return a configuration of pre-commit with our hook only."""
    return ("repos:\n" + _entry(source, "  ", " ", "\n")).encode()


def add_hook(path: str, data: bytes, source: Source) -> bytes:
    """Return a configuration of pre-commit with our hook behind the others, everything else byte for byte as it was.

    Args:
        path: root-relative.
        data: its content.
        source: where the hook installs this program from.

    Raises:
        UsageError: the file is not YAML of the plain form that hook files have, so that nobody could prove that the
            entry lands in the right place; names the line.
    """
    before = _read(path, data)
    text = data.decode("utf-8")
    line_end = "\r\n" if "\r\n" in text else "\n"
    merged = _merge(text, source, line_end)
    after = _read(path, merged.encode()) if merged else ()
    if not merged or [_said(one) for one in after[:-1]] != [_said(one) for one in before] or not _runs_us(after[-1]):
        snippet = _entry(source, "  ", " ", "\n")
        raise UsageError(f"{path}: has no list of repos that an entry could be added to; add it by hand:\n{snippet}")
    return merged.encode()


def _read(path: str, data: bytes) -> tuple[HookRepository, ...]:
    found = read_pre_commit(path, data, is_outline=True)
    if isinstance(found, ManifestProblem):
        raise UsageError(
            f"{found.path}:{found.line}: {found.message}; mend it, or leave this file alone with "
            "--only settings --only workflow"
        )
    return found


def _runs_us(repository: HookRepository) -> bool:
    return any(hook == HOOK or hook.startswith(f"{HOOK}-") for hook in repository.hooks)


def _said(repository: HookRepository) -> tuple[str, str, tuple[str, ...]]:
    return repository.url, repository.revision, repository.hooks


def _merge(text: str, source: Source, line_end: str) -> str:
    """Return the text with the entry, empty when there is no block list `repos` at the top level."""
    lines = text.splitlines(keepends=True)
    heads = ((row, found) for row, line in enumerate(lines) if (found := _REPOS.fullmatch(line.rstrip("\r\n"))))
    row, head = next(heads, (0, None))
    if head is None:
        return ""
    if head["empty"]:
        lines[row] = lines[row].replace(head["empty"], "", 1).replace("repos: ", "repos:", 1)
    item = next((_ITEM.match(line) for line in lines[row + 1 :] if _is_content(line)), None)
    indent, gap = (item["indent"], item["gap"]) if item and not head["empty"] else ("  ", " ")
    end = _end_of_list(lines, row + 1, len(indent))
    if not lines[end - 1].endswith("\n"):
        lines[end - 1] += line_end
    spacer = line_end if any(not line.strip() for line in lines[row + 1 : end]) else ""
    return "".join([*lines[:end], spacer, _entry(source, indent, gap, line_end), *lines[end:]])


def _is_content(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _end_of_list(lines: list[str], start: int, indent: int) -> int:
    """Return the index behind the last line of a block list: deeper lines, items, and comments in between."""
    end = start
    for index in range(start, len(lines)):
        line = lines[index]
        width = len(line) - len(line.lstrip(" "))
        is_item = width == indent and line[width : width + 1] == "-"
        if _is_content(line) and not is_item and width <= indent:
            break
        if line.strip() and (width > indent or is_item or width == indent > 0):
            end = index + 1
    return end


def _entry(source: Source, indent: str, gap: str, line_end: str) -> str:
    """Return one item of `repos`."""
    if source.url:
        rows = [f"repo: {source.url}", f"rev: {source.revision}", "hooks:", f"  -{gap}id: {HOOK}"]
    else:
        deep = " " * (3 + len(gap))
        rows = [
            "repo: local",
            "hooks:",
            f"  -{gap}id: {HOOK}",
            f"{deep}name: {HOOK}",
            f"{deep}entry: {HOOK} check",
            f"{deep}language: python",
            f'{deep}additional_dependencies: ["{source.requirement}"]',
            f"{deep}types_or: [python, pyi]",
            f"{deep}require_serial: true",
        ]
    marks = [f"{indent}-{gap}", *[f"{indent} {' ' * len(gap)}"] * (len(rows) - 1)]
    return "".join(f"{mark}{row}{line_end}" for mark, row in zip(marks, rows, strict=True))
