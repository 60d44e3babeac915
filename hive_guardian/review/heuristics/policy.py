"""Changes of what judges changes: configuration of rules, accepted findings, suppressions."""

import re
from collections.abc import Iterator

from hive_guardian.model.review import ReviewFinding
from hive_guardian.model.severity import Severity
from hive_guardian.review.heuristics.scene import Scene, make_finding

_FILES = ("hive-guardian.toml", "hive-guardian-baseline.json")
_SECTION = re.compile(r"^\s*\[\[?tool\.hive-guardian\b")
_DIRECTIVE = re.compile(r"#\s*guardian:\s*(?:allow|disable|off|ignore)", re.IGNORECASE)


def find_policy_changes(scene: Scene) -> Iterator[ReviewFinding]:
    """Yield changed settings of the golden rules, and added suppressions."""
    for path, file in sorted(scene.files.items()):
        name = path.rpartition("/")[2]
        if (
            name in _FILES
            or (name == "pyproject.toml" and _touches_section(scene, path))
            or path.endswith(".rule.toml")
        ):
            yield make_finding(
                "policy-change", "security", Severity.INFO, path, (1, 1),
                title="the change alters what the golden rules ask for",
                message="this review judged by the configuration before it; a person should agree to the new one",
            )  # fmt: skip
        for hunk in file.change.hunks:
            for line in hunk.added:
                if path.endswith((".py", ".pyi")) and _DIRECTIVE.search(line.text):
                    yield make_finding(
                        "added-suppression", "security", Severity.INFO, path, (line.new, line.new),
                        title="the change suppresses a golden rule",
                        message="a finding does not count at this place any more; is the reason given a good one?",
                        text=line.text,
                    )  # fmt: skip


def _touches_section(scene: Scene, path: str) -> bool:
    """Whether a changed line of a manifest lies in a table of this program."""
    file = scene.files[path]
    for side, numbers in (
        (file.new, [line.new for hunk in file.change.hunks for line in hunk.added]),
        (file.old, [line.old for hunk in file.change.hunks for line in hunk.removed]),
    ):
        for number in numbers if side is not None else ():
            above = side.lines[:number] if side is not None else ()
            header = next((text for text in reversed(above) if text.lstrip().startswith("[")), "")
            if _SECTION.match(header):
                return True
    return False
