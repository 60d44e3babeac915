"""Which entry of the baseline accounts for which finding: one to one, whatever moved (ADR 9).

An entry is tried first where it says it is, then in the same file, then, if that file is gone, anywhere. Every step is
one to one and works in the order of the entries: equal inputs give equal pairs, and an entry never accounts for a
second finding.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b

from hive_guardian.engine.baseline import Entry
from hive_guardian.model.finding import Finding

Key = tuple[str, ...]

_SIZE = 8
_PLACEHOLDER = "\0"


def describe_finding(finding: Finding, *, added: str = "", reason: str = "", until: str = "") -> Entry:
    """Return the entry that accepts a finding."""
    path = finding.location.path
    code = blake2b(_placeless(finding).encode("utf-8", "surrogatepass"), digest_size=_SIZE).hexdigest()
    return Entry(path, finding.rule, finding.check, finding.symbol, code, finding.fingerprint, added, reason, until)


def _placeless(finding: Finding) -> str:
    """Return the normalised code without the dotted name of its module, which a move changes.

    Names without a dot stay, because any word of the code may be equal to one.
    """
    module = module_of(finding.symbol, finding.location.path)
    if "." not in module or module not in finding.anchor:
        return finding.anchor
    return re.sub(rf"(?<![\w.]){re.escape(module)}(?!\w)", _PLACEHOLDER, finding.anchor)


@lru_cache(maxsize=4096)
def module_of(symbol: str, path: str) -> str:
    """Return the part of a symbol that names the module: the longest beginning that the path ends with."""
    parts = path.rpartition(".")[0].removesuffix("/__init__").split("/") if path else []
    names = symbol.split(".")
    for length in range(min(len(names), len(parts)), 0, -1):
        if names[:length] == parts[-length:]:
            return ".".join(names[:length])
    return ""


def tail_of(entry: Entry) -> str:
    """Return the definition an entry lies in as its module calls it; empty for code of the module itself."""
    return entry.symbol.removeprefix(module_of(entry.symbol, entry.path)).removeprefix(".")


def _place(entry: Entry) -> Key:
    return entry.rule, entry.check, entry.path, entry.symbol, entry.code


def _file(entry: Entry) -> Key:
    return entry.rule, entry.check, entry.path, entry.code


def _namesake(entry: Entry) -> Key:
    return entry.rule, entry.check, tail_of(entry), entry.code, entry.path.rpartition("/")[2]


def _content(entry: Entry) -> Key:
    return entry.rule, entry.check, tail_of(entry), entry.code


_IN_FILE: tuple[Callable[[Entry], Key], ...] = (_place, _file)
_ACROSS_FILES: tuple[Callable[[Entry], Key], ...] = (_namesake, _content)


@dataclass(slots=True)
class Pairs:
    """Entries and the findings they account for.

    Attributes:
        entries: fingerprint of a finding -> its entry.
        moves: fingerprint of an entry -> how the entry reads where its finding is now; absent where it reads the same.
        spare: entries without a finding, in order.
        open: findings without an entry, as entries, in order.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    moves: dict[str, Entry] = field(default_factory=dict)
    spare: list[Entry] = field(default_factory=list)
    open: list[Entry] = field(default_factory=list)

    def join(self, keys: Iterable[Callable[[Entry], Key]]) -> None:
        """Pair what is left, one to one, by each key in turn."""
        for key in keys:
            if self.spare and self.open:
                self._join(key)

    def _join(self, key: Callable[[Entry], Key]) -> None:
        waiting: dict[Key, list[Entry]] = {}
        for entry in reversed(self.spare):
            waiting.setdefault(key(entry), []).append(entry)
        left: list[Entry] = []
        taken: set[str] = set()
        for wanted in self.open:
            pool = waiting.get(key(wanted))
            if not pool:
                left.append(wanted)
                continue
            entry = pool.pop()
            taken.add(entry.fingerprint)
            self.entries[wanted.fingerprint] = entry
            self.moves[entry.fingerprint] = wanted._replace(added=entry.added, reason=entry.reason, until=entry.until)
        self.open = left
        self.spare = [entry for entry in self.spare if entry.fingerprint not in taken]


def pair_in_files(entries: Sequence[Entry], findings: Iterable[Finding]) -> Pairs:
    """Pair entries with the findings of their own files.

    First by fingerprint; then by place, for equal findings of which one went; then by file, for renamed definitions.

    Args:
        entries: ordered, each fingerprint once.
        findings: with fingerprints, each once.
    """
    waiting = {entry.fingerprint: entry for entry in entries}
    pairs = Pairs()
    unknown: list[Finding] = []
    for finding in findings:
        entry = waiting.pop(finding.fingerprint, None)
        if entry is None:
            unknown.append(finding)
        else:
            pairs.entries[finding.fingerprint] = entry
    pairs.spare = list(waiting.values())
    pairs.open = sorted(map(describe_finding, unknown)) if unknown else []
    pairs.join(_IN_FILE)
    return pairs


def may_have_moved(pairs: Pairs, is_gone: Callable[[str], bool]) -> bool:
    """Whether some finding without an entry has the content of an entry whose file is gone."""
    if not (pairs.spare and pairs.open):
        return False
    wanted = {_content(entry) for entry in pairs.open}
    return any(_content(entry) in wanted and is_gone(entry.path) for entry in pairs.spare)


def pair_moved(pairs: Pairs, is_gone: Callable[[str], bool]) -> None:
    """Pair what is left by content, files of the same name first: files that were moved or renamed.

    An entry of a file that is still there stays with it: whoever mends one `print` and writes another elsewhere has
    made a new finding.

    Args:
        pairs: to complete.
        is_gone: whether a path of an entry is no file any more.
    """
    pairs.join(_IN_FILE)
    staying = [entry for entry in pairs.spare if not is_gone(entry.path)]
    pairs.spare = [entry for entry in pairs.spare if is_gone(entry.path)]
    pairs.join(_ACROSS_FILES)
    pairs.spare = sorted([*pairs.spare, *staying])
