"""What models cost, as a table, as JSON and as CSV."""

import csv
import io
from collections.abc import Sequence
from decimal import Decimal

from hive_guardian.model.spending import BudgetUse, Expense, Spending, dollars
from hive_guardian.report.escaping import to_line_start, to_one_line
from hive_guardian.report.json_text import encode_json, encode_lines

_MICRO = Decimal(1_000_000)
_COLUMNS = ("attempts", "failed", "tokens in", "cached", "tokens out", "cost")
_FIELDS = ("attempts", "failed", "input_tokens", "cached_tokens", "output_tokens", "micro_usd", "held_micro_usd")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def render_text(spending: Spending) -> str:
    """Return a table with a line per part, the total, and how far the budgets are used."""
    days = f"{spending.since.isoformat()} to {spending.until.isoformat()} (UTC)"
    if not spending.total.attempts:
        lines = [f"no model was asked from {days}"]
    else:
        rows = [(expense.name, *_cells(expense)) for expense in (*spending.expenses, spending.total)]
        lines = [days, "", *_table([(str(spending.division), *_COLUMNS), *rows])]
    if spending.total.held_micro_usd:
        lines += ["", f"{dollars(spending.total.held_micro_usd)} of it are reserved and not settled, and count in full"]
    if spending.budgets:
        lines += ["", *(_budget_line(budget) for budget in spending.budgets)]
    return "\n".join(lines) + "\n"


def render_json(spending: Spending) -> str:
    """Return JSON, version 1; amounts are millionths of a dollar."""
    budgets = [
        {"scope": budget.scope, "micro_usd": budget.micro_usd, "limit_micro_usd": budget.limit_micro_usd}
        for budget in spending.budgets
    ]
    return (
        f'{{\n  "version": 1,\n  "since": "{spending.since.isoformat()}",\n  "until": "{spending.until.isoformat()}",\n'
        f'  "by": "{spending.division}",\n'
        f'  "expenses": {encode_lines(map(_record, spending.expenses), margin="  ")},\n'
        f'  "total": {encode_json(_record(spending.total))},\n'
        f'  "budgets": {encode_lines(budgets, margin="  ")}\n}}\n'
    )


def render_csv(spending: Spending) -> str:
    """Return CSV (RFC 4180) with a header; the total is left to whoever adds up. A name cannot act as a formula."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow((str(spending.division), *_FIELDS[:-2], "usd", "held_usd"))
    for expense in spending.expenses:
        name = to_one_line(expense.name)
        shown = f"'{name}" if name.startswith(_FORMULA_STARTS) else name
        counts = [getattr(expense, field) for field in _FIELDS[:-2]]
        writer.writerow((shown, *counts, expense.micro_usd / _MICRO, expense.held_micro_usd / _MICRO))
    return target.getvalue()


def _record(expense: Expense) -> dict[str, object]:
    return {"name": expense.name, **{field: getattr(expense, field) for field in _FIELDS}}


def _cells(expense: Expense) -> tuple[str, ...]:
    counts = (
        expense.attempts, expense.failed, expense.input_tokens, expense.cached_tokens, expense.output_tokens,
    )  # fmt: skip
    return (*(f"{count:,}" for count in counts), dollars(expense.micro_usd))


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return aligned lines: names to the left, figures to the right."""
    safe = [(to_line_start(row[0]), *row[1:]) for row in rows]
    widths = [max(len(row[index]) for row in safe) for index in range(len(safe[0]))]
    return [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in safe
    ]


def _budget_line(budget: BudgetUse) -> str:
    text = f"{budget.scope} budget: {dollars(budget.micro_usd)} of {dollars(budget.limit_micro_usd)}"
    if not budget.limit_micro_usd:
        return text
    return f"{text} ({budget.micro_usd * 100 // budget.limit_micro_usd} %)"
