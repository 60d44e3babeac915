"""Changes of made-up files, parsed from real diffs, and claims about them."""

import difflib
from collections.abc import Mapping, Sequence

from hive_guardian.model.severity import Severity
from hive_guardian.review.answer import Claim
from hive_guardian.review.change import ChangeSet
from hive_guardian.review.patch import parse_patch
from hive_guardian.review.plan import Unit, make_plan
from hive_guardian.review.redact import Redactor, is_denied
from hive_guardian.review.snapshot import ChangedFile, load_files

SHOP = """\
import os

LIMIT = 3


def total(prices):
    result = 0
    for price in prices:
        result += price
    return result


def first(prices):
    return prices[0]
"""
SHOP_AFTER = SHOP.replace("    return prices[0]", "    if prices:\n        return prices[1]\n    return None")
Files = Mapping[str, str | None]


def diff(before: Files, after: Files) -> bytes:
    """Return the unified diff between two states; `None` and missing files are absent."""
    out: list[str] = []
    for path in sorted({*before, *after}):
        old, new = before.get(path), after.get(path)
        if old == new:
            continue
        out.append(f"diff --git a/{path} b/{path}\n")
        if old is None:
            out.append("new file mode 100644\n")
        if new is None:
            out.append("deleted file mode 100644\n")
        names = (f"a/{path}" if old is not None else "/dev/null", f"b/{path}" if new is not None else "/dev/null")
        first, second = ((text or "").splitlines(keepends=True) for text in (old, new))
        lines = difflib.unified_diff(first, second, fromfile=names[0], tofile=names[1])
        out += [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]
    return "".join(out).encode()


def changed_files(before: Files, after: Files, redactor: Redactor | None = None) -> tuple[ChangedFile, ...]:
    """Return the files of a change, read and redacted."""
    return load_files(
        parse_patch(diff(before, after)),
        lambda path: _read(before, path),
        lambda path: _read(after, path),
        redactor or Redactor(),
        lambda path: "denied" if is_denied(path) else "",
    )


def _read(files: Files, path: str) -> bytes:
    text = files.get(path)
    if text is None:
        raise FileNotFoundError(path)
    return text.encode()


def change_set(before: Files, after: Files) -> ChangeSet:
    """Return a change without the content of its files."""
    return ChangeSet("base", "head", parse_patch(diff(before, after)))


def units(before: Files, after: Files, *, unit_tokens: int = 6000, redactor: Redactor | None = None) -> Sequence[Unit]:
    """Return what would be sent of a change."""
    return make_plan(changed_files(before, after, redactor), {}, unit_tokens=unit_tokens, most_units=60).units


def shop_unit() -> Unit:
    """Return the unit of the change of SHOP in `shop.py`."""
    (unit,) = units({"shop.py": SHOP}, {"shop.py": SHOP_AFTER})
    return unit


def claim(
    quote: str = "        return prices[1]",
    *,
    file: str = "shop.py",
    hint: int = 15,
    category: str = "correctness",
    severity: Severity = Severity.ERROR,
    title: str = "the second price is returned instead of the first",
    said: str = "prices[1] skips the first price and fails for a list of one",
    evidence: Sequence[str] = (),
    replacement: str | None = None,
) -> Claim:
    """Return a claim, by default a true one about SHOP_AFTER."""
    return Claim(file, quote, hint, category, severity, title, said, "a list of one", tuple(evidence), replacement)
