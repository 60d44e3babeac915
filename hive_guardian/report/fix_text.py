"""What `fix` did, for a person at a terminal."""

from collections import Counter
from collections.abc import Iterator

from hive_guardian.model.fix_report import FixReport, FixResult, FixStatus
from hive_guardian.report.escaping import to_line_start, to_one_line
from hive_guardian.report.options import Verbosity
from hive_guardian.report.paint import Paint
from hive_guardian.report.summary import describe_count, describe_severities

_WORDS = {
    FixStatus.REJECTED: "fix rejected",
    FixStatus.REFUSED: "not fixed",
    FixStatus.FAILED: "not fixed",
    FixStatus.AVAILABLE: "not applied",
}

_VERBS = {
    (False, False): "would fix",
    (False, True): "fixed",
    (True, False): "would create",
    (True, True): "created",
}
"""(Whether the file is new, whether it was written) -> what happened to it."""


def draw_fixes(report: FixReport, *, is_coloured: bool, verbosity: Verbosity) -> str:
    """Return one line per file and per fix that did not succeed, then what it comes to.

    Args:
        report: what was done.
        is_coloured: whether to use the colours of the terminal.
        verbosity: quiet leaves out the summary of a success; verbose lists every fix.
    """
    paint = Paint(is_coloured)
    lines = [*_draw_files(report, paint, is_verbose=verbosity is Verbosity.VERBOSE)]
    lines += _draw_failures(report, paint, is_verbose=verbosity is Verbosity.VERBOSE)
    if verbosity is not Verbosity.QUIET or report.errors:
        lines += _draw_summary(report, paint)
    return "".join(f"{line}\n" for line in lines)


def draw_diff(report: FixReport, *, is_coloured: bool) -> str:
    """Return the unified diff of all files."""
    paint = Paint(is_coloured)
    lines = "".join(file.diff for file in report.files).split("\n")
    return "\n".join(_tint(line, paint) for line in lines) if is_coloured else "\n".join(lines)


def _tint(line: str, paint: Paint) -> str:
    if line.startswith(("---", "+++")):
        return paint.strong(line)
    if line.startswith("@@"):
        return paint.path(line)
    if line.startswith("+"):
        return paint.good(line)
    return paint.alarm(line) if line.startswith("-") else line


def _draw_files(report: FixReport, paint: Paint, *, is_verbose: bool) -> Iterator[str]:
    """Yield the files with new content and the rules whose fixes made it."""
    by_path: dict[str, list[FixResult]] = {}
    for result in report.results:
        for path in result.paths if result.status is FixStatus.APPLIED else ():
            by_path.setdefault(path, []).append(result)
    for file in report.files:
        applied = by_path.get(file.path, [])
        if not applied:
            continue
        rules = Counter(result.finding.rule for result in applied)
        what = ", ".join(f"{rule} x {count:,}" if count > 1 else rule for rule, count in sorted(rules.items()))
        verb = _VERBS[file.is_new, file.is_written]
        yield f"{paint.good(verb)} {paint.path(to_line_start(file.path))}: {to_one_line(what)}"
        if is_verbose:
            for result in applied:
                yield to_one_line(f"  {result.finding.location.line}: {result.finding.rule} {result.fix.title}")


def _draw_failures(report: FixReport, paint: Paint, *, is_verbose: bool) -> Iterator[str]:
    """Yield the fixes that were to be applied and were not; what a rule refused or nobody asked for only if verbose.

    Fixes of one file and rule that share status and reason have one line.
    """
    loud = {FixStatus.REJECTED, FixStatus.FAILED}
    groups: dict[tuple[str, str, FixStatus, str], list[FixResult]] = {}
    for result in report.results:
        if result.status in loud or (is_verbose and result.status is not FixStatus.APPLIED):
            finding = result.finding
            key = finding.location.path, finding.rule, result.status, result.reason
            groups.setdefault(key, []).append(result)
    for (path, rule, status, reason), results in groups.items():
        place = results[0].finding.location
        where = to_line_start(f"{path}:{place.line}:{place.column}")
        more = f" (and {len(results) - 1:,} more in this file)" if len(results) > 1 else ""
        word = paint.alarm(_WORDS[status]) if status in loud else paint.dim(_WORDS[status])
        yield f"{where}: {rule} {word}: {to_one_line(reason)}{more}"


def _draw_summary(report: FixReport, paint: Paint) -> Iterator[str]:
    """Yield what the run comes to."""
    for note in report.notes:
        yield to_one_line(f"note: {note}")
    counts = Counter(result.status for result in report.results)
    is_shown = any(not file.is_written and not file.reason for file in report.files)
    done = "Would apply" if is_shown else "Applied"
    count = sum(not file.reason for file in report.files)
    files = f" in {describe_count(count, 'file')}" if count else ""
    yield paint.strong(f"{done} {_describe_fixes(counts[FixStatus.APPLIED])}{files}")
    yield from _draw_rest(report.results, counts)
    tried = {result.finding.fingerprint for result in report.results}
    missing = sum(1 for one in report.left if one.fix and one.fix.creates and one.fingerprint not in tried)
    if missing:
        yield f"{missing:,} more with `--scaffold`, which creates files that are missing"
    yield f"Left: {describe_severities(report.left)}"
    for error in report.errors:
        where = f"{error.path}: " if error.path else ""
        yield paint.alarm(to_one_line(f"INCOMPLETE: {where}{error.rule} {error.message}"))


def _draw_rest(results: tuple[FixResult, ...], counts: Counter[FixStatus]) -> Iterator[str]:
    unsafe = sum(1 for one in results if one.status is FixStatus.AVAILABLE and one.reason != "it was declined")
    if unsafe:
        yield f"{unsafe:,} more with `--unsafe-fixes`: look at them with `--diff` first"
    for status, words in (
        (FixStatus.REFUSED, "refused, because the place is not as simple as it looks (--verbose says why)"),
        (FixStatus.REJECTED, "rejected, because the result did not pass the proof"),
        (FixStatus.FAILED, "could not be tried or written"),
    ):
        if counts[status]:
            yield f"{counts[status]:,} {words}"


def _describe_fixes(number: int) -> str:
    return f"{number:,} fix{'' if number == 1 else 'es'}"
