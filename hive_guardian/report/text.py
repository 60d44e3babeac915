"""Text for a person at a terminal: findings grouped by file with code frames, then what the run covered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from hive_guardian.model.finding import Finding, Status
from hive_guardian.model.report import Report, RuleInfo
from hive_guardian.report.conclusion import conclude
from hive_guardian.report.escaping import to_line_start, to_one_line
from hive_guardian.report.excerpt import cut_excerpt, show_sources
from hive_guardian.report.frame import draw_frame
from hive_guardian.report.options import RenderOptions, Verbosity
from hive_guardian.report.paint import Paint
from hive_guardian.report.summary import (
    count_rules,
    describe_count,
    describe_fix,
    group_by_path,
    index_rules,
    mark_accepted,
    select_shown,
    take_sentence,
)


def render(report: Report, options: RenderOptions) -> str:
    """Return the report as text; empty only in quiet mode, when nothing was found and nothing went wrong."""
    findings = select_shown(report, show_all=options.show_all)
    if options.drawn is not None:
        findings = tuple(findings[index] for index in options.drawn)
    paint = Paint(options.is_coloured)
    lines: list[str] = []
    if options.statistics:
        lines.extend(_draw_statistics(findings, paint))
    elif options.verbosity is Verbosity.QUIET:
        lines.extend(map(_draw_line, findings))
    else:
        lines.extend(_draw_findings(report, findings, options))
    lines.extend(conclude(report, options, paint))
    return "".join(f"{line}\n" for line in lines)


def _draw_line(finding: Finding) -> str:
    """Return a finding on one line that editors and terminals can follow."""
    place = finding.location
    return to_line_start(f"{place.path}:{place.line}:{place.column}: {finding.rule} {mark_accepted(finding)}")


def _draw_statistics(findings: Sequence[Finding], paint: Paint) -> Iterator[str]:
    """Yield one line per rule, most findings first."""
    counts = count_rules(findings)
    if not counts:
        return
    width = len(f"{counts[0].findings:,}")
    code_width = max(len(count.rule) for count in counts)
    name_width = max(len(count.name) for count in counts)
    for count in counts:
        tint = replace(paint, severity=count.severity)
        fixable = paint.good(f"  {count.fixable:,} fixable") if count.fixable else ""
        severity = tint.alarm(f"{count.severity.word:<8}")
        rule = f"{to_one_line(count.rule):<{code_width}}"
        name = f"{to_one_line(count.name):<{name_width}}"
        yield f"{count.findings:>{width},}  {rule}  {severity}  {name}{fixable}".rstrip()
    yield ""


def _draw_findings(report: Report, findings: Sequence[Finding], options: RenderOptions) -> Iterator[str]:
    """Yield the findings of each file under its name."""
    rules = index_rules(report)
    sources = show_sources(report)
    explained: set[str] = set()
    for path, items in group_by_path(findings):
        name = Paint(options.is_coloured).path(to_line_start(path))
        yield f"{name}  ({describe_count(len(items), 'finding')})"
        yield ""
        for finding in items:
            yield from _draw_finding(
                finding, options, sources, None if finding.rule in explained else rules.get(finding.rule)
            )
            explained.add(finding.rule)
            yield ""


def _draw_finding(
    finding: Finding, options: RenderOptions, sources: Mapping[str, Sequence[str]], info: RuleInfo | None
) -> Iterator[str]:
    """Yield a finding with its frame; `info` is given where the rule is to be explained."""
    paint = Paint(options.is_coloured, finding.severity)
    place = finding.location
    gutter = len(str(place.end_line))
    rule = to_one_line(f"{finding.rule} {finding.name}")
    accepted = "" if finding.status is Status.NEW else f" {paint.good(f'[{finding.status}]')}"
    yield f"{paint.alarm(finding.severity.word)} {paint.strong(rule)}{accepted}: {to_one_line(finding.message)}"
    yield f"{' ' * gutter}{paint.dim('-->')} {to_one_line(f'{place.path}:{place.line}:{place.column}')}"
    yield from draw_frame(cut_excerpt(sources.get(place.path, ()), place, options.width), paint, gutter)
    label = f"{' ' * gutter} {paint.dim('=')}"
    yield from (
        f"{label} {note}"
        for note in _take_notes(finding, info, paint, is_verbose=options.verbosity is Verbosity.VERBOSE)
    )


def _take_notes(finding: Finding, info: RuleInfo | None, paint: Paint, *, is_verbose: bool) -> Iterator[str]:
    """Yield what else there is to say: the chain, the reason, the remedy."""
    for related in finding.related:
        yield f"{paint.strong('see:')} {to_one_line(f'{related.path}:{related.line}: {related.message}')}"
    if info and info.why:
        yield f"{paint.strong('why:')} {to_one_line(take_sentence(info.why))}"
    if finding.fix:
        yield f"{paint.strong('fix:')} {describe_fix(finding.fix)}"
    elif info and info.advice:
        yield f"{paint.strong('fix:')} {to_one_line(take_sentence(info.advice))}"
    if finding.status is not Status.NEW:
        yield f"{paint.strong(f'{finding.status}:')} {to_one_line(finding.justification or 'no reason given')}"
    if is_verbose:
        details = f"check {finding.check}, confidence {finding.confidence.word}"
        yield f"{paint.strong('in:')} {to_one_line(f'{finding.symbol or finding.location.path} ({details})')}"
