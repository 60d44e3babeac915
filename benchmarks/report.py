"""The results as Markdown for people and as JSON for programs. Pure: data in, text out."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from benchmarks.budget import Row, Verdict


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a reader must know to judge the figures."""

    date: str
    """ISO 8601."""
    tool: str
    """What `hive-guardian --version` says."""
    python: str
    """Implementation and version."""
    system: str
    """Operating system and processor architecture, never a host name."""
    cores: int
    load: float
    """Processes that wanted a core when the run began, averaged over a minute."""
    quick: bool
    coverage: str
    """What the tool says it checked on Django, e.g. `2,823 files, 16 rules`."""


def render_markdown(rows: Sequence[Row], about: Circumstances) -> str:
    """Return the whole results page."""
    lines = [
        "# Benchmark results",
        "",
        f"Written by `python -m benchmarks` on {about.date}. Tool: {about.tool}; {about.coverage}.",
        f"{about.python}, {about.system}, {about.cores} cores, load {about.load:.1f} at the start.",
        "Ratios are medians of interleaved rounds (both programs, one after the other, in one run); the spread is the",
        "least and the greatest round. Absolute times are left out: they describe the machine.",
        "",
    ]
    if about.quick:
        lines += ["**Quick run: parts of the trees and fewer rounds. The budgets are meant for whole trees.**", ""]
    lines += [
        "| row | what | measured on | result | spread | budget | verdict |",
        "|---|---|---|---:|---|---|---|",
        *(_render_row(row) for row in rows),
        "",
    ]
    failures = [f"- `{row.name}`: {row.failure}" for row in rows if row.verdict is Verdict.UNMEASURED]
    if failures:
        lines += ["Not measured:", "", *failures, ""]
    return "\n".join(lines)


def _render_row(row: Row) -> str:
    result = "" if row.value is None else f"{format_figure(row.value)} {row.unit}"
    spread = "" if row.spread is None else " to ".join(format_figure(figure) for figure in row.spread)
    budget = "" if row.budget is None else f"{row.budget} {row.unit}"
    cells = (f"`{row.name}`", row.what, row.tree, result, spread, budget, str(row.verdict))
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def render_json(rows: Sequence[Row], about: Circumstances) -> str:
    """Return rows and circumstances as an object; seconds are included."""
    entries = [{**asdict(row), "verdict": str(row.verdict)} for row in rows]
    return json.dumps({"circumstances": asdict(about), "rows": entries}, indent=2) + "\n"


def render_line(row: Row) -> str:
    """Return one row for the terminal, with the seconds behind the ratio."""
    if row.value is None:
        return f"{row.name:16} {row.verdict}: {row.failure}"
    budget = f"budget {row.budget}" if row.budget else ""
    seconds = f"{row.seconds[0]:.3f} s / {row.seconds[1]:.3f} s" if row.seconds else ""
    return f"{row.name:16} {format_figure(row.value):>8} {row.unit:2} {budget:14} {row.verdict:12} {seconds}".rstrip()


def format_figure(figure: float) -> str:
    """Return three significant digits, or whole numbers from a hundred on."""
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.3g}"


def redact(text: str, private: Sequence[tuple[str, str]]) -> str:
    """Replace addresses and the given strings, so that the page says nothing about where it was made.

    Args:
        text: Any text.
        private: Pairs of what to hide and what to write instead; the first that fits wins.
    """
    for secret, substitute in private:
        text = text.replace(secret, substitute)
    return re.sub(r"\b(?:https?|file)://\S+", "an address", text)
