"""The upper half of the HTML page: counts, bars, hottest files and the treemap."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from hive_guardian.model.finding import Finding
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.report import Report
from hive_guardian.model.severity import Severity
from hive_guardian.report.markup import to_html
from hive_guardian.report.summary import SEVERITIES, count_severities, describe_count
from hive_guardian.report.treemap import Box, divide_box

MAX_BARS = 10
MAX_CELLS = 160
_CANVAS = Box(0, 0, 1100, 400)
_HEADER = 21.0
_MIN_WIDTH, _MIN_HEIGHT = 46.0, 20.0
_NESTED_ROOTS = frozenset(
    {"apps", "components", "libs", "modules", "packages", "plugins", "projects", "services", "src"}
)


@frozen
class Bar:
    """One row of a bar chart.

    Attributes:
        value: what a click selects.
        label: HTML of the name.
        counts: findings by severity.
    """

    value: str
    label: str
    counts: Mapping[Severity, int]

    @property
    def total(self) -> int:
        """All findings of the row."""
        return sum(self.counts.values())


def name_component(path: str, components: Sequence[str]) -> str:
    """Return the component a file belongs to: the longest directory that contains it, else its top directories."""
    directories = (component.rstrip("/") for component in components)
    matches = [directory for directory in directories if path.startswith(f"{directory}/")]
    if matches:
        return max(matches, key=len)
    parts = path.split("/")[:-1]
    depth = 2 if parts and parts[0] in _NESTED_ROOTS else 1
    return "/".join(parts[:depth]) or "(root)"


def draw_tally(report: Report, findings: Sequence[Finding], accepted: int) -> Iterator[str]:
    """Yield the band of severities and the numbers of the run."""
    counts = count_severities(findings)
    yield _draw_spectrum(counts, "spectrum", sum(counts.values()))
    yield '<ul class="tally">'
    for severity, number in counts.items():
        yield f'<li><b>{number:,}</b><span><i class="dot {severity.word}"></i>{severity.word}</span></li>'
    if accepted:
        yield f"<li><b>{accepted:,}</b><span>accepted</span></li>"
    for number, label in (
        (report.files.checked, "files checked"),
        (report.files.skipped, "files skipped"),
        (len(report.rules), "rules run"),
    ):
        yield f"<li><b>{number:,}</b><span>{label}</span></li>"
    yield "</ul>"


def _draw_spectrum(counts: Mapping[Severity, int], kind: str, scale: int) -> str:
    """Return a bar whose parts stand for severities; `scale` findings fill it."""
    parts, left = [], 0.0
    for severity, number in counts.items():
        if number:
            width = 100 * number / scale
            parts.append(f'<rect class="fill-{severity.word}" x="{left:.3f}%" width="{width:.3f}%" height="100%"/>')
            left += width
    return f'<svg class="{kind}" aria-hidden="true">{"".join(parts)}</svg>'


def draw_bars(title: str, note: str, pick: str, bars: Sequence[Bar]) -> Iterator[str]:
    """Yield a card with the longest bars; a click on one shows its findings."""
    yield f'<section class="card"><h2>{title}</h2><p>{note}</p><ul class="bars">'
    for bar in bars[:MAX_BARS]:
        yield (
            f'<li><button type="button" data-pick="{pick}" data-value="{to_html(bar.value)}">'
            f'<span class="name">{bar.label}</span><span class="number">{bar.total:,}</span>'
            f"{_draw_spectrum(bar.counts, 'bar', bars[0].total)}</button></li>"
        )
    yield "</ul>"
    if len(bars) > MAX_BARS:
        rest = sum(bar.total for bar in bars[MAX_BARS:])
        yield f'<p class="more">and {len(bars) - MAX_BARS:,} more with {describe_count(rest, "finding")}</p>'
    yield "</section>"


def collect_bars(findings: Sequence[Finding], keys: Sequence[tuple[str, str]]) -> list[Bar]:
    """Return one bar per key (value and HTML label), parallel to the findings; the longest first."""
    groups: dict[tuple[str, str], Counter[Severity]] = {}
    for finding, key in zip(findings, keys, strict=True):
        groups.setdefault(key, Counter())[finding.severity] += 1
    bars = [
        Bar(value, label, {severity: counts[severity] for severity in SEVERITIES})
        for (value, label), counts in groups.items()
    ]
    return sorted(bars, key=lambda bar: (-bar.total, bar.value))


@frozen
class Treemap:
    """A treemap: HTML, and the style rules that place its parts (a strict policy forbids style attributes)."""

    html: str
    style: str


def draw_treemap(bars: Sequence[Bar]) -> Treemap:
    """Return the files as areas, grouped by directory; `bars` has one per path, the longest first."""
    groups: dict[str, list[Bar]] = {}
    for bar in bars[:MAX_CELLS]:
        groups.setdefault(str(PurePosixPath(bar.value).parent), []).append(bar)
    ordered = sorted(groups.items(), key=lambda item: (-sum(bar.total for bar in item[1]), item[0]))
    html, style, number = [], [], 0
    areas = divide_box(_CANVAS, [sum(bar.total for bar in members) for _, members in ordered])
    for index, ((directory, members), area) in enumerate(zip(ordered, areas, strict=True)):
        style.append(_place(f"g{index}", area, _CANVAS))
        html.append(f'<div class="group" id="g{index}"><span>{to_html(directory)}</span><div class="cells">')
        inner = Box(0, 0, max(1.0, area.width - 8), max(1.0, area.height - _HEADER - 5))
        for bar, cell in zip(members, divide_box(inner, [bar.total for bar in members]), strict=True):
            style.append(_place(f"t{number}", cell, inner))
            html.append(_draw_cell(bar, f"t{number}", _fit_text(cell)))
            number += 1
        html.append("</div></div>")
    return Treemap("\n".join(html), "\n".join(style))


def _place(name: str, box: Box, canvas: Box) -> str:
    """Return the style rule that places an element on its canvas, in percent of it."""
    return (
        f"#{name}{{left:{100 * box.left / canvas.width:.3f}%;top:{100 * box.top / canvas.height:.3f}%;"
        f"width:{100 * box.width / canvas.width:.3f}%;height:{100 * box.height / canvas.height:.3f}%}}"
    )


def _fit_text(cell: Box) -> str:
    """Return the style class that hides what a small area has no room for."""
    if cell.width < _MIN_WIDTH or cell.height < _MIN_HEIGHT:
        return " bare"
    narrow = " slim" if cell.width < 3 * _MIN_WIDTH else ""
    return f"{narrow} flat" if cell.height < 2 * _MIN_HEIGHT else narrow


def _draw_cell(bar: Bar, name: str, fit: str) -> str:
    """Return the area of a file, in the colour of its most severe finding."""
    worst = next(severity for severity in SEVERITIES if bar.counts[severity])
    title = to_html(f"{bar.value}: {describe_count(bar.total, 'finding')}")
    file = to_html(PurePosixPath(bar.value).name or bar.value)
    attributes = f'data-pick="path" data-value="{to_html(bar.value)}" title="{title}"'
    return f'<a class="cell {worst.word}{fit}" id="{name}" href="#findings" {attributes}>{file}<b>{bar.total:,}</b></a>'
