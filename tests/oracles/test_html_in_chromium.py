"""The HTML page in a real browser: `make oracles`. Needs the program `chromium`."""

import re
import shutil
import subprocess
from base64 import b64encode
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from hive_guardian.engine.debt import Debt, DebtKind, DebtLedger
from hive_guardian.model.config import Origin
from hive_guardian.report.debt_html import render as render_debt
from hive_guardian.report.debt_words import Grouping
from hive_guardian.report.html import render
from hive_guardian.report.options import ComponentEdge, RenderOptions
from tests.fakes.reports import make_finding, make_report, make_varied_report

pytestmark = pytest.mark.oracle

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update",
    "--disable-background-networking", "--disable-sync", "--enable-logging=stderr", "--dump-dom",
)  # fmt: skip


def open_page(page: str, folder: Path) -> tuple[str, str]:
    """Return the page as it stands after its script ran, and what the browser's console said."""
    browser = shutil.which("chromium")
    assert browser, "this oracle needs chromium"
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    command = [browser, *FLAGS, f"--user-data-dir={folder / 'profile'}", file.as_uri()]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    console = "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)
    return done.stdout, console


def add_actions(page: str, actions: str) -> str:
    """Return the page with more script at the end of its own, allowed by its policy."""
    script = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)[0]
    longer = f"{script}{actions}"
    hashes = [b64encode(sha256(text.encode()).digest()).decode() for text in (script, longer)]
    return page.replace(hashes[0], hashes[1]).replace(f"<script>{script}", f"<script>{longer}")


@pytest.mark.parametrize(
    ("actions", "count"),
    [
        ("", "4 in all"),
        ("query.value = 'cart PRINT'; query.dispatchEvent(new Event('input'));", "1 of 4"),
        ("document.querySelector('.chip.critical, .chip[data-severity=critical]').click();", "2 of 4"),
        ("rule.value = 'GR30'; rule.dispatchEvent(new Event('change'));", "1 of 4"),
        ("component.value = 'src/shop'; component.dispatchEvent(new Event('change'));", "3 of 4"),
        ("document.querySelector('.cell[data-value=\"packages/core/db.py\"]').click();", "1 of 4"),
        ("document.querySelector('[data-pick=rule][data-value=GR10]').click();", "1 of 4"),
        ("query.value = 'nowhere'; query.dispatchEvent(new Event('input'));", "0 of 4"),
        ("document.querySelector('[data-pick=path]').click(); clear.click();", "4 in all"),
        ("document.querySelector('[data-pick=path]').click(); path.click();", "4 in all"),
    ],
)
def test_search_and_filters_narrow_the_list(tmp_path: Path, actions: str, count: str) -> None:
    """Each control selects what its label says, and clearing brings everything back."""
    names = ("query", "rule", "component", "path", "clear")
    lookups = "".join(f"const {name} = document.getElementById('{name}');" for name in names)

    dom, console = open_page(
        add_actions(render(make_varied_report(), RenderOptions()), f"{{{lookups}{actions}}}"), tmp_path
    )

    assert console == ""
    assert f'aria-live="polite">{count}</span>' in dom
    assert len(re.findall(r'<li class="finding', dom)) == int(count.split(" ", maxsplit=1)[0])


def test_page_lists_its_findings_under_its_own_policy(tmp_path: Path) -> None:
    """The script runs, fills the list as far as one step goes, and breaks no rule of the policy."""
    findings = [make_finding(f"pkg/m{line % 7}.py", line) for line in range(1, 151)]

    dom, console = open_page(render(make_report(*findings), RenderOptions(edges=(ComponentEdge("a", "b"),))), tmp_path)

    assert console == ""
    assert len(re.findall(r'<li class="finding', dom)) == 100
    assert "Show 50 more of 50" in dom
    assert "150 in all" in dom


def test_text_of_the_repository_never_becomes_markup(tmp_path: Path) -> None:
    """Script, elements and attributes in paths, messages and source stay text, and nothing tries to load."""
    hostile = "<img src=x onerror=\"document.title='broken'\"></script><script>document.title='broken'</script>"
    report = make_report(
        make_finding(f"{hostile.replace('/', '-')}.py", 1, message=hostile, span=(1, 1, 9)),
        sources={f"{hostile.replace('/', '-')}.py": hostile},
    )

    dom, console = open_page(render(report, RenderOptions()), tmp_path)

    assert console == ""
    assert "<title>1 error - hive-guardian</title>" in dom
    assert "<img" not in dom
    assert '<li class="finding error">' in dom


def test_policy_stops_what_slipped_through(tmp_path: Path) -> None:
    """If a page were changed to hold another script, the browser would refuse it."""
    page = render(make_report(make_finding()), RenderOptions())
    tampered = page.replace("</main>", "</main><script>document.title='broken'</script>")

    dom, console = open_page(tampered, tmp_path)

    assert "Content Security Policy" in console
    assert "<title>1 error - hive-guardian</title>" in dom


def test_the_debt_page_loads_nothing_and_shows_text_as_text(tmp_path: Path) -> None:
    """Its style applies under a policy that allows no script at all, and reasons of the repository stay text."""
    hostile = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>"
    debts = tuple(
        Debt(DebtKind.SUPPRESSION, ("GR10",), f"m{line}.py", Origin(f"m{line}.py", line), reason=hostile)
        for line in range(1, 31)
    )

    dom, console = open_page(render_debt(DebtLedger("0.1.0", date(2026, 1, 15), debts), Grouping.OWNER), tmp_path)

    assert console == ""
    assert "<title>30 exceptions - hive-guardian</title>" in dom
    assert "<img" not in dom
    assert len(re.findall(r'<td class="kind">suppression</td>', dom)) == 30
