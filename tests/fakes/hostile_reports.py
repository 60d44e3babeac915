"""Hypothesis strategies for reports that hold whatever text a repository may contain."""

from hypothesis import strategies as st

from hive_guardian.model.edit import Edit, Fix, Safety
from hive_guardian.model.finding import Finding, Related, Status
from hive_guardian.model.report import Report, RuleInfo, Skipped
from hive_guardian.model.severity import Severity
from tests.fakes.reports import make_finding, make_report

HOSTILE = (
    "]]>", "::error::x", "::stop-commands::x", "##vso[task.setvariable variable=a]b", "##[set-env name=a]b",
    "\x1b[31mred", "\ud800", "\udcff", "</script>", "<!--", "<img src=x onerror=alert(1)>", "&amp;", "|", "`", "`a`",
    "](http://x.example)", "\r\n", "\n", "\r", "%0A", "%AZP25", "\u202e", "\x00", "\x85", "\u2028", "@user", '"', "'",
    ";", ",", ":", "]", "\\", "\t", "😀", "合", "\u0301", "  ", "www.x.example", "#1", "*", "-->", "{{", "${{ x }}",
)  # fmt: skip

texts = st.lists(st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=()), max_size=4), max_size=5).map(
    "".join
)
paths = texts.filter(lambda text: bool(text.strip("/. \t"))).map(lambda text: text.replace("/", "-"))
rules = st.from_regex(r"[A-Z]{2,4}[0-9]{2}", fullmatch=True)


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    """Draw a finding with hostile text everywhere."""
    line, column = draw(st.integers(1, 6)), draw(st.integers(1, 12))
    end_line = draw(st.integers(line, line + 6))
    end_column = draw(st.integers(column if end_line == line else 1, 14))
    path = draw(paths)
    edit = Edit(path, line, column, end_line, end_column, draw(texts))
    return make_finding(
        path,
        line,
        rule=draw(rules),
        severity=draw(st.sampled_from(Severity)),
        status=draw(st.sampled_from(Status)),
        message=draw(texts),
        span=(column, end_line, end_column),
        fix=draw(st.none() | st.just(Fix(draw(texts), Safety.SAFE, (edit,)))),
        related=tuple(Related(draw(paths), 1, draw(texts)) for _ in range(draw(st.integers(0, 2)))),
        fingerprint=draw(st.sampled_from(("", "ab", "cd"))),
        justification=draw(st.none() | texts),
    )


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Draw a report with hostile text everywhere; few findings, so that no format has to cut."""
    items = draw(st.lists(findings(), max_size=4))
    info = RuleInfo(
        draw(rules), draw(texts), draw(texts), Severity.ERROR, draw(texts), draw(texts), draw(texts), advice=draw(texts)
    )
    sources = {item.location.path: draw(texts) + "\n" + draw(texts) for item in items}
    return make_report(
        *items,
        rules=(info,),
        skipped=tuple(Skipped(draw(paths), draw(texts)) for _ in range(draw(st.integers(0, 2)))),
        notes=tuple(draw(st.lists(texts, max_size=1))),
        sources=sources,
    )
