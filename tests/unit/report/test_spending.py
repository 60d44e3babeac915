import csv
import io
import json
from datetime import date

import pytest

from hive_guardian.model.spending import BudgetUse, Division, Expense, Spending, dollars
from hive_guardian.report.spending import render_csv, render_json, render_text

_DAYS = (date(2026, 11, 1), date(2026, 11, 21))
_OPUS = Expense("anthropic/claude-opus-5-5", 12, 1, 120_000, 80_000, 9_000, 1_234_567, 0)
_QWEN = Expense("=cmd()", 3, 0, 900, 0, 90, 40, 40)
_TOTAL = Expense("total", 15, 1, 120_900, 80_000, 9_090, 1_234_607, 40)
_SPENDING = Spending(
    *_DAYS, Division.MODEL, (_OPUS, _QWEN), _TOTAL, (BudgetUse("day", 10_000_000, 20_000_000), BudgetUse("month", 5, 0))
)
_NOTHING = Spending(*_DAYS, Division.DAY, (), Expense("total", 0, 0, 0, 0, 0, 0, 0), ())


def test_the_table_is_aligned_and_complete() -> None:
    """A line per part, the total, what is reserved, and the budgets."""
    assert render_text(_SPENDING) == (
        "2026-11-01 to 2026-11-21 (UTC)\n"
        "\n"
        "model                      attempts  failed  tokens in  cached  tokens out     cost\n"
        "anthropic/claude-opus-5-5        12       1    120,000  80,000       9,000    $1.24\n"
        "=cmd()                            3       0        900       0          90  $0.0001\n"
        "total                            15       1    120,900  80,000       9,090    $1.24\n"
        "\n"
        "$0.0001 of it are reserved and not settled, and count in full\n"
        "\n"
        "day budget: $10.00 of $20.00 (50 %)\n"
        "month budget: $0.0001 of $0.00\n"
    )


def test_nothing_spent_is_said_in_words() -> None:
    """An empty table would leave a person wondering."""
    assert render_text(_NOTHING) == "no model was asked from 2026-11-01 to 2026-11-21 (UTC)\n"


def test_json_has_every_figure() -> None:
    """Programs get amounts as whole numbers."""
    found = json.loads(render_json(_SPENDING))
    assert (found["version"], found["since"], found["until"], found["by"]) == (1, "2026-11-01", "2026-11-21", "model")
    assert found["expenses"][1] == {
        "name": "=cmd()", "attempts": 3, "failed": 0, "input_tokens": 900, "cached_tokens": 0, "output_tokens": 90,
        "micro_usd": 40, "held_micro_usd": 40,
    }  # fmt: skip
    assert found["total"]["micro_usd"] == 1_234_607
    assert found["budgets"][0] == {"scope": "day", "micro_usd": 10_000_000, "limit_micro_usd": 20_000_000}
    assert json.loads(render_json(_NOTHING))["expenses"] == []


def test_csv_is_safe_to_open() -> None:
    """A name that a spreadsheet would compute is a text; amounts are dollars to the last digit."""
    rows = list(csv.reader(io.StringIO(render_csv(_SPENDING), newline="")))
    assert rows[0] == [
        "model", "attempts", "failed", "input_tokens", "cached_tokens", "output_tokens", "usd", "held_usd",
    ]  # fmt: skip
    assert rows[1] == ["anthropic/claude-opus-5-5", "12", "1", "120000", "80000", "9000", "1.234567", "0"]
    assert rows[2][0] == "'=cmd()"
    assert rows[2][-1] == "0.00004"


@pytest.mark.parametrize(
    ("micro_usd", "text"),
    [
        (0, "$0.00"),
        (1, "$0.0001"),
        (9_999, "$0.0100"),
        (10_000, "$0.01"),
        (60_001, "$0.07"),
        (1_234_000_000, "$1,234.00"),
    ],
)
def test_dollars_are_never_rounded_to_nothing(micro_usd: int, text: str) -> None:
    """What was spent is visible, however little."""
    assert dollars(micro_usd) == text
