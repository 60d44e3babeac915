"""The debt ledger as text for a terminal and as Markdown: one page of blocks for both."""

from collections.abc import Callable, Iterator

from hive_guardian.engine.debt import DebtLedger, count_by_owner
from hive_guardian.report.debt_words import (
    HEADER,
    Grouping,
    Row,
    describe_excess,
    describe_flaws,
    describe_kinds,
    describe_total,
    group,
    make_row,
    order,
)
from hive_guardian.report.escaping import to_one_line
from hive_guardian.report.markup import to_markdown
from hive_guardian.report.page_text import page_markdown, page_text
from hive_guardian.report.paint import Paint
from hive_guardian.report.rule_page import Block, Heading, Paragraph, Rows

_NARROW = ("kind", "rules", "age", "until", "hits", "place: reason")


def render_text(ledger: DebtLedger, grouping: Grouping, paint: Paint, width: int) -> str:
    """Return the ledger for a terminal.

    Args:
        ledger: the debts.
        grouping: what the list is divided by.
        paint: colours, or none.
        width: of the terminal in cells.
    """
    return page_text(_blocks(ledger, grouping, _NARROW, _narrow_cells), paint, width)


def render_markdown(ledger: DebtLedger, grouping: Grouping) -> str:
    """Return the ledger as GitHub Markdown."""
    return page_markdown(map(_safe, _blocks(ledger, grouping, HEADER, _cells)))


def _blocks(
    ledger: DebtLedger, grouping: Grouping, header: tuple[str, ...], cells: Callable[[Row], tuple[str, ...]]
) -> Iterator[Block]:
    yield Heading("Debt", 1)
    parts = [f": {', '.join(describe_kinds(ledger))}"] if ledger.debts else []
    parts += [f"; {', '.join(flaws)}"] if (flaws := describe_flaws(ledger)) else []
    yield Paragraph(f"{describe_total(ledger)}{''.join(parts)}.")
    for excess in ledger.excesses:
        yield Paragraph(f"Too much: {describe_excess(excess)}.")
    owners = count_by_owner(ledger.debts)
    if grouping is Grouping.OWNER and len(owners) > 1:
        allowed = ledger.budget.owners
        yield Heading("Owners")
        yield Rows(
            ("owner", "exceptions", "allowed"),
            tuple(
                (owner, f"{count:,}", f"{allowed[owner]:,}" if owner in allowed else "")
                for owner, count in owners.items()
            ),
        )
    for name, debts in group(ledger.debts, grouping).items():
        yield Heading(to_one_line(f"{name} ({len(debts):,})"))
        yield Rows(header, tuple(cells(make_row(debt, ledger.today)) for debt in order(debts, ledger.today)))
    yield from (Paragraph(f"Note: {note}") for note in ledger.notes)


def _cells(row: Row) -> tuple[str, ...]:
    return (row.kind, row.rules, row.place, row.age, row.until, row.hits, row.reason)


def _narrow_cells(row: Row) -> tuple[str, ...]:
    """Return the cells with those of any length in the last column, which a terminal wraps."""
    return (row.kind, row.rules, row.age, row.until, row.hits, f"{row.place}: {row.reason}")


def _safe(block: Block) -> Block:
    """Return a block in which no text of the project can be markup."""
    match block:
        case Heading():
            return Heading(to_markdown(block.text), block.level)
        case Paragraph():
            return Paragraph(to_markdown(block.text))
        case Rows():
            return Rows(block.header, tuple(tuple(map(to_markdown, row)) for row in block.rows))
        case _:
            return block
