"""One self-contained HTML page: overview, search and filter; asks nothing of the network and runs from disk."""

from collections.abc import Iterator, Sequence

from hive_guardian.model.finding import Finding, Status
from hive_guardian.model.report import Report
from hive_guardian.report.component_graph import draw_graph, select_edges
from hive_guardian.report.escaping import to_one_line
from hive_guardian.report.excerpt import cut_excerpt, show_sources
from hive_guardian.report.html_head import draw_head, read_asset
from hive_guardian.report.html_overview import (
    Treemap,
    collect_bars,
    draw_bars,
    draw_tally,
    draw_treemap,
    name_component,
)
from hive_guardian.report.json_text import encode_json
from hive_guardian.report.markup import to_html, to_html_prose
from hive_guardian.report.options import RenderOptions
from hive_guardian.report.summary import (
    SEVERITIES,
    describe_count,
    describe_fix,
    describe_scope,
    describe_severities,
    is_complete,
    list_errors,
    select_shown,
    take_sentence,
)

_WIDTH = 200
_LEGEND = "".join(f'<li><i class="dot {severity.word}"></i>{severity.word}</li>' for severity in SEVERITIES)


def render(report: Report, options: RenderOptions) -> str:
    """Return the page; the same bytes for equal reports."""
    findings = select_shown(report, show_all=options.show_all)
    paths = [to_one_line(finding.location.path) for finding in findings]
    components = [to_one_line(name_component(finding.location.path, options.components)) for finding in findings]
    by_path = collect_bars(findings, [(path, _label_path(path)) for path in paths])
    treemap = draw_treemap(by_path)
    style, script = f"{read_asset('page.css')}{treemap.style}\n", read_asset("page.js")
    body = [
        *_draw_top(report),
        *_draw_charts(findings, components),
        *(draw_bars("Hottest files", "Where most findings are.", "path", by_path) if findings else ()),
        *_draw_treemap(treemap),
        *_draw_graph(options),
        *_draw_tools(findings, components),
        *_draw_coverage(report),
    ]
    return "\n".join(
        (
            *draw_head(describe_severities(report.findings), style, script),
            *body,
            f'<script type="application/json" id="data">{_encode_data(report, findings, components)}</script>',
            f"<script>{script}</script>",
            "</body>",
            "</html>",
            "",
        )
    )


def _draw_top(report: Report) -> Iterator[str]:
    """Yield the verdict, what it rests on, and what weakens it."""
    accepted = sum(1 for finding in report.findings if finding.status is not Status.NEW)
    has_new = any(finding.status is Status.NEW for finding in report.findings)
    verdict = describe_severities(report.findings)
    if not is_complete(report):
        verdict = f"Incomplete: {verdict} so far"
    kind = ' class="clean"' if not has_new and is_complete(report) else ""
    yield '<header class="top"><strong>hive-guardian</strong>'
    yield '<button type="button" class="quiet" id="theme" hidden>Light / dark</button></header>'
    yield f"<main><h1{kind}>{to_html(verdict[:1].upper() + verdict[1:])}</h1>"
    yield f'<p class="coverage">{describe_scope(report)} on {to_html(report.today)}.</p>'
    errors = list_errors(report)
    if errors:
        yield '<section class="alert"><h2>The check is incomplete</h2>'
        yield "<p>This is not a result for the whole project.</p><ul>"
        for error in errors:
            place = " ".join(part for part in (error.rule, error.path) if part)
            yield f"<li><b>{error.kind}</b> {to_html(place)}: {to_html_prose(error.message)}</li>"
        yield "</ul></section>"
    yield from draw_tally(report, report.findings, accepted)
    yield from (f'<p class="coverage">{to_html_prose(note)}</p>' for note in report.notes)


def _draw_charts(findings: Sequence[Finding], components: Sequence[str]) -> Iterator[str]:
    """Yield the bars by rule and by component."""
    if not findings:
        return
    by_rule = collect_bars(findings, [(to_one_line(item.rule), _label_rule(item)) for item in findings])
    by_component = collect_bars(findings, [(component, to_html(component)) for component in components])
    yield '<div class="pair">'
    yield from draw_bars("By rule", "Which rules are broken most.", "rule", by_rule)
    yield from draw_bars("By component", "Who has the most to do.", "component", by_component)
    yield "</div>"


def _label_rule(finding: Finding) -> str:
    """Return the name of a rule for a bar."""
    return f"{to_html(finding.rule)} <i>{to_html(finding.name)}</i>"


def _label_path(path: str) -> str:
    """Return a path for a bar."""
    return f'<span class="mono">{to_html(path)}</span>'


def _draw_treemap(treemap: Treemap) -> Iterator[str]:
    """Yield the card with the treemap."""
    if not treemap.html:
        return
    yield '<section class="card"><h2>Where the findings are</h2>'
    yield "<p>An area is a file; its size is the number of findings, its colour the most severe one.</p>"
    yield f'<div class="treemap">{treemap.html}</div><ul class="legend">{_LEGEND}</ul></section>'


def _draw_graph(options: RenderOptions) -> Iterator[str]:
    """Yield the card with the import graph."""
    edges = select_edges(options.edges)
    if not edges:
        return
    forbidden = sum(1 for edge in edges if edge.is_violation)
    yield '<section class="card"><h2>Imports between components</h2>'
    counts = f"{describe_count(len(edges), 'edge')}, {forbidden:,} forbidden"
    yield f"<p>{counts}. Importers stand above what they import.</p>"
    yield f'<div class="graph" tabindex="0">{draw_graph(edges)}</div>'
    yield '<ul class="legend"><li><i class="swatch"></i>allowed</li>'
    yield '<li><i class="swatch violation"></i>forbidden</li></ul></section>'


def _draw_tools(findings: Sequence[Finding], components: Sequence[str]) -> Iterator[str]:
    """Yield the list of findings, empty until the script fills it, with search and filters."""
    rules = sorted({(to_one_line(finding.rule), to_one_line(finding.name)) for finding in findings})
    yield '<section id="findings"><h2>Findings</h2><div class="tools">'
    yield '<input type="search" id="query" placeholder="Search path, rule, message" aria-label="Search findings">'
    yield '<div class="chips" role="group" aria-label="Severities">'
    for severity in SEVERITIES:
        yield (
            f'<button type="button" class="chip" aria-pressed="true" data-severity="{severity.word}">'
            f'<i class="dot {severity.word}"></i>{severity.word}</button>'
        )
    yield '</div><select id="rule" aria-label="Rule"><option value="">All rules</option>'
    yield from (f'<option value="{to_html(code)}">{to_html(f"{code} {name}")}</option>' for code, name in rules)
    yield '</select><select id="component" aria-label="Component"><option value="">All components</option>'
    yield from (f'<option value="{to_html(name)}">{to_html(name)}</option>' for name in sorted(set(components)))
    yield '</select></div><div class="status"><span id="count" aria-live="polite"></span>'
    yield '<button type="button" class="quiet" id="path" hidden></button>'
    yield '<button type="button" class="quiet" id="clear" hidden>Clear filters</button></div>'
    yield '<div id="list"><noscript><p class="empty">The list of findings needs JavaScript.</p></noscript></div>'
    yield '<button type="button" class="quiet" id="more" hidden></button></section>'


def _draw_coverage(report: Report) -> Iterator[str]:
    """Yield what ran and what did not."""
    counts = {info.code: 0 for info in report.rules}
    for finding in report.findings:
        if finding.status is Status.NEW and finding.rule in counts:
            counts[finding.rule] += 1
    yield f'<details class="card after"><summary>{describe_count(len(report.rules), "rule")} ran</summary>'
    yield '<table><tr><th>Rule</th><th>Title</th><th class="number">Findings</th></tr>'
    for info in report.rules:
        rule = f"<td>{to_html(f'{info.code} {info.name}')}</td><td>{to_html_prose(info.title)}</td>"
        yield f'<tr>{rule}<td class="number">{counts[info.code]:,}</td></tr>'
    yield "</table></details>"
    if report.skipped:
        yield f'<details class="card"><summary>{describe_count(len(report.skipped), "file")} skipped</summary>'
        yield "<table><tr><th>File</th><th>Reason</th></tr>"
        for skipped in report.skipped:
            yield f'<tr><td class="mono">{to_html(skipped.path)}</td><td>{to_html_prose(skipped.reason)}</td></tr>'
        yield "</table></details>"
    yield f"<footer>hive-guardian {to_html(report.version)}, {to_html(report.today)}</footer></main>"


def _encode_data(report: Report, findings: Sequence[Finding], components: Sequence[str]) -> str:
    """Return the findings as JSON that cannot end the script element (HTML, 4.12.1.3)."""
    sources = show_sources(report)
    items = [
        _convert_finding(item, component, sources.get(item.location.path, ()))
        for item, component in zip(findings, components, strict=True)
    ]
    rules = {to_one_line(info.code): {"why": to_one_line(take_sentence(info.why))} for info in report.rules}
    text = encode_json({"findings": items, "rules": rules})
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _convert_finding(finding: Finding, component: str, lines: Sequence[str]) -> dict[str, object]:
    """Return a finding for the script; all text is already safe to show."""
    place = finding.location
    return {
        "rule": to_one_line(finding.rule),
        "name": to_one_line(finding.name),
        "severity": finding.severity.word,
        "path": to_one_line(place.path),
        "component": component,
        "line": place.line,
        "column": place.column,
        "message": to_one_line(finding.message),
        "symbol": to_one_line(finding.symbol),
        "status": finding.status.value,
        "justification": to_one_line(finding.justification or ""),
        "fix": describe_fix(finding.fix) if finding.fix else "",
        "related": [
            {"path": to_one_line(item.path), "line": item.line, "message": to_one_line(item.message)}
            for item in finding.related
        ],
        "excerpt": [[line.number, line.before, line.marked, line.after] for line in cut_excerpt(lines, place, _WIDTH)],
    }
