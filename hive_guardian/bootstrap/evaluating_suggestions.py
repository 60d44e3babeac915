"""Apply what a review suggests, and look at the result without the review's own proof."""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from hive_guardian.bootstrap.checking import CheckRequest, check
from hive_guardian.bootstrap.evaluation_workshop import REPOSITORY, TODAY, Workshop
from hive_guardian.config.layers import CommandLine
from hive_guardian.model.finding import Status
from hive_guardian.model.review import ReviewReport
from hive_guardian.review.evaluation.case import Case
from hive_guardian.review.evaluation.observation import Applied
from hive_guardian.review.symbols import parse


def apply_suggestions(case: Case, push: int, report: ReviewReport, workshop: Workshop) -> Iterator[Applied]:
    """Yield what becomes of every suggestion that is offered, once it is applied."""
    state = case.pushes[push - 1]
    offered = [one for one in report.findings if one.suggestion is not None]
    if not offered:
        return
    before = _count_findings(workshop, state)
    for one in offered:
        suggestion = one.suggestion
        if suggestion is None:
            continue
        place = f"{one.path}:{suggestion.line}"
        content = _replace_lines(state[one.path], suggestion.line, suggestion.end_line, suggestion.text)
        if not _compiles(content):
            yield Applied(place, "it does not parse")
            continue
        more = _count_findings(workshop, {**state, one.path: content})
        worse = sorted(rule for rule, many in more.items() if many > before.get(rule, 0))
        yield Applied(place, f"{worse[0]} finds more" if worse else "")


def _compiles(content: bytes) -> bool:
    """Whether Python accepts a file; nothing of it runs."""
    tree = parse(content.decode("utf-8", "replace"))
    if tree is None:
        return False
    try:
        # guardian: allow[GR15] to compile is not to run, and the parser accepts more than the compiler
        compile(tree, "<suggestion>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def _replace_lines(content: bytes, first: int, last: int, text: str) -> bytes:
    """Return a file with other lines in the place of some, with the line ends it has."""
    end = b"\r\n" if b"\r\n" in content else b"\n"
    lines = content.split(end)
    return end.join([*lines[: first - 1], *text.encode().split(b"\n"), *lines[last:]])


def _count_findings(workshop: Workshop, state: Mapping[str, bytes]) -> dict[str, int]:
    """Return rule -> number of findings in a project with these files."""
    with tempfile.TemporaryDirectory(dir=workshop.folder) as name:
        root = Path(name) / REPOSITORY
        for path, content in state.items():
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        done = check(CheckRequest((str(root),), CommandLine(), TODAY, jobs=1, cache=False))
    found: dict[str, int] = {}
    for one in done.outcome.report.findings:
        if one.status is Status.NEW:
            found[one.rule] = found.get(one.rule, 0) + 1
    return found
