import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from hive_guardian.engine.debt import Debt, DebtKind, DebtLedger, Excess
from hive_guardian.model.config import DebtBudget, Origin
from hive_guardian.report.debt_html import render as render_html
from hive_guardian.report.debt_json import render as render_json
from hive_guardian.report.debt_page import render_markdown, render_text
from hive_guardian.report.debt_words import Grouping, describe_age, describe_excess, group, order
from hive_guardian.report.paint import Paint

TODAY = date(2026, 1, 15)
OVER = date(2026, 1, 1)
DEBTS = (
    Debt(
        DebtKind.SUPPRESSION, ("GR10",), "a.py", Origin("a.py", 3), reason="a tool", since=date(2025, 12, 16), hits=2,
        owners=("@web",),
    ),
    Debt(DebtKind.BASELINE, ("GR12",), "b.py", Origin("baseline.json", 7), since=date(2023, 1, 15), hits=0),
    Debt(DebtKind.OVERRIDE, ("GR10", "GR12"), "p.toml", Origin("p.toml", 9), "libs/**", "ADR 1", until=OVER),
)  # fmt: skip
LEDGER = DebtLedger("0.1.0", TODAY, DEBTS, (Excess("@web", 1, 0, "p.toml:2"),), DebtBudget(9, {"@web": 0}), ("a note",))


def text(ledger: DebtLedger, grouping: Grouping = Grouping.OWNER) -> str:
    """Render for a wide terminal without colours."""
    return render_text(ledger, grouping, Paint(is_on=False), 120)


def test_text_lists_owners_and_their_exceptions() -> None:
    """Groups come with their size, expired ones first, then the oldest; what nobody counted is a question mark."""
    assert text(LEDGER) == (
        "Debt\n"
        "  3 exceptions: 1 suppressed, 1 overridden, 1 in the baseline; 1 expired, 1 without a reason, "
        "1 no longer needed.\n"
        "  Too much: @web has 1, 1 more than the 0 allowed (p.toml:2).\n"
        "\nOwners\n"
        "  owner   exceptions  allowed\n"
        "  nobody  2\n"
        "  @web    1           0\n"
        "\nnobody (2)\n"
        "  kind      rules       age    until              hits  place: reason\n"
        "  override  GR10, GR12  ?      2026-01-01 (over)  ?     p.toml:9 libs/**: ADR 1\n"
        "  baseline  GR12        3.0 y                     0     b.py: -\n"
        "\n@web (1)\n"
        "  kind         rules  age   until  hits  place: reason\n"
        "  suppression  GR10   30 d         2     a.py:3: a tool\n"
        "  Note: a note\n"
    )


@pytest.mark.parametrize(
    ("grouping", "names"),
    [
        (Grouping.OWNER, ["nobody", "@web"]),
        (Grouping.RULE, ["GR10", "GR10, GR12", "GR12"]),
        (Grouping.KIND, ["baseline", "override", "suppression"]),
    ],
)
def test_groups(grouping: Grouping, names: list[str]) -> None:
    """The largest group comes first, equals by name."""
    assert list(group(DEBTS, grouping)) == names


def test_json_has_everything() -> None:
    """What nobody knows is null, and the summary counts what is wrong."""
    found = json.loads(render_json(LEDGER))
    assert found["version"] == 1
    assert found["debts"][1] == {
        "kind": "baseline", "rules": ["GR12"], "path": "b.py", "source": "baseline.json", "line": 7, "what": "",
        "owners": ["nobody"], "reason": None, "since": "2023-01-15", "age_days": 1096, "until": None, "expired": False,
        "hits": 0,
    }  # fmt: skip
    assert found["owners"] == {"nobody": {"count": 2, "max": None}, "@web": {"count": 1, "max": 0}}
    assert found["exceeded"] == [{"owner": "@web", "count": 1, "max": 0, "source": "p.toml:2"}]
    assert found["summary"] == {
        "today": "2026-01-15", "count": 3, "max": 9, "expired": 1, "without_reason": 1, "unused": 1, "oldest_days": 1096
    }  # fmt: skip


def test_markdown_is_a_page_of_tables() -> None:
    """GitHub sees headings and tables with a row per exception."""
    tokens = MarkdownIt("commonmark").enable("table").parse(render_markdown(LEDGER, Grouping.OWNER))
    assert sum(token.type == "table_open" for token in tokens) == 3
    assert sum(token.type == "tr_open" for token in tokens) == 3 + 2 + 3


class Page(HTMLParser):
    """Collects the elements and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember an element."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Remember text."""
        self.text += data


def parse(html: str) -> Page:
    """Parse a page."""
    page = Page()
    page.feed(html)
    return page


def test_html_loads_and_runs_nothing() -> None:
    """The policy allows the page's own style only, and no element asks for anything."""
    page = parse(render_html(LEDGER, Grouping.OWNER))
    (policy,) = [attrs["content"] for tag, attrs in page.tags if attrs.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "script-src 'none'" in policy
    assert re.search(r"style-src 'sha256-[A-Za-z0-9+/=]+'", policy)
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in page.tags}
    assert not any({"src", "href", "style", "onclick"} & attrs.keys() for _, attrs in page.tags)
    assert sum(tag == "meter" for tag, _ in page.tags) == 2


def test_an_empty_ledger_says_so() -> None:
    """No exceptions is a result."""
    empty = replace(LEDGER, debts=(), excesses=(), notes=())
    assert text(empty) == "Debt\n  0 exceptions.\n"
    assert "Nothing is excepted from policy." in render_html(empty, Grouping.OWNER)
    assert json.loads(render_json(empty))["summary"]["oldest_days"] is None


@given(st.text(), st.text(min_size=1), st.text())
def test_every_format_survives_any_text(reason: str, path: str, owner: str) -> None:
    """Whatever a repository says, no format breaks, and none shows markup or control characters of it."""
    hostile = replace(DEBTS[0], reason=reason, path=path, owners=(owner,), what=reason, origin=Origin(path, 1))
    ledger = replace(LEDGER, debts=(hostile,), notes=(reason,), excesses=(Excess(owner, 2, 1, reason),))
    for shown in (
        render_text(ledger, Grouping.OWNER, Paint(is_on=False), 120),
        render_markdown(ledger, Grouping.OWNER),
        render_html(ledger, Grouping.RULE),
        render_json(ledger),
    ):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown)
    json.loads(render_json(ledger))
    plain = [tag for tag, _ in parse(render_html(replace(ledger, debts=(DEBTS[0],)), Grouping.RULE)).tags]
    found = [tag for tag, _ in parse(render_html(ledger, Grouping.RULE)).tags if tag != "code"]
    assert len(found) == len([tag for tag in plain if tag != "code"])


@pytest.mark.parametrize(
    ("days", "words"), [(None, "?"), (0, "0 d"), (59, "59 d"), (60, "2 mo"), (729, "24 mo"), (730, "2.0 y")]
)
def test_ages_in_words(days: int | None, words: str) -> None:
    """Days, months or years, whichever is readable."""
    assert describe_age(days) == words


def test_says_by_how_much() -> None:
    """The project has no name of its own in a budget."""
    assert describe_excess(Excess("", 1200, 50, "--max")) == (
        "the project has 1,200, 1,150 more than the 50 allowed (--max)"
    )


def test_orders_by_urgency() -> None:
    """Expired, then oldest."""
    assert [one.path for one in order(DEBTS, TODAY)] == ["p.toml", "b.py", "a.py"]
