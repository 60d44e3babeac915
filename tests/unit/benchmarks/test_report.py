"""The results page and its JSON form."""

import json
from dataclasses import replace

from benchmarks.budget import Budget, Row
from benchmarks.report import Circumstances, format_figure, redact, render_json, render_line, render_markdown

ABOUT = Circumstances(
    date="2030-01-02",
    tool="hive-guardian 9.9.9",
    python="CPython 3.11.0",
    system="Linux x86_64",
    cores=2,
    load=0.25,
    quick=False,
    coverage="on django it checked 3 files with 2 rules, 1 findings",
)
ROWS = (
    Row("cold", "cold | run", "django", 1.8765, (1.5, 2.25), budget=Budget(2.0), seconds=(3.0, 1.6)),
    Row("memory", "peak", "django", 312.4, unit="MB", budget=Budget(300.0)),
    Row("fixit", "CPU of fixit over ours", failure="pip install failed"),
)


def test_markdown_page() -> None:
    """The page holds every row, its verdict, and why a row has no figure."""
    page = render_markdown(ROWS, ABOUT)
    assert page.splitlines()[2:4] == [
        f"Written by `python -m benchmarks` on 2030-01-02. Tool: hive-guardian 9.9.9; {ABOUT.coverage}.",
        "CPython 3.11.0, Linux x86_64, 2 cores, load 0.2 at the start.",
    ]
    assert "| `cold` | cold &#124; run | django | 1.88 x | 1.5 to 2.25 | <= 2 x | met |" in page
    assert "| `memory` | peak | django | 312 MB |  | <= 300 MB | MISSED |" in page
    assert "| `fixit` | CPU of fixit over ours |  |  |  |  | not measured |" in page
    assert page.endswith("Not measured:\n\n- `fixit`: pip install failed\n")
    assert "Quick run" not in page


def test_quick_run_is_declared() -> None:
    """A run on parts of the trees says so."""
    assert "**Quick run: parts of the trees" in render_markdown(ROWS, replace(ABOUT, quick=True))


def test_json_carries_seconds_and_verdicts() -> None:
    """A program gets everything the page has, and the seconds."""
    data = json.loads(render_json(ROWS, ABOUT))
    assert data["circumstances"]["cores"] == 2
    assert [row["verdict"] for row in data["rows"]] == ["met", "MISSED", "not measured"]
    assert data["rows"][0]["seconds"] == [3.0, 1.6]
    assert data["rows"][0]["budget"] == {"limit": 2.0, "at_least": False}


def test_terminal_lines() -> None:
    """A line shows figure, budget, verdict and seconds, or the reason why there is none."""
    assert " ".join(render_line(ROWS[0]).split()) == "cold 1.88 x budget <= 2 met 3.000 s / 1.600 s"
    assert render_line(ROWS[2]) == "fixit            not measured: pip install failed"


def test_figures_have_three_digits() -> None:
    """Small figures keep three significant digits, large ones lose their fraction."""
    assert [format_figure(figure) for figure in (0.12345, 9.999, 12.34, 1234.5)] == ["0.123", "10", "12.3", "1,234"]


def test_redact_hides_places_and_addresses() -> None:
    """Neither folders nor addresses of the index get into a committed page."""
    address = "https" + "://index.example/simple/x"
    text = f"cannot read {address} into CACHE/environments"
    assert redact(text, [("CACHE", "<cache>")]) == "cannot read an address into <cache>/environments"
